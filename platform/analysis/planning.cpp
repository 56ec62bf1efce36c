#include "platform/analysis/planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "platform/analysis/findings/health.h"
#include "platform/analysis/findings/sides.h"
#include "platform/analysis/planning/planned_size.h"
#include "platform/analysis/planning/population.h"
#include "platform/analysis/question/question.h"
#include "platform/analysis/report/wording.h"
#include "platform/core/error.h"
#include "platform/stats/looks/group_sequential.h"

namespace crossfade::analysis {

namespace {

// More units than there are people.
constexpr double kMostUnits = 1e12;
constexpr double kFewest = 2;  // in a variant
constexpr double kUsualMde = 0.05;

[[noreturn]] void refuse(const std::string& what) {
  throw Error::user(what);
}

void check_design(const Design& design) {
  const auto share = [](double value) { return value > 0 && value < 1; };
  if (!std::isfinite(design.mean) || design.mean == 0) refuse("the mean must not be 0: effects are shares of it");
  const bool follows = design.type == MetricType::proportion || design.type == MetricType::retention;
  if (follows && !share(design.mean)) refuse(fmt::format("a share of {}, want one between 0 and 1", design.mean));
  if (!follows && !(std::isfinite(design.variance) && design.variance > 0)) {
    refuse("the standard deviation must be above 0");
  }
  if (!share(design.alpha) || !share(design.power)) refuse("alpha and power must lie between 0 and 1");
  if (design.power <= design.alpha) refuse("the power must be above alpha");
  if (design.weights.size() < 2 || design.weights.size() > 101) refuse("want 1 to 100 treatments");
  for (const double weight : design.weights) {
    if (!(weight > 0 && std::isfinite(weight))) refuse(fmt::format("a weight of {}, want weights above 0", weight));
  }
  if (design.looks < 1 || design.looks > static_cast<int>(stats::kMostLooks)) {
    refuse(fmt::format("{} looks, want 1 to {}", design.looks, stats::kMostLooks));
  }
  if (!(design.variance_reduction >= 0 && design.variance_reduction < 1)) {
    refuse("the variance reduction must be at least 0 and below 1");
  }
  if (design.variance_reduction > 0 && design.mode == SequentialMode::group_sequential) {
    refuse("a group sequential plan is decided without CUPED: want no variance reduction, or another mode");
  }
}

void check(const PlanRequest& request) {
  check_design(request.design);
  const int asked = request.mde.has_value() + request.margin.has_value() + request.sample_size.has_value();
  if (asked != 1) refuse("want an effect, a margin or a sample size, one of them");
  const auto above_zero = [](double value) { return value > 0 && std::isfinite(value); };
  if (request.mde && !above_zero(*request.mde)) refuse("the effect must be above 0");
  if (request.margin && !(*request.margin > 0 && *request.margin < 1)) {
    refuse(fmt::format("a margin of {}, want one between 0 and 1, such as 0.1", *request.margin));
  }
  if (request.sample_size && !(above_zero(*request.sample_size) && *request.sample_size <= kMostUnits)) {
    refuse("the sample size must be above 0 and at most 1e12");
  }
  if (request.daily_units && !above_zero(*request.daily_units)) refuse("the daily units must be above 0");
  if (request.days < 1 || request.days > 3650) refuse("want 1 to 3650 days");
}

std::optional<double> value_of(const stats::Result<double>& result) {
  return result ? std::optional(*result) : std::nullopt;
}

DesignSize wanted_size(const PlanRequest& request) {
  const Design& design = request.design;
  const auto size = request.mde ? size_for(design, *request.mde) : size_for_margin(design, *request.margin);
  const double asked = request.mde.value_or(request.margin.value_or(0));
  const char* what = request.mde ? "an effect" : "a margin";
  if (!size && size.reason() == stats::Undefined::invalid_input) {
    refuse(fmt::format("{} of {} on a share of {}, want one that stays between 0 and 1", what, asked, design.mean));
  }
  if (!size || size->units > kMostUnits) refuse(fmt::format("{} of {} needs more than 1e12 units", what, asked));
  return *size;
}

DesignSize given_size(const PlanRequest& request) {
  const std::vector<double>& weights = request.design.weights;
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  DesignSize size;
  for (const double weight : weights) {
    size.variants.push_back(std::floor(*request.sample_size * weight / total * (1 + 1e-12)));
    size.units += size.variants.back();
  }
  return size;
}

PlannedGuardrail planned(const GuardrailRequest& guardrail) {
  PlannedGuardrail result{.metric = guardrail.metric, .margin = guardrail.margin, .units = std::nullopt, .reason = {}};
  const auto size = guardrail.design ? size_for_margin(*guardrail.design, guardrail.margin)
                                     : stats::Result<DesignSize>(guardrail.design.reason());
  if (size) {
    result.units = size->units;
  } else {
    result.reason = to_string(size.reason());
  }
  return result;
}

// Those that the store has seen, as the experiment is decided.
class Seen {
 public:
  Seen(const Configuration& configuration, const storage::EventStore& store, const std::string& experiment)
      : configuration_(configuration), planned_sizes_(store.planned_sizes()) {
    AnalyzeOptions options;
    options.experiments = {experiment};
    options.deciding_only = true;
    options.interactions = false;
    question_ = question_of(configuration, options, store);
    configured_ = find_configured(configuration, experiment);
    data_ =
        arrange(configured_, answer_of(*question_, configuration, store).front(), "", question_->query.metrics.size());
  }

  PlanRequest request(std::optional<SequentialMode> mode) const {
    const MetricRoles roles = configured_ != nullptr ? configured_->metrics : default_roles();
    const Plan* const plan = configured_ != nullptr && configured_->plan ? &*configured_->plan : nullptr;
    Plan decided =
        plan != nullptr ? *plan : Plan{.alpha = 1 - configuration_.confidence_level, .mode = SequentialMode::fixed};
    decided.mode = mode.value_or(decided.mode);
    PlanRequest request;
    for (const PlannedMetric& metric : question_->metrics.planned(roles, {})) {
      const MetricDefinition& definition = question_->metrics[metric.position];
      const std::vector<Sample> samples =
          samples_of(data_.variants, definition, metric.position, 1 - configuration_.confidence_level);
      if (metric.role == Role::primary) {
        const auto design = design_of(data_, definition, samples, rule_of(decided, cuped_gain(samples)));
        if (!design) {
          throw Error::user(fmt::format("{} has not been seen with {} yet: plan it from numbers, --mean and --sd",
                                        data_.key, definition.name));
        }
        request.design = *design;
        request.mde = plan != nullptr && plan->mde ? plan->mde : definition.target_mde;
        if (plan != nullptr) request.under_way = under_way(*plan, definition, samples);
      }
      if (!metric.margin) continue;
      request.guardrails.push_back({.metric = definition.name,
                                    .margin = *metric.margin,
                                    .design = design_of(data_, definition, samples, rule_of(decided, 0))});
    }
    if (plan != nullptr && !plan->mde && plan->sample_size) {
      request.mde = std::nullopt;
      request.sample_size = static_cast<double>(*plan->sample_size);
    } else if (!request.mde) {
      request.mde = kUsualMde;
    }
    if (data_.units() > 0 && days_of(data_) > 0) {
      request.daily_units = static_cast<double>(data_.units()) / days_of(data_);
    }
    return request;
  }

 private:
  std::string under_way(const Plan& plan, const MetricDefinition& primary, std::span<const Sample> samples) const {
    const Sizing sizing = planned_size_of(plan, data_, primary, samples, 0, planned_sizes_, std::nullopt);
    if (!sizing.size || !sizing.size->fixed) return "";
    PlanProgress progress;
    progress.planned_units = sizing.units;
    progress.size = sizing.size;
    return size_statement(progress);
  }

  const Configuration& configuration_;
  const std::vector<storage::PlannedSize> planned_sizes_;
  const Experiment* configured_ = nullptr;
  std::optional<Question> question_;
  ExperimentData data_;
};

}  // namespace

PlanAnswer plan_experiment(const PlanRequest& request) {
  check(request);
  const DesignSize size = request.sample_size ? given_size(request) : wanted_size(request);
  if (std::ranges::min(size.variants) < kFewest) refuse("fewer than 2 units a variant: nothing can be planned");
  PlanAnswer answer{.variants = size.variants,
                    .units = size.units,
                    .mde = std::nullopt,
                    .power = std::nullopt,
                    .days = std::nullopt,
                    .inflation = size.inflation,
                    .guardrails = {},
                    .by_day = {}};
  const auto single = as_single_look(request.design);
  if (!single) {
    refuse(fmt::format("a power of {} cannot be reached at alpha {}", request.design.power, request.design.alpha));
  }
  answer.mde = value_of(lift_found(*single, size.units));
  if (request.mde) answer.power = value_of(power_at(request.design, size.units, *request.mde));
  if (request.sample_size && answer.mde) {
    const auto same = size_for(request.design, *answer.mde);
    if (same) answer.inflation = same->inflation;
  }
  for (const GuardrailRequest& guardrail : request.guardrails) {
    answer.guardrails.push_back(planned(guardrail));
  }
  if (!request.daily_units) return answer;
  answer.days = std::ceil(answer.units / *request.daily_units);
  Design by_day = *single;
  by_day.n_star = size.variants[0] + *std::ranges::min_element(size.variants.begin() + 1, size.variants.end());
  for (int day = 1; day <= request.days; ++day) {
    const double units = *request.daily_units * day;
    answer.by_day.push_back({.day = day, .units = units, .mde = value_of(lift_found(by_day, units))});
  }
  return answer;
}

PlanRequest plan_request_of(const Configuration& configuration, const storage::EventStore& store,
                            const std::string& experiment, std::optional<SequentialMode> mode) {
  PlanRequest request = Seen(configuration, store, experiment).request(mode);
  const auto configured = std::ranges::find(configuration.experiments, experiment, &Experiment::key);
  if (configured != configuration.experiments.end()) request.reachable = reachable_units(*configured, store.runs());
  return request;
}

}  // namespace crossfade::analysis
