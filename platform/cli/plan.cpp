#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

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
  std::string mde;
  std::string margin;
  std::optional<double> sample_size;
  std::string direction;
  std::optional<double> alpha;
  std::optional<double> power;
  std::optional<double> daily_units;
  std::optional<double> variance_reduction;
  std::optional<int> treatments;
  std::vector<double> weights;
  std::optional<int> looks;
  std::string mode;
  int days = 28;
  std::string format = "table";
};

std::optional<SequentialMode> mode_of(const std::string& name) {
  for (const auto mode : {SequentialMode::fixed, SequentialMode::group_sequential, SequentialMode::always_valid}) {
    if (name == to_string(mode)) return mode;
  }
  return std::nullopt;
}

// A share of the mean, "0.05" or "5%". Who writes 5 means 5 % more often than six times as much.
std::optional<double> share_of(const char* flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool per_cent = text.ends_with('%');
  const char* const digits_end = text.data() + text.size() - (per_cent ? 1 : 0);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), digits_end, number);
  if (error != std::errc{} || end != digits_end || !std::isfinite(number)) {
    throw Error::user(fmt::format("{} is {}, want a share such as 0.05 or 5%", flag, text));
  }
  if (per_cent) return number / 100;
  if (number < 1) return number;
  throw Error::user(
      fmt::format("{0} is {1}, a share of {2:g} %: is {1} % meant ({3:g})? Want a share below 1, or {2:g}%", flag, text,
                  number * 100, number / 100));
}

// What the flags say goes before what is known otherwise.
void apply(const PlanFlags& flags, analysis::PlanRequest& request) {
  analysis::Design& design = request.design;
  if (flags.mean) design.mean = *flags.mean;
  if (flags.sd) design.variance = *flags.sd * *flags.sd;
  const auto mde = share_of("--mde", flags.mde);
  const auto margin = share_of("--margin", flags.margin);
  if (mde || margin || flags.sample_size) {
    request.mde = mde;
    request.margin = margin;
    request.sample_size = flags.sample_size;
  }
  if (!flags.direction.empty()) {
    design.direction = flags.direction == "decrease" ? Direction::decrease : Direction::increase;
  }
  design.alpha = flags.alpha.value_or(design.alpha);
  design.power = flags.power.value_or(design.power);
  if (flags.daily_units) request.daily_units = flags.daily_units;
  design.variance_reduction = flags.variance_reduction.value_or(design.variance_reduction);
  if (flags.treatments) {
    if (*flags.treatments < 1 || *flags.treatments > 100) {
      throw Error::user(fmt::format("{} treatments, want 1 to 100", *flags.treatments));
    }
    design.weights.assign(static_cast<std::size_t>(1 + *flags.treatments), 1.0);
  }
  if (!flags.weights.empty()) design.weights = flags.weights;
  design.looks = flags.looks.value_or(design.looks);
  design.mode = mode_of(flags.mode).value_or(design.mode);
  request.days = flags.days;
}

analysis::PlanRequest from_numbers(const PlanFlags& flags) {
  analysis::PlanRequest request;
  if (flags.proportion) {
    if (flags.mean || flags.sd) throw Error::user("--proportion beside --mean or --sd, want one of them");
    if (!(*flags.proportion > 0 && *flags.proportion < 1)) throw Error::user("--proportion must lie between 0 and 1");
    request.design.type = MetricType::proportion;
    request.design.mean = *flags.proportion;
  } else if (!flags.mean || !flags.sd) {
    throw Error::user("want an EXPERIMENT, or --mean and --sd, or --proportion");
  } else if (!(*flags.sd > 0)) {
    throw Error::user("the standard deviation must be above 0");
  }
  apply(flags, request);
  if (!request.mde && !request.margin && !request.sample_size) {
    throw Error::user("want --mde, --margin or --sample-size");
  }
  return request;
}

analysis::PlanRequest from_store(const PlanFlags& flags) {
  const Configuration configuration = runtime::read_configuration(flags.config);
  const storage::SqliteStore store(flags.store, {});
  analysis::PlanRequest request =
      analysis::plan_request_of(configuration, store, flags.experiment, mode_of(flags.mode));
  apply(flags, request);
  return request;
}

bool equal_weights(const analysis::Design& design) {
  return std::ranges::all_of(design.weights, [&](double weight) { return weight == design.weights.front(); });
}

double sd_of(const analysis::Design& design) {
  const bool share = design.type == MetricType::proportion || design.type == MetricType::retention;
  return std::sqrt(share ? design.mean * (1 - design.mean) : design.variance);
}

std::string as_json(const analysis::PlanRequest& request, const analysis::PlanAnswer& answer) {
  const analysis::Design& design = request.design;
  Json json{{"mean", design.mean},
            {"sd", sd_of(design)},
            {"alpha", design.alpha},
            {"power_wanted", design.power},
            {"treatments", design.weights.size() - 1},
            {"weights", design.weights},
            {"mode", to_string(design.mode)},
            {"variance_reduction", design.variance_reduction},
            {"daily_units", analysis::or_null(request.daily_units)},
            {"units_per_variant", answer.variants.front()},
            {"variants", answer.variants},
            {"units", answer.units},
            {"mde", analysis::or_null(answer.mde)},
            {"power", analysis::or_null(answer.power)},
            {"days", analysis::or_null(answer.days)},
            {"inflation", answer.inflation},
            {"under_way", analysis::or_null(request.under_way)},
            {"reachable_units", analysis::or_null(request.reachable)},
            {"guardrails", Json::array()},
            {"by_day", Json::array()}};
  for (const analysis::PlannedGuardrail& one : answer.guardrails) {
    json["guardrails"].push_back(
        {{"metric", one.metric}, {"margin", one.margin}, {"units", analysis::or_null(one.units)}});
    if (!one.reason.empty()) json["guardrails"].back()["reason"] = one.reason;
  }
  for (const analysis::PlannedDay& day : answer.by_day) {
    json["by_day"].push_back({{"day", day.day}, {"units", day.units}, {"mde", analysis::or_null(day.mde)}});
  }
  return json.dump(2) + "\n";
}

std::string sizes_text(const analysis::Design& design, const analysis::PlanAnswer& answer) {
  if (equal_weights(design)) {
    return fmt::format("{:.0f} units a variant, {:.0f} in all", answer.variants.front(), answer.units);
  }
  std::string text = fmt::format("{:.0f} units in the control", answer.variants.front());
  for (std::size_t i = 1; i < answer.variants.size(); ++i) text += fmt::format(", {:.0f}", answer.variants[i]);
  return text + fmt::format(" in the {}, {:.0f} in all", answer.variants.size() == 2 ? "treatment" : "treatments",
                            answer.units);
}

std::string as_table(const analysis::PlanRequest& request, const analysis::PlanAnswer& answer) {
  using analysis::plain_percent;
  using analysis::share;
  const analysis::Design& design = request.design;
  std::string text = fmt::format("mean {:.6g}, standard deviation {:.6g}", design.mean, sd_of(design));
  if (design.variance_reduction > 0) {
    text += fmt::format(", {} of its variance taken out by CUPED", plain_percent(design.variance_reduction, 0));
  }
  if (design.measured < 1) text += fmt::format("; {} of the units have one", plain_percent(design.measured, 1));
  const auto treatments = static_cast<std::int64_t>(design.weights.size()) - 1;
  text += fmt::format("\n{}, alpha {}, power {}, {}", to_string(design.mode), share(design.alpha), share(design.power),
                      analysis::counted(treatments, "treatment", "treatments"));
  if (design.mode == SequentialMode::group_sequential) text += fmt::format(", {} looks", design.looks);
  text += "\n\n" + sizes_text(design, answer);
  if (answer.inflation > 1) text += fmt::format(" ({:.3f} times those of a single look)", answer.inflation);
  if (answer.days) text += fmt::format("; {:.0f} days at {:.6g} a day", *answer.days, *request.daily_units);
  if (request.margin) {
    text += fmt::format("\nshow that less than {} is lost, where nothing is, with power {}", share(*request.margin),
                        share(design.power));
  }
  text += answer.mde
              ? fmt::format("\nfinds lifts of {} with power {}\n", plain_percent(*answer.mde, 2), share(design.power))
              : fmt::format("\nfinds no lift with power {}\n", share(design.power));
  if (request.reachable && answer.units > *request.reachable) {
    text += fmt::format(
        "that is more than there can be: of the simulated listeners about {:.0f} can be in the experiment\n",
        *request.reachable);
  }
  if (!request.under_way.empty()) text += "The plan under way keeps to its size: " + request.under_way + "\n";
  for (const analysis::PlannedGuardrail& one : answer.guardrails) {
    text += fmt::format("guardrail {}: ", one.metric);
    text += one.units ? fmt::format("{:.0f} units show that it loses less than {}\n", *one.units, share(one.margin))
                      : fmt::format("no number of units can be told ({})\n", one.reason);
  }
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
  CLI::Option* const mde = command->add_option("--mde", flags->mde, "Relative effect to find, such as 0.02 or 2%");
  CLI::Option* const margin = command->add_option(
      "--margin", flags->margin, "Of a guardrail instead: the loss that is to be ruled out, such as 0.1 or 10%");
  command->add_option("--sample-size", flags->sample_size, "Units in all variants: which effect do they find?")
      ->excludes(mde)
      ->excludes(margin);
  margin->excludes(mde);
  command->add_option("--direction", flags->direction, "Which way is better [increase]")
      ->check(CLI::IsMember({"increase", "decrease"}));
  command->add_option("--alpha", flags->alpha, "Two-sided error rate over all treatments [0.05]");
  command->add_option("--power", flags->power, "Chance to find the effect [0.8]");
  CLI::Option* const treatments =
      command->add_option("--treatments", flags->treatments, "Variants besides the control, equal ones [1]");
  command->add_option("--weights", flags->weights, "Of the control and the treatments, such as 0.9,0.1 [equal]")
      ->delimiter(',')
      ->excludes(treatments);
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
