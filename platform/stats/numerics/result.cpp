#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

std::string_view to_string(Undefined reason) {
  switch (reason) {
    case Undefined::insufficient_data:
      return "insufficient_data";
    case Undefined::zero_variance:
      return "zero_variance";
    case Undefined::zero_control_mean:
      return "zero_control_mean";
    case Undefined::zero_denominator:
      return "zero_denominator";
    case Undefined::invalid_input:
      return "invalid_input";
    case Undefined::not_attainable:
      return "not_attainable";
    case Undefined::no_overlap:
      return "no_overlap";
    case Undefined::invalid_propensity:
      return "invalid_propensity";
  }
  return "";
}

}  // namespace crossfade::stats
