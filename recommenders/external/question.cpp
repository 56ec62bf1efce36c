#include "recommenders/external/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "platform/core/time.h"

namespace crossfade::recommenders::external {

namespace {

void append_integer(std::string& to, std::uint64_t value) {
  fmt::format_to(std::back_inserter(to), "{}", value);
}

// Always with a point or an exponent: 1.0 is no whole number to those who read it.
void append_number(std::string& to, double value) {
  const std::size_t begin = to.size();
  fmt::format_to(std::back_inserter(to), "{}", value);
  if (to.find_first_of(".e", begin) == std::string::npos) to += ".0";
}

void append_text(std::string& to, std::string_view text) {
  const auto is_plain = [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, is_plain)) {
    to += '"';
    to += text;
    to += '"';
    return;
  }
  to += nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void append_listen(std::string& to, const Listen& listen, bool with_time) {
  to += R"({"track":)";
  append_integer(to, listen.track.value);
  to += R"(,"fraction":)";
  append_number(to, listen.fraction);
  if (with_time) {
    to += R"(,"at":")";
    to += to_string(listen.at);
    to += '"';
  }
  to += '}';
}

void append_candidate(std::string& to, const Candidate& candidate) {
  to += R"({"track":)";
  append_integer(to, candidate.track.value);
  to += R"(,"score":)";
  append_number(to, candidate.score);
  if (!candidate.row.empty()) {
    to += R"(,"row":)";
    to += candidate.row;
  }
  to += '}';
}

template <class Item, class Append>
void append_list(std::string& to, std::string_view name, std::span<const Item> items, const Append& append) {
  to += ",\"";
  to += name;
  to += "\":[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) to += ',';
    append(items[i]);
  }
  to += ']';
}

}  // namespace

std::string json_of(const Question& question, std::uint64_t id) {
  constexpr std::size_t of_listen = 40;  // bytes, about
  std::string json;
  json.reserve(200 + of_listen * (question.heard.size() + 2 * question.history.size() + question.candidates.size()));
  json += R"({"id":)";
  append_integer(json, id);
  json += R"(,"unit":)";
  append_text(json, question.unit.value);
  json += R"(,"previous":)";
  append_integer(json, question.previous.value);
  json += R"(,"fraction":)";
  append_number(json, question.fraction);
  append_list(json, "heard", question.heard, [&](const Listen& one) { append_listen(json, one, false); });
  append_list(json, "history", question.history, [&](const Listen& one) { append_listen(json, one, true); });
  json += R"(,"attributes":{})";
  append_list(json, "candidates", question.candidates, [&](const Candidate& one) { append_candidate(json, one); });
  json += '}';
  return json;
}

std::string batch_of(std::span<const std::string> questions) {
  std::size_t size = 0;
  for (const std::string& one : questions) size += one.size() + 1;
  std::string json;
  json.reserve(size + 16);
  json += R"({"requests":[)";
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (i > 0) json += ',';
    json += questions[i];
  }
  json += "]}";
  return json;
}

}  // namespace crossfade::recommenders::external
