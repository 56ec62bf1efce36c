#include "platform/analysis/findings/skew.h"

#include <cmath>

#include "platform/stats/looks/skewed_tail.h"
#include "platform/stats/means/cuped_history.h"
#include "platform/stats/means/cuped_ratio.h"
#include "platform/stats/numerics/linear_form.h"

namespace crossfade::analysis {

namespace {

// What is compared, as a linear form of a unit's numbers.
using Form = stats::MetricMoments::Values;

struct Forms {
  Form control;
  Form treatment;
};

// Of a ratio to first order: numerator - ratio x denominator, over the mean denominator. `first`: of the numerator.
Form linear_ratio(const stats::MetricMoments& units, std::size_t first, double weight) {
  Form form{};
  const double denominator = units.mean(first + 1);
  form[first] = weight / denominator;
  form[first + 1] = -weight * units.mean(first) / denominator / denominator;
  return form;
}

Form sum_of(Form a, const Form& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

std::optional<Forms> forms_of(const Sample& control, const Sample& treatment) {
  if (!control.blocks.empty()) return std::nullopt;  // blocks are compared, not units
  if (control.type == MetricType::mean) return Forms{.control = {1, 0, 0, 0}, .treatment = {1, 0, 0, 0}};
  if (control.type != MetricType::ratio) return std::nullopt;
  return Forms{.control = linear_ratio(control.units, 0, 1), .treatment = linear_ratio(treatment.units, 0, 1)};
}

std::optional<Forms> adjusted_forms_of(const Sample& control, const Sample& treatment) {
  if (!control.has_history || !treatment.has_history) return std::nullopt;
  if (control.type == MetricType::mean) {
    const auto covariate = stats::history_covariate(control.history, treatment.history);
    if (!covariate) return std::nullopt;
    const Form form{1, -covariate->theta, -covariate->indicator, 0};
    return Forms{.control = form, .treatment = form};
  }
  const auto forms = forms_of(control, treatment);
  const auto c = stats::linearized(control.history);
  const auto t = stats::linearized(treatment.history);
  if (!forms || !c || !t) return std::nullopt;
  const double theta = stats::ratio_theta(*c, *t);
  return Forms{.control = sum_of(forms->control, linear_ratio(control.units, 2, -theta)),
               .treatment = sum_of(forms->treatment, linear_ratio(treatment.units, 2, -theta))};
}

// Each variant about its own mean: what an effect does to the one is no skewness.
std::optional<Skew> skew_of(const Sample& control, const Sample& treatment, const Forms& forms, double alpha) {
  if (!control.third || !treatment.third) return std::nullopt;
  const auto n = static_cast<double>(control.units.n() + treatment.units.n());
  const auto of_control = stats::variance_of(control.units, forms.control);
  const auto of_treatment = stats::variance_of(treatment.units, forms.treatment);
  if (!of_control || !of_treatment) return std::nullopt;
  const double squares = *of_control * static_cast<double>(control.units.n() - 1) +
                         *of_treatment * static_cast<double>(treatment.units.n() - 1);
  const double cubes = control.third->of(forms.control) + treatment.third->of(forms.treatment);
  const double skewness = cubes / n / std::pow(squares / n, 1.5);
  const auto tail = stats::skewed_tail(control.units.n(), treatment.units.n(), skewness, {.alpha = alpha});
  if (!tail) return std::nullopt;
  return Skew{.skewness = skewness,
              .units = tail->smaller,
              .units_needed = tail->needed,
              .of_treatment = tail->treatment_is,
              .trusted = tail->trusted};
}

}  // namespace

std::optional<Skew> skew_of(const Sample& control, const Sample& treatment, double alpha) {
  const auto forms = forms_of(control, treatment);
  return forms ? skew_of(control, treatment, *forms, alpha) : std::nullopt;
}

std::optional<Skew> adjusted_skew_of(const Sample& control, const Sample& treatment, double alpha) {
  const auto forms = adjusted_forms_of(control, treatment);
  return forms ? skew_of(control, treatment, *forms, alpha) : std::nullopt;
}

}  // namespace crossfade::analysis
