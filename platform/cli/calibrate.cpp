#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/analysis/report/wording.h"
#include "platform/calibration/battery.h"
#include "platform/calibration/rerandomise.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/runtime/load.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

using Json = nlohmann::ordered_json;
using calibration::Calibration;
using calibration::Figure;
using calibration::MetricCalibration;
using calibration::Rate;
using calibration::Replay;

struct CalibrateFlags {
  std::string experiment;
  std::string config;  // "": experiments.yaml where there is one, else none
  std::string store = "crossfade.db";
  bool synthetic = false;
  int replications = 2000;
  int replays = 500;
  int looks = 0;  // 0: as many as the experiment has days
  std::vector<double> lifts{0.05, 0.3};
  std::uint64_t seed = 1;
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::string format = "table";

  bool json() const { return format == "json"; }
};

// "4.95 % +- 0.49 %": the error is that of a rate that is right.
std::string shown(const Rate& measured, double right) {
  return fmt::format("{} +- {}", analysis::plain_percent(measured.share(), 2),
                     analysis::plain_percent(measured.standard_error(right), 2));
}

Json to_json(const Rate& measured, double right) {
  return {{"count", measured.count},
          {"of", measured.of},
          {"share", measured.share()},
          {"expected", right},
          {"standard_error", measured.standard_error(right)}};
}

// Of an error that may be as frequent as alpha, and is best more rare.
Json at_most(const Rate& measured, double alpha) {
  return {{"count", measured.count},
          {"of", measured.of},
          {"share", measured.share()},
          {"at_most", alpha},
          {"standard_error", measured.standard_error(alpha)}};
}

Json to_json(const Replay& replay, const MetricCalibration& metric, double alpha) {
  Json json{{"better", at_most(replay.better, alpha)},
            {"worse", at_most(replay.worse, alpha)},
            {"group_sequential", at_most(replay.crossed, alpha)}};
  if (replay.guardrail) {
    json["guardrail"] = {{"margin", replay.guardrail->margin},
                         {"harmed", at_most(replay.guardrail->harmed, alpha)},
                         {"passed_at_margin", at_most(replay.guardrail->passed_at_margin, alpha)},
                         {"harmed_at_margin", at_most(replay.guardrail->harmed_at_margin, alpha)}};
  }
  if (replay.units_needed) json["units_needed"] = *replay.units_needed;
  json["trust"] = calibration::to_string(metric.replay_trust);
  json["sentence"] = metric.replay_sentence;
  return json;
}

Json to_json(const MetricCalibration& metric, const Calibration& calibration) {
  const double alpha = calibration.alpha;
  Json json{{"metric", metric.metric},
            {"units", metric.units},
            {"false_positives", to_json(metric.false_positives, alpha)},
            {"coverage", to_json(metric.coverage, 1 - alpha)},
            {"injected", Json::array()}};
  if (metric.skewness) json["skewness"] = *metric.skewness;
  for (const calibration::LiftCoverage& injected : metric.injected) {
    json["injected"].push_back({{"lift", injected.lift}, {"coverage", to_json(injected.covered, 1 - alpha)}});
  }
  if (metric.cuped_false_positives) {
    json["cuped_false_positives"] = to_json(*metric.cuped_false_positives, alpha);
  }
  json["trust"] = calibration::to_string(metric.trust);
  json["sentence"] = metric.sentence;
  if (metric.replay) json["replay"] = to_json(*metric.replay, metric, calibration.deciding_alpha);
  return json;
}

Json to_json(const Calibration& calibration) {
  Json json{{"experiment", calibration.experiment},
            {"replications", calibration.replications},
            {"alpha", calibration.alpha},
            {"replays", calibration.replays},
            {"looks", calibration.looks},
            {"deciding_alpha", calibration.deciding_alpha},
            {"control_share", calibration.control_share},
            {"treatment_share", calibration.treatment_share},
            {"sample_ratio_mismatches", to_json(calibration.mismatches, calibration.alpha)},
            {"metrics", Json::array()}};
  for (const MetricCalibration& metric : calibration.metrics) {
    json["metrics"].push_back(to_json(metric, calibration));
  }
  return json;
}

void print_rate(std::string_view name, const Rate& measured, double right) {
  if (measured.of > 0) fmt::print("    {:<31}{}\n", name, shown(measured, right));
}

void print_replay(const MetricCalibration& metric, double alpha) {
  const Replay& replay = *metric.replay;
  print_rate("ever called better", replay.better, alpha);
  print_rate("ever called worse", replay.worse, alpha);
  print_rate("ever across a boundary", replay.crossed, alpha);
  if (replay.guardrail) {
    print_rate("harmed without a loss", replay.guardrail->harmed, alpha);
    print_rate("passed, the loss is its margin", replay.guardrail->passed_at_margin, alpha);
    print_rate("harmed, the loss is its margin", replay.guardrail->harmed_at_margin, alpha);
  }
  fmt::print("    {}\n", metric.replay_sentence);
}

void print_metric(const MetricCalibration& metric, const Calibration& calibration) {
  const double alpha = calibration.alpha;
  fmt::print("\n  {} ({})\n", metric.metric, analysis::counted(metric.units, "unit", "units"));
  print_rate("false positives", metric.false_positives, alpha);
  print_rate("coverage without an effect", metric.coverage, 1 - alpha);
  for (const calibration::LiftCoverage& injected : metric.injected) {
    print_rate(fmt::format("coverage of a lift of {}", analysis::percent(injected.lift, 0)), injected.covered,
               1 - alpha);
  }
  if (metric.cuped_false_positives) print_rate("false positives after CUPED", *metric.cuped_false_positives, alpha);
  fmt::print("    {}\n", metric.sentence);
  if (metric.replay) print_replay(metric, calibration.deciding_alpha);
}

void print_table(const Calibration& calibration) {
  fmt::print("{}: {} random splits of its units, {} against {}, tests at {}\n", calibration.experiment,
             calibration.replications, analysis::share(calibration.control_share),
             analysis::share(calibration.treatment_share), analysis::share(calibration.alpha));
  fmt::print("  {:<33}{}\n", "splits of doubtful sizes", shown(calibration.mismatches, calibration.alpha));
  if (calibration.looks > 0) {
    fmt::print("  {} of them are looked at {}, and decided at {}\n", calibration.replays,
               analysis::counted(calibration.looks, "time", "times"), analysis::share(calibration.deciding_alpha));
  }
  for (const MetricCalibration& metric : calibration.metrics) print_metric(metric, calibration);
}

// As large as the experiment's control and its smallest treatment, and decided as it is; halves, at the level of the
// intervals, where nobody configured it.
void set_design(calibration::RerandomiseOptions& options, const Configuration& configuration, std::string_view key) {
  const auto found = std::ranges::find(configuration.experiments, key, &Experiment::key);
  if (found == configuration.experiments.end()) return;
  double treatment = 1;
  for (const Variant& variant : found->variants) {
    if (variant.control) {
      options.control_share = variant.weight;
    } else if (variant.weight > 0) {
      treatment = std::min(treatment, variant.weight);
    }
  }
  options.treatment_share = std::min(treatment, 1 - options.control_share);
  for (const Guardrail& guardrail : found->metrics.guardrails) options.margins[guardrail.metric] = guardrail.margin;
  if (!found->plan) return;
  options.alpha = found->plan->alpha;
  options.group_sequential = found->plan->mode == SequentialMode::group_sequential;
  if (found->plan->sample_size) {
    options.n_star = static_cast<double>(*found->plan->sample_size) * (options.control_share + options.treatment_share);
  }
}

// As many looks as the experiment has had days, both ends counted: a week's at least, so that there is something to
// repeat, and four weeks' at most, after which looks hardly differ.
int days_of(const storage::UnitTable& table) {
  if (!table.first_exposure) return 7;
  const Timestamp end = std::max(table.data_through.value_or(*table.first_exposure), *table.first_exposure);
  return static_cast<int>(std::clamp<std::int64_t>(utc_day(end) - utc_day(*table.first_exposure) + 1, 7, 28));
}

void run_on_store(const CalibrateFlags& flags) {
  const Configuration configuration = runtime::read_configuration_if_any(flags.config);
  const storage::SqliteStore store(flags.store, {});
  storage::AggregateQuery query;
  if (!flags.experiment.empty()) query.experiments = {flags.experiment};
  query.metrics = all_metrics(configuration);
  Json all = Json::array();
  for (const storage::UnitTable& table : store.unit_tables(query)) {
    if (table.units.empty()) {
      throw Error::user(fmt::format("{}: nobody was exposed to experiment {}", flags.store, table.experiment));
    }
    calibration::RerandomiseOptions options{.replications = flags.replications,
                                            .confidence_level = configuration.confidence_level,
                                            .lifts = flags.lifts,
                                            .replays = flags.replays,
                                            .looks = flags.looks > 0 ? flags.looks : days_of(table),
                                            .seed = flags.seed,
                                            .threads = flags.threads};
    set_design(options, configuration, table.experiment);
    const Calibration calibration = calibration::rerandomise(table, query.metrics, options);
    if (flags.json()) {
      all.push_back(to_json(calibration));
    } else {
      print_table(calibration);
    }
  }
  if (flags.json()) fmt::print("{}\n", Json{{"experiments", all}}.dump(2));
}

std::string shown(const Figure& figure, double value) {
  if (std::isinf(value)) return "";
  return figure.check.is_share ? analysis::plain_percent(value, 2) : analysis::number(value, 4);
}

std::string band_of(const Figure& figure) {
  const bool bounded = !std::isinf(figure.check.upper);
  if (figure.check.lower > 0 && bounded) {
    return fmt::format("{} .. {}", shown(figure, figure.check.lower), shown(figure, figure.check.upper));
  }
  return bounded ? "at most " + shown(figure, figure.check.upper) : "at least " + shown(figure, figure.check.lower);
}

std::string_view verdict_of(const Figure& figure) {
  if (!figure.kept) return "OUTSIDE";
  return figure.check.negative_control ? "fails" : "ok";
}

Json to_json(const Figure& figure) {
  Json json{{"figure", figure.check.name}, {"lower", figure.check.lower}};
  if (!std::isinf(figure.check.upper)) json["upper"] = figure.check.upper;
  json["negative_control"] = figure.check.negative_control;
  json["measured"] = figure.measured;
  json["kept"] = figure.kept;
  return json;
}

// Exit code 1: a figure left its band, so that no number of this program is to be trusted.
void run_synthetic(const CalibrateFlags& flags) {
  const std::vector<Figure> figures = calibration::measure(calibration::battery(), flags.threads);
  Json all = Json::array();
  for (const Figure& figure : figures) {
    if (flags.json()) {
      all.push_back(to_json(figure));
    } else {
      fmt::print("{:<10}{:<62} {:>10}  {:<20} {}\n", figure.check.negative_control ? "must fail" : "",
                 figure.check.name, shown(figure, figure.measured), band_of(figure), verdict_of(figure));
    }
  }
  if (flags.json()) fmt::print("{}\n", Json{{"figures", all}}.dump(2));
  if (!std::ranges::all_of(figures, &Figure::kept)) throw CLI::RuntimeError(1);
}

}  // namespace

void add_calibrate(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("calibrate", "Do the statistics hold on your own data? Splits logged units at random, often");
  const auto flags = std::make_shared<CalibrateFlags>();  // lives as long as the callback
  CLI::Option* const experiment =
      command->add_option("EXPERIMENT", flags->experiment, "Its units; those of each experiment without one");
  command->add_option("--config", flags->config,
                      "The experiments and their metrics [experiments.yaml where there is one]");
  command->add_option("--store", flags->store, "The SQLite file that was logged to")->capture_default_str();
  command
      ->add_flag("--synthetic", flags->synthetic, "On simulated truth instead: figures, and the bands they must keep")
      ->excludes(experiment);
  command->add_option("--replications", flags->replications, "Splits")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--replays", flags->replays, "Splits that are looked at again and again, as an experiment under way")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--looks", flags->looks, "Times that each of these is looked at [its days, 7 to 28]")
      ->check(CLI::Range(1, 300));
  command->add_option("--lifts", flags->lifts, "Injected effects that the intervals must cover")
      ->delimiter(',')
      ->check(CLI::Range(-0.99, 100.0))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of the salts")->capture_default_str();
  command->add_option("--threads", flags->threads, "The numbers do not depend on it")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--format", flags->format, "How it is printed")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->callback([flags] { flags->synthetic ? run_synthetic(*flags) : run_on_store(*flags); });
}

}  // namespace crossfade::cli
