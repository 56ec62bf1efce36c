#include "platform/config/experiments/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "platform/config/keys.h"
#include "platform/config/metric_definitions.h"

namespace crossfade::config {

namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000'000;
constexpr int kMostLooks = 300;  // stats::kMostLooks, which this room does not see

std::optional<SequentialMode> read_mode(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "fixed, group_sequential or always_valid");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const auto mode : {SequentialMode::fixed, SequentialMode::group_sequential, SequentialMode::always_valid}) {
    if (*name == to_string(mode)) return mode;
    known.emplace_back(to_string(mode));
  }
  faults.add(entry.value_mark(), unknown_name("mode", *name, known));
  return std::nullopt;
}

void read_primary(const Entry& entry, const std::vector<std::string>& metrics, bool given, Experiment& experiment,
                  Faults& faults) {
  const auto name = entry.text(faults, "the name of a metric");
  if (!name) return;
  if (std::ranges::find(metrics, *name) == metrics.end()) {
    faults.add(entry.value_mark(), unknown_name("metric", *name, metrics));
  } else if (given && *name != experiment.metrics.primary) {
    faults.add(entry.value_mark(), fmt::format("primary is {}, want the experiment's primary metric, {}", *name,
                                               experiment.metrics.primary));
  } else {
    experiment.metrics.primary = *name;
  }
}

// What the mode needs, and what goes with another one only.
void check(const Map& map, const Plan& plan, Faults& faults) {
  if (!map.find("mde") && !map.find("sample_size") && !map.find("duration")) {
    faults.add(map.mark(), "plan without a size, want mde, sample_size or duration");
  }
  const Entry* const looks = map.find("looks");
  if (looks && plan.mode != SequentialMode::group_sequential) {
    faults.add(looks->mark,
               fmt::format("looks with mode {}, want them with group_sequential only", to_string(plan.mode)));
  }
}

}  // namespace

void read_plan(const Entry& entry, const std::vector<std::string>& metrics, bool primary_given, double alpha,
               Experiment& experiment, Faults& faults) {
  const Map map{entry, "in a plan", key_names_of(Section::plan), faults};
  if (!map.valid()) return;
  Plan plan;
  plan.alpha = alpha;
  constexpr std::string_view share = "a number between 0 and 1";
  if (const Entry* const one = map.find("primary")) read_primary(*one, metrics, primary_given, experiment, faults);
  if (const Entry* const one = map.find("alpha")) plan.alpha = one->number(faults, is_share, share).value_or(alpha);
  if (const Entry* const one = map.find("power")) plan.power = one->number(faults, is_share, share).value_or(0.8);
  if (const Entry* const one = map.find("mde")) {
    plan.mde = one->share(faults, "a relative effect between 0 and 1, such as 0.02");
  }
  if (const Entry* const one = map.find("sample_size")) {
    plan.sample_size = one->integer(faults, 4, kMostUnits, "units in all variants, 4 to 1000000000000");
  }
  if (const Entry* const one = map.find("duration")) plan.duration_days = read_days(*one, faults);
  if (const Entry* const one = map.find("looks")) {
    const auto looks = one->integer(faults, 1, kMostLooks, "1 to 300");
    if (looks) plan.looks = static_cast<int>(*looks);
  }
  if (const Entry* const one = map.find("mode")) plan.mode = read_mode(*one, faults).value_or(plan.mode);
  check(map, plan, faults);
  experiment.plan = plan;
}

}  // namespace crossfade::config
