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
#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/runtime/load.h"
#include "platform/runtime/look.h"
#include "platform/runtime/recorded_history.h"
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

// The answers that the page would get from a server, by path; and when they were given.
class Answers {
 public:
  Answers(const Configuration& configuration, const storage::EventStore& store, const ConfigurationHistory& history,
          analysis::AnalyzeOptions options)
      : configuration_(configuration), store_(store), history_(history), options_(std::move(options)) {}

  void add_time(Timestamp written) { answers_["written"] = to_string(written); }

  void add_overview(const std::vector<analysis::Report>& reports) {
    answers_["/api/v1/experiments"] = Json::parse(analysis::render_overview(reports));
  }

  // With everything that the page can ask for besides.
  void add_experiment(const analysis::Report& report) {
    const std::string path = "/api/v1/experiments/" + server::percent_encoded(report.experiment);
    answers_[path + "/results"] = Json::parse(analysis::render_json(report));
    answers_[path + "/configurations"] = Json::parse(server::render_configurations(history_, report.experiment));
    analysis::AnalyzeOptions options = options_;
    options.experiments = {report.experiment};
    answers_[path + "/timeline"] =
        Json::parse(analysis::render_json(analysis::timeline(configuration_, store_, options, false)));
    const auto add = [&](const std::string& query, auto set) {
      analysis::AnalyzeOptions more = options;
      set(more);
      answers_[path + "/results?" + query] = results(more);
    };
    add("by_day=true", [](analysis::AnalyzeOptions& more) { more.by_day = true; });
    add("distributions=true", [](analysis::AnalyzeOptions& more) { more.distributions = true; });
    add("traffic=true", [](analysis::AnalyzeOptions& more) { more.traffic = true; });
    for (const std::string& dimension : report.dimensions) {
      add("by=" + server::percent_encoded(dimension), [&](analysis::AnalyzeOptions& more) { more.by = {dimension}; });
    }
  }

  // "<" is escaped, so that no text ends the element that this stands in.
  std::string json() const {
    const std::string plain = answers_.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string escaped;
    escaped.reserve(plain.size());
    for (const char c : plain) c == '<' ? escaped.append("\\u003c") : escaped.append(1, c);
    return escaped;
  }

 private:
  Json results(const analysis::AnalyzeOptions& options) const {
    auto reports = analysis::analyze(configuration_, store_, options);
    analysis::withhold_invalid(reports);
    return Json::parse(analysis::render_json(reports.at(0)));
  }

  const Configuration& configuration_;
  const storage::EventStore& store_;
  const ConfigurationHistory& history_;
  const analysis::AnalyzeOptions options_;
  Json answers_ = Json::object();
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

void run_report(const ReportFlags& flags) {
  analysis::AnalyzeOptions options;
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
  std::vector<analysis::Report> reports = analysis::analyze(configuration, store, options);
  if (!options.until) runtime::note_look(reports, store);
  analysis::withhold_invalid(reports);
  Answers answers(configuration, store, recorded.history(), options);
  answers.add_time(time_of_writing());
  answers.add_overview(reports);
  for (const analysis::Report& report : reports) answers.add_experiment(report);
  write(flags.out, page_with(answers.json()));
  fmt::print(stderr, "{}: {} experiment{}, opens in any browser\n", flags.out, reports.size(),
             reports.size() == 1 ? "" : "s");
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
  command->callback([flags] { run_report(*flags); });
}

}  // namespace crossfade::cli
