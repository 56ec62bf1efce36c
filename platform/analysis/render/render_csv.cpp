#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/render/render.h"

namespace crossfade::analysis {

namespace {

constexpr std::string_view kHeader =
    "experiment,version,status,metric,role,direction,unit,control,treatment,control_n,control_mean,"
    "control_standard_deviation,treatment_n,treatment_mean,treatment_standard_deviation,effect,standard_error,dof,"
    "effect_lower,effect_upper,lift,lift_method,lift_lower,lift_upper,confidence_level,p_value,adjustment,"
    "adjusted_p_value,always_valid_p_value,significant,reason,verdict,cuped_effect,cuped_standard_error,cuped_p_value,"
    "cuped_lift,cuped_lift_lower,cuped_lift_upper,variance_reduction,chance_to_win,expected_loss,mde,"
    "fcr_lower,fcr_upper,prior_conflict,decided_by,deciding_effect,deciding_effect_lower,deciding_effect_upper,"
    "deciding_lift,"
    "deciding_lift_lower,deciding_lift_upper,deciding_significant,expected_lift,expected_lower,expected_upper,"
    "program,clock,world,seeds,configuration\n";

// RFC 4180: quoted where it holds a comma, a quote or a line break.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// The shortest text that reads back as the same double; nothing where there is none.
std::string field(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

// Who made the row, and where its data come from: of several runs the latest, and all seeds.
std::string origin_of(const Provenance& provenance) {
  std::string world, seeds, configuration;
  for (const Run& run : provenance.runs) {
    configuration = run.configuration;
    if (run.world) {
      world = fmt::format("{} {} seed {} {}", run.world->kind, run.world->name, run.world->seed, run.world->checksum);
    }
    if (run.seed) seeds += fmt::format("{}{}", seeds.empty() ? "" : " ", *run.seed);
  }
  const std::optional<RunClock> clock = clock_of(provenance);
  return fmt::format("{},{},{},{},{}", field(provenance.program), clock ? to_string(*clock) : "", field(world), seeds,
                     configuration);
}

std::string row(const Report& report, const std::string& origin, const MetricReport& metric,
                const Comparison& comparison) {
  const VariantSummary& control = metric.variants.front();
  const VariantSummary& treatment = *std::ranges::find(metric.variants, comparison.variant, &VariantSummary::variant);
  const auto lower = [](const std::optional<Interval>& interval) {
    return interval ? field(std::optional(interval->lower)) : "";
  };
  const auto upper = [](const std::optional<Interval>& interval) {
    return interval ? field(std::optional(interval->upper)) : "";
  };
  const AdjustedComparison adjusted = comparison.adjusted.value_or(AdjustedComparison{});
  const Deciding deciding = comparison.deciding.value_or(Deciding{});
  std::string expected = ",,";  // lift and interval after launch
  for (const AfterLaunch& one : report.after_launch) {
    if (metric.role != Role::primary || one.variant != comparison.variant) continue;
    expected = fmt::format("{},{},{}", one.lift, one.interval.lower, one.interval.upper);
  }
  const BayesianView bayesian = comparison.bayesian.value_or(BayesianView{});
  const std::vector<std::string> fields = {
      field(report.experiment),
      std::to_string(report.version),
      report.status,
      field(metric.metric),
      std::string(to_string(metric.role)),
      std::string(to_string(metric.direction)),
      field(metric.unit),
      field(control.variant),
      field(treatment.variant),
      std::to_string(control.n),
      field(control.mean),
      field(control.standard_deviation),
      std::to_string(treatment.n),
      field(treatment.mean),
      field(treatment.standard_deviation),
      field(comparison.effect),
      field(comparison.standard_error),
      field(comparison.dof),
      lower(comparison.interval),
      upper(comparison.interval),
      field(comparison.lift),
      std::string(to_string(report.lift_method)),
      lower(comparison.lift_interval),
      upper(comparison.lift_interval),
      field(std::optional(report.confidence_level)),
      field(comparison.p_value),
      metric.adjustment,
      field(comparison.adjusted_p_value),
      comparison.always_valid ? field(comparison.always_valid->p_value) : "",
      comparison.significant ? "true" : "false",
      comparison.reason,
      std::string(to_string(report.decision.verdict)),
      field(adjusted.effect),
      field(adjusted.standard_error),
      field(adjusted.p_value),
      field(adjusted.lift),
      lower(adjusted.lift_interval),
      upper(adjusted.lift_interval),
      field(adjusted.variance_reduction),
      field(bayesian.chance_to_win),
      field(bayesian.expected_loss),
      comparison.detectable ? field(comparison.detectable->achieved) : "",
      lower(comparison.fcr_interval),
      upper(comparison.fcr_interval),
      field(bayesian.prior_conflict),
      field(deciding.label),
      field(deciding.effect),
      lower(deciding.interval),
      upper(deciding.interval),
      field(deciding.lift),
      lower(deciding.lift_interval),
      upper(deciding.lift_interval),
      !comparison.deciding   ? ""
      : deciding.significant ? "true"
                             : "false",
      expected,
      origin,
  };
  return fmt::format("{}\n", fmt::join(fields, ","));
}

}  // namespace

std::string render_csv(std::span<const Report> reports) {
  std::string csv(kHeader);
  for (const Report& report : reports) {
    const std::string origin = origin_of(report.provenance);
    for (const MetricReport& metric : report.metrics) {
      for (const Comparison& comparison : metric.comparisons) csv += row(report, origin, metric, comparison);
    }
  }
  return csv;
}

}  // namespace crossfade::analysis
