#include "platform/analysis/findings/metric_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/findings/multiplicity.h"
#include "platform/analysis/findings/normal_interval.h"
#include "platform/analysis/findings/sides.h"
#include "platform/analysis/findings/skew.h"
#include "platform/analysis/planning/design.h"
#include "platform/analysis/planning/detectable.h"
#include "platform/analysis/planning/unbiased.h"
#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/stats/corrections/corrections.h"
#include "platform/stats/segments/effect_trend.h"
#include "platform/stats/segments/segment_heterogeneity.h"

namespace crossfade::analysis {

namespace {

class Builder {
 public:
  Builder(const ExperimentData& data, const MetricSet& metrics, const PlannedMetric& planned,
          const MetricReportOptions& options)
      : data_(data), metrics_(metrics), planned_(planned), definition_(metrics[planned.position]), options_(options) {}

  MetricReport run() {
    describe();
    const std::vector<Sample> samples = samples_of(data_.variants, planned_.position);
    summarise_all(data_.variants, samples, report_.variants);
    compare_all(data_.variants, samples, compare_options(), report_.comparisons);
    if (planned_.role == Role::primary && samples.size() > 2) share_alpha(samples);
    if (!options_.sequence_only) add_detectable(samples);
    add_unbiased(samples);
    if (not_measured(report_)) {
      report_.note = "not measured";
    } else if (!samples.empty() && !samples.front().blocks.empty()) {
      report_.note = blocks_note();
    } else if (std::ranges::any_of(report_.comparisons, [&](const Comparison& one) { return !one.adjusted; }) &&
               std::ranges::any_of(samples, [](const Sample& sample) { return !sample.rows.empty(); })) {
      report_.note = "covariates could not be taken out: too few units, or one that does not vary in a variant";
    } else if (definition_.type == MetricType::quantile && std::ranges::any_of(samples, ends_too_early)) {
      report_.note = "too few values beyond the quantile to tell its error";
    }
    if (planned_.position < data_.limits.size()) {
      const storage::MetricLimits& limits = data_.limits[planned_.position];
      report_.lower_limit = limits.lower;
      report_.upper_limit = limits.upper;
      report_.limited = limits.limited;
    }
    for (const GroupingData& dimension : data_.dimensions) add_segments(dimension);
    adjust_heterogeneity();
    const std::vector<std::size_t> days = metrics_.by_day(planned_.position);
    const std::vector<std::size_t> trend_days = metrics_.trend_days(planned_.position);
    for (std::size_t i = 0; i < data_.treatments().size(); ++i) {
      if (!days.empty()) report_.by_day.push_back(effect_by_day(i, days));
      if (!trend_days.empty() && planned_.role == Role::primary) {
        report_.trend.push_back(trend_of(effect_by_day(i, trend_days)));
      }
    }
    adjust_trend();
    return std::move(report_);
  }

 private:
  void describe() {
    report_.metric = definition_.name;
    report_.type = definition_.type;
    report_.role = planned_.role;
    report_.direction = definition_.direction;
    report_.unit = definition_.unit;
    report_.definition = definition_.description;
    report_.margin = planned_.margin;
  }

  CompareOptions compare_options() const {
    CompareOptions options{.confidence_level = options_.confidence_level,
                           .alpha = options_.alpha,
                           .lift = options_.lift,
                           .direction = definition_.direction,
                           .always_valid = planned_.role == Role::primary || planned_.margin,
                           .guardrail_margin = planned_.margin,
                           .decides_after_cuped = planned_.role == Role::primary,
                           .bayesian = !options_.sequence_only,
                           .prior = options_.prior};
    if (options_.progress != nullptr) {
      const Progress& progress = *options_.progress;
      if (progress.n_star) options.n_star = *progress.n_star;
      options.planned = true;
      options.planned_look = progress.report.plan.mode == SequentialMode::fixed && progress.report.complete;
      if (planned_.role == Role::primary) options.bound = progress.bound;
    }
    return options;
  }

  // By the test that decides the metric: the plan's, without one the always-valid one; of a single look where nothing
  // is decided.
  DecisionRule decision_rule(const std::vector<Sample>& samples) const {
    const Plan* const plan = options_.progress != nullptr ? &options_.progress->report.plan : nullptr;
    const double gain = planned_.margin ? 0 : cuped_gain(samples);
    if (planned_.role == Role::primary && plan != nullptr) return rule_of(*plan, gain);
    return {.alpha = options_.alpha,
            .power = plan != nullptr ? plan->power : DecisionRule{}.power,
            .mode = planned_.role == Role::primary ? SequentialMode::always_valid : SequentialMode::fixed,
            .variance_reduction = gain};
  }

  void add_detectable(const std::vector<Sample>& samples) {
    stats::Result<Design> design = design_of(data_, definition_, samples, decision_rule(samples));
    std::optional<double> target = definition_.target_mde;
    if (planned_.role == Role::primary) {
      if (design) design = as_single_look(*design);
      if (design && design->mode == SequentialMode::always_valid) design = with_n_star(*design);
      if (options_.progress != nullptr && options_.progress->report.plan.mde) {
        target = options_.progress->report.plan.mde;
      }
    } else if (design) {
      design = unshared(*design);
    }
    const std::int64_t control = data_.variants.empty() ? 0 : data_.control().units;
    for (std::size_t i = 0; i < report_.comparisons.size(); ++i) {
      report_.comparisons[i].detectable = detectable_of(design, control, data_.treatments()[i].units, target);
    }
  }

  void add_unbiased(const std::vector<Sample>& samples) {
    if (options_.progress == nullptr) return;
    const PlanProgress& plan = options_.progress->report;
    const double alpha = plan.plan.alpha / static_cast<double>(std::max<std::size_t>(1, data_.treatments().size()));
    for (std::size_t i = 0; i < report_.comparisons.size(); ++i) {
      auto& look = report_.comparisons[i].group_sequential;
      if (look)
        look->unbiased = unbiased_effect(moments_of(samples[0]), moments_of(samples[i + 1]), *look, plan.looks, alpha);
    }
  }

  Design with_n_star(Design design) const {
    design.n_star = compare_options().n_star;
    return design;
  }

  // Alpha of metrics that are no primary one is not shared among the treatments.
  static Design unshared(Design design) {
    design.alpha *= static_cast<double>(design.weights.size() - 1);
    return design;
  }

  std::vector<Sample> samples_of(const std::vector<VariantData>& variants, std::size_t position) const {
    std::vector<Sample> samples;
    for (const VariantData& variant : variants) {
      samples.push_back(sample_of(metrics_[position], variant.metrics[position], options_.alpha));
      if (!options_.cuped) {
        samples.back().has_history = false;
        samples.back().rows.clear();
      }
      if (position < variant.third.size()) samples.back().third = variant.third[position];
    }
    return samples;
  }

  static void summarise_all(const std::vector<VariantData>& variants, const std::vector<Sample>& samples,
                            std::vector<VariantSummary>& summaries) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      summaries.push_back(summarise(samples[i]));
      summaries.back().variant = variants[i].key;
    }
  }

  static void compare_all(const std::vector<VariantData>& variants, const std::vector<Sample>& samples,
                          const CompareOptions& options, std::vector<Comparison>& comparisons) {
    for (std::size_t i = 1; i < variants.size(); ++i) {
      const double alpha = options.alpha.value_or(1 - options.confidence_level);
      const auto skew = skew_of(samples[0], samples[i], alpha);
      // A guardrail that is too skewed for the planned look stays with what holds at every look.
      CompareOptions trusted = options;
      trusted.planned_look = options.planned_look && (!skew || skew->trusted);
      Comparison& comparison = comparisons.emplace_back(compare(samples[0], samples[i], trusted));
      comparison.variant = variants[i].key;
      comparison.skew = skew;
      if (comparison.adjusted) comparison.adjusted->skew = adjusted_skew_of(samples[0], samples[i], alpha);
    }
  }

  // The deciding intervals of several treatments are as wide as Holm's procedure makes them, so that none contradicts
  // the adjusted p-values of multiplicity.h.
  void share_alpha(const std::vector<Sample>& samples) {
    const std::vector<DecidingLevels> levels = deciding_levels(report_.comparisons, options_.alpha);
    CompareOptions options = compare_options();
    options.bayesian = false;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      options.always_valid_level = levels[i].always_valid;
      options.planned_level = levels[i].planned;
      Comparison& comparison = report_.comparisons[i];
      Comparison shared = compare(samples[0], samples[i + 1], options);
      comparison.always_valid = std::move(shared.always_valid);
      comparison.planned = std::move(shared.planned);
    }
  }

  // Of the treatment that was in fewest of them.
  std::string blocks_note() const {
    const auto fewest = std::ranges::min_element(report_.comparisons, {}, &Comparison::blocks);
    if (fewest == report_.comparisons.end() || !fewest->blocks) return "";
    std::string note = fmt::format("compared in {}", counted(*fewest->blocks, "block", "blocks"));
    if (fewest->incomplete_blocks > 0) {
      note += fmt::format(", {} with one of the variants only left out", fewest->incomplete_blocks);
    }
    return note;
  }

  // A quantile of so few values that its interval would reach beyond the last of them.
  static bool ends_too_early(const Sample& sample) {
    return sample.n > 1 && !sample.moments && sample.moments.reason() == stats::Undefined::insufficient_data;
  }

  void add_segments(const GroupingData& dimension) {
    if (definition_.type == MetricType::quantile) return;
    MetricSegments& segments = report_.segments.emplace_back();
    segments.dimension = dimension.name;
    segments.without_value = dimension.without_value;
    segments.several_values = dimension.several_values;
    const CompareOptions options{
        .confidence_level = options_.confidence_level, .lift = options_.lift, .direction = definition_.direction};
    std::vector<std::vector<stats::TwoSamples>> parts(data_.treatments().size());
    for (const LevelData& level : dimension.levels) {
      SegmentComparison& segment = segments.levels.emplace_back();
      segment.level = level.level;
      const std::vector<Sample> samples = samples_of(level.variants, planned_.position);
      summarise_all(level.variants, samples, segment.variants);
      compare_all(level.variants, samples, options, segment.comparisons);
      for (std::size_t i = 1; i < samples.size(); ++i) {
        parts[i - 1].push_back({.control = moments_of(samples[0]), .treatment = moments_of(samples[i])});
      }
    }
    for (const auto& of_treatment : parts) segments.heterogeneity.push_back(heterogeneity_of(of_treatment));
  }

  static stats::Moments moments_of(const Sample& sample) { return sample.moments ? *sample.moments : stats::Moments(); }

  static Heterogeneity heterogeneity_of(const std::vector<stats::TwoSamples>& parts) {
    Heterogeneity result;
    const auto test = stats::segment_heterogeneity(parts);
    if (!test) {
      result.reason = to_string(test.reason());
      return result;
    }
    result.q_statistic = test->q_statistic;
    result.dof = static_cast<int>(test->dof);
    result.p_value = test->p_value;
    result.adjusted_p_value = test->p_value;
    result.i_squared = test->i_squared;
    return result;
  }

  // Holm over the dimensions, for each treatment.
  void adjust_heterogeneity() {
    for (std::size_t treatment = 0; treatment < data_.treatments().size(); ++treatment) {
      std::vector<double> p_values;
      std::vector<Heterogeneity*> tests;
      for (MetricSegments& segments : report_.segments) {
        Heterogeneity& test = segments.heterogeneity[treatment];
        if (!test.p_value) continue;
        p_values.push_back(*test.p_value);
        tests.push_back(&test);
      }
      const auto corrected = stats::holm(p_values);
      if (!corrected) continue;
      for (std::size_t i = 0; i < tests.size(); ++i) tests[i]->adjusted_p_value = (*corrected)[i];
    }
  }

  static EffectTrend trend_of(const EffectByDay& effect) {
    EffectTrend trend;
    trend.variant = effect.variant;
    trend.slope = effect.slope;
    trend.slope_standard_error = effect.slope_standard_error;
    trend.p_value = effect.p_value;
    trend.adjusted_p_value = effect.p_value;
    trend.reason = effect.reason;
    for (const DailyEffect& day : effect.days) {
      if (!day.effect) continue;
      if (!trend.first) trend.first = day;
      trend.last = day;
    }
    return trend;
  }

  // Holm over the treatments.
  void adjust_trend() {
    std::vector<double> p_values;
    for (const EffectTrend& trend : report_.trend) {
      if (trend.p_value) p_values.push_back(*trend.p_value);
    }
    const auto corrected = stats::holm(p_values);
    if (!corrected) return;
    auto next = corrected->begin();
    for (EffectTrend& trend : report_.trend) {
      if (trend.p_value) trend.adjusted_p_value = *next++;
    }
  }

  EffectByDay effect_by_day(std::size_t treatment, const std::vector<std::size_t>& positions) const {
    EffectByDay result;
    result.variant = data_.treatments()[treatment].key;
    std::vector<double> days;
    std::vector<stats::TwoSamples> parts;
    for (std::size_t day = 0; day < positions.size(); ++day) {
      const std::vector<Sample> samples = samples_of(data_.variants, positions[day]);
      days.push_back(static_cast<double>(day));
      parts.push_back({.control = moments_of(samples[0]), .treatment = moments_of(samples[treatment + 1])});
      DailyEffect& effect = result.days.emplace_back();
      effect.day = static_cast<int>(day);
      effect.n = samples[0].n + samples[treatment + 1].n;
    }
    // Units come back: the days of a variant are no independent samples.
    const auto trend = stats::effect_trend_clustered(days, parts, covariances_of(data_.control(), positions),
                                                     covariances_of(data_.treatments()[treatment], positions));
    if (!trend) {
      result.reason = to_string(trend.reason());
      return result;
    }
    for (std::size_t day = 0; day < positions.size(); ++day) {
      if (!trend->effects[day]) continue;
      result.days[day].effect = trend->effects[day]->estimate;
      result.days[day].standard_error = trend->effects[day]->standard_error;
      result.days[day].interval =
          normal_interval(result.days[day].effect, result.days[day].standard_error, options_.confidence_level);
    }
    result.slope = trend->slope;
    result.slope_standard_error = trend->slope_standard_error;
    result.slope_interval = normal_interval(result.slope, result.slope_standard_error, options_.confidence_level);
    result.p_value = trend->p_value;
    return result;
  }

  // Zeros of a variant that nobody was seen in.
  static stats::DayCovariances covariances_of(const VariantData& variant, const std::vector<std::size_t>& positions) {
    const auto found = std::ranges::find(variant.covariances, positions, &storage::MetricCovariances::metrics);
    if (found != variant.covariances.end()) return found->between;
    return stats::DayCovariances(positions.size(), std::vector<double>(positions.size()));
  }

  const ExperimentData& data_;
  const MetricSet& metrics_;
  const PlannedMetric& planned_;
  const MetricDefinition& definition_;
  const MetricReportOptions& options_;
  MetricReport report_;
};

}  // namespace

MetricReport metric_report(const ExperimentData& data, const MetricSet& metrics, const PlannedMetric& planned,
                           const MetricReportOptions& options) {
  return Builder(data, metrics, planned, options).run();
}

}  // namespace crossfade::analysis
