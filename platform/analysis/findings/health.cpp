#include "platform/analysis/findings/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/stats/counts/srm.h"
#include "platform/stats/counts/srm_sequential.h"
#include "platform/stats/segments/homogeneity.h"

namespace crossfade::analysis {

namespace {

// A listener pool that has been seen as a whole has no new exposures, but its sessions go on: the later end counts.
std::optional<Timestamp> end_of(const ExperimentData& data) {
  if (!data.first_exposure || !data.last_exposure) return std::nullopt;
  return std::max(*data.last_exposure, data.data_through.value_or(*data.last_exposure));
}

int days_of(const ExperimentData& data) {
  const auto end = end_of(data);
  return end ? static_cast<int>(utc_day(*end) - utc_day(*data.first_exposure) + 1) : 0;
}

std::int64_t units_with_value(const storage::MetricAggregate& metric) {
  return metric.events.empty() ? metric.moments.n() : static_cast<std::int64_t>(metric.events.size());
}

MetricShares defined_shares(const ExperimentData& data, std::string_view name, std::size_t metric) {
  MetricShares shares;
  shares.metric = name;
  std::vector<std::int64_t> defined, units;
  for (const VariantData& variant : data.variants) {
    DefinedShare share;
    share.variant = variant.key;
    share.n = units_with_value(variant.metrics[metric]);
    if (variant.units > 0) share.share = static_cast<double>(share.n) / static_cast<double>(variant.units);
    shares.variants.push_back(share);
    defined.push_back(share.n);
    units.push_back(variant.units);
  }
  const auto test = stats::homogeneity(defined, units);
  if (test) {
    shares.p_value = test->p_value;
  } else {
    shares.reason = to_string(test.reason());
  }
  return shares;
}

SessionBudget budget_of(const VariantData& variant, std::size_t metric) {
  const stats::Moments moments = variant.metrics[metric].moments.marginal(0);
  SessionBudget budget;
  budget.variant = variant.key;
  budget.n = moments.n();
  if (moments.n() > 0) budget.mean = moments.mean();
  if (moments.n() > 1) {
    budget.standard_error = std::sqrt(moments.variance() / static_cast<double>(moments.n()));
  } else {
    budget.reason = to_string(stats::Undefined::insufficient_data);
  }
  return budget;
}

void add_balance_warnings(const Balance& balance, std::vector<std::string>& warnings) {
  for (const HistoryComparison& one : balance.comparisons) {
    if (!one.p_value || *one.p_value >= kMismatchP) continue;
    warnings.push_back(fmt::format("Before anybody was exposed, {} differed from the control in {} ({}).", one.variant,
                                   balance.metric, p_statement(*one.p_value)));
  }
  if (balance.share_p_value && *balance.share_p_value < kMismatchP) {
    warnings.push_back(fmt::format("The share of units with history differs between the variants ({}).",
                                   p_statement(*balance.share_p_value)));
  }
}

}  // namespace

Srm sample_ratio(std::span<const VariantData> variants, bool equal_weights_assumed) {
  Srm result;
  result.equal_weights_assumed = equal_weights_assumed;
  std::vector<double> weights;
  for (const VariantData& variant : variants) {
    if (variant.weight <= 0) continue;
    result.variants.push_back(variant.key);
    result.observed.push_back(variant.units);
    weights.push_back(variant.weight);
  }
  const auto test = stats::srm(result.observed, weights);
  if (!test) {
    result.reason = to_string(test.reason());
    return result;
  }
  result.expected = test->expected;
  result.statistic = test->statistic;
  result.dof = static_cast<int>(test->dof);
  result.p_value = test->p_value;
  result.mismatch = test->p_value < kMismatchP;
  if (const auto sequential = stats::srm_sequential(result.observed, weights)) {
    result.always_valid_p_value = sequential->p_value;
  }
  return result;
}

std::vector<SegmentSrm> segment_ratios(const ExperimentData& data) {
  std::vector<SegmentSrm> segments;
  for (const GroupingData& dimension : data.dimensions) {
    for (const LevelData& level : dimension.levels) {
      segments.push_back({.dimension = dimension.name,
                          .level = level.level,
                          .srm = sample_ratio(level.variants, data.equal_weights_assumed)});
    }
  }
  const auto tested = static_cast<double>(
      std::ranges::count_if(segments, [](const SegmentSrm& segment) { return segment.srm.p_value.has_value(); }));
  for (SegmentSrm& segment : segments) {
    if (!segment.srm.p_value) continue;
    segment.srm.p_value = std::min(1.0, *segment.srm.p_value * tested);
    segment.srm.mismatch = *segment.srm.p_value < kMismatchP;
  }
  return segments;
}

Health health_of(const ExperimentData& data, std::string_view primary_name, std::size_t primary,
                 std::optional<std::size_t> budget) {
  Health health;
  health.first_exposure = data.first_exposure;
  health.last_exposure = data.last_exposure;
  health.days = days_of(data);
  health.primary_defined = defined_shares(data, primary_name, primary);
  for (const VariantData& variant : data.variants) {
    if (budget) health.tracks_minus_time_per_session.push_back(budget_of(variant, *budget));
  }
  health.segments = segment_ratios(data);
  return health;
}

std::vector<ConfigurationChange> changes_during(const ExperimentData& data, std::span<const ConfigurationChange> all,
                                                std::optional<Timestamp> until) {
  std::vector<ConfigurationChange> during;
  const auto end = end_of(data);
  if (!end) return during;
  std::ranges::copy_if(all, std::back_inserter(during), [&](const ConfigurationChange& change) {
    return change.experiment == data.key && change.at > *data.first_exposure && change.at <= *end &&
           (!until || change.at < *until);
  });
  return during;
}

std::vector<std::string> warnings_of(const Report& report) {
  std::vector<std::string> warnings;
  if (report.srm.mismatch) {
    warnings.push_back(fmt::format("Sample ratio mismatch ({}): units are not split as {}.",
                                   p_statement(*report.srm.p_value),
                                   report.srm.equal_weights_assumed ? "equal weights would" : "configured"));
  }
  for (const SegmentSrm& segment : report.health.segments) {
    if (!segment.srm.mismatch) continue;
    warnings.push_back(fmt::format("Sample ratio mismatch where {} is {} ({}).", segment.dimension, segment.level,
                                   p_statement(*segment.srm.p_value)));
  }
  if (report.multiple_variants > 0) {
    warnings.push_back(fmt::format(
        "{} ({}) {} seen in several variants and left out.", counted(report.multiple_variants, "unit", "units"),
        share(multiple_variants_share(report)), report.multiple_variants == 1 ? "was" : "were"));
  }
  if (const std::int64_t exclusions = report.health.exclusions; exclusions > 0) {
    warnings.push_back(fmt::format("{} of the store {} rows out (crossfade store exclude --list).",
                                   counted(exclusions, "exclusion", "exclusions"),
                                   exclusions == 1 ? "leaves" : "leave"));
  }
  const MetricShares& defined = report.health.primary_defined;
  if (defined.p_value && *defined.p_value < kMismatchP) {
    warnings.push_back(
        fmt::format("The share of units that have a {} differs between the variants ({}): those who "
                    "have one are no random split.",
                    defined.metric, p_statement(*defined.p_value)));
  }
  for (const ImplausibleValues& one : report.health.implausible) {
    warnings.push_back(
        fmt::format("{} {} left out of {}: a value of theirs is past {:g}, which nothing measured can be.",
                    counted(one.units, "unit", "units"), one.units == 1 ? "is" : "are", one.metric, kLargestValue));
  }
  for (const auto& time : {report.health.first_exposure, report.health.last_exposure, report.data_through}) {
    if (!time || is_plausible(*time)) continue;
    warnings.push_back(fmt::format("A time of the data {}.", implausible(*time)));
    break;
  }
  if (report.health.balance) add_balance_warnings(*report.health.balance, warnings);
  return warnings;
}

}  // namespace crossfade::analysis
