#pragma once

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
};

struct LevelData {
  std::string level;
  std::vector<VariantData> variants;
};

struct GroupingData {
  std::string name;
  std::vector<LevelData> levels;
};

// What the configuration says of an experiment and what the store has seen of it, side by side.
struct ExperimentData {
  std::string key;
  const Experiment* configured = nullptr;  // null: only the store knows it
  int version = 1;
  std::vector<VariantData> variants;   // control first, then as configured; those that are not configured by key
  bool equal_weights_assumed = false;  // nobody configured weights
  std::int64_t multiple_variants = 0;
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  std::optional<Timestamp> data_through;
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

// `control`: see AnalyzeOptions; throws Error where the experiment has no such variant. `metrics` is the size of the
// query. Data of another version than the configured one belong to another randomisation and are left out, with a
// warning.
ExperimentData arrange(const Experiment* configured, const storage::ExperimentAggregate& aggregate,
                       std::string_view control, std::size_t metrics);

}  // namespace crossfade::analysis
