#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/core/error.h"
#include "platform/files/csv_reader.h"
#include "platform/files/file_faults.h"
#include "platform/files/line_reader.h"
#include "platform/import/botify_line.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

constexpr double kMsPerSecond = 1000;

// What one user did in one variant.
struct Totals {
  double sessions = 0;
  double tracks = 0;
  double time = 0;
  std::optional<double> latency_ms = 0;  // none where an event does not say
};

// Sorted, so that the order of the file changes no bit.
using ByUser = std::map<std::string, Totals>;
using ByVariant = std::map<std::string, ByUser>;

struct UserMetric {
  const char* name;
  std::optional<double> (*of)(const Totals&);  // of a user; none: not counted
};

std::optional<double> per_session(double total, const Totals& user) {
  return user.sessions > 0 ? std::optional(total / user.sessions) : std::nullopt;
}

constexpr UserMetric kTime{"time", [](const Totals& user) { return std::optional(user.time); }};
constexpr UserMetric kSessions{"sessions", [](const Totals& user) { return std::optional(user.sessions); }};
constexpr UserMetric kTimePerSession{"mean_time_per_session",
                                     [](const Totals& user) { return per_session(user.time, user); }};
constexpr UserMetric kTracksPerSession{"mean_tracks_per_session",
                                       [](const Totals& user) { return per_session(user.tracks, user); }};
constexpr UserMetric kLatency{
    "mean_request_latency", [](const Totals& user) {
      return user.tracks > 0 && user.latency_ms ? std::optional(*user.latency_ms / user.tracks) : std::nullopt;
    }};

stats::Moments moments_of(const ByUser& users, const UserMetric& metric) {
  stats::Moments moments;
  for (const auto& [user, totals] : users) {
    if (const auto value = metric.of(totals)) moments.add(*value);
  }
  return moments;
}

template <class Lift>
void set_percent(json& row, const char* prefix, const Lift& lift) {
  row[std::string(prefix) + "_lower_pct"] = lift ? number(100 * lift->interval.lower) : json();
  row[std::string(prefix) + "_upper_pct"] = lift ? number(100 * lift->interval.upper) : json();
}

json row_of(const std::string& treatment, const UserMetric& metric, const stats::Moments& c, const stats::Moments& t,
            const stats::TestOptions& test) {
  json row{{"treatment", treatment}, {"metric", metric.name}, {"n_control", c.n()}, {"n_treatment", t.n()}};
  row["control_mean"] = c.n() > 0 ? json(c.mean()) : json();
  row["treatment_mean"] = t.n() > 0 ? json(t.mean()) : json();
  const bool divisible = c.n() > 0 && t.n() > 0 && c.mean() != 0;
  row["effect_pct"] = divisible ? json(100 * (t.mean() - c.mean()) / c.mean()) : json();
  const auto welch = stats::welch_t(c, t, test);
  row["p_value"] = welch ? json(welch->p_value) : json();
  row["significant"] = welch ? json(welch->p_value < test.alpha) : json();
  row["lower_pct"] = json();
  row["upper_pct"] = json();
  if (welch && divisible) {
    // A control mean below 0 turns the interval round.
    const double scale = 100 / c.mean();
    const auto [lower, upper] = std::minmax({welch->interval.lower * scale, welch->interval.upper * scale});
    row["lower_pct"] = lower;
    row["upper_pct"] = upper;
  }
  set_percent(row, "delta", stats::relative_lift_delta(c, t, test));
  set_percent(row, "fieller", stats::relative_lift_fieller(c, t, test));
  if (!welch) {
    row["reason"] = to_string(welch.reason());
  } else if (!divisible) {
    row["reason"] = to_string(stats::Undefined::zero_control_mean);
  }
  return row;
}

json rows_of(const ByVariant& variants, const Input& input, const std::vector<UserMetric>& metrics) {
  const std::string control = input.text("control");
  const auto found = variants.find(control);
  if (found == variants.end()) {
    std::string message = variants.empty() ? "nobody is in any variant" : "nobody is in this variant; the file has";
    for (const auto& [variant, users] : variants)
      message += (variant == variants.begin()->first ? " " : ", ") + variant;
    input.refuse("control", message);
  }
  if (variants.size() == 1) input.refuse("control", "everybody is in this variant, want a treatment beside it");
  const stats::TestOptions test = test_options(input);
  json rows = json::array();
  for (const auto& [treatment, users] : variants) {
    if (treatment == control) continue;
    for (const UserMetric& metric : metrics) {
      rows.push_back(row_of(treatment, metric, moments_of(found->second, metric), moments_of(users, metric), test));
    }
  }
  return rows;
}

// What is wrong with a file is wrong with the case.
template <class Read>
auto read_file(const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw BadInput(error.what());
  }
}

ByVariant read_sessions(const std::filesystem::path& file) {
  files::CsvReader csv(file);
  const std::size_t user = csv.require("user");
  const std::size_t variant = csv.require("variant");
  const std::size_t time = csv.require("time");
  csv.require("session");
  ByVariant variants;
  while (const auto row = csv.next()) {
    for (const std::size_t key : {user, variant}) {
      if ((*row)[key].empty())
        throw Error::faults({csv.fault(key, "no " + csv.columns()[key] + ", want one in each row")});
    }
    const std::string_view text = (*row)[time];
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
      throw Error::faults({csv.fault(time, "time is \"" + std::string(text.substr(0, 64)) + "\", want a number")});
    }
    Totals& totals = variants[std::string((*row)[variant])][std::string((*row)[user])];
    totals.time += value;
    ++totals.sessions;
  }
  return variants;
}

struct Event {
  std::int64_t timestamp_ms = 0;
  double time = 0;
  std::optional<double> latency_ms;
  bool is_last = false;
};

struct EventLog {
  std::map<std::pair<std::string, std::string>, std::vector<Event>> by_variant_and_user;
  std::int64_t events = 0;
};

EventLog read_events(const std::filesystem::path& file, const std::string& experiment) {
  files::LineReader lines(file);
  files::FileFaults faults(file);
  EventLog log;
  while (const auto text = lines.next()) {
    if (files::is_blank(*text)) continue;
    const auto line = imports::read_botify_line(*text, lines.line(), faults);
    const auto variants = line ? imports::read_botify_experiments(*line, faults) : std::nullopt;
    if (!variants) throw Error::faults({faults.list().front()});
    const auto variant = std::ranges::find(*variants, experiment, &imports::BotifyVariant::experiment);
    if (variant == variants->end()) continue;
    ++log.events;
    log.by_variant_and_user[{variant->variant, line->user}].push_back(
        {.timestamp_ms = line->timestamp_ms,
         .time = line->time,
         .latency_ms = line->latency_s ? std::optional(*line->latency_s * kMsPerSecond) : std::nullopt,
         .is_last = line->is_last});
  }
  return log;
}

// Cuts a user's events at each `last`; what is behind the last one is an open session, and is dropped.
Totals totals_of(std::vector<Event>& events, std::int64_t& dropped) {
  std::ranges::stable_sort(events, {}, &Event::timestamp_ms);
  Totals totals;
  Totals open;
  for (const Event& event : events) {
    ++open.tracks;
    open.time += event.time;
    open.latency_ms =
        open.latency_ms && event.latency_ms ? std::optional(*open.latency_ms + *event.latency_ms) : std::nullopt;
    if (!event.is_last) continue;
    ++totals.sessions;
    totals.tracks += open.tracks;
    totals.time += open.time;
    totals.latency_ms =
        totals.latency_ms && open.latency_ms ? std::optional(*totals.latency_ms + *open.latency_ms) : std::nullopt;
    open = {};
  }
  if (open.tracks > 0) ++dropped;
  return totals;
}

}  // namespace

json sessions_file(const Input& input, const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / input.text("path");
  const ByVariant variants = read_file([&] { return read_sessions(file); });
  return {{"rows", rows_of(variants, input, {kTime, kSessions, kTimePerSession})}};
}

json events_file(const Input& input, const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / input.text("path");
  EventLog log = read_file([&] { return read_events(file, input.text("experiment")); });
  ByVariant variants;
  std::int64_t dropped = 0;
  double closed = 0;
  for (auto& [key, events] : log.by_variant_and_user) {
    const Totals totals = totals_of(events, dropped);
    closed += totals.sessions;
    variants[key.first][key.second] = totals;
  }
  return {{"rows", rows_of(variants, input, {kTime, kSessions, kLatency, kTracksPerSession, kTimePerSession})},
          {"events", log.events},
          {"closed_sessions", static_cast<std::int64_t>(closed)},
          {"open_sessions_dropped", dropped}};
}

}  // namespace crossfade::calculator
