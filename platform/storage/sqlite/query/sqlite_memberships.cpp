#include "platform/storage/sqlite/query/sqlite_memberships.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/storage/scan/property_reader.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"
#include "platform/storage/sqlite/query/sqlite_ends.h"
#include "platform/storage/sqlite/query/sqlite_runs.h"

namespace crossfade::storage::sqlite {

namespace {

// Position of a text among a few, to which it is added if it is new.
std::int32_t place_of(std::vector<std::string>& texts, const SQLite::Column& column) {
  const std::string_view text = text_of(column);
  const auto known = std::ranges::find(texts, text);
  const auto number = static_cast<std::int32_t>(known - texts.begin());
  if (known == texts.end()) texts.emplace_back(text);
  return number;
}

// What is read of the attributes, for these dimensions.
std::vector<Property> properties_of(const std::vector<Dimension>& dimensions) {
  std::vector<Property> properties;
  for (const Dimension& one : dimensions) properties.push_back({.name = one.attribute, .type = Property::Type::any});
  return properties;
}

// By the primary key, a few steps for each experiment however many units it has.
std::vector<UnitTable> latest_versions(SQLite::Database& database) {
  SQLite::Statement first{database, "SELECT experiment FROM exposures ORDER BY experiment LIMIT 1"};
  SQLite::Statement next{database, "SELECT experiment FROM exposures WHERE experiment > ? ORDER BY experiment LIMIT 1"};
  SQLite::Statement version{database, "SELECT MAX(version) FROM exposures WHERE experiment = ?"};
  std::vector<UnitTable> known;
  for (SQLite::Statement* step = &first; step->executeStep(); step = &next) {
    UnitTable& table = known.emplace_back();
    table.experiment = step->getColumn(0).getString();
    version.reset();
    version.bind(1, table.experiment);
    version.executeStep();
    table.version = version.getColumn(0).getInt();
    next.reset();
    next.bind(1, table.experiment);
  }
  return known;
}

std::vector<UnitTable> latest_versions(SQLite::Database& database, std::int64_t until) {
  if (until == kForever && !has_exclusions(database)) return latest_versions(database);
  SQLite::Statement latest{database, "SELECT experiment, MAX(version) FROM exposures WHERE first_seen_ms < ?" +
                                         and_not_excluded(database, "exposures") +
                                         " GROUP BY experiment ORDER BY experiment"};
  latest.bind(1, until);
  std::vector<UnitTable> known;
  while (latest.executeStep()) {
    UnitTable& table = known.emplace_back();
    table.experiment = latest.getColumn(0).getString();
    table.version = latest.getColumn(1).getInt();
  }
  return known;
}

// Until now they stand in the order in which they were seen.
void sort_variants(UnitTable& experiment, std::vector<Membership>& memberships) {
  const std::vector<std::string> seen = experiment.variants;
  std::ranges::sort(experiment.variants);
  if (seen == experiment.variants) return;
  std::vector<std::int32_t> place;
  for (const std::string& key : seen) {
    place.push_back(
        static_cast<std::int32_t>(std::ranges::find(experiment.variants, key) - experiment.variants.begin()));
  }
  for (Membership& membership : memberships) {
    std::int32_t& variant = membership.variant;
    if (variant != UnitTable::kSeveral) variant = place[static_cast<std::size_t>(variant)];
  }
}

}  // namespace

std::vector<std::string> known_experiments(SQLite::Database& database, std::optional<Timestamp> until) {
  std::vector<std::string> keys;
  for (const UnitTable& one : latest_versions(database, until ? until->ms : kForever)) keys.push_back(one.experiment);
  return keys;
}

Memberships::Memberships(SQLite::Database& database, const AggregateQuery& query)
    : database_(database), until_(query.until ? query.until->ms : kForever) {
  std::ranges::copy_if(query.dimensions, std::back_inserter(dimensions_),
                       [](const Dimension& one) { return !one.attribute.empty(); });
  choose_experiments(query);
  read_ends();
  read_pauses();
  for (std::uint32_t i = 0; i < experiments_.size(); ++i) {
    const auto overridden = query.overridden.find(experiments_[i].experiment);
    read_exposures(i, overridden == query.overridden.end() ? std::set<UnitId>{} : overridden->second);
    if (i < asked_) rank_attributes(i);
    read_earlier_versions(i);
  }
  order();
}

void Memberships::choose_experiments(const AggregateQuery& query) {
  const std::vector<UnitTable> known = latest_versions(database_, until_);
  const auto find = [](const std::vector<UnitTable>& tables, const std::string& key) {
    return std::ranges::find(tables, key, &UnitTable::experiment);
  };
  if (query.experiments.empty()) experiments_ = known;
  for (const std::string& key : query.experiments) {
    const auto found = find(known, key);
    if (found != known.end()) {
      experiments_.push_back(*found);
    } else {
      experiments_.emplace_back().experiment = key;
    }
  }
  asked_ = experiments_.size();
  for (const std::string& key : query.overlaps) {
    const auto found = find(known, key);
    if (found != known.end() && find(experiments_, key) == experiments_.end()) experiments_.push_back(*found);
  }
}

void Memberships::read_ends() {
  for (const ExperimentEnd& end : experiment_ends(database_)) {
    for (UnitTable& table : experiments_) {
      const bool same = table.experiment == end.experiment && table.version == end.version;
      if (same && end.at.ms < until_) table.ended = end.at;
    }
  }
}

void Memberships::read_pauses() {
  const std::vector<Run> all = runs(database_);
  for (UnitTable& table : experiments_) table.paused = pauses_of(all, table.experiment);
}

// The primary key brings the rows of one unit one after the other.
void Memberships::read_exposures(std::uint32_t number, const std::set<UnitId>& overridden) {
  UnitTable& experiment = experiments_[number];
  const bool groups = number < asked_ && !dimensions_.empty();
  const std::string attributes = groups ? column_or_null(database_, "exposures", "attributes") : "NULL";
  SQLite::Statement rows{
      database_,
      "SELECT unit, variant, first_seen_ms, last_seen_ms, " + attributes +
          " FROM exposures WHERE experiment = ? AND version = ? AND first_seen_ms < ? AND first_seen_ms <= ?" +
          and_not_excluded(database_, "exposures") + " ORDER BY unit, variant"};
  rows.bind(1, experiment.experiment);
  rows.bind(2, experiment.version);
  rows.bind(3, until_);
  const std::int64_t ended = experiment.ended ? experiment.ended->ms : kForever;
  rows.bind(4, ended);
  std::vector<Membership>& memberships = read_.emplace_back();
  std::vector<AttributeLevels> levels(dimensions_.begin(), dimensions_.end());
  PropertyReader reader(properties_of(dimensions_));
  std::set<UnitId> left_out;
  while (rows.executeStep()) {
    if (const auto forced = overridden.empty() ? overridden.end() : overridden.find(unit_of(rows.getColumn(0)));
        forced != overridden.end()) {
      left_out.insert(*forced);
      continue;
    }
    const std::uint32_t unit = units_.add(rows.getColumn(0));
    const std::int32_t variant = place_of(experiment.variants, rows.getColumn(1));
    const Timestamp first_seen{integer_at(rows.getColumn(2))};
    experiment.first_exposure = std::min(experiment.first_exposure.value_or(first_seen), first_seen);
    experiment.last_exposure = std::max(experiment.last_exposure.value_or(first_seen), first_seen);
    if (!memberships.empty() && memberships.back().unit == unit) {
      memberships.back().variant = UnitTable::kSeveral;
      continue;
    }
    const SQLite::Column last_seen = rows.getColumn(3);
    for (std::size_t i = 0; groups && i < levels.size(); ++i) {
      if (i == 0) reader.read(text_or_empty(rows.getColumn(4)));
      levels[i].add(reader.values()[i]);
    }
    memberships.push_back({.unit = unit,
                           .experiment = number,
                           .variant = variant,
                           .place = static_cast<std::uint32_t>(memberships.size()),
                           .first_seen = first_seen.ms,
                           .last_seen = last_seen.isNull() ? ended : std::min(ended, integer_at(last_seen)),
                           .first_treated = first_seen.ms});
  }
  experiment.overridden = static_cast<std::int64_t>(left_out.size());
  sort_variants(experiment, memberships);
  if (number < asked_) attributes_.push_back(std::move(levels));
}

void Memberships::rank_attributes(std::uint32_t number) {
  for (AttributeLevels& levels : attributes_[number]) {
    for (const Membership& membership : read_[number]) {
      if (membership.variant != UnitTable::kSeveral) levels.count(membership.place);
    }
    levels.rank();
  }
}

void Memberships::read_earlier_versions(std::uint32_t number) {
  const UnitTable& experiment = experiments_[number];
  SQLite::Statement rows{database_, "SELECT unit, first_seen_ms FROM exposures WHERE experiment = ? AND version < ?" +
                                        and_not_excluded(database_, "exposures")};
  rows.bind(1, experiment.experiment);
  rows.bind(2, experiment.version);
  std::vector<std::int64_t> earliest;  // of each unit of the index
  while (rows.executeStep()) {
    const std::uint32_t unit = units_.find(rows.getColumn(0));
    if (unit == UnitIndex::kNone) continue;
    if (earliest.empty()) earliest.assign(units_.size(), kForever);
    earliest[unit] = std::min(earliest[unit], integer_at(rows.getColumn(1)));
  }
  if (earliest.empty()) return;
  for (Membership& membership : read_[number]) {
    membership.first_treated = std::min(membership.first_treated, earliest[membership.unit]);
  }
}

// A counting sort by unit that keeps the experiments of one in their order.
void Memberships::order() {
  first_.assign(units_.size() + 1, 0);
  for (const std::vector<Membership>& experiment : read_) {
    for (const Membership& membership : experiment) ++first_[membership.unit + 1];
  }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  std::vector<std::size_t> next = first_;
  memberships_.resize(first_.back());
  for (const std::vector<Membership>& experiment : read_) {
    for (const Membership& membership : experiment) memberships_[next[membership.unit]++] = membership;
  }
  read_.clear();
  number_rows();
}

// In the order of the units' texts, so that an experiment's rows are those of its table.
void Memberships::number_rows() {
  rows_.assign(asked_, 0);
  for (const std::uint32_t unit : units_.sorted()) {
    for (std::size_t i = begin(unit); i < end(unit); ++i) {
      Membership& membership = memberships_[i];
      if (membership.experiment < asked_) membership.row = rows_[membership.experiment]++;
    }
  }
}

}  // namespace crossfade::storage::sqlite
