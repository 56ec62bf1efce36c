#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "platform/analysis/findings/compare.h"
#include "platform/calibration/metric_units.h"
#include "platform/calibration/rerandomise.h"
#include "platform/core/metric.h"

namespace crossfade::calibration {

// When somebody looks, and what a look may conclude.
struct Looks {
  std::vector<std::size_t> ends;  // units that have entered
  std::vector<double> bounds;     // |z| of a group sequential plan
  double alpha = 0.05;
  double n_star = 5000;
};

// `units`: all that there are. No looks where options.looks is 0, or more than there are units.
Looks looks_of(std::size_t units, const RerandomiseOptions& options);

// One metric's splits as experiments under way.
class Replayer {
 public:
  // The references must outlive it. `mean`: of all units. `margin`: of a guardrail.
  Replayer(const MetricDefinition& metric, const MetricUnits& units, const Looks& looks, double mean,
           std::optional<double> margin);

  Replay nothing() const;
  void add(std::span<const Side> sides, std::uint64_t salt, Replay& counted) const;

 private:
  analysis::Comparison compared(const storage::MetricAggregate& control, const storage::MetricAggregate& treatment,
                                const analysis::CompareOptions& options) const;

  const MetricDefinition& metric_;
  const MetricUnits& units_;
  const Looks& looks_;
  std::optional<double> margin_;
  std::vector<Effect> loss_;  // as large as the margin; none where a share cannot have it
};

// What two parts of the splits say together.
void merge(Replay& replay, const Replay& other);

}  // namespace crossfade::calibration
