#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "platform/stats/looks/spending.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::calculator {

// A case's input is not what its method wants; the text names the field. Ends that case, never the run.
class BadInput : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Typed access to the input object of one case. Every function throws BadInput when the field is missing, is of another
// type or is not finite; those with a default answer it where the field is missing or null.
class Input {
 public:
  // `object` must outlive it. `name` is how messages call it, "" for the whole input.
  explicit Input(const nlohmann::json& object, std::string name = "");

  bool has(std::string_view field) const;  // whether it is there and not null
  Input object(std::string_view field) const;
  std::vector<Input> objects(std::string_view field) const;
  double number(std::string_view field) const;
  double number(std::string_view field, double otherwise) const;
  std::int64_t count(std::string_view field) const;  // a whole number >= 0
  std::string text(std::string_view field) const;
  std::string text(std::string_view field, std::string_view otherwise) const;
  bool flag(std::string_view field, bool otherwise) const;
  std::vector<double> numbers(std::string_view field) const;
  std::vector<std::int64_t> counts(std::string_view field) const;
  std::vector<std::vector<double>> rows(std::string_view field) const;
  const nlohmann::json& raw(std::string_view field) const;

  [[noreturn]] void refuse(std::string_view field, std::string_view what) const;

 private:
  const nlohmann::json& object_;
  std::string name_;
};

// The moment objects of statistics: this input itself is one.
stats::Moments mean_moments(const Input& input);
stats::RatioMoments ratio_moments(const Input& input);
stats::CovariateMoments covariate_moments(const Input& input);
stats::RatioCovariateMoments ratio_covariate_moments(const Input& input);

struct Arms {
  stats::Moments control;
  stats::Moments treatment;
};
Arms mean_arms(const Input& input);  // its `control` and `treatment`

stats::TestOptions test_options(const Input& input);  // alpha, alternative
stats::Difference difference_of(const Input& input);  // difference; absolute where it is missing

// looks.cpp
stats::Spending spending(const Input& input);  // spending: {type, rho}; O'Brien-Fleming where it is missing

}  // namespace crossfade::calculator
