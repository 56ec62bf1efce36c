#include "platform/calculator/input.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "platform/stats/means/from_sums.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

// 2^53: above it a double no longer tells neighbours apart.
constexpr double kLargestCount = 9'007'199'254'740'992;

template <class T>
const T& defined(const stats::Result<T>& moments, const Input& input, std::string_view field) {
  if (!moments) input.refuse(field, "these sums cannot be");
  return *moments;
}

template <std::size_t K>
stats::Sums<K> sums(const Input& input, const std::array<std::string_view, K>& names) {
  stats::Sums<K> made{.n = input.count("n")};
  for (std::size_t i = 0; i < K; ++i) {
    made.sum[i] = input.number(fmt::format("{}_sum", names[i]));
    made.product[i][i] = input.number(fmt::format("{}_sum_sq", names[i]));
    for (std::size_t j = 0; j < i; ++j) made.product[i][j] = input.number(fmt::format("{}{}_sum", names[j], names[i]));
  }
  return made;
}

}  // namespace

Input::Input(const json& object, std::string name) : object_(object), name_(std::move(name)) {
  if (!object_.is_object()) throw BadInput(fmt::format("{} is not an object", name_.empty() ? "input" : name_));
}

void Input::refuse(std::string_view field, std::string_view what) const {
  if (field.empty()) throw BadInput(fmt::format("{}: {}", name_.empty() ? "input" : name_, what));
  throw BadInput(fmt::format("{}{}{}: {}", name_, name_.empty() ? "" : ".", field, what));
}

bool Input::has(std::string_view field) const {
  const auto found = object_.find(field);
  return found != object_.end() && !found->is_null();
}

const json& Input::raw(std::string_view field) const {
  const auto found = object_.find(field);
  if (found == object_.end() || found->is_null()) refuse(field, "is missing");
  return *found;
}

Input Input::object(std::string_view field) const {
  return Input(raw(field), fmt::format("{}{}{}", name_, name_.empty() ? "" : ".", field));
}

std::vector<Input> Input::objects(std::string_view field) const {
  const json& array = raw(field);
  if (!array.is_array()) refuse(field, "is not an array");
  std::vector<Input> made;
  for (std::size_t i = 0; i < array.size(); ++i) made.emplace_back(array[i], fmt::format("{}[{}]", field, i));
  return made;
}

double Input::number(std::string_view field) const {
  const json& value = raw(field);
  if (!value.is_number()) refuse(field, "is not a number");
  const double number = value.get<double>();
  if (!std::isfinite(number)) refuse(field, "is not finite");
  return number;
}

double Input::number(std::string_view field, double otherwise) const {
  return has(field) ? number(field) : otherwise;
}

std::int64_t Input::count(std::string_view field) const {
  const double value = number(field);
  if (value < 0 || value > kLargestCount || value != std::floor(value)) refuse(field, "is not a count");
  return static_cast<std::int64_t>(value);
}

std::string Input::text(std::string_view field) const {
  const json& value = raw(field);
  if (!value.is_string()) refuse(field, "is not a string");
  return value.get<std::string>();
}

std::string Input::text(std::string_view field, std::string_view otherwise) const {
  return has(field) ? text(field) : std::string(otherwise);
}

bool Input::flag(std::string_view field, bool otherwise) const {
  if (!has(field)) return otherwise;
  if (!raw(field).is_boolean()) refuse(field, "is not true or false");
  return raw(field).get<bool>();
}

namespace {

std::vector<double> finite_numbers(const json& array, const Input& input, std::string_view field) {
  if (!array.is_array()) input.refuse(field, "is not an array");
  std::vector<double> made;
  made.reserve(array.size());
  for (const json& value : array) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) input.refuse(field, "holds what is not a number");
    made.push_back(value.get<double>());
  }
  return made;
}

}  // namespace

std::vector<double> Input::numbers(std::string_view field) const {
  return finite_numbers(raw(field), *this, field);
}

std::vector<std::int64_t> Input::counts(std::string_view field) const {
  std::vector<std::int64_t> made;
  for (const double value : numbers(field)) {
    if (value < 0 || value > kLargestCount || value != std::floor(value)) refuse(field, "holds what is not a count");
    made.push_back(static_cast<std::int64_t>(value));
  }
  return made;
}

std::vector<std::vector<double>> Input::rows(std::string_view field) const {
  const json& array = raw(field);
  if (!array.is_array()) refuse(field, "is not an array");
  std::vector<std::vector<double>> made;
  made.reserve(array.size());
  for (const json& row : array) made.push_back(finite_numbers(row, *this, field));
  return made;
}

stats::Moments mean_moments(const Input& input) {
  return defined(stats::moments_from_sums(input.count("n"), input.number("sum"), input.number("sum_sq")), input,
                 "sum_sq");
}

stats::RatioMoments ratio_moments(const Input& input) {
  return defined(stats::moments_from_sums(sums<2>(input, {"m", "d"})), input, "");
}

stats::CovariateMoments covariate_moments(const Input& input) {
  stats::Sums<2> made{.n = input.count("n"), .sum = {input.number("y_sum"), input.number("x_sum")}, .product = {}};
  made.product[0][0] = input.number("y_sum_sq");
  made.product[1][1] = input.number("x_sum_sq");
  made.product[1][0] = input.number("xy_sum");
  return defined(stats::moments_from_sums(made), input, "");
}

stats::RatioCovariateMoments ratio_covariate_moments(const Input& input) {
  return defined(stats::moments_from_sums(sums<4>(input, {"m", "d", "m0", "d0"})), input, "");
}

Arms mean_arms(const Input& input) {
  return {.control = mean_moments(input.object("control")), .treatment = mean_moments(input.object("treatment"))};
}

stats::TestOptions test_options(const Input& input) {
  const std::string alternative = input.text("alternative", "two_sided");
  stats::TestOptions options{.alpha = input.number("alpha", 0.05)};
  if (!stats::valid_alpha(options.alpha)) input.refuse("alpha", "is outside (0, 1)");
  if (alternative == "greater") {
    options.alternative = stats::Alternative::greater;
  } else if (alternative == "less") {
    options.alternative = stats::Alternative::less;
  } else if (alternative != "two_sided") {
    input.refuse("alternative", "want two_sided, greater or less");
  }
  return options;
}

stats::Difference difference_of(const Input& input) {
  const std::string difference = input.text("difference", "absolute");
  if (difference == "relative") return stats::Difference::relative;
  if (difference != "absolute") input.refuse("difference", "want absolute or relative");
  return stats::Difference::absolute;
}

}  // namespace crossfade::calculator
