#include <nlohmann/json.hpp>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/calculator/results.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/counts/srm.h"
#include "platform/stats/counts/srm_sequential.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

stats::Trials trials(const Input& input) {
  return {.n = input.count("n"), .successes = input.count("successes")};
}

}  // namespace

json proportion(const Input& input) {
  const auto found =
      stats::proportion(trials(input.object("control")), trials(input.object("treatment")), test_options(input));
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate}};
  if (found->p_value) {
    result["statistic"] = number(found->statistic);
    result["p_value"] = number(found->p_value);
  }
  set_bounds(result, found->wald, "wald");
  set_bounds(result, found->newcombe, "newcombe");
  set_bounds(result, found->agresti_caffo, "agresti_caffo");
  set_bounds(result, found->score_ratio, "score_ratio");
  set_bounds(result, found->score_difference, "score_difference");
  return result;
}

json proportion_t(const Input& input) {
  const auto control = stats::proportion_moments(trials(input.object("control")));
  const auto treatment = stats::proportion_moments(trials(input.object("treatment")));
  if (!control) return undefined(control.reason());
  if (!treatment) return undefined(treatment.reason());
  return difference_result(*control, *treatment, test_options(input), difference_of(input));
}

json srm(const Input& input) {
  const auto found = stats::srm(input.counts("observed"), input.numbers("weights"));
  if (!found) return undefined(found.reason());
  return {{"statistic", found->statistic},
          {"dof", found->dof},
          {"p_value", found->p_value},
          {"expected", numbers(found->expected)}};
}

json srm_sequential(const Input& input) {
  stats::SrmSequentialOptions options;
  options.concentration = input.number("concentration", options.concentration);
  const auto found = stats::srm_sequential(input.counts("observed"), input.numbers("weights"), options);
  if (!found) return undefined(found.reason());
  return {{"log_bayes_factor", found->log_bayes_factor}, {"p_value", found->p_value}};
}

}  // namespace crossfade::calculator
