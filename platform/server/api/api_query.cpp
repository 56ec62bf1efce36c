#include "platform/server/api/api_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "platform/core/error.h"
#include "platform/server/http/responses.h"
#include "platform/server/http/target.h"

namespace crossfade::server {
namespace {

using analysis::LiftInterval;

[[noreturn]] void refuse(std::string_view name, std::string_view value, std::string_view want) {
  throw Error::user(fmt::format("{} is {}, want {}", name, value.substr(0, kQuotedLength), want));
}

bool flag(std::string_view name, std::string_view value) {
  if (value == "true" || value == "false") return value == "true";
  refuse(name, value, "true or false");
}

double level(std::string_view name, std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || !(number > 0 && number < 1)) {
    refuse(name, value, "a number above 0 and below 1");
  }
  return number;
}

Timestamp time(std::string_view name, std::string_view value) {
  const auto parsed = parse_timestamp(value);
  if (!parsed) refuse(name, value, "a time like 2026-01-05 or 2026-01-05T10:00Z");
  if (!is_plausible(*parsed)) refuse(name, value, "a time between 1990 and 2100");
  return *parsed;
}

// The one of `values` that is called so.
template <typename Value>
Value choice(std::string_view name, std::string_view value,
             std::initializer_list<std::pair<const char*, Value>> values) {
  std::vector<std::string> names;
  for (const auto& [known, meaning] : values) {
    if (value == known) return meaning;
    names.emplace_back(known);
  }
  refuse(name, value, fmt::format("{}", fmt::join(names, ", ")));
}

std::string decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  auto plain = percent_decoded(spaced);
  if (!plain) throw Error::user(fmt::format("the query has a broken escape: {}", text.substr(0, kQuotedLength)));
  return *std::move(plain);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> parameters;
  const auto begin = target.find('?');
  if (begin == std::string_view::npos) return parameters;
  std::string_view rest = target.substr(begin + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    parameters.emplace_back(decoded(one.substr(0, equals)),
                            equals == std::string_view::npos ? "" : decoded(one.substr(equals + 1)));
  }
  return parameters;
}

ResultsQuery parse_results_query(std::string_view target) {
  ResultsQuery query;
  std::set<std::string> given;
  for (const auto& [name, value] : query_parameters(target)) {
    if (name != "by" && !given.insert(name).second) throw Error::user(fmt::format("{} is given twice", name));
    if (name == "confidence_level") {
      query.options.confidence_level = level(name, value);
    } else if (name == "lift") {
      query.options.lift = choice<LiftInterval>(
          name, value,
          {{"fieller", LiftInterval::fieller}, {"delta", LiftInterval::delta}, {"naive", LiftInterval::naive}});
    } else if (name == "control") {
      query.options.control = value;
    } else if (name == "by") {
      query.options.by.push_back(value);
    } else if (name == "by_day") {
      query.options.by_day = flag(name, value);
    } else if (name == "distributions") {
      query.options.distributions = flag(name, value);
    } else if (name == "traffic") {
      query.options.traffic = flag(name, value);
    } else if (name == "cuped") {
      query.options.cuped = flag(name, value);
    } else if (name == "force") {
      query.force = flag(name, value);
    } else if (name == "at") {
      query.options.until = time(name, value);
    } else if (name == "format") {
      query.format =
          choice<Format>(name, value, {{"json", Format::json}, {"csv", Format::csv}, {"markdown", Format::markdown}});
    } else {
      throw Error::user(fmt::format(
          "the query has {}, want at, by, by_day, confidence_level, control, cuped, distributions, force, format, "
          "lift or traffic",
          name.substr(0, kQuotedLength)));
    }
  }
  return query;
}

std::string ResultsQuery::key() const {
  // What a client chose is escaped, so that no part can look like two.
  std::string by;
  for (const std::string& dimension : options.by) by += percent_encoded(dimension) + ',';
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", options.confidence_level.value_or(0), to_string(options.lift),
                     percent_encoded(options.control), by, options.by_day, options.cuped, options.distributions,
                     options.traffic, force, options.until ? options.until->ms : -1, static_cast<int>(format));
}

}  // namespace crossfade::server
