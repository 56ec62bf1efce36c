#include "platform/import/csv_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include "platform/core/error.h"
#include "platform/files/csv_reader.h"
#include "platform/files/file_faults.h"

namespace crossfade::imports {

namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
// More variants, or levels of a dimension, are a column of something else.
constexpr std::size_t kMostVariants = 100;
constexpr double kMostUnits = 1e15;

// A finite one.
std::optional<double> any_number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// One within kLargestValue.
std::optional<double> number_of(std::string_view text) {
  const auto value = any_number_of(text);
  return value && std::abs(*value) <= kLargestValue ? value : std::nullopt;
}

// What is wanted in the place of a text of which number_of makes nothing.
const char* number_wanted(std::string_view text) {
  return any_number_of(text) ? "a number within 1e+15" : "a number";
}

std::optional<double> truth_of(std::string_view text) {
  for (const std::string_view yes : {"TRUE", "True", "true", "yes", "1"}) {
    if (text == yes) return 1;
  }
  for (const std::string_view no : {"FALSE", "False", "false", "no", "0"}) {
    if (text == no) return 0;
  }
  return std::nullopt;
}

// Names by number, in the order of their first appearance.
class Names {
 public:
  std::int32_t add(std::string_view name) {
    const auto found = std::ranges::find(names_, name);
    if (found != names_.end()) return static_cast<std::int32_t>(found - names_.begin());
    names_.emplace_back(name);
    return static_cast<std::int32_t>(names_.size()) - 1;
  }
  std::size_t size() const { return names_.size(); }
  // Sorted; `places` says where each went.
  std::vector<std::string> sorted(std::vector<std::int32_t>& places) const {
    std::vector<std::string> sorted = names_;
    std::ranges::sort(sorted);
    for (const std::string& name : names_) {
      places.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(sorted, name) - sorted.begin()));
    }
    return sorted;
  }

 private:
  std::vector<std::string> names_;
};

// The next row; one that ends the reading is told with what was wrong before.
std::optional<std::span<const std::string_view>> next_row(files::CsvReader& csv, const files::FileFaults& faults) {
  try {
    return csv.next();
  } catch (const Error& error) {
    faults.throw_with(error);
  }
}

class TableReader {
 public:
  explicit TableReader(const CsvTableQuery& query)
      : query_(query),
        csv_(query.file),
        unit_(csv_.require(query.unit)),
        variant_(csv_.require(query.variant)),
        faults_(query.file) {
    for (const MetricDefinition& metric : query.metrics) {
      metrics_.push_back(csv_.require(metric.name));
      table_.metrics.push_back({.type = metric.type, .numerator = metrics_.size() - 1, .winsorize = metric.winsorize});
    }
    for (const std::string& name : query.dimensions) {
      dimensions_.push_back(csv_.require(name));
      table_.dimensions.push_back({.name = name, .levels = {}, .level = {}});
    }
    levels_.resize(dimensions_.size());
    table_.experiment = query.file.filename().string();
    table_.columns = metrics_.size();
  }

  storage::UnitTable run() {
    while (const auto row = next_row(csv_, faults_)) add(*row);
    faults_.throw_if_any();
    name_variants();
    order();
    return std::move(table_);
  }

 private:
  void add(std::span<const std::string_view> row) {
    if (row[unit_].empty()) return faults_.add(csv_.fault(unit_, "no " + query_.unit + ", want one in each row"));
    if (row[variant_].empty())
      return faults_.add(csv_.fault(variant_, "no " + query_.variant + ", want one in each row"));
    const auto [entry, is_new] = units_.try_emplace(std::string(row[unit_]), table_.units.size());
    const std::size_t unit = entry->second;
    const std::int32_t variant = variants_.add(row[variant_]);
    if (variants_.size() > kMostVariants) {
      faults_.add(csv_.fault(variant_, "more than 100 variants: want the column that has the variants"));
      faults_.throw_if_any();
    }
    if (is_new) {
      table_.units.push_back({entry->first});
      table_.variant.push_back(variant);
      table_.values.insert(table_.values.end(), table_.columns, kNoValue);
      for (storage::Grouping& dimension : table_.dimensions) dimension.level.push_back(kUnseen);
    } else if (table_.variant[unit] != variant) {
      table_.variant[unit] = storage::UnitTable::kSeveral;
    }
    for (std::size_t i = 0; i < metrics_.size(); ++i) add_value(unit, i, row[metrics_[i]]);
    for (std::size_t i = 0; i < dimensions_.size(); ++i) add_level(unit, i, row[dimensions_[i]]);
  }

  void add_value(std::size_t unit, std::size_t metric, std::string_view text) {
    if (text.empty()) return;
    const bool share = query_.metrics[metric].type == MetricType::proportion;
    const auto value = share ? truth_of(text) : number_of(text);
    if (!value) {
      faults_.add(csv_.fault(metrics_[metric], query_.metrics[metric].name + " is \"" +
                                                   std::string(text.substr(0, 64)) + "\", want " +
                                                   (share ? "TRUE or FALSE" : number_wanted(text))));
      return;
    }
    double& sum = table_.values[unit * table_.columns + metric];
    sum = std::isnan(sum) ? *value : sum + *value;
  }

  void add_level(std::size_t unit, std::size_t dimension, std::string_view text) {
    const std::int32_t level = levels_[dimension].add(text);
    if (levels_[dimension].size() > kMostVariants) {
      faults_.add(csv_.fault(dimensions_[dimension], "more than 100 values of " + query_.dimensions[dimension] +
                                                         ": want a column of segments"));
      faults_.throw_if_any();
    }
    std::int32_t& known = table_.dimensions[dimension].level[unit];
    known = known == kUnseen || known == level ? level : storage::Grouping::kNone;
  }

  void name_variants() {
    std::vector<std::int32_t> places;
    table_.variants = variants_.sorted(places);
    for (std::int32_t& variant : table_.variant) {
      if (variant != storage::UnitTable::kSeveral) variant = places[static_cast<std::size_t>(variant)];
    }
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      std::vector<std::int32_t> of_level;
      table_.dimensions[i].levels = levels_[i].sorted(of_level);
      for (std::int32_t& level : table_.dimensions[i].level) {
        if (level != storage::Grouping::kNone) level = of_level[static_cast<std::size_t>(level)];
      }
    }
  }

  // By unit, so that the order of the rows changes no bit.
  void order() {
    std::vector<std::size_t> from(table_.units.size());
    std::iota(from.begin(), from.end(), std::size_t{0});
    std::ranges::sort(from, {}, [this](std::size_t unit) -> const UnitId& { return table_.units[unit]; });
    std::vector<UnitId> units;
    std::vector<std::int32_t> variant;
    std::vector<double> values;
    units.reserve(from.size());
    variant.reserve(from.size());
    values.reserve(table_.values.size());
    for (const std::size_t unit : from) {
      units.push_back(std::move(table_.units[unit]));
      variant.push_back(table_.variant[unit]);
      for (std::size_t i = 0; i < table_.columns; ++i) values.push_back(table_.value(unit, i));
    }
    for (storage::Grouping& dimension : table_.dimensions) {
      std::vector<std::int32_t> level;
      level.reserve(from.size());
      for (const std::size_t unit : from) level.push_back(dimension.level[unit]);
      dimension.level = std::move(level);
    }
    table_.units = std::move(units);
    table_.variant = std::move(variant);
    table_.values = std::move(values);
  }

  static constexpr std::int32_t kUnseen = -2;

  const CsvTableQuery& query_;
  files::CsvReader csv_;
  const std::size_t unit_;
  const std::size_t variant_;
  std::vector<std::size_t> metrics_;
  std::vector<std::size_t> dimensions_;
  storage::UnitTable table_;
  std::unordered_map<std::string, std::size_t> units_;
  Names variants_;
  std::vector<Names> levels_;
  files::FileFaults faults_;
};

// Later than `other`?
bool is_later(const std::string& snapshot, const std::string& other) {
  const auto a = any_number_of(snapshot);
  const auto b = any_number_of(other);
  return a && b ? *a > *b : snapshot > other;
}

class SummaryReader {
 public:
  explicit SummaryReader(const std::filesystem::path& file)
      : csv_(file), file_name_(file.filename().string()), faults_(file) {
    for (const char* name : {"metric", "variant", "n", "mean", "variance"}) columns_.push_back(csv_.require(name));
    experiment_ = csv_.find("experiment");
    snapshot_ = csv_.find("snapshot");
  }

  std::vector<CsvSummary> run() {
    while (const auto row = next_row(csv_, faults_)) add(*row);
    faults_.throw_if_any();
    std::vector<CsvSummary> summaries;
    for (auto& [experiment, seen] : seen_) {
      summaries.push_back({.aggregate = aggregate_of(experiment, seen), .metrics = std::move(seen.metrics)});
    }
    return summaries;
  }

 private:
  struct Seen {
    std::string snapshot;
    stats::MetricMoments moments;
  };
  struct SeenExperiment {
    std::vector<std::string> metrics;
    std::map<std::string, std::map<std::string, Seen>> variants;  // by variant and metric
  };

  double read(std::span<const std::string_view> row, std::size_t column, const char* want) {
    // Of values within kLargestValue the variance is below its square.
    const auto value = column == 4 ? any_number_of(row[columns_[column]]) : number_of(row[columns_[column]]);
    const bool count = column == 2;
    const bool whole = value && *value == std::floor(*value) && *value <= kMostUnits;
    const bool possible = value && *value <= kLargestValue * kLargestValue;
    if (possible && (column == 3 || *value >= 0) && (!count || whole)) return *value;
    faults_.add(csv_.fault(columns_[column], std::string(csv_.columns()[columns_[column]]) + " is \"" +
                                                 std::string(row[columns_[column]].substr(0, 64)) + "\", want " +
                                                 want));
    return 0;
  }

  void add(std::span<const std::string_view> row) {
    const double n = read(row, 2, "a whole number of units");
    const double mean = read(row, 3, number_wanted(row[columns_[3]]));
    const double variance = read(row, 4, "a number of at least 0");
    const std::string metric(row[columns_[0]]);
    const std::string variant(row[columns_[1]]);
    const std::string experiment = experiment_ ? std::string(row[*experiment_]) : file_name_;
    const std::string snapshot = snapshot_ ? std::string(row[*snapshot_]) : "";
    SeenExperiment& of = seen_[experiment];
    if (std::ranges::find(of.metrics, metric) == of.metrics.end()) of.metrics.push_back(metric);
    const Seen now{.snapshot = snapshot,
                   .moments = {static_cast<std::int64_t>(n), {mean}, {{{variance * std::max(0.0, n - 1)}}}}};
    const auto [entry, is_new] = of.variants[variant].try_emplace(metric, now);
    if (is_new) return;
    if (entry->second.snapshot == snapshot) {
      faults_.add(csv_.fault(columns_[0], "metric " + metric + " of variant " + variant + " stands twice" +
                                              (snapshot_ ? " in this snapshot" : "") + ", want it once"));
    }
    if (is_later(snapshot, entry->second.snapshot)) entry->second = now;
  }

  static storage::ExperimentAggregate aggregate_of(const std::string& experiment, const SeenExperiment& seen) {
    storage::ExperimentAggregate aggregate;
    aggregate.experiment = experiment;
    for (const auto& [variant, metrics] : seen.variants) {
      storage::VariantAggregate& one = aggregate.variants.emplace_back();
      one.variant = variant;
      for (const std::string& name : seen.metrics) {
        storage::MetricAggregate& metric = one.metrics.emplace_back();
        const auto found = metrics.find(name);
        if (found == metrics.end()) continue;
        metric.moments = found->second.moments;
        one.units = std::max(one.units, metric.moments.n());
      }
    }
    return aggregate;
  }

  files::CsvReader csv_;
  const std::string file_name_;
  std::vector<std::size_t> columns_;
  std::optional<std::size_t> experiment_;
  std::optional<std::size_t> snapshot_;
  std::map<std::string, SeenExperiment> seen_;
  files::FileFaults faults_;
};

}  // namespace

storage::UnitTable read_csv_table(const CsvTableQuery& query) {
  return TableReader(query).run();
}

std::vector<CsvSummary> read_csv_summary(const std::filesystem::path& file) {
  return SummaryReader(file).run();
}

}  // namespace crossfade::imports
