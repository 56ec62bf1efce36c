#include "platform/runtime/analyze_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "platform/core/error.h"
#include "platform/import/csv_summary.h"
#include "platform/import/csv_table.h"
#include "platform/runtime/progress.h"

namespace crossfade::runtime {

namespace {

// A file that is read in less time needs no bar.
constexpr std::chrono::seconds kShortest{1};

void say(const std::string& file, const std::string& dialect) {
  if (!dialect.empty()) fmt::print(stderr, "{}: {}\n", file == "-" ? "standard input" : file, dialect);
}

// A bar over the bytes of the file, where that takes long.
class ReadingBar {
 public:
  void show(std::uint64_t done, std::uint64_t all) {
    if (!bar_) bar_.emplace(static_cast<std::int64_t>(all), "bytes");
    if (std::chrono::steady_clock::now() - begin_ < kShortest) return;
    bar_->show(static_cast<std::int64_t>(done));
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::optional<Progress> bar_;
};

std::vector<analysis::Report> analyze_csv(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  TableRequest request = table_request(flags, options);
  imports::CsvTable table;
  {
    ReadingBar bar;
    request.query.progress = [&bar](std::uint64_t done, std::uint64_t all) { bar.show(done, all); };
    table = imports::read_csv_table(request.query);
  }
  say(flags.csv, table.dialect);
  request.question.warnings = std::move(table.warnings);
  return {analysis::analyze_table(storage::summarise(table.units), request.question, options)};
}

// The metrics at these positions, in their order.
storage::ExperimentAggregate selected(storage::ExperimentAggregate aggregate,
                                      const std::vector<std::size_t>& positions) {
  for (storage::VariantAggregate& variant : aggregate.variants) {
    std::vector<storage::MetricAggregate> metrics;
    for (const std::size_t position : positions) metrics.push_back(variant.metrics[position]);
    variant.metrics = std::move(metrics);
  }
  return aggregate;
}

void refuse_without_units(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  const auto refuse = [](bool given, const char* flag) {
    if (given) throw Error::user(fmt::format("{} beside --summary, which knows no units", flag));
  };
  refuse(!flags.unit.empty(), "--unit");
  refuse(!flags.variant.empty(), "--variant");
  refuse(!flags.covariates.empty(), "--covariate");
  refuse(!flags.block.empty(), "--block");
  refuse(flags.winsorize > 0, "--winsorize");
  refuse(!options.by.empty(), "--by");
}

std::vector<analysis::Report> analyze_summary(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  refuse_without_units(flags, options);
  imports::CsvSummaries summaries = imports::read_csv_summary(flags.summary, flags.lenient);
  say(flags.summary, summaries.dialect);
  std::vector<analysis::Report> reports;
  for (const imports::CsvSummary& summary : summaries.experiments) {
    SummaryRequest request = summary_request(flags, summary.metrics);
    request.question.warnings = summaries.warnings;
    std::vector<storage::ExperimentAggregate> aggregates;
    for (const imports::SummaryLook& look : summary.looks) {
      aggregates.push_back(selected(look.aggregate, request.positions));
    }
    std::vector<analysis::TableSnapshot> snapshots;
    for (std::size_t i = 0; i < aggregates.size(); ++i) snapshots.push_back({summary.looks[i].at, aggregates[i]});
    reports.push_back(analysis::analyze_snapshots(snapshots, request.question, options));
  }
  return reports;
}

}  // namespace

std::vector<analysis::Report> analyze_tables(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  if (!flags.csv.empty() && !flags.summary.empty()) throw Error::user("--csv and --summary, want one of them");
  return flags.csv.empty() ? analyze_summary(flags, options) : analyze_csv(flags, options);
}

}  // namespace crossfade::runtime
