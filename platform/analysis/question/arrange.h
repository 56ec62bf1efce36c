#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// A variant as configured and as seen.
struct VariantData {
  std::string key;
  double weight = 0;  // 0: the configuration does not give it one
  std::int64_t units = 0;
  std::vector<storage::MetricAggregate> metrics;  // one for each metric of the query
  // As VariantAggregate has them; empty of levels, and of what is known by its moments alone.
  std::vector<stats::ThirdMoments<4>> third = {};
  std::vector<storage::MetricCovariances> covariances = {};
};

struct LevelData {
  std::string level;
  std::vector<VariantData> variants;
};

struct GroupingData {
  std::string name;
  std::vector<LevelData> levels;
  std::int64_t without_value = 0;  // as GroupingAggregate has them
  std::int64_t several_values = 0;
};

// What the configuration says of an experiment and what the store has seen of it, side by side.
struct ExperimentData {
  std::string key;
  const Experiment* configured = nullptr;  // null: only the store knows it
  std::optional<Plan> plan;                // as configured; of a table what was declared
  int version = 1;
  std::vector<VariantData> variants;   // control first, then as configured; those that are not configured by key
  bool equal_weights_assumed = false;  // nobody configured weights
  std::int64_t multiple_variants = 0;
  std::int64_t overridden = 0;
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> exposed_from;  // its days are counted from then
  std::optional<Timestamp> last_exposure;
  std::optional<Timestamp> data_through;
  std::optional<Timestamp> last_began;  // when the last one that counted began
  std::optional<Timestamp> ended;       // the version was stopped, or taken away: what came later does not count
  std::vector<Pause> paused = {};       // as in ExperimentAggregate
  // Levels in the store's order, each with the variants in the order above.
  std::vector<GroupingData> dimensions;
  std::vector<GroupingData> overlaps;
  std::vector<storage::MetricLimits> limits;  // of each metric of the query; empty where nobody was seen
  std::vector<std::string> warnings;          // where the two do not fit

  std::int64_t units() const;
  // Treatments follow it. Only where there are variants.
  const VariantData& control() const { return variants.front(); }
  std::span<const VariantData> treatments() const { return std::span(variants).subspan(variants.empty() ? 0 : 1); }
};

// Stopped, or imported: no unit comes any more.
bool has_ended(const ExperimentData& data);

// Gives the variants of a table the weights that they were split by. Throws Error where one has none, or one of the
// weights is of no variant.
void set_weights(ExperimentData& data, const std::map<std::string, double>& weights);

// `control`: see AnalyzeOptions; throws Error where the experiment has no such variant. `metrics` is the size of the
// query. Data of another version than the configured one are of another split or treatment and are left out, with a
// warning.
ExperimentData arrange(const Experiment* configured, const storage::ExperimentAggregate& aggregate,
                       std::string_view control, std::size_t metrics);

}  // namespace crossfade::analysis
