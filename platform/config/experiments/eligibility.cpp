#include "platform/config/experiments/eligibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "platform/config/keys.h"
#include "platform/core/time.h"

namespace crossfade::config {

namespace {

constexpr std::size_t kMostOverrides = 10'000;
constexpr std::size_t kMostAsked = 100;  // experiments, through prerequisites, each as often as it is asked
constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kLongestUnit = 200;  // bytes, as at the doors that take units

std::optional<Timestamp> read_time(const Entry& entry, Faults& faults) {
  constexpr std::string_view want = "a time such as 2026-12-01 or 2026-12-01T08:00:00Z";
  const auto text = entry.text(faults, want);
  if (!text) return std::nullopt;
  const auto time = parse_timestamp(*text);
  if (time && is_plausible(*time)) return time;
  entry.refuse(faults, want);
  return std::nullopt;
}

std::vector<std::string> keys_of(const std::vector<Variant>& variants) {
  std::vector<std::string> keys;
  keys.reserve(variants.size());
  for (const Variant& one : variants) keys.push_back(one.key);
  return keys;
}

// Of the experiment of that key; nullptr: there is none.
const LocatedExperiment* find(const std::vector<LocatedExperiment>& experiments, std::string_view key) {
  const auto found =
      std::ranges::find_if(experiments, [key](const LocatedExperiment& one) { return one.experiment.key == key; });
  return found == experiments.end() ? nullptr : &*found;
}

void check_prerequisite(const LocatedExperiment& one, const LocatedPrerequisite& prerequisite,
                        const std::vector<LocatedExperiment>& experiments, Faults& faults) {
  const std::string& key = prerequisite.value.experiment;
  if (key.empty()) return;  // there was a fault already
  const LocatedExperiment* const other = find(experiments, key);
  if (other == nullptr) {
    std::vector<std::string> keys;
    for (const LocatedExperiment& each : experiments) keys.push_back(each.experiment.key);
    faults.add(prerequisite.mark, unknown_name("experiment", key, keys));
    return;
  }
  if (other->experiment.unit != one.experiment.unit) {
    faults.add(prerequisite.mark,
               fmt::format("experiment {} splits units of kind {}, this one of kind {}, want one kind", in_quotes(key),
                           other->experiment.unit, one.experiment.unit));
  }
  const std::vector<std::string> keys = keys_of(other->experiment.variants);
  for (std::size_t i = 0; i < prerequisite.value.variants.size() && !keys.empty(); ++i) {
    const std::string& variant = prerequisite.value.variants[i];
    if (std::ranges::find(keys, variant) != keys.end()) continue;
    faults.add(prerequisite.variants[i], unknown_name("variant", variant, keys, "of experiment " + key));
  }
}

// Follows what one experiment requires, depth first; `path` leads to it.
class Circles {
 public:
  Circles(const std::vector<LocatedExperiment>& experiments, Faults& faults)
      : experiments_(experiments),
        state_(experiments.size(), State::unseen),
        asked_(experiments.size()),
        faults_(faults) {}

  void find_all() {
    for (std::size_t i = 0; i < experiments_.size(); ++i) follow(i);
  }

 private:
  enum class State { unseen, open, done };

  // Without recursion: a chain may be as long as the file.
  void follow(std::size_t start) {
    if (state_[start] != State::unseen) return;
    struct Step {
      std::size_t experiment = 0;
      std::size_t next = 0;
    };
    std::vector<Step> path{{start, 0}};
    state_[start] = State::open;
    while (!path.empty()) {
      Step& step = path.back();
      const auto& required = experiments_[step.experiment].prerequisites;
      if (step.next == required.size()) {
        state_[step.experiment] = State::done;
        count_asked(step.experiment);
        path.pop_back();
        continue;
      }
      const LocatedPrerequisite& prerequisite = required[step.next++];
      const LocatedExperiment* const other = find(experiments_, prerequisite.value.experiment);
      if (other == nullptr) continue;
      const auto position = static_cast<std::size_t>(other - experiments_.data());
      if (state_[position] == State::open) {
        faults_.add(prerequisite.mark, fmt::format("experiment {} requires itself, want no circle",
                                                   in_quotes(prerequisite.value.experiment)));
      } else if (state_[position] == State::unseen) {
        state_[position] = State::open;
        path.push_back({position, 0});
      }
    }
  }

  // Each request asks them all. What is told of one is not told again of those that require it.
  void count_asked(std::size_t experiment) {
    bool told = false;
    for (const LocatedPrerequisite& one : experiments_[experiment].prerequisites) {
      const LocatedExperiment* const other = find(experiments_, one.value.experiment);
      if (other == nullptr) continue;
      const std::size_t asked = asked_[static_cast<std::size_t>(other - experiments_.data())];
      told = told || asked > kMostAsked;
      asked_[experiment] = std::min(asked_[experiment] + asked + 1, 2 * kMostAsked);
    }
    if (asked_[experiment] <= kMostAsked || told) return;
    faults_.add(experiments_[experiment].key,
                fmt::format("experiment {} asks more than {} others through its prerequisites, want fewer",
                            in_quotes(experiments_[experiment].experiment.key), kMostAsked));
  }

  const std::vector<LocatedExperiment>& experiments_;
  std::vector<State> state_;
  std::vector<std::size_t> asked_;  // by each, those that they ask included
  Faults& faults_;
};

}  // namespace

std::string read_unit(const Entry& entry, Faults& faults) {
  return entry.name(faults).value_or("user");
}

std::vector<LocatedPrerequisite> read_prerequisites(const Entry& entry, Faults& faults) {
  const auto items = entry.list(faults, "prerequisite", "a list of {experiment, variants}");
  if (!items) return {};
  std::vector<LocatedPrerequisite> prerequisites;
  for (const Entry& item : *items) {
    const Map map{item, "in a prerequisite", key_names_of(Section::prerequisite), faults};
    if (!map.valid()) continue;
    LocatedPrerequisite& one = prerequisites.emplace_back();
    one.mark = map.mark();
    if (const Entry* const key = map.require("experiment", "the key of another experiment", faults)) {
      one.value.experiment = key->text(faults, "the key of another experiment").value_or("");
      one.mark = key->value_mark();
    }
    const Entry* const variants = map.require("variants", "a list of that experiment's variants", faults);
    const auto keys =
        variants ? variants->list(faults, "variant", "a list of that experiment's variants") : std::nullopt;
    if (!keys) continue;
    if (keys->empty()) faults.add(variants->mark, "a prerequisite of no variant holds for nobody, want at least one");
    for (const Entry& key : *keys) {
      if (const auto text = key.text(faults, "the key of a variant")) {
        one.value.variants.push_back(*text);
        one.variants.push_back(key.value_mark());
      }
    }
  }
  return prerequisites;
}

std::vector<Override> read_unit_overrides(const Entry& entry, const std::vector<Variant>& variants, Faults& faults) {
  std::vector<Override> overrides;
  const Map map{entry, "in overrides", {}, faults};
  if (map.entries().size() > kMostOverrides) {
    faults.add(entry.mark, fmt::format("{} overrides, want at most {}: targeting and groups are for many units",
                                       map.entries().size(), kMostOverrides));
    return overrides;
  }
  const std::vector<std::string> keys = keys_of(variants);
  for (const Entry& one : map.entries()) {
    if (one.key.empty() || one.key.size() > kLongestUnit) {
      faults.add(one.mark, fmt::format("a unit of {} bytes, want 1 to {}", one.key.size(), kLongestUnit));
    }
    const auto variant = one.text(faults, "the key of a variant");
    if (!variant || keys.empty()) continue;
    if (std::ranges::find(keys, *variant) == keys.end()) {
      faults.add(one.value_mark(), unknown_name("variant", *variant, keys));
    } else {
      overrides.push_back({.unit = one.key, .variant = *variant});
    }
  }
  return overrides;
}

Schedule read_schedule(const Entry& entry, Faults& faults) {
  const Map map{entry, "in a schedule", key_names_of(Section::schedule), faults};
  Schedule schedule;
  if (!map.valid()) return schedule;
  if (map.entries().empty()) faults.add(entry.mark, "an empty schedule, want start, end or both");
  if (const Entry* const start = map.find("start")) schedule.start = read_time(*start, faults);
  if (const Entry* const end = map.find("end")) {
    schedule.end = read_time(*end, faults);
    if (schedule.start && schedule.end && *schedule.end <= *schedule.start) {
      faults.add(end->value_mark(), "schedule ends before it starts, want end behind start");
    }
  }
  return schedule;
}

std::vector<RampStep> read_ramp(const Entry& entry, Faults& faults) {
  const auto items = entry.list(faults, "step", "a list of {from, coverage}");
  if (!items) return {};
  if (items->empty() || items->size() > kMostSteps) {
    faults.add(entry.mark, fmt::format("a ramp of {} steps, want 1 to {}", items->size(), kMostSteps));
    return {};
  }
  std::vector<RampStep> ramp;
  for (const Entry& item : *items) {
    const Map map{item, "in a step of a ramp", key_names_of(Section::ramp_step), faults};
    if (!map.valid()) continue;
    const Entry* const from = map.require("from", "a time such as 2026-12-01", faults);
    const Entry* const coverage = map.require("coverage", "a number above 0, at most 1", faults);
    const auto time = from ? read_time(*from, faults) : std::nullopt;
    const auto fits = [](double value) { return value > 0 && value <= 1; };
    const auto share = coverage ? coverage->number(faults, fits, "a number above 0, at most 1") : std::nullopt;
    if (!time || !share) continue;
    if (!ramp.empty() && *time <= ramp.back().from) {
      faults.add(from->value_mark(), "a step that is not later than the one before, want them in order of time");
    } else if (!ramp.empty() && *share <= ramp.back().coverage) {
      faults.add(coverage->value_mark(),
                 fmt::format("coverage {} behind a step of {}, want a larger one: a ramp moves nobody back", *share,
                             ramp.back().coverage));
    } else {
      ramp.push_back({.from = *time, .coverage = *share});
    }
  }
  return ramp;
}

void check_prerequisites(const std::vector<LocatedExperiment>& experiments, Faults& faults) {
  for (const LocatedExperiment& one : experiments) {
    for (const LocatedPrerequisite& prerequisite : one.prerequisites) {
      check_prerequisite(one, prerequisite, experiments, faults);
    }
  }
  Circles(experiments, faults).find_all();
}

}  // namespace crossfade::config
