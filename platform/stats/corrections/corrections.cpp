#include "platform/stats/corrections/corrections.h"

#include <algorithm>
#include <ranges>

#include "platform/stats/corrections/ranking.h"

namespace crossfade::stats {

Result<std::vector<double>> bonferroni(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted;
  adjusted.reserve(p_values.size());
  for (const double p : p_values) adjusted.push_back(std::min(1.0, p * static_cast<double>(p_values.size())));
  return adjusted;
}

Result<std::vector<double>> sidak(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted;
  adjusted.reserve(p_values.size());
  for (const double p : p_values) adjusted.push_back(any_of_independent(p, p_values.size()));
  return adjusted;
}

Result<std::vector<double>> holm(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  std::size_t remaining = p_values.size();
  for (const std::size_t i : ascending(p_values)) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(remaining--) * p_values[i]));
    adjusted[i] = largest;
  }
  return adjusted;
}

Result<std::vector<double>> holm_levels(std::span<const double> p_values, double alpha) {
  if (!probabilities(p_values) || !valid_alpha(alpha)) return Undefined::invalid_input;
  std::vector<double> levels(p_values.size());
  double largest = 0;  // of what the p-values so far are worth together, not cut off at 1
  double remaining = static_cast<double>(p_values.size());
  for (const std::size_t i : ascending(p_values)) {
    largest = std::max(largest, remaining * p_values[i]);
    levels[i] = largest > 0 ? alpha * (p_values[i] / largest) : alpha / remaining;
    --remaining;
  }
  return levels;
}

Result<std::vector<double>> holm_sidak(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  std::size_t remaining = p_values.size();
  for (const std::size_t i : ascending(p_values)) {
    largest = std::max(largest, any_of_independent(p_values[i], remaining--));
    adjusted[i] = largest;
  }
  return adjusted;
}

Result<std::vector<double>> hochberg(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  double from_the_top = 1;
  const std::vector<std::size_t> order = ascending(p_values);
  for (const std::size_t i : std::ranges::reverse_view(order)) {
    smallest = std::min(smallest, p_values[i] * from_the_top++);
    adjusted[i] = smallest;
  }
  return adjusted;
}

Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  const double n = static_cast<double>(p_values.size());
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  double rank = n;
  const std::vector<std::size_t> order = ascending(p_values);
  for (const std::size_t i : std::ranges::reverse_view(order)) {
    smallest = std::min(smallest, p_values[i] * (n / rank--));
    adjusted[i] = smallest;
  }
  return adjusted;
}

Result<std::vector<double>> benjamini_yekutieli(std::span<const double> p_values) {
  if (!probabilities(p_values)) return Undefined::invalid_input;
  const double n = static_cast<double>(p_values.size());
  double dependence = 0;
  for (double i = n; i >= 1; --i) dependence += 1 / i;
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  double rank = n;
  const std::vector<std::size_t> order = ascending(p_values);
  for (const std::size_t i : std::ranges::reverse_view(order)) {
    smallest = std::min(smallest, p_values[i] * (dependence * n / rank--));
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace crossfade::stats
