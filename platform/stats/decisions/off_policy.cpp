#include "platform/stats/decisions/off_policy.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/all_finite.h"

namespace crossfade::stats {

namespace {

double standard_error(const Moments& sample) {
  return std::sqrt(sample.variance() / static_cast<double>(sample.n()));
}

bool are_decisions(const LoggedDecisions& logged, const OffPolicyOptions& options) {
  const std::size_t n = logged.reward.size();
  const bool model = !logged.q_logged.empty() || !logged.v_target.empty();
  return logged.logging_propensity.size() == n && logged.target_propensity.size() == n &&
         (!model || (logged.q_logged.size() == n && logged.v_target.size() == n)) && all_finite(logged.reward) &&
         all_finite(logged.q_logged) && all_finite(logged.v_target) && (!options.clip || *options.clip > 0) &&
         options.minimum_ess >= 0;
}

Result<std::vector<double>> weights_of(const LoggedDecisions& logged, std::optional<double> clip) {
  std::vector<double> weights;
  weights.reserve(logged.reward.size());
  for (std::size_t i = 0; i < logged.reward.size(); ++i) {
    const double logging = logged.logging_propensity[i];
    const double target = logged.target_propensity[i];
    if (!(logging > 0 && logging <= 1 && target >= 0 && target <= 1)) return Undefined::invalid_propensity;
    weights.push_back(std::min(target / logging, clip.value_or(kInfinity)));
    if (std::isinf(weights.back())) return Undefined::invalid_propensity;
  }
  return weights;
}

// Weights as shares of the largest: their squares overflow otherwise. `largest` > 0.
void self_normalise(OffPolicy& result, std::span<const double> rewards, std::span<const double> weights) {
  const double largest = result.max_weight;
  double sum = 0;
  double sum_of_squares = 0;
  double mean = 0;  // as a running one, so that rewards far from 0 keep their digits
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = weights[i] / largest;
    if (weight == 0) continue;
    sum += weight;
    sum_of_squares += weight * weight;
    mean += (rewards[i] - mean) * (weight / sum);
  }
  double deviations = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double deviation = weights[i] / largest * (rewards[i] - mean);
    deviations += deviation * deviation;
  }
  result.snips = mean;
  result.snips_se = std::sqrt(deviations) / sum;
  result.ess = sum * sum / sum_of_squares;
}

DoublyRobust doubly_robust(const LoggedDecisions& logged, std::span<const double> weights) {
  Moments corrected;
  Moments modelled;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    modelled.add(logged.v_target[i]);
    corrected.add(logged.v_target[i] + weights[i] * (logged.reward[i] - logged.q_logged[i]));
  }
  return {.dr = corrected.mean(), .dr_se = standard_error(corrected), .dm = modelled.mean()};
}

bool has_numbers(const OffPolicy& result) {
  const DoublyRobust robust = result.doubly_robust.value_or(DoublyRobust{});
  return all_finite({result.ips, result.ips_se, result.snips, result.snips_se, result.ess, result.mean_weight,
                     robust.dr, robust.dr_se, robust.dm});
}

}  // namespace

Result<OffPolicy> off_policy(const LoggedDecisions& logged, const OffPolicyOptions& options) {
  if (!are_decisions(logged, options)) return Undefined::invalid_input;
  const Result<std::vector<double>> weights = weights_of(logged, options.clip);
  if (!weights) return weights.reason();
  if (weights->size() < 2) return Undefined::insufficient_data;
  OffPolicy result{.max_weight = *std::ranges::max_element(*weights)};
  if (result.max_weight == 0) return Undefined::no_overlap;

  Moments weighted;
  Moments weight;
  for (std::size_t i = 0; i < weights->size(); ++i) {
    weighted.add((*weights)[i] * logged.reward[i]);
    weight.add((*weights)[i]);
  }
  result.ips = weighted.mean();
  result.ips_se = standard_error(weighted);
  result.mean_weight = weight.mean();
  self_normalise(result, logged.reward, *weights);
  if (!logged.q_logged.empty()) result.doubly_robust = doubly_robust(logged, *weights);
  if (!has_numbers(result)) return Undefined::invalid_input;
  if (result.ess < options.minimum_ess) return Undefined::insufficient_data;
  return result;
}

}  // namespace crossfade::stats
