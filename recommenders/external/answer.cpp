#include "recommenders/external/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "platform/core/text.h"

namespace crossfade::recommenders::external {

namespace {

using nlohmann::json;

constexpr std::size_t kShown = 60;  // bytes of what is quoted
constexpr int kDeepest = 64;        // lists and objects in one another: what quotes them calls itself for each

std::string shortened(std::string_view text) {
  const std::string start = printable(text.substr(0, kShown));
  return text.size() > kShown ? start + "..." : start;
}

std::string shown(const json& value) {
  return shortened(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

const json* find(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

class AnswerReader {
 public:
  AnswerReader(const json& object, std::size_t tracks, Answer& answer)
      : object_(object), tracks_(tracks), answer_(answer) {}

  void read() {
    const json* const one = find(object_, "track");
    const json* const several = find(object_, "tracks");
    if (one != nullptr && several != nullptr) return fault("both \"track\" and \"tracks\", want one of them");
    if (several != nullptr) {
      read_list(*several);
    } else if (one != nullptr) {
      answer_.track = read_track(*one);
    }
    if (answer_.track) read_propensity();
    if (!answer_.fault.empty()) answer_.track = std::nullopt;
  }

 private:
  void fault(std::string what) {
    if (answer_.fault.empty()) answer_.fault = std::move(what);
  }

  std::optional<TrackId> read_track(const json& value) {
    if (!value.is_number_unsigned()) {
      fault(fmt::format("track is {}, want a whole number from 0 on", shown(value)));
      return std::nullopt;
    }
    const auto track = value.get<std::uint64_t>();
    if (track < tracks_) return TrackId{static_cast<std::uint32_t>(track)};
    fault(fmt::format("track is {}, which the catalogue lacks (0..{})", track, tracks_ - 1));
    return std::nullopt;
  }

  void read_list(const json& list) {
    if (!list.is_array()) return fault(fmt::format("\"tracks\" is {}, want a list", shown(list)));
    for (const json& value : list) {
      const auto track = read_track(value);
      if (!track) return;
      if (!answer_.track) answer_.track = track;
    }
    const json* const scores = find(object_, "scores");
    if (scores == nullptr) return;
    if (!scores->is_array() || scores->size() != list.size()) {
      return fault(fmt::format("\"scores\" is {}, want one for each of the {} tracks", shown(*scores), list.size()));
    }
    const auto is_score = [](const json& one) { return one.is_number() && std::isfinite(one.get<double>()); };
    const auto wrong = std::ranges::find_if_not(*scores, is_score);
    if (wrong != scores->end()) fault(fmt::format("a score is {}, want a finite number", shown(*wrong)));
  }

  void read_propensity() {
    const json* const value = find(object_, "propensity");
    if (value == nullptr) return;
    const double propensity = value->is_number() ? value->get<double>() : 0;
    if (!(propensity > 0 && propensity <= 1)) {
      return fault(fmt::format("propensity is {}, want a number above 0 and up to 1", shown(*value)));
    }
    answer_.propensity = propensity;
  }

  const json& object_;
  const std::size_t tracks_;
  Answer& answer_;
};

void read_one(const json& object, std::size_t tracks, Answers& answers) {
  const json* const id = object.is_object() ? find(object, "id") : nullptr;
  if (id == nullptr || !id->is_number_unsigned()) {
    if (answers.fault.empty()) answers.fault = fmt::format("answer is {}, want the \"id\" of a request", shown(object));
    return;
  }
  Answer& answer = answers.all.emplace_back();
  answer.id = id->get<std::uint64_t>();
  AnswerReader(object, tracks, answer).read();
}

}  // namespace

Answers read_answers(std::string_view message, std::size_t tracks) {
  Answers answers;
  bool too_deep = false;
  const json::parser_callback_t look = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  // A NUL would be the end of the text, whatever stands behind it.
  const bool has_end = message.find('\0') != std::string_view::npos;
  const json read = has_end ? json(json::value_t::discarded) : json::parse(message, look, /*allow_exceptions=*/false);
  if (read.is_discarded() || too_deep) {
    answers.fault = fmt::format("\"{}\" is {}", shortened(message), too_deep ? "nested too deeply" : "no JSON");
    return answers;
  }
  const json* const several = read.is_object() ? find(read, "answers") : nullptr;
  if (several == nullptr) {
    read_one(read, tracks, answers);
  } else if (several->is_array()) {
    answers.all.reserve(several->size());
    for (const json& one : *several) read_one(one, tracks, answers);
  } else {
    answers.fault = fmt::format("\"answers\" is {}, want a list", shown(*several));
  }
  return answers;
}

}  // namespace crossfade::recommenders::external
