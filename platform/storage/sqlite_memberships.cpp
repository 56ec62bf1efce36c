#include "platform/storage/sqlite_memberships.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace crossfade::storage::sqlite {

Memberships::Memberships(SQLite::Database& database, const AggregateQuery& query)
    : database_(database), until_(query.until ? query.until->ms : kForever) {
  choose_experiments(query);
  for (std::uint32_t i = 0; i < experiments_.size(); ++i) read_exposures(i);
  order();
}

void Memberships::choose_experiments(const AggregateQuery& query) {
  SQLite::Statement latest{database_,
                           "SELECT experiment, MAX(version) FROM exposures WHERE first_seen_ms < ? GROUP BY "
                           "experiment ORDER BY experiment"};
  latest.bind(1, until_);
  std::vector<UnitTable> known;
  while (latest.executeStep()) {
    UnitTable& table = known.emplace_back();
    table.experiment = latest.getColumn(0).getString();
    table.version = latest.getColumn(1).getInt();
  }
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

void Memberships::bind(SQLite::Statement& statement, const UnitTable& experiment) const {
  statement.bind(1, experiment.experiment);
  statement.bind(2, experiment.version);
  statement.bind(3, until_);
}

void Memberships::read_variants(UnitTable& experiment) {
  SQLite::Statement rows{database_,
                         "SELECT DISTINCT variant FROM exposures WHERE experiment = ? AND version = ? "
                         "AND first_seen_ms < ? ORDER BY variant"};
  bind(rows, experiment);
  while (rows.executeStep()) experiment.variants.push_back(rows.getColumn(0).getString());
}

// The primary key brings the rows of one unit one after the other.
void Memberships::read_exposures(std::uint32_t number) {
  UnitTable& experiment = experiments_[number];
  read_variants(experiment);
  std::unordered_map<std::string, std::int32_t> variants;
  for (const std::string& key : experiment.variants) variants.emplace(key, variants.size());
  SQLite::Statement rows{database_,
                         "SELECT unit, variant, first_seen_ms, last_seen_ms FROM exposures "
                         "WHERE experiment = ? AND version = ? AND first_seen_ms < ? ORDER BY unit, variant"};
  bind(rows, experiment);
  const std::size_t begin = memberships_.size();
  while (rows.executeStep()) {
    const std::uint32_t unit = units_.add(rows.getColumn(0));
    const Timestamp first_seen{rows.getColumn(2).getInt64()};
    experiment.first_exposure = std::min(experiment.first_exposure.value_or(first_seen), first_seen);
    experiment.last_exposure = std::max(experiment.last_exposure.value_or(first_seen), first_seen);
    if (memberships_.size() > begin && memberships_.back().unit == unit) {
      memberships_.back().variant = UnitTable::kSeveral;
      continue;
    }
    const SQLite::Column last_seen = rows.getColumn(3);
    memberships_.push_back({.unit = unit,
                            .experiment = number,
                            .variant = variants.at(rows.getColumn(1).getString()),
                            .first_seen = first_seen.ms,
                            .last_seen = last_seen.isNull() ? kForever : last_seen.getInt64()});
  }
}

// A counting sort by unit that keeps the experiments of one in their order.
void Memberships::order() {
  first_.assign(units_.size() + 1, 0);
  for (const Membership& membership : memberships_) ++first_[membership.unit + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  std::vector<std::size_t> next = first_;
  std::vector<Membership> ordered(memberships_.size());
  for (const Membership& membership : memberships_) ordered[next[membership.unit]++] = membership;
  memberships_ = std::move(ordered);
  for (Membership& membership : memberships_) {
    if (membership.experiment < asked_) membership.row = static_cast<std::uint32_t>(rows_++);
  }
}

}  // namespace crossfade::storage::sqlite
