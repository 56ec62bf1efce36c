#pragma once

#include <cassert>
#include <limits>
#include <string_view>
#include <variant>

namespace crossfade::stats {

// Why there is no number. Their texts stand in reports and in the calculator's output; do not change.
enum class Undefined {
  insufficient_data,
  zero_variance,
  zero_control_mean,
  zero_denominator,
  invalid_input,
  not_attainable,
  no_overlap,
  invalid_propensity,
};
std::string_view to_string(Undefined reason);

// Either the numbers of a method, none of them NaN, or the reason why there are none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Undefined reason) : state_(reason) {}   // NOLINT(google-explicit-constructor)

  bool defined() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return defined(); }
  // Only where it is defined.
  const T& operator*() const {
    assert(defined());
    return *std::get_if<T>(&state_);
  }
  const T* operator->() const { return &**this; }
  // Only where it is not.
  Undefined reason() const {
    assert(!defined());
    return *std::get_if<Undefined>(&state_);
  }

 private:
  std::variant<T, Undefined> state_;
};

// What the test looks for: greater = treatment > control.
enum class Alternative { two_sided, greater, less };

// What is estimated: treatment - control, or that as a share of |control|.
enum class Difference { absolute, relative };

// A confidence set. One side, or both, may be infinite.
struct Bounds {
  double lower = 0;
  double upper = 0;

  bool operator==(const Bounds&) const = default;
};

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Error rate and side of a test, and of the interval that goes with it.
struct TestOptions {
  // In (0, 1). The interval covers with 1 - alpha. Default: 0.05.
  double alpha = 0.05;

  // Where an effect is looked for. One-sided intervals are infinite on one side. Default: on both sides.
  Alternative alternative = Alternative::two_sided;
};

// False for NaN too.
constexpr bool valid_alpha(double alpha) {
  return alpha > 0 && alpha < 1;
}

}  // namespace crossfade::stats
