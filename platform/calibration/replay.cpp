#include "platform/calibration/replay.h"

#include <algorithm>

#include "platform/analysis/question/sample.h"
#include "platform/stats/looks/group_sequential.h"

namespace crossfade::calibration {

namespace {

// What the looks of one split have concluded so far.
struct Ever {
  bool judged = false;  // something could be concluded
  bool better = false;
  bool worse = false;
  bool crossed = false;
};

struct EverGuarded {
  bool judged = false;
  bool harmed = false;
  bool passed = false;

  void add(const std::optional<analysis::GuardrailResult>& look) {
    if (!look || !look->p_value) return;
    judged = true;
    harmed = harmed || look->harmed;
    passed = passed || look->non_inferior;
  }
};

}  // namespace

Looks looks_of(std::size_t units, const RerandomiseOptions& options) {
  Looks looks{.ends = {},
              .bounds = {},
              .alpha = options.alpha.value_or(1 - options.confidence_level),
              .n_star = options.n_star};
  const auto count = static_cast<std::size_t>(options.looks);
  if (count == 0 || count > units) return looks;
  std::vector<double> fractions;
  for (std::size_t look = 1; look <= count; ++look) {
    looks.ends.push_back(units * look / count);
    fractions.push_back(static_cast<double>(look) / static_cast<double>(count));
  }
  looks.bounds = stats::group_sequential(fractions, {.alpha = looks.alpha})->z_bounds;
  return looks;
}

Replayer::Replayer(const MetricDefinition& metric, const MetricUnits& units, const Looks& looks, double mean,
                   std::optional<double> margin)
    : metric_(metric), units_(units), looks_(looks), margin_(margin) {
  if (!margin) return;
  const double lift = metric.direction == Direction::decrease ? *margin : -*margin;
  if (const auto loss = Effect::of(metric.type, mean, lift)) loss_.push_back(*loss);
}

Replay Replayer::nothing() const {
  Replay replay;
  if (margin_)
    replay.guardrail =
        GuardrailReplay{.margin = *margin_, .harmed = {}, .passed_at_margin = {}, .harmed_at_margin = {}};
  return replay;
}

analysis::Comparison Replayer::compared(const storage::MetricAggregate& control,
                                        const storage::MetricAggregate& treatment,
                                        const analysis::CompareOptions& options) const {
  return analysis::compare(analysis::sample_of(metric_, control, looks_.alpha),
                           analysis::sample_of(metric_, treatment, looks_.alpha), options);
}

void Replayer::add(std::span<const Side> sides, std::uint64_t salt, Replay& counted) const {
  analysis::CompareOptions primary{.confidence_level = 1 - looks_.alpha,
                                   .direction = metric_.direction,
                                   .always_valid = true,
                                   .n_star = looks_.n_star};
  // As reports have them, guardrails are compared without CUPED.
  const analysis::CompareOptions guardrail{.confidence_level = 1 - looks_.alpha,
                                           .direction = metric_.direction,
                                           .always_valid = true,
                                           .n_star = looks_.n_star,
                                           .guardrail_margin = margin_,
                                           .decides_after_cuped = false};
  Variants variants(units_, loss_, salt);
  Ever ever;
  EverGuarded without_loss;
  EverGuarded at_margin;
  std::optional<std::int64_t> needed;
  std::size_t next = 0;
  for (std::size_t look = 0; look < looks_.ends.size(); ++look) {
    for (; next < units_.size() && units_.rank(next) < looks_.ends[look]; ++next) {
      variants.add(next, sides[units_.row(next)]);
    }
    primary.bound = looks_.bounds[look];
    const analysis::Comparison seen = compared(variants.control(), variants.treatment(), primary);
    if (seen.always_valid->interval) {
      ever.judged = true;
      const bool above = seen.always_valid->interval->lower > 0;
      const bool below = seen.always_valid->interval->upper < 0;
      const bool lower_is_better = metric_.direction == Direction::decrease;
      ever.better = ever.better || (lower_is_better ? below : above);
      ever.worse = ever.worse || (lower_is_better ? above : below);
    }
    ever.crossed = ever.crossed || seen.group_sequential->crossed;
    needed = seen.always_valid->units_needed;
    if (!margin_) continue;
    without_loss.add(compared(variants.control(), variants.treatment(), guardrail).guardrail);
    if (!loss_.empty()) at_margin.add(compared(variants.control(), variants.treatment_with(0), guardrail).guardrail);
  }
  if (ever.judged) {
    counted.better.add(ever.better);
    counted.worse.add(ever.worse);
    counted.crossed.add(ever.crossed);
  }
  if (needed) counted.units_needed = std::max(*needed, counted.units_needed.value_or(0));
  if (without_loss.judged) counted.guardrail->harmed.add(without_loss.harmed);
  if (at_margin.judged) {
    counted.guardrail->passed_at_margin.add(at_margin.passed);
    counted.guardrail->harmed_at_margin.add(at_margin.harmed);
  }
}

void merge(Replay& replay, const Replay& other) {
  replay.better.add(other.better);
  replay.worse.add(other.worse);
  replay.crossed.add(other.crossed);
  if (other.units_needed) replay.units_needed = std::max(*other.units_needed, replay.units_needed.value_or(0));
  if (!other.guardrail) return;
  replay.guardrail->harmed.add(other.guardrail->harmed);
  replay.guardrail->passed_at_margin.add(other.guardrail->passed_at_margin);
  replay.guardrail->harmed_at_margin.add(other.guardrail->harmed_at_margin);
}

}  // namespace crossfade::calibration
