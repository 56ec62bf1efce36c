#include "platform/calculator/methods.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "platform/calculator/families.h"

namespace crossfade::calculator {

namespace {

struct Entry {
  std::string_view name;
  Method method;
  std::string_view example;
};

// A method that reads no file.
template <nlohmann::json (*method)(const Input&)>
nlohmann::json pure(const Input& input, const std::filesystem::path& /*directory*/) {
  return method(input);
}

// A new method is a function in families.h and an entry here, with an input that it answers.
constexpr std::array kMethods{
    Entry{"welch_t", pure<welch_t>,
          R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}})"},
    Entry{"welch_t_raw", pure<welch_t_raw>, R"({"control":[1,2,3,4,6],"treatment":[3,4,5,7,9]})"},
    Entry{"relative_lift_delta", pure<relative_lift_delta>,
          R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}})"},
    Entry{"relative_lift_fieller", pure<relative_lift_fieller>,
          R"({"control":{"n":10,"sum":23.3,"sum_sq":90.37},"treatment":{"n":10,"sum":7.5,"sum_sq":34.43}})"},
    Entry{
        "sequential", pure<sequential>,
        R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37},"n_star":5000,"variance":"conservative"})"},
    Entry{
        "non_inferiority", pure<non_inferiority>,
        R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37},"margin":0.1,"higher_is_better":true})"},
    Entry{
        "guardrail", pure<guardrail>,
        R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37},"margin":0.1,"n_star":5000})"},
    Entry{"proportion", pure<proportion>,
          R"({"control":{"n":1000,"successes":100},"treatment":{"n":1000,"successes":130}})"},
    Entry{"proportion_t", pure<proportion_t>,
          R"({"control":{"n":1000,"successes":100},"treatment":{"n":1000,"successes":130}})"},
    Entry{"srm", pure<srm>, R"({"observed":[5000,5100],"weights":[0.5,0.5]})"},
    Entry{"srm_sequential", pure<srm_sequential>, R"({"observed":[5000,5100],"weights":[0.5,0.5]})"},
    Entry{
        "ratio_delta", pure<ratio_delta>,
        R"({"control":{"n":4,"m_sum":9,"m_sum_sq":23,"d_sum":20,"d_sum_sq":106,"md_sum":48},"treatment":{"n":4,"m_sum":11,"m_sum_sq":33,"d_sum":19,"d_sum_sq":95,"md_sum":55}})"},
    Entry{
        "linearised", pure<linearised>,
        R"({"control":{"n":4,"m_sum":9,"m_sum_sq":23,"d_sum":20,"d_sum_sq":106,"md_sum":48},"treatment":{"n":4,"m_sum":11,"m_sum_sq":33,"d_sum":19,"d_sum_sq":95,"md_sum":55}})"},
    Entry{
        "cuped_mean", pure<cuped_mean>,
        R"({"control":{"n":4,"y_sum":9,"y_sum_sq":23,"x_sum":20,"x_sum_sq":106,"xy_sum":48},"treatment":{"n":4,"y_sum":11,"y_sum_sq":33,"x_sum":19,"x_sum_sq":95,"xy_sum":55}})"},
    Entry{
        "cuped_relative_fieller", pure<cuped_relative_fieller>,
        R"({"control":{"n":4,"y_sum":9,"y_sum_sq":23,"x_sum":20,"x_sum_sq":106,"xy_sum":48},"treatment":{"n":4,"y_sum":11,"y_sum_sq":33,"x_sum":19,"x_sum_sq":95,"xy_sum":55}})"},
    Entry{
        "cuped_ratio", pure<cuped_ratio>,
        R"({"control":{"n":4,"m_sum":10,"d_sum":22,"m0_sum":8,"d0_sum":21,"m_sum_sq":30,"d_sum_sq":126,"m0_sum_sq":18,"d0_sum_sq":113,"md_sum":60,"mm0_sum":22,"md0_sum":55,"dm0_sum":46,"dd0_sum":118,"m0d0_sum":44},"treatment":{"n":4,"m_sum":14,"d_sum":21,"m0_sum":9,"d0_sum":21,"m_sum_sq":54,"d_sum_sq":113,"m0_sum_sq":23,"d0_sum_sq":115,"md_sum":77,"mm0_sum":35,"md0_sum":76,"dm0_sum":50,"dd0_sum":113,"m0d0_sum":50}})"},
    Entry{"group_sequential", pure<group_sequential>,
          R"({"information_fractions":[0.5,1],"alpha":0.05,"spending":{"type":"obrien_fleming"}})"},
    Entry{"group_sequential_estimate", pure<group_sequential_estimate>,
          R"({"information_fractions":[0.5],"alpha":0.05,"estimate":0.3,"standard_error":0.1})"},
    Entry{"multiple_testing", pure<multiple_testing>, R"({"p_values":[0.01,0.04,0.2],"alpha":0.05})"},
    Entry{"fcr_intervals", pure<fcr_intervals>, R"({"estimates":[0.5,0.1],"standard_errors":[0.1,0.1],"q":0.05})"},
    Entry{
        "bayesian", pure<bayesian>,
        R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37},"difference":"relative","prior":{"mean":0,"sd":0.05,"scale":"relative"}})"},
    Entry{"power", pure<power>, R"({"model":"t","sd":1,"n_control":100,"ratio":1,"effect":0.4})"},
    Entry{"sample_size", pure<sample_size>, R"({"model":"t","sd":1,"effect":0.4,"power":0.8})"},
    Entry{"mde", pure<mde>, R"({"model":"t","sd":1,"n_control":100,"power":0.8})"},
    Entry{"mde_relative_delta", pure<mde_relative_delta>,
          R"({"control_mean":10,"sd":5,"n_per_variant":1000,"power":0.8})"},
    Entry{"planned_size", pure<planned_size>,
          R"({"metric":"mean","control_mean":10,"sd":5,"lift":0.05,"looks":{"type":"once"}})"},
    Entry{"planned_power", pure<planned_power>,
          R"({"metric":"mean","control_mean":10,"sd":5,"lift":0.05,"n_control":1000,"looks":{"type":"once"}})"},
    Entry{"planned_mde", pure<planned_mde>,
          R"({"metric":"mean","control_mean":10,"sd":5,"n_control":1000,"looks":{"type":"once"}})"},
    Entry{
        "additional_users", pure<additional_users>,
        R"({"control":{"n":10,"sum":23.3,"sum_sq":90.37},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37},"target_mde":0.1,"power":0.8,"sequential":null})"},
    Entry{
        "quantile_summary", pure<quantile_summary>,
        R"({"control":{"n":100,"nu":0.5,"quantile":3,"quantile_lower":2,"quantile_upper":4},"treatment":{"n":100,"nu":0.5,"quantile":4,"quantile_lower":3,"quantile_upper":5}})"},
    Entry{"quantile_raw", pure<quantile_raw>,
          R"({"control":[[1,2],[3],[4,5],[6],[2,7]],"treatment":[[2,3],[4],[5,6],[7],[3,8]],"nu":0.5})"},
    Entry{"winsorized_welch", pure<winsorized_welch>,
          R"({"control":[1,2,3,4,6],"treatment":[3,4,5,7,9],"upper_quantile":0.9,"lower_quantile":null})"},
    Entry{"bootstrap", pure<bootstrap>,
          R"({"control":[1,2,3,4,6],"treatment":[3,4,5,7,9],"statistic":"difference","replicates":1000})"},
    Entry{"permutation", pure<permutation>,
          R"({"control":[1,2,3,4,6],"treatment":[3,4,5,7,9],"replicates":1000,"seed":1})"},
    Entry{
        "lin_regression", pure<lin_regression>,
        R"({"control":[[3,1,2],[4,2,1],[6,3,5],[5,4,3],[7,5,4]],"treatment":[[4,1,1],[6,2,3],[7,3,2],[9,4,6],[8,5,4]]})"},
    Entry{
        "segment_heterogeneity", pure<segment_heterogeneity>,
        R"({"segments":[{"name":"a","control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}},{"name":"b","control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}}]})"},
    Entry{
        "effect_trend", pure<effect_trend>,
        R"({"days":[{"day":0,"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}},{"day":1,"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}},{"day":2,"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}}]})"},
    Entry{
        "interaction", pure<interaction>,
        R"({"a0_b0":{"n":10,"sum":7.5,"sum_sq":34.43},"a0_b1":{"n":10,"sum":23.3,"sum_sq":90.37},"a1_b0":{"n":10,"sum":23.3,"sum_sq":90.37},"a1_b1":{"n":10,"sum":7.5,"sum_sq":34.43}})"},
    Entry{"shrinkage", pure<shrinkage>, R"({"estimates":[0.1,0.3,-0.2],"standard_errors":[0.1,0.1,0.1]})"},
    Entry{"off_policy", pure<off_policy>,
          R"({"reward":[1,0,1],"logging_propensity":[0.5,0.25,0.5],"target_propensity":[0.5,0.5,0.25],"clip":null})"},
    Entry{"interleaving", pure<interleaving>, R"({"sessions":[["u1",1,0],["u1",0,2],["u2",0,1],["u3",1,1]]})"},
    Entry{"sessions_file", sessions_file, R"({"path":"sessions.csv","control":"C"})"},
    Entry{"events_file", events_file, R"({"path":"events.jsonl","experiment":"AA","control":"C"})"},
};

}  // namespace

Method find_method(std::string_view name) {
  const auto found = std::ranges::find(kMethods, name, &Entry::name);
  return found == kMethods.end() ? nullptr : found->method;
}

std::vector<MethodExample> method_examples() {
  std::vector<MethodExample> examples;
  examples.reserve(kMethods.size());
  for (const Entry& entry : kMethods) examples.push_back({.method = entry.name, .input = entry.example});
  return examples;
}

}  // namespace crossfade::calculator
