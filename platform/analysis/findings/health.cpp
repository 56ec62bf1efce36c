#include "platform/analysis/findings/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/stats/counts/srm.h"
#include "platform/stats/counts/srm_sequential.h"
#include "platform/stats/segments/homogeneity.h"

namespace crossfade::analysis {

namespace {

// Units that the prior of the split's always-valid test is worth. Few units cost next to nothing later, many cost all
// of it early: 100 against 25 has p = 4e-6, 505 000 against 495 000 has 2e-20; with 10 000 it is .76 and 3e-21.
constexpr double kSplitUnits = 100;

// A listener pool that has been seen as a whole has no new exposures, but its sessions go on: the later end counts.
std::optional<Timestamp> end_of(const ExperimentData& data) {
  if (!data.first_exposure || !data.last_exposure) return std::nullopt;
  return std::max(*data.last_exposure, data.data_through.value_or(*data.last_exposure));
}

std::int64_t units_with_value(const storage::MetricAggregate& metric) {
  if (metric.units_with_trials) return *metric.units_with_trials;
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

// Collects what is wrong with a report's data.
class Warnings {
 public:
  explicit Warnings(Health& health) : health_(health) {}

  void warn(std::string text) { health_.warnings.push_back(std::move(text)); }
  // After which the numbers may be of something else than their names say.
  void alarm(std::string text) {
    health_.serious_warnings.push_back(text);
    warn(std::move(text));
  }
  // What no other part of the report says in words.
  void tell(std::string text, HealthGrade grade = HealthGrade::warning) {
    health_.data_warnings.push_back(text);
    if (grade == HealthGrade::serious) return alarm(std::move(text));
    warn(std::move(text));
  }

 private:
  Health& health_;
};

void warn_of_split(const Report& report, Warnings& warnings) {
  if (report.srm.mismatch) {
    warnings.alarm(fmt::format("Sample ratio mismatch ({}): units are not split as {}.", p_statement(report.srm),
                               report.srm.equal_weights_assumed ? "equal weights would" : "configured"));
  }
  for (const SegmentSrm& segment : report.health.segments) {
    if (!segment.srm.mismatch) continue;
    warnings.alarm(fmt::format("Sample ratio mismatch where {} is {} ({}).", segment.dimension, segment.level,
                               p_statement(segment.srm)));
  }
  if (report.multiple_variants > 0) {
    std::string text = fmt::format(
        "{} ({}) {} seen in several variants and left out.", counted(report.multiple_variants, "unit", "units"),
        share(multiple_variants_share(report)), report.multiple_variants == 1 ? "was" : "were");
    if (multiple_variants_share(report) > kMultipleVariantsShare) {
      warnings.alarm(std::move(text));
    } else {
      warnings.warn(std::move(text));
    }
  }
}

void warn_of_balance(const Balance& balance, Warnings& warnings) {
  for (const HistoryComparison& one : balance.comparisons) {
    if (!one.p_value || *one.p_value >= kMismatchP) continue;
    warnings.alarm(fmt::format("Before anybody was exposed, {} differed from the control in {} ({}).", one.variant,
                               balance.metric, p_statement(*one.p_value)));
  }
  if (balance.share_p_value && *balance.share_p_value < kMismatchP) {
    warnings.alarm(fmt::format("The share of units with history differs between the variants ({}).",
                               p_statement(*balance.share_p_value)));
  }
}

// Of the effect that the verdict is about, and of the units that it is told from.
void warn_of_overlap(const Report& report, Warnings& warnings) {
  for (const InteractionResult& one : report.interactions) {
    if (one.assignment_p_value && *one.assignment_p_value < kMismatchP) {
      warnings.tell(fmt::format("{} of {} and {} here are not assigned independently ({}): their effects are mixed.",
                                one.other_variant, one.experiment, one.variant, p_statement(*one.assignment_p_value)),
                    HealthGrade::serious);
    }
    if (!one.estimate || !one.adjusted_p_value || *one.adjusted_p_value >= kMismatchP) continue;
    const int decimals = decimals_for(one.standard_error.value_or(0), *one.estimate);
    warnings.tell(fmt::format("The effect of {} is another, by {}, for units that are in {} of {} too ({}).",
                              one.variant, signed_number(*one.estimate, decimals), one.other_variant, one.experiment,
                              p_statement(*one.adjusted_p_value)));
  }
}

// Of what the experiment asked for: one sentence a metric, for the treatment that takes most units.
void warn_of_skew(const Report& report, Warnings& warnings) {
  for (const MetricReport& metric : report.metrics) {
    if (metric.role == Role::other) continue;
    const Comparison* worst = nullptr;
    for (const Comparison& comparison : metric.comparisons) {
      const auto& skew = comparison.skew;
      if (!skew || skew->trusted) continue;
      if (worst == nullptr || skew->units_needed > worst->skew->units_needed) worst = &comparison;
    }
    if (worst == nullptr) continue;
    const Skew& skew = *worst->skew;
    warnings.warn(
        fmt::format("{} is skewed ({:.1f}), and {} has {}: Welch's test is not to be trusted below {} units there.",
                    metric.metric, skew.skewness, skew.of_treatment ? worst->variant : report.control,
                    counted(skew.units, "unit", "units"), skew.units_needed));
  }
}

}  // namespace

// A session that goes on past midnight makes no day of data.
int days_of(const ExperimentData& data, std::int64_t spill_ms) {
  auto end = end_of(data);
  if (end && data.last_began) end = std::max(*data.last_exposure, *data.last_began);
  if (!end) return 0;
  const Timestamp counted{std::max(data.exposed_from->ms, end->ms - spill_ms)};
  return static_cast<int>(utc_day(counted) - utc_day(*data.exposed_from) + 1);
}

Srm sample_ratio(std::span<const VariantData> variants, bool equal_weights_assumed, bool ended) {
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
  if (const auto sequential = stats::srm_sequential(result.observed, weights, {.concentration = kSplitUnits})) {
    result.always_valid_p_value = sequential->p_value;
    result.decided_always_valid = !ended;
  }
  result.mismatch = *result.deciding_p() < kMismatchP;
  return result;
}

std::vector<SegmentSrm> segment_ratios(const ExperimentData& data) {
  std::vector<SegmentSrm> segments;
  for (const GroupingData& dimension : data.dimensions) {
    for (const LevelData& level : dimension.levels) {
      segments.push_back({.dimension = dimension.name,
                          .level = level.level,
                          .srm = sample_ratio(level.variants, data.equal_weights_assumed, has_ended(data))});
    }
  }
  const auto tested = static_cast<double>(
      std::ranges::count_if(segments, [](const SegmentSrm& segment) { return segment.srm.p_value.has_value(); }));
  for (SegmentSrm& segment : segments) {
    if (!segment.srm.p_value) continue;
    for (std::optional<double>* p : {&segment.srm.p_value, &segment.srm.always_valid_p_value}) {
      if (*p) *p = std::min(1.0, **p * tested);
    }
    segment.srm.mismatch = *segment.srm.deciding_p() < kMismatchP;
  }
  return segments;
}

Health health_of(const ExperimentData& data, std::string_view primary_name, std::size_t primary,
                 std::optional<std::size_t> budget) {
  Health health;
  health.first_exposure = data.first_exposure;
  health.exposed_from = data.exposed_from;
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

void add_warnings(Report& report) {
  Warnings warnings(report.health);
  warn_of_split(report, warnings);
  if (const std::int64_t exclusions = report.health.exclusions; exclusions > 0) {
    warnings.warn(fmt::format("{} of the store {} rows out (crossfade store exclude --list).",
                              counted(exclusions, "exclusion", "exclusions"), exclusions == 1 ? "leaves" : "leave"));
  }
  const MetricShares& defined = report.health.primary_defined;
  if (defined.p_value && *defined.p_value < kMismatchP) {
    warnings.alarm(
        fmt::format("The share of units that have a value of {} differs between the variants ({}): those who "
                    "have one are no random split.",
                    defined.metric, p_statement(*defined.p_value)));
  }
  for (const ImplausibleValues& one : report.health.implausible) {
    warnings.tell(fmt::format("{} {} left out of {}: a value of theirs is past {:g}, which nothing measured can be.",
                              counted(one.units, "unit", "units"), one.units == 1 ? "is" : "are", one.metric,
                              kLargestValue));
  }
  for (const auto& time : {report.health.first_exposure, report.health.last_exposure, report.data_through}) {
    if (!time || is_plausible(*time)) continue;
    warnings.tell(fmt::format("A time of the data {}.", implausible(*time)));
    break;
  }
  for (const ServedOtherwise& one : report.health.served_otherwise) {
    warnings.tell(
        fmt::format("{} of {} were served something else than their variant's parameters, by experiment {}.", one.units,
                    counted(exposed_units(report) + report.multiple_variants, "unit", "units"), one.by),
        HealthGrade::serious);
  }
  if (const ConfigurationChange* const swap = first_swap(report)) {
    warnings.alarm(fmt::format("A variant became another treatment on {} and kept its version: {}.",
                               to_string(swap->at), fmt::join(swap->changes, "; ")));
  }
  if (report.health.balance) warn_of_balance(*report.health.balance, warnings);
  warn_of_skew(report, warnings);
  for (const MetricReport& metric : report.metrics) {
    if (!metric.margin || !not_measured(metric) || exposed_units(report) == 0) continue;
    warnings.warn(fmt::format("Guardrail {} was not measured: nothing guards it.", metric.metric));
  }
  warn_of_overlap(report, warnings);
  for (const MetricReport& metric : report.metrics) {
    for (const EffectTrend& trend : metric.trend) {
      if (surely_changes(trend)) {
        warnings.tell(fmt::format("The effect of {} on {} {}.", trend.variant, metric.metric, trend_words(trend)));
      }
    }
  }
}

void add_traffic_warnings(Report& report) {
  Warnings warnings(report.health);
  for (const VariantTraffic& variant : report.traffic) {
    const double fallback = variant.fallback_share.value_or(0);
    if (fallback <= kMuchFallback) continue;
    std::string text = fmt::format("In {}, {} of the answers did not come from {}.", variant.variant,
                                   plain_percent(fallback, 1), variant.recommender);
    if (fallback > kMostlyFallback) {
      warnings.alarm(std::move(text));
    } else {
      warnings.warn(std::move(text));
    }
  }
  if (report.traffic.empty()) return;
  const std::vector<storage::DayTraffic>& days = report.traffic.front().days;
  std::vector<std::string> silent;
  for (std::size_t i = 1; i + 1 < days.size(); ++i) {
    const bool none = std::ranges::all_of(
        report.traffic, [i](const VariantTraffic& variant) { return variant.days.at(i).sessions == 0; });
    if (none) silent.push_back(date(days[i].day));
  }
  if (silent.empty()) return;
  const std::size_t others = silent.size() - 1;
  warnings.warn(fmt::format("No session on {}{}: was nothing logged, or did nobody listen?", silent.front(),
                            others == 0 ? "" : " and " + counted(others, "other day", "other days")));
}

}  // namespace crossfade::analysis
