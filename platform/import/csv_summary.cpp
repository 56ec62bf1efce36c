#include "platform/import/csv_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/metric.h"
#include "platform/import/table_rows.h"

namespace crossfade::imports {

namespace {

constexpr double kMostUnits = 1e15;
constexpr double kRefused = -1;  // no number of units
constexpr const char* kControl = "control";

// Of a column, the usual one first.
using ColumnNames = std::span<const std::string_view>;
constexpr std::array<std::string_view, 3> kMetric{"metric", "metric_id", "metric_name"};
constexpr std::array<std::string_view, 5> kVariant{"variant", "variant_id", "arm", "group", "treatment"};
constexpr std::array<std::string_view, 3> kExperiment{"experiment", "experiment_id", "test"};
constexpr std::array<std::string_view, 5> kSnapshot{"snapshot", "time", "time_since_start", "date", "day"};

std::optional<std::size_t> find(const files::CsvReader& csv, ColumnNames names) {
  for (const std::string_view name : names) {
    if (const auto found = csv.find(name)) return found;
  }
  return std::nullopt;
}

// The first of the names that the table has; else the fault is about the first.
std::string_view name_in(const files::CsvReader& csv, ColumnNames names) {
  for (const std::string_view name : names) {
    if (csv.find(name)) return name;
  }
  return names.front();
}

// n, mean and variance of one variant in a row.
struct Figures {
  NumberColumn n;
  NumberColumn mean;
  NumberColumn spread;
  bool is_deviation = false;  // `spread`, which is squared then
};

struct Seen {
  std::int64_t n = 0;
  std::optional<double> mean;
  std::optional<double> variance;

  bool operator==(const Seen&) const = default;
};

using ByMetric = std::map<std::string, Seen>;
using ByVariant = std::map<std::string, ByMetric>;

struct SeenExperiment {
  std::vector<std::string> metrics;
  std::map<std::string, ByVariant> times;
};

class SummaryReader {
 public:
  SummaryReader(const std::filesystem::path& file, bool lenient)
      : rows_(file, lenient), file_name_(file == "-" ? "standard input" : file.filename().string()) {
    const files::CsvReader& csv = rows_.csv();
    metric_ = csv.require(name_in(csv, kMetric));
    variant_ = csv.require(name_in(csv, kVariant));
    experiment_ = find(csv, kExperiment);
    snapshot_ = find(csv, kSnapshot);
    const bool beside = csv.find("mean_t").has_value();
    of_variant_ = figures(beside ? "_t" : "");
    if (beside) of_control_ = figures("_c");
  }

  CsvSummaries run() {
    while (const auto row = rows_.next()) add(*row);
    CsvSummaries summaries;
    for (const auto& [experiment, seen] : seen_) summaries.experiments.push_back(summary_of(experiment, seen));
    std::vector<NumberColumn> columns;
    for (const auto& figures : {of_variant_, of_control_}) {
      if (figures) columns.insert(columns.end(), {figures->n, figures->mean, figures->spread});
    }
    summaries.dialect = reading_of(rows_.csv(), columns);
    if (std::string text = rows_.left_out_sentence(); !text.empty()) summaries.warnings.push_back(std::move(text));
    return summaries;
  }

 private:
  Figures figures(const std::string& side) const {
    const files::CsvReader& csv = rows_.csv();
    const auto column = [&](std::initializer_list<const char*> names) {
      for (const char* const name : names) {
        if (csv.find(name + side)) return NumberColumn(csv, name + side);
      }
      return NumberColumn(csv, *names.begin() + side);
    };
    const bool has_variance = csv.find("variance" + side) || csv.find("var" + side);
    const bool is_deviation = !has_variance && (csv.find("sd" + side) || csv.find("standard_deviation" + side) ||
                                                csv.find("std" + side) || csv.find("stddev" + side));
    return {
        .n = column({"n", "count", "units"}),
        .mean = column({"mean"}),
        .spread = is_deviation ? column({"sd", "standard_deviation", "std", "stddev"}) : column({"variance", "var"}),
        .is_deviation = is_deviation};
  }

  // NaN: missing; nothing where it was refused.
  std::optional<double> read(TableRows::Row row, NumberColumn& column, const char* want, double least, double most) {
    const std::string_view text = row[column.field()];
    const auto value = files::parse_number(text, column.format());
    if (!value && files::is_missing(text)) return column.read(text);
    if (value && *value >= least && *value <= most) return value;
    const std::string wanted = want != nullptr ? want : column.wanted(text);
    rows_.reject(column.field(), fmt::format("{} is \"{}\", want {}", column.name(), text.substr(0, 64), wanted));
    return std::nullopt;
  }

  std::optional<Seen> read(TableRows::Row row, Figures& figures) {
    const double n = read(row, figures.n, "a whole number of units", 0, kMostUnits).value_or(kRefused);
    const bool is_whole = n == std::floor(n);
    if (n != kRefused && !is_whole) {
      rows_.reject(figures.n.field(), fmt::format("{} is \"{}\", want a whole number of units", figures.n.name(),
                                                  row[figures.n.field()].substr(0, 64)));
    }
    const auto mean = read(row, figures.mean, nullptr, -kLargestValue, kLargestValue);
    // Of values within kLargestValue the variance is below its square.
    const auto spread = read(row, figures.spread, "a number of at least 0", 0,
                             figures.is_deviation ? kLargestValue : kLargestValue * kLargestValue);
    if (n == kRefused || !is_whole || !mean || !spread) return std::nullopt;
    Seen seen{.n = static_cast<std::int64_t>(n), .mean = std::nullopt, .variance = std::nullopt};
    if (!std::isnan(*mean)) seen.mean = mean;
    if (!std::isnan(*spread)) seen.variance = figures.is_deviation ? *spread * *spread : *spread;
    return seen;
  }

  void add(TableRows::Row row) {
    const auto of_variant = read(row, *of_variant_);
    const auto of_control = of_control_ ? read(row, *of_control_) : std::optional<Seen>();
    if (!of_variant || (of_control_ && !of_control)) return;
    const std::string metric(row[metric_]);
    SeenExperiment& of = seen_[experiment_ ? std::string(row[*experiment_]) : file_name_];
    if (std::ranges::find(of.metrics, metric) == of.metrics.end()) of.metrics.push_back(metric);
    ByVariant& then = of.times[snapshot_ ? std::string(row[*snapshot_]) : ""];
    const std::string variant(row[variant_]);
    const auto put = [&](const std::string& key, const Seen& seen, bool may_repeat) {
      const auto [entry, is_new] = then[key].try_emplace(metric, seen);
      if (is_new || (may_repeat && entry->second == seen)) return;
      rows_.reject(metric_, fmt::format("metric {} of variant {} stands twice{}, want it once", metric, key,
                                        snapshot_ ? " in this snapshot" : ""));
    };
    if (of_control) put(kControl, *of_control, true);  // beside each treatment
    put(variant, *of_variant, false);
  }

  static std::vector<std::string> in_order(const std::map<std::string, ByVariant>& times) {
    std::vector<std::string> order;
    for (const auto& [time, seen] : times) order.push_back(time);
    const auto number = [](const std::string& time) { return files::parse_number(time, {}); };
    if (std::ranges::all_of(order, [&](const std::string& time) { return number(time).has_value(); })) {
      std::ranges::stable_sort(order, {}, [&](const std::string& time) { return *number(time); });
    }
    return order;
  }

  static CsvSummary summary_of(const std::string& experiment, const SeenExperiment& seen) {
    CsvSummary summary{.metrics = seen.metrics, .looks = {}};
    ByVariant known;  // what a time does not tell anew stays as it was
    for (const std::string& time : in_order(seen.times)) {
      for (const auto& [variant, metrics] : seen.times.at(time)) {
        for (const auto& [metric, figures] : metrics) known[variant][metric] = figures;
      }
      summary.looks.push_back({.at = time, .aggregate = aggregate_of(experiment, seen.metrics, known)});
    }
    return summary;
  }

  static storage::ExperimentAggregate aggregate_of(const std::string& experiment, const std::vector<std::string>& names,
                                                   const ByVariant& known) {
    storage::ExperimentAggregate aggregate;
    aggregate.experiment = experiment;
    for (const auto& [variant, metrics] : known) {
      storage::VariantAggregate& one = aggregate.variants.emplace_back();
      one.variant = variant;
      for (const std::string& name : names) {
        storage::MetricAggregate& metric = one.metrics.emplace_back();
        const auto found = metrics.find(name);
        if (found == metrics.end()) continue;
        const Seen& seen = found->second;
        one.units = std::max(one.units, seen.n);
        if (!seen.mean || !seen.variance) continue;
        metric.moments = {seen.n, {*seen.mean}, {{{*seen.variance * std::max(0.0, static_cast<double>(seen.n - 1))}}}};
      }
    }
    return aggregate;
  }

  TableRows rows_;
  const std::string file_name_;
  std::size_t metric_ = 0;
  std::size_t variant_ = 0;
  std::optional<std::size_t> experiment_;
  std::optional<std::size_t> snapshot_;
  std::optional<Figures> of_variant_;
  std::optional<Figures> of_control_;  // where it stands beside each treatment
  std::map<std::string, SeenExperiment> seen_;
};

}  // namespace

CsvSummaries read_csv_summary(const std::filesystem::path& file, bool lenient) {
  return SummaryReader(file, lenient).run();
}

}  // namespace crossfade::imports
