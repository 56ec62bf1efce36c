#include "platform/calculator/methods.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "platform/calculator/families.h"

namespace crossfade::calculator {

namespace {

struct Entry {
  std::string_view name;
  Method method;
};

// A method that reads no file.
template <nlohmann::json (*method)(const Input&)>
nlohmann::json pure(const Input& input, const std::filesystem::path& /*directory*/) {
  return method(input);
}

// A new method is a function in families.h and a line here.
constexpr std::array kMethods{
    Entry{"welch_t", pure<welch_t>},
    Entry{"welch_t_raw", pure<welch_t_raw>},
    Entry{"relative_lift_delta", pure<relative_lift_delta>},
    Entry{"relative_lift_fieller", pure<relative_lift_fieller>},
    Entry{"sequential", pure<sequential>},
    Entry{"non_inferiority", pure<non_inferiority>},
    Entry{"guardrail", pure<guardrail>},
    Entry{"proportion", pure<proportion>},
    Entry{"proportion_t", pure<proportion_t>},
    Entry{"srm", pure<srm>},
    Entry{"srm_sequential", pure<srm_sequential>},
    Entry{"ratio_delta", pure<ratio_delta>},
    Entry{"linearised", pure<linearised>},
    Entry{"cuped_mean", pure<cuped_mean>},
    Entry{"cuped_relative_fieller", pure<cuped_relative_fieller>},
    Entry{"cuped_ratio", pure<cuped_ratio>},
    Entry{"group_sequential", pure<group_sequential>},
    Entry{"group_sequential_estimate", pure<group_sequential_estimate>},
    Entry{"multiple_testing", pure<multiple_testing>},
    Entry{"fcr_intervals", pure<fcr_intervals>},
    Entry{"bayesian", pure<bayesian>},
    Entry{"power", pure<power>},
    Entry{"sample_size", pure<sample_size>},
    Entry{"mde", pure<mde>},
    Entry{"mde_relative_delta", pure<mde_relative_delta>},
    Entry{"planned_size", pure<planned_size>},
    Entry{"planned_power", pure<planned_power>},
    Entry{"planned_mde", pure<planned_mde>},
    Entry{"additional_users", pure<additional_users>},
    Entry{"quantile_summary", pure<quantile_summary>},
    Entry{"quantile_raw", pure<quantile_raw>},
    Entry{"winsorized_welch", pure<winsorized_welch>},
    Entry{"bootstrap", pure<bootstrap>},
    Entry{"permutation", pure<permutation>},
    Entry{"lin_regression", pure<lin_regression>},
    Entry{"segment_heterogeneity", pure<segment_heterogeneity>},
    Entry{"effect_trend", pure<effect_trend>},
    Entry{"interaction", pure<interaction>},
    Entry{"shrinkage", pure<shrinkage>},
    Entry{"off_policy", pure<off_policy>},
    Entry{"interleaving", pure<interleaving>},
    Entry{"sessions_file", sessions_file},
    Entry{"events_file", events_file},
};

}  // namespace

Method find_method(std::string_view name) {
  const auto found = std::ranges::find(kMethods, name, &Entry::name);
  return found == kMethods.end() ? nullptr : found->method;
}

}  // namespace crossfade::calculator
