#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/analysis/analyze.h"
#include "platform/analysis/planning.h"
#include "platform/analysis/render/json_values.h"
#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/runtime/load.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

using Json = nlohmann::ordered_json;

struct PlanFlags {
  std::string experiment;
  std::string config{runtime::kDefaultConfiguration};
  std::string store = "crossfade.db";
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> proportion;
  std::optional<double> mde;
  std::optional<double> sample_size;
  std::optional<double> alpha;
  std::optional<double> power;
  std::optional<double> daily_units;
  std::optional<double> variance_reduction;
  std::optional<int> treatments;
  std::optional<int> looks;
  std::string mode;
  int days = 28;
  std::string format = "table";
};

SequentialMode mode_of(const std::string& name) {
  for (const auto mode : {SequentialMode::group_sequential, SequentialMode::always_valid}) {
    if (name == to_string(mode)) return mode;
  }
  return SequentialMode::fixed;
}

// What the flags say goes before what is known otherwise.
void apply(const PlanFlags& flags, analysis::PlanRequest& request) {
  if (flags.mean) request.mean = *flags.mean;
  if (flags.sd) request.sd = *flags.sd;
  if (flags.mde || flags.sample_size) {
    request.mde = flags.mde;
    request.sample_size = flags.sample_size;
  }
  request.alpha = flags.alpha.value_or(request.alpha);
  request.power = flags.power.value_or(request.power);
  if (flags.daily_units) request.daily_units = flags.daily_units;
  request.variance_reduction = flags.variance_reduction.value_or(request.variance_reduction);
  request.treatments = flags.treatments.value_or(request.treatments);
  request.looks = flags.looks.value_or(request.looks);
  if (!flags.mode.empty()) request.mode = mode_of(flags.mode);
  request.days = flags.days;
}

analysis::PlanRequest from_numbers(const PlanFlags& flags) {
  analysis::PlanRequest request;
  if (flags.proportion) {
    if (flags.mean || flags.sd) throw Error::user("--proportion beside --mean or --sd, want one of them");
    if (!(*flags.proportion > 0 && *flags.proportion < 1)) throw Error::user("--proportion must lie between 0 and 1");
    request.mean = *flags.proportion;
    request.sd = std::sqrt(*flags.proportion * (1 - *flags.proportion));
  } else if (!flags.mean || !flags.sd) {
    throw Error::user("want an EXPERIMENT, or --mean and --sd, or --proportion");
  }
  apply(flags, request);
  if (!request.mde && !request.sample_size) throw Error::user("want --mde or --sample-size");
  return request;
}

// The control's primary metric as the store has seen it, its traffic, and what CUPED takes away.
analysis::PlanRequest from_store(const PlanFlags& flags) {
  const Configuration configuration = runtime::read_configuration(flags.config);
  const storage::SqliteStore store(flags.store, {});
  analysis::AnalyzeOptions options;
  options.experiments = {flags.experiment};
  const analysis::Report report = analysis::analyze(configuration, store, options).at(0);
  const analysis::MetricReport& primary = report.metrics.front();
  if (primary.variants.empty() || !primary.variants.front().mean || !primary.variants.front().standard_deviation) {
    throw Error::user(fmt::format("{} has not been seen with {} yet: plan it from numbers, --mean and --sd",
                                  flags.experiment, primary.metric));
  }
  analysis::PlanRequest request;
  request.mean = *primary.variants.front().mean;
  request.sd = *primary.variants.front().standard_deviation;
  request.alpha = 1 - report.confidence_level;
  request.treatments = static_cast<int>(std::max<std::size_t>(1, primary.comparisons.size()));
  if (report.plan) {
    const Plan& plan = report.plan->plan;
    request.alpha = plan.alpha;
    request.power = plan.power;
    request.mode = plan.mode;
    request.looks = plan.looks.value_or(request.looks);
    request.mde = plan.mde;
    if (!plan.mde && plan.sample_size) request.sample_size = static_cast<double>(*plan.sample_size);
  }
  double seen = 0;
  for (const auto& variant : report.units) seen += static_cast<double>(variant.units);
  if (report.health.days > 0 && seen > 0) request.daily_units = seen / report.health.days;
  double reduction = 0;
  for (const analysis::Comparison& comparison : primary.comparisons) {
    if (comparison.adjusted) reduction = std::max(reduction, comparison.adjusted->variance_reduction.value_or(0));
  }
  request.variance_reduction = std::clamp(reduction, 0.0, 0.99);
  apply(flags, request);
  const bool decided_without_cuped = request.mode == SequentialMode::group_sequential;
  if (decided_without_cuped && !flags.variance_reduction) request.variance_reduction = 0;
  if (!request.mde && !request.sample_size) request.mde = 0.05;
  return request;
}

std::string as_json(const analysis::PlanRequest& request, const analysis::PlanAnswer& answer) {
  Json json{{"mean", request.mean},
            {"sd", request.sd},
            {"alpha", request.alpha},
            {"power_wanted", request.power},
            {"treatments", request.treatments},
            {"mode", to_string(request.mode)},
            {"variance_reduction", request.variance_reduction},
            {"daily_units", analysis::or_null(request.daily_units)},
            {"units_per_variant", answer.units_per_variant},
            {"units", answer.units},
            {"mde", analysis::or_null(answer.mde)},
            {"power", analysis::or_null(answer.power)},
            {"days", analysis::or_null(answer.days)},
            {"inflation", answer.inflation},
            {"by_day", Json::array()}};
  for (const analysis::PlannedDay& day : answer.by_day) {
    json["by_day"].push_back({{"day", day.day}, {"units", day.units}, {"mde", analysis::or_null(day.mde)}});
  }
  return json.dump(2) + "\n";
}

std::string as_table(const analysis::PlanRequest& request, const analysis::PlanAnswer& answer) {
  using analysis::plain_percent;
  using analysis::share;
  std::string text = fmt::format("mean {:.6g}, standard deviation {:.6g}", request.mean, request.sd);
  if (request.variance_reduction > 0) {
    text += fmt::format(", {} of its variance taken out by CUPED", plain_percent(request.variance_reduction, 0));
  }
  text += fmt::format("\n{}, alpha {}, power {}, {}", to_string(request.mode), share(request.alpha),
                      share(request.power), analysis::counted(request.treatments, "treatment", "treatments"));
  if (request.mode == SequentialMode::group_sequential) text += fmt::format(", {} looks", request.looks);
  text += fmt::format("\n\n{:.0f} units a variant, {:.0f} in all", answer.units_per_variant, answer.units);
  if (answer.inflation > 1) text += fmt::format(" ({:.3f} times those of a single look)", answer.inflation);
  if (answer.days) text += fmt::format("; {:.0f} days at {:.6g} a day", *answer.days, *request.daily_units);
  text += answer.mde
              ? fmt::format("\nfinds lifts of {} with power {}\n", plain_percent(*answer.mde, 2), share(request.power))
              : fmt::format("\nfinds no lift with power {}\n", share(request.power));
  if (answer.by_day.empty()) return text;
  text += "\n  day     units  finds lifts of\n";
  for (const analysis::PlannedDay& day : answer.by_day) {
    text += fmt::format("  {:>3}  {:>8.0f}  {:>14}\n", day.day, day.units, day.mde ? plain_percent(*day.mde, 2) : "-");
  }
  return text;
}

void run_plan(const PlanFlags& flags) {
  const analysis::PlanRequest request = flags.experiment.empty() ? from_numbers(flags) : from_store(flags);
  const analysis::PlanAnswer answer = analysis::plan_experiment(request);
  fmt::print("{}", flags.format == "json" ? as_json(request, answer) : as_table(request, answer));
}

}  // namespace

void add_plan(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("plan", "How many units an experiment needs, or which effect it finds");
  const auto flags = std::make_shared<PlanFlags>();  // lives as long as the callback
  command->add_option("EXPERIMENT", flags->experiment, "Plan from what the store has seen of it; else from numbers");
  command->add_option("--config", flags->config, "The experiments")->capture_default_str();
  command->add_option("--store", flags->store, "The SQLite file that was logged to")->capture_default_str();
  command->add_option("--mean", flags->mean, "Of the metric today");
  command->add_option("--sd", flags->sd, "Standard deviation of a unit");
  command->add_option("--proportion", flags->proportion, "Instead of mean and sd: a share of units, such as 0.2");
  command->add_option("--mde", flags->mde, "Relative effect to find, such as 0.02 for 2 %");
  command->add_option("--sample-size", flags->sample_size, "Units in all variants: which effect do they find?")
      ->excludes("--mde");
  command->add_option("--alpha", flags->alpha, "Two-sided error rate over all treatments [0.05]");
  command->add_option("--power", flags->power, "Chance to find the effect [0.8]");
  command->add_option("--treatments", flags->treatments, "Variants besides the control [1]");
  command->add_option("--mode", flags->mode, "How it will be looked at [fixed]")
      ->check(CLI::IsMember({"fixed", "group_sequential", "always_valid"}));
  command->add_option("--looks", flags->looks, "Of group_sequential, equally spaced [14]");
  command->add_option("--variance-reduction", flags->variance_reduction, "What CUPED takes away, such as 0.4 [0]");
  command->add_option("--daily-units", flags->daily_units, "New units a day in all variants: adds days and a table");
  command->add_option("--days", flags->days, "Rows of the table")->capture_default_str();
  command->add_option("--format", flags->format, "How it is printed")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->callback([flags] { run_plan(*flags); });
}

}  // namespace crossfade::cli
