#include "platform/analysis/findings/metric_report.h"

#include <algorithm>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/findings/normal_interval.h"
#include "platform/analysis/report/facts.h"
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
    if (not_measured(report_)) report_.note = "not measured";
    if (planned_.position < data_.limits.size()) {
      const storage::MetricLimits& limits = data_.limits[planned_.position];
      report_.lower_limit = limits.lower;
      report_.upper_limit = limits.upper;
      report_.limited = limits.limited;
    }
    for (const GroupingData& dimension : data_.dimensions) add_segments(dimension);
    adjust_heterogeneity();
    const std::vector<std::size_t> days = metrics_.by_day(planned_.position);
    for (std::size_t i = 0; i < data_.treatments().size() && !days.empty(); ++i) add_days(i, days);
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
                           .lift = options_.lift,
                           .direction = definition_.direction,
                           .always_valid = planned_.role == Role::primary || planned_.margin,
                           .guardrail_margin = planned_.margin,
                           .bayesian = true,
                           .prior = options_.prior,
                           .target_mde = definition_.target_mde};
    if (options_.progress != nullptr) {
      const Progress& progress = *options_.progress;
      if (progress.n_star) options.n_star = *progress.n_star;
      options.power = progress.report.plan.power;
      options.plan_alpha = progress.report.plan.alpha;
      if (planned_.role == Role::primary) {
        options.bound = progress.bound;
        if (progress.report.plan.mde) options.target_mde = progress.report.plan.mde;
      }
    }
    return options;
  }

  std::vector<Sample> samples_of(const std::vector<VariantData>& variants, std::size_t position) const {
    std::vector<Sample> samples;
    for (const VariantData& variant : variants) {
      samples.push_back(sample_of(metrics_[position], variant.metrics[position], 1 - options_.confidence_level));
      samples.back().has_history = samples.back().has_history && options_.cuped;
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
      comparisons.push_back(compare(samples[0], samples[i], options));
      comparisons.back().variant = variants[i].key;
    }
  }

  void add_segments(const GroupingData& dimension) {
    if (definition_.type == MetricType::quantile) return;
    MetricSegments& segments = report_.segments.emplace_back();
    segments.dimension = dimension.name;
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

  void add_days(std::size_t treatment, const std::vector<std::size_t>& positions) {
    EffectByDay& result = report_.by_day.emplace_back();
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
    const auto trend = stats::effect_trend(days, parts);
    if (!trend) {
      result.reason = to_string(trend.reason());
      return;
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
