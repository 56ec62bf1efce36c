#include "platform/analysis/analyze.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/render/render.h"
#include "platform/analysis/withhold.h"
#include "platform/cli/command.h"
#include "platform/cli/table_options.h"
#include "platform/core/error.h"
#include "platform/runtime/analyze_table.h"
#include "platform/runtime/load.h"
#include "platform/runtime/look.h"
#include "platform/runtime/recorded_history.h"
#include "platform/runtime/runs.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

// Of an INVALID verdict: whatever the numbers look like, they are not to be used. Scripts rely on it; do not change.
constexpr int kInvalidExitCode = 3;

struct AnalyzeFlags {
  std::string experiment;
  std::string config;  // "": experiments.yaml where there is one, else none
  std::string store = "crossfade.db";
  std::string format = "table";
  std::string metrics;  // separated by commas
  std::string control;
  std::string lift = "fieller";
  std::string until;
  std::vector<std::string> by;
  bool by_day = false;
  bool distributions = false;
  bool traffic = false;
  std::optional<double> confidence_level;
  bool no_cuped = false;
  bool force = false;
  runtime::TableFlags table;
};

// CLI11 has let through no other name.
analysis::LiftInterval lift_of(std::string_view name) {
  for (const auto method : {analysis::LiftInterval::delta, analysis::LiftInterval::naive}) {
    if (name == to_string(method)) return method;
  }
  return analysis::LiftInterval::fieller;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

analysis::AnalyzeOptions options_of(const AnalyzeFlags& flags) {
  analysis::AnalyzeOptions options;
  options.program = runtime::program_text();
  if (!flags.experiment.empty()) options.experiments = {flags.experiment};
  options.metrics = split(flags.metrics);
  options.control = flags.control;
  options.lift = lift_of(flags.lift);
  options.by = flags.by;
  options.by_day = flags.by_day;
  options.distributions = flags.distributions;
  options.traffic = flags.traffic;
  options.confidence_level = flags.confidence_level;
  options.cuped = !flags.no_cuped;
  if (!flags.until.empty()) {
    options.until = parse_timestamp(flags.until);
    if (!options.until) {
      throw Error::user(fmt::format("--until {}: want a time like 2026-01-05 or 2026-01-05T10:00Z", flags.until));
    }
    if (!is_plausible(*options.until)) {
      throw Error::user(fmt::format("--until {} {}", flags.until, implausible(*options.until)));
    }
  }
  return options;
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// As POSIX says: the first of these that is set decides.
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(environment(name));
    if (value.empty()) continue;
    std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

// https://no-color.org: set and not empty.
analysis::TableStyle style_of_terminal() {
  return {.colour = isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty(), .unicode = locale_is_utf8()};
}

std::string rendered(const std::vector<analysis::Report>& reports, const AnalyzeFlags& flags) {
  if (flags.format == "csv") return analysis::render_csv(reports);
  if (flags.format == "markdown") return analysis::render_markdown(reports);
  if (flags.format == "json") {
    const bool one = !flags.experiment.empty() || !flags.table.csv.empty();
    return one ? analysis::render_json(reports.front(), 2) : analysis::render_json(reports, 2);
  }
  return analysis::render_table(reports, style_of_terminal());
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error::internal("the analysis could not be written to standard output");
  }
}

std::vector<analysis::Report> analyze_store(const AnalyzeFlags& flags, analysis::AnalyzeOptions options) {
  const Configuration configuration = runtime::read_configuration_if_any(flags.config);
  storage::SqliteStore store(flags.store, {});
  const ConfigurationHistory history = runtime::RecordedHistory(store).history();
  options.configuration_changes = history.changes;
  options.displacements = history.displacements;
  std::vector<analysis::Report> reports = analysis::analyze(configuration, store, options);
  if (!options.until) runtime::note_look(reports, store);
  if (reports.empty()) std::fprintf(stderr, "%s knows no experiment\n", flags.store.c_str());
  return reports;
}

void run_analyze(const AnalyzeFlags& flags) {
  if (flags.table.given() && !flags.experiment.empty()) {
    throw Error::user("EXPERIMENT beside --csv or --summary, want one of them: a table names its own");
  }
  const analysis::AnalyzeOptions options = options_of(flags);
  std::vector<analysis::Report> reports =
      flags.table.given() ? runtime::analyze_tables(flags.table, options) : analyze_store(flags, options);
  if (!flags.force) analysis::withhold_invalid(reports);
  print(rendered(reports, flags));
  const bool invalid = std::ranges::any_of(
      reports, [](const analysis::Report& report) { return report.decision.verdict == analysis::Verdict::invalid; });
  if (invalid) throw CLI::RuntimeError(kInvalidExitCode);
}

}  // namespace

void add_analyze(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("analyze", "Which variant is better, and how sure that is");
  const auto flags = std::make_shared<AnalyzeFlags>();  // lives as long as the callback
  command->add_option("EXPERIMENT", flags->experiment, "Its key; all of them without one");
  command->add_option("--config", flags->config, "The experiments [experiments.yaml where there is one]");
  command->add_option("--store", flags->store, "The SQLite file that was logged to")->capture_default_str();
  command->add_option("--format", flags->format, "How it is printed")
      ->check(CLI::IsMember({"table", "json", "csv", "markdown"}))
      ->capture_default_str();
  command->add_option("--metrics", flags->metrics, "Show these only, separated by commas [all]");
  command->add_option("--control", flags->control, "Compare with this variant [the configured control]");
  command->add_option("--lift", flags->lift, "How the interval of a lift is computed")
      ->check(CLI::IsMember({"fieller", "delta", "naive"}))
      ->capture_default_str();
  command->add_option("--until", flags->until, "Leave out what was seen from this time on, like 2026-01-05");
  command->add_option("--by", flags->by, "Split by this dimension, such as history; may stand several times")
      ->delimiter(',');
  command->add_flag("--by-day", flags->by_day, "Effects by days since exposure, and their slope");
  command->add_flag("--distributions", flags->distributions,
                    "How session times and sessions are spread, and quantiles compared");
  command->add_flag("--traffic", flags->traffic,
                    "Who answered, what was skipped, and units, requests and latency by day");
  command->add_option("--confidence-level", flags->confidence_level, "Of the intervals, like 0.9 [the configured one]")
      ->check(CLI::Range(0.5, 0.9999));
  command->add_flag("--no-cuped", flags->no_cuped, "Do not take out what units did before their first exposure");
  command->add_flag("--force", flags->force, "Show the effects of INVALID experiments too, to find the fault");
  add_table_options(*command, flags->table);
  command->footer("Exit code 3: the verdict of an experiment is INVALID (docs/verdicts.md).");
  command->callback([flags] { run_analyze(*flags); });
}

}  // namespace crossfade::cli
