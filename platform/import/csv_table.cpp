#include "platform/import/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "platform/core/error.h"
#include "platform/import/table_rows.h"

namespace crossfade::imports {

namespace {

using storage::Grouping;
using storage::UnitTable;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
// More variants, or levels of a dimension, are a column of something else.
constexpr std::size_t kMostVariants = 100;
constexpr std::int64_t kRowsBetweenProgress = 1 << 14;
constexpr std::size_t kMostQuoted = 64;  // bytes of a field in a message

std::optional<double> truth_of(std::string_view text) {
  text = files::trimmed(text);
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const auto is_one_of = [&](std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return std::ranges::equal(text, word, same); });
  };
  constexpr std::array<std::string_view, 7> kYes{"1", "true", "yes", "t", "y", "1.0", "1,0"};
  constexpr std::array<std::string_view, 7> kNo{"0", "false", "no", "f", "n", "0.0", "0,0"};
  if (is_one_of(kYes)) return 1;
  if (is_one_of(kNo)) return 0;
  return std::nullopt;
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, kMostQuoted)) + "\"";
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

// Those that differ in case and spaces only are mostly one variant, written by two hands.
std::vector<std::string> near_equal(const std::vector<std::string>& variants) {
  std::map<std::string, std::vector<std::string>> alike;
  for (const std::string& variant : variants) {
    std::string plain;
    for (const char c : files::trimmed(variant)) {
      if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    alike[plain].push_back(in_quotes(variant));
  }
  std::vector<std::string> sentences;
  for (const auto& [plain, names] : alike) {
    if (names.size() < 2) continue;
    sentences.push_back(fmt::format("Variants {} differ in case or spaces only, and are counted as {}: are they one?",
                                    fmt::join(names, ", "), names.size()));
  }
  return sentences;
}

class TableReader {
 public:
  explicit TableReader(const CsvTableQuery& query) : query_(query), rows_(query.file, query.lenient) {
    const files::CsvReader& csv = rows_.csv();
    if (!query.unit.empty()) unit_ = csv.require(query.unit);
    variant_ = csv.require(query.variant);
    if (!query.block.empty()) {
      block_ = csv.require(query.block);
      table_.blocks = Grouping{.name = query.block, .levels = {}, .level = {}};
    }
    for (const TableMetric& metric : query.metrics) add_metric(metric);
    first_covariate_ = columns_.size();
    for (const std::string& name : query.covariates) columns_.emplace_back(csv, name);
    for (storage::MetricColumns& metric : table_.metrics) {
      if (metric.is_trials()) continue;
      if (query.covariates.size() == 1) metric.numerator_before = first_covariate_;
      for (std::size_t i = 0; query.covariates.size() > 1 && i < query.covariates.size(); ++i) {
        metric.covariates.push_back(first_covariate_ + i);
      }
    }
    for (const std::string& name : query.dimensions) {
      dimensions_.push_back(csv.require(name));
      table_.dimensions.push_back({.name = name, .levels = {}, .level = {}});
    }
    levels_.resize(dimensions_.size());
    table_.experiment = query.file == "-" ? "standard input" : query.file.filename().string();
    table_.columns = columns_.size();
    values_.resize(columns_.size());
  }

  CsvTable run() {
    std::int64_t count = 0;
    while (const auto row = rows_.next()) {
      if (read(*row)) add(*row);
      if (query_.progress && ++count % kRowsBetweenProgress == 0) {
        query_.progress(rows_.csv().offset(), rows_.csv().size());
      }
    }
    average_covariates();
    name_levels();
    if (unit_) order();
    CsvTable read{.units = {}, .dialect = reading_of(rows_.csv(), columns_), .warnings = near_equal(table_.variants)};
    if (const std::string left_out = rows_.left_out_sentence(); !left_out.empty()) read.warnings.push_back(left_out);
    read.units = std::move(table_);
    return read;
  }

 private:
  void add_metric(const TableMetric& metric) {
    storage::MetricColumns& columns = table_.metrics.emplace_back();
    columns.type = metric.definition.type;
    columns.winsorize = metric.definition.winsorize;
    columns.numerator = columns_.size();
    columns_.emplace_back(rows_.csv(), metric.numerator);
    is_truth_.push_back(columns.type == MetricType::proportion && metric.denominator.empty());
    if (metric.denominator.empty()) return;
    columns.denominator = columns_.size();
    columns_.emplace_back(rows_.csv(), metric.denominator);
    is_truth_.push_back(false);
  }

  // Everything that is wanted of the row; false where it cannot be used.
  bool read(TableRows::Row row) {
    const auto is_there = [&](std::size_t field, const std::string& name) {
      if (!row[field].empty()) return true;
      rows_.reject(field, "no " + name + ", want one in each row");
      return false;
    };
    bool usable = !unit_ || is_there(*unit_, query_.unit);
    usable = is_there(variant_, query_.variant) && usable;
    usable = (!block_ || is_there(*block_, query_.block)) && usable;
    for (std::size_t i = 0; i < columns_.size(); ++i) usable = read_value(i, row[columns_[i].field()]) && usable;
    return usable && std::ranges::all_of(table_.metrics,
                                         [&](const storage::MetricColumns& metric) { return is_possible(metric); });
  }

  bool read_value(std::size_t i, std::string_view text) {
    NumberColumn& column = columns_[i];
    const bool truth = i < is_truth_.size() && is_truth_[i];
    if (const auto value = truth ? truth_of(text) : column.read(text)) {
      values_[i] = *value;
      return true;
    }
    if (truth && files::is_missing(text)) {
      values_[i] = *column.read(text);
      return true;
    }
    rows_.reject(column.field(), column.name() + " is " + in_quotes(text) + ", want " +
                                     (truth ? "TRUE or FALSE" : column.wanted(text)));
    return false;
  }

  // Successes are among the trials. Where a row has only one of numerator and denominator it has neither.
  bool is_possible(const storage::MetricColumns& metric) {
    if (metric.denominator == storage::MetricColumns::kNone) return true;
    double& numerator = values_[metric.numerator];
    double& denominator = values_[metric.denominator];
    if (std::isnan(numerator) || std::isnan(denominator)) {
      numerator = kNoValue;
      denominator = kNoValue;
      return true;
    }
    if (!metric.is_trials()) return true;
    for (const std::size_t i : {metric.numerator, metric.denominator}) {
      if (values_[i] >= 0 && values_[i] == std::floor(values_[i])) continue;
      rows_.reject(columns_[i].field(),
                   fmt::format("{} is {}, want a whole number of at least 0", columns_[i].name(), values_[i]));
      return false;
    }
    if (numerator <= denominator) return true;
    rows_.reject(columns_[metric.numerator].field(),
                 fmt::format("{} is {}, want at most the {} of {}", columns_[metric.numerator].name(), numerator,
                             denominator, columns_[metric.denominator].name()));
    return false;
  }

  void add(TableRows::Row row) {
    const auto [unit, is_new] = unit_of(row);
    const std::int32_t variant = variants_.add(row[variant_]);
    if (variants_.size() > kMostVariants) {
      throw Error::faults(
          {rows_.csv().fault(variant_, "more than 100 variants: want the column that has the variants")});
    }
    const std::int32_t block = block_ ? block_of(row[*block_]) : 0;
    if (is_new) {
      table_.variant.push_back(variant);
      table_.values.insert(table_.values.end(), table_.columns, kNoValue);
      covariate_rows_.insert(covariate_rows_.end(), query_.covariates.size(), 0);
      for (Grouping& dimension : table_.dimensions) dimension.level.push_back(Grouping::kNone);
      if (block_) table_.blocks->level.push_back(block);
    } else {
      if (block_ && table_.blocks->level[unit] != block) {
        return rows_.reject(*block_, fmt::format("{} {} was in another {} before, want one; without --unit a row is a "
                                                 "unit",
                                                 query_.unit, in_quotes(row[*unit_]), query_.block));
      }
      if (table_.variant[unit] != variant) table_.variant[unit] = UnitTable::kSeveral;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (std::isnan(values_[i])) continue;
      double& sum = table_.values[unit * table_.columns + i];
      sum = std::isnan(sum) ? values_[i] : sum + values_[i];
      if (i >= first_covariate_) ++covariate_rows_[unit * query_.covariates.size() + i - first_covariate_];
    }
    for (std::size_t i = 0; i < dimensions_.size(); ++i) add_level(unit, i, row[dimensions_[i]]);
  }

  std::pair<std::size_t, bool> unit_of(TableRows::Row row) {
    const std::size_t next = table_.units.size();
    if (!unit_) {
      table_.units.emplace_back();
      return {next, true};
    }
    const auto [entry, is_new] = units_.try_emplace(std::string(row[*unit_]), next);
    if (is_new) table_.units.push_back({entry->first});
    return {entry->second, is_new};
  }

  std::int32_t block_of(std::string_view name) {
    const auto [entry, is_new] = blocks_.try_emplace(std::string(name), static_cast<std::int32_t>(blocks_.size()));
    if (is_new) table_.blocks->levels.push_back(entry->first);
    return entry->second;
  }

  void add_level(std::size_t unit, std::size_t dimension, std::string_view text) {
    if (text.empty()) return;
    const std::int32_t level = levels_[dimension].add(text);
    if (levels_[dimension].size() > kMostVariants) {
      throw Error::faults(
          {rows_.csv().fault(dimensions_[dimension], "more than 100 values of " + query_.dimensions[dimension] +
                                                         ": want a column of segments")});
    }
    std::int32_t& known = table_.dimensions[dimension].level[unit];
    known = known == Grouping::kNone || known == level ? level : Grouping::kSeveral;
  }

  void average_covariates() {
    const std::size_t many = query_.covariates.size();
    for (std::size_t i = 0; i < covariate_rows_.size(); ++i) {
      if (covariate_rows_[i] > 1) {
        table_.values[i / many * table_.columns + first_covariate_ + i % many] /= covariate_rows_[i];
      }
    }
  }

  void name_levels() {
    std::vector<std::int32_t> places;
    table_.variants = variants_.sorted(places);
    for (std::int32_t& variant : table_.variant) {
      if (variant != UnitTable::kSeveral) variant = places[static_cast<std::size_t>(variant)];
    }
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      std::vector<std::int32_t> of_level;
      table_.dimensions[i].levels = levels_[i].sorted(of_level);
      for (std::int32_t& level : table_.dimensions[i].level) {
        if (level >= 0) level = of_level[static_cast<std::size_t>(level)];
      }
    }
  }

  // By unit, so that the order of the rows changes no bit.
  void order() {
    std::vector<std::size_t> from(table_.units.size());
    std::iota(from.begin(), from.end(), std::size_t{0});
    std::ranges::sort(from, {}, [this](std::size_t unit) -> const UnitId& { return table_.units[unit]; });
    const auto reorder = [&from](auto& values) {
      std::remove_reference_t<decltype(values)> ordered;
      ordered.reserve(from.size());
      for (const std::size_t unit : from) ordered.push_back(std::move(values[unit]));
      values = std::move(ordered);
    };
    std::vector<double> values;
    values.reserve(table_.values.size());
    for (const std::size_t unit : from) {
      for (std::size_t i = 0; i < table_.columns; ++i) values.push_back(table_.value(unit, i));
    }
    table_.values = std::move(values);
    reorder(table_.units);
    reorder(table_.variant);
    for (Grouping& dimension : table_.dimensions) reorder(dimension.level);
    if (table_.blocks) reorder(table_.blocks->level);
  }

  const CsvTableQuery& query_;
  TableRows rows_;
  std::optional<std::size_t> unit_;
  std::size_t variant_ = 0;
  std::optional<std::size_t> block_;
  std::vector<NumberColumn> columns_;  // of the table: those of the metrics, then the covariates
  std::vector<bool> is_truth_;         // of the metrics' columns
  std::size_t first_covariate_ = 0;
  std::vector<double> values_;  // of the row, by column
  std::vector<std::size_t> dimensions_;
  UnitTable table_;
  std::vector<std::int32_t> covariate_rows_;  // units x covariates: rows that have one
  std::unordered_map<std::string, std::size_t> units_;
  std::unordered_map<std::string, std::int32_t> blocks_;
  Names variants_;
  std::vector<Names> levels_;
};

}  // namespace

CsvTable read_csv_table(const CsvTableQuery& query) {
  return TableReader(query).run();
}

}  // namespace crossfade::imports
