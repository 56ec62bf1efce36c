#include "platform/cli/table_options.h"

#include <CLI/CLI.hpp>
#include <string>

namespace crossfade::cli {

void add_table_options(CLI::App& command, runtime::TableFlags& flags) {
  CLI::Option* const csv =
      command.add_option("--csv", flags.csv, "A table instead of a store, CSV in any dialect; - for standard input")
          ->group("A table instead of a store");
  CLI::Option* const summary =
      command
          .add_option(
              "--summary", flags.summary,
              "A table of metric, variant, n, mean, variance or sd (and experiment, and snapshot: looks), or such as "
              "ASOS published; - for standard input")
          ->group("A table instead of a store");
  const auto of_table = [&](const char* name, auto& value, const char* what) {
    return command.add_option(name, value, what)->group("A table instead of a store");
  };
  const auto of_csv = [&](const char* name, auto& value, const char* what) {
    return of_table(name, value, what)->needs(csv);
  };
  // Both in one list, since the first one decides.
  const auto add_metric = [&](const char* name, bool ratio, const char* what) {
    command
        .add_option_function<std::vector<std::string>>(
            name,
            [&flags, ratio](const std::vector<std::string>& texts) {
              for (const std::string& text : texts) flags.metrics.push_back({.text = text, .ratio = ratio});
            },
            what)
        ->group("A table instead of a store")
        ->allow_extra_args(false)
        ->trigger_on_parse();
  };
  of_csv("--unit", flags.unit, "Its column that says who a row is of; several rows add up [a row is a unit]");
  of_csv("--variant", flags.variant, "Its column of the variants");
  add_metric("--metric", false,
             "COL[:mean|:proportion][:increase|:decrease], or NAME=NUM/DEN:proportion for successes and trials; the "
             "first that is no guardrail is the primary one");
  add_metric("--ratio", true, "NAME=NUM/DEN[:increase|:decrease], a ratio of sums, in line with --metric");
  of_csv("--covariate", flags.covariates,
         "A column of numbers known before the experiment: CUPED; of several a regression")
      ->allow_extra_args(false);
  of_table("--guardrail", flags.guardrails, "METRIC:MARGIN, the relative loss of a metric that is acceptable")
      ->allow_extra_args(false);
  of_table("--weights", flags.weights, "V=0.9,W=0.1, what units were split by [equal weights]");
  of_csv("--block", flags.block,
         "Its column of days, markets or pairs in which variants ran side by side: a paired analysis");
  of_table("--plan", flags.plan, "fixed[:ALPHA], if this is the one look that was declared beforehand [any look]");
  of_csv("--winsorize", flags.winsorize, "Cut means off at this quantile of all units, such as 0.99")
      ->check(CLI::Range(0.5, 1.0));
  command.add_flag("--lenient", flags.lenient, "Leave rows that cannot be used out, and count them")
      ->group("A table instead of a store");
  csv->excludes(summary);
}

}  // namespace crossfade::cli
