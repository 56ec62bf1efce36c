#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/timeline.h"
#include "platform/analysis/withhold.h"
#include "platform/cli/command.h"
#include "platform/cli/table_options.h"
#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/runtime/analyze_table.h"
#include "platform/runtime/load.h"
#include "platform/runtime/look.h"
#include "platform/runtime/recorded_history.h"
#include "platform/runtime/runs.h"
#include "platform/server/api/configurations.h"
#include "platform/server/http/target.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "web/assets.h"

namespace crossfade::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLatestSecond = 253'402'300'799;  // of the year 9999

struct ReportFlags {
  std::string experiment;
  std::string config;  // "": experiments.yaml where there is one, else none
  std::string store = "crossfade.db";
  std::string out;
  std::string at;
  std::string control;  // of a table
  std::vector<std::string> by;
  runtime::TableFlags table;
};

// When the file is written. SOURCE_DATE_EPOCH, in seconds since 1970, says another time, so that the same data give the
// same bytes (reproducible-builds.org).
Timestamp time_of_writing() {
  const char* const variable = std::getenv("SOURCE_DATE_EPOCH");
  if (variable == nullptr) return SystemClock().now();
  const std::string_view text(variable);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kLatestSecond) {
    throw Error::user(fmt::format("SOURCE_DATE_EPOCH is \"{}\", want seconds since 1970", text));
  }
  return {seconds * 1000};
}

std::string path_of(const analysis::Report& report) {
  return "/api/v1/experiments/" + server::percent_encoded(report.experiment);
}

std::string split_path(const analysis::Report& report, const std::string& dimension) {
  return path_of(report) + "/results?by=" + server::percent_encoded(dimension);
}

// The answers that the page would get from a server, by path; and when they were given.
class Answers {
 public:
  Answers(Timestamp written, const std::vector<analysis::Report>& reports) {
    answers_["written"] = to_string(written);
    add("/api/v1/experiments", analysis::render_overview(reports));
  }

  void add(const std::string& path, const std::string& json) { answers_[path] = Json::parse(json); }

  // "<" is escaped, so that no text ends the element that this stands in.
  std::string json() const {
    const std::string plain = answers_.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string escaped;
    escaped.reserve(plain.size());
    for (const char c : plain) c == '<' ? escaped.append("\\u003c") : escaped.append(1, c);
    return escaped;
  }

 private:
  Json answers_ = Json::object();
};

// Of a store, with everything that the page can ask for besides.
class StoreAnswers {
 public:
  StoreAnswers(const Configuration& configuration, const storage::EventStore& store,
               const ConfigurationHistory& history, analysis::AnalyzeOptions options)
      : configuration_(configuration), store_(store), history_(history), options_(std::move(options)) {}

  void add_to(Answers& answers, const analysis::Report& report) const {
    const std::string path = path_of(report);
    answers.add(path + "/results", analysis::render_json(report));
    answers.add(path + "/configurations", server::render_configurations(history_, report.experiment));
    analysis::AnalyzeOptions options = options_;
    options.experiments = {report.experiment};
    answers.add(path + "/timeline", analysis::render_json(analysis::timeline(configuration_, store_, options, false)));
    const auto add = [&](const std::string& at, auto set) {
      analysis::AnalyzeOptions more = options;
      set(more);
      answers.add(at, results(more));
    };
    add(path + "/results?by_day=true", [](analysis::AnalyzeOptions& more) { more.by_day = true; });
    add(path + "/results?distributions=true", [](analysis::AnalyzeOptions& more) { more.distributions = true; });
    add(path + "/results?traffic=true", [](analysis::AnalyzeOptions& more) { more.traffic = true; });
    for (const std::string& dimension : report.dimensions) {
      add(split_path(report, dimension), [&](analysis::AnalyzeOptions& more) { more.by = {dimension}; });
    }
  }

 private:
  std::string results(const analysis::AnalyzeOptions& options) const {
    auto reports = analysis::analyze(configuration_, store_, options);
    analysis::withhold_invalid(reports);
    return analysis::render_json(reports.at(0));
  }

  const Configuration& configuration_;
  const storage::EventStore& store_;
  const ConfigurationHistory& history_;
  const analysis::AnalyzeOptions options_;
};

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) throw Error::user(fmt::format("{}: cannot be written", file.string()));
}

std::string page_with(const std::string& data) {
  std::string page(web::shared_page());
  const auto place = page.find(web::kSharedData);
  if (place == std::string::npos) throw Error::internal("the page has no place for data");
  return page.replace(place, web::kSharedData.size(), data);
}

std::vector<analysis::Report> withheld(std::vector<analysis::Report> reports) {
  analysis::withhold_invalid(reports);
  return reports;
}

void write_page(const ReportFlags& flags, const Answers& answers, std::size_t experiments) {
  write(flags.out, page_with(answers.json()));
  fmt::print(stderr, "{}: {} experiment{}, opens in any browser\n", flags.out, experiments,
             experiments == 1 ? "" : "s");
}

// A table has an answer for each split that was asked for, and no days.
void report_table(const ReportFlags& flags) {
  if (!flags.experiment.empty()) {
    throw Error::user("EXPERIMENT beside --csv or --summary, want one of them: a table names its own");
  }
  if (!flags.at.empty()) throw Error::user("--at beside --csv or --summary, which know no days");
  analysis::AnalyzeOptions options;
  options.control = flags.control;
  options.by = flags.by;
  const std::vector<analysis::Report> reports = withheld(runtime::analyze_tables(flags.table, options));
  Answers answers(time_of_writing(), reports);
  for (const analysis::Report& report : reports) {
    const std::string results = analysis::render_json(report);
    answers.add(path_of(report) + "/results", results);
    for (const std::string& dimension : report.dimensions) answers.add(split_path(report, dimension), results);
  }
  write_page(flags, answers, reports.size());
}

void report_store(const ReportFlags& flags) {
  if (!flags.control.empty() || !flags.by.empty()) {
    throw Error::user("--control and --by are of a table: the page of a store chooses its own");
  }
  analysis::AnalyzeOptions options;
  options.program = runtime::program_text();
  if (!flags.experiment.empty()) options.experiments = {flags.experiment};
  if (!flags.at.empty()) {
    options.until = parse_timestamp(flags.at);
    if (!options.until) {
      throw Error::user(fmt::format("--at {}: want a time like 2026-01-05 or 2026-01-05T10:00Z", flags.at));
    }
    if (!is_plausible(*options.until)) {
      throw Error::user(fmt::format("--at {} {}", flags.at, implausible(*options.until)));
    }
  }
  const Configuration configuration = runtime::read_configuration_if_any(flags.config);
  storage::SqliteStore store(flags.store, {});
  const runtime::RecordedHistory recorded(store);
  options.configuration_changes = recorded.history().changes;
  options.displacements = recorded.history().displacements;
  std::vector<analysis::Report> reports = analysis::analyze(configuration, store, options);
  if (!options.until) runtime::note_look(reports, store);
  reports = withheld(std::move(reports));
  const StoreAnswers of_store(configuration, store, recorded.history(), options);
  Answers answers(time_of_writing(), reports);
  for (const analysis::Report& report : reports) of_store.add_to(answers, report);
  write_page(flags, answers, reports.size());
}

}  // namespace

void add_report(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("report", "The report page as one file that needs no server");
  const auto flags = std::make_shared<ReportFlags>();  // lives as long as the callback
  command->add_option("EXPERIMENT", flags->experiment, "Its key; all of them without one");
  command->add_option("--config", flags->config, "The experiments [experiments.yaml where there is one]");
  command->add_option("--store", flags->store, "The SQLite file that was logged to")->capture_default_str();
  command->add_option("--out", flags->out, "The file to write, like report.html")->required();
  command->add_option("--at", flags->at, "As of this time, like 2026-01-05: later data are left out");
  command->add_option("--control", flags->control, "Of a table: compare with this variant");
  command->add_option("--by", flags->by, "Of a table: its columns to split by; may stand several times")
      ->delimiter(',');
  add_table_options(*command, flags->table);
  command->callback([flags] { flags->table.given() ? report_table(*flags) : report_store(*flags); });
}

}  // namespace crossfade::cli
