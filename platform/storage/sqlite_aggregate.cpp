#include "platform/storage/sqlite_aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/random.h"
#include "platform/storage/sqlite_connection.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// Numbers by 64-bit integers, in one piece of memory with linear probing: a scan of sessions looks up each of its
// million rows, and a node for each entry costs it a third of its time.
class IntegerIndex {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  // That of `key`, after `next` has become that if there was none.
  std::uint32_t add(std::int64_t key, std::uint32_t next) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    Entry& entry = entries_[place_of(key)];
    if (entry.number == kNone) {
      entry = {.key = key, .number = next};
      ++size_;
    }
    return entry.number;
  }
  std::uint32_t find(std::int64_t key) const { return entries_.empty() ? kNone : entries_[place_of(key)].number; }

 private:
  struct Entry {
    std::int64_t key = 0;
    std::uint32_t number = kNone;
  };

  // Where `key` is, or would be: at most half of the places are taken.
  std::size_t place_of(std::int64_t key) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t place = mix64(static_cast<std::uint64_t>(key)) & mask;
    while (entries_[place].number != kNone && entries_[place].key != key) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    const std::vector<Entry> former = std::move(entries_);
    entries_.assign(std::max<std::size_t>(1024, 2 * former.size()), {});
    for (const Entry& entry : former) {
      if (entry.number != kNone) entries_[place_of(entry.key)] = entry;
    }
  }

  std::vector<Entry> entries_;  // a power of two of them
  std::size_t size_ = 0;
};

// Numbers the units that take part in any of the experiments.
class UnitIndex {
 public:
  static constexpr std::uint32_t kNone = IntegerIndex::kNone;

  std::uint32_t add(const SQLite::Column& column) {
    const auto next = static_cast<std::uint32_t>(units_.size());
    const bool integer = column.isInteger();
    const auto slot =
        integer ? integers_.add(column.getInt64(), next) : texts_.try_emplace(column.getString(), next).first->second;
    if (slot == next) units_.push_back(unit_of(column));
    return slot;
  }
  std::uint32_t find(const SQLite::Column& column) const {
    if (column.isInteger()) return integers_.find(column.getInt64());
    const auto found = texts_.find(column.getString());
    return found == texts_.end() ? kNone : found->second;
  }
  // The numbers in order of the units' texts: an order that no history of appends can change.
  std::vector<std::uint32_t> sorted() const {
    std::vector<std::uint32_t> order(units_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [this](std::uint32_t slot) -> const UnitId& { return units_[slot]; });
    return order;
  }
  std::size_t size() const { return units_.size(); }

 private:
  std::vector<UnitId> units_;
  IntegerIndex integers_;
  std::unordered_map<std::string, std::uint32_t> texts_;
};

// One unit in one experiment, and its totals. A cache line, as each session changes a random one.
struct alignas(64) Membership {
  static constexpr std::int32_t kSeveral = -1;

  std::uint32_t unit = 0;        // of UnitIndex
  std::uint32_t experiment = 0;  // of the answer
  std::int32_t variant = 0;      // of the experiment in the answer
  std::uint32_t sessions = 0;
  std::int64_t first_seen = 0;
  std::int64_t last_seen = kForever;
  std::int64_t tracks = 0;
  double time = 0;
  double latency_ms = 0;      // NaN when that of a session is not known
  std::int64_t last_end = 0;  // of its sessions
};
static_assert(sizeof(Membership) == 64);

std::optional<double> value_of(const UnitMetric& metric, const Membership& totals) {
  const std::array<double, kTotals> all{static_cast<double>(totals.sessions), static_cast<double>(totals.tracks),
                                        totals.time, totals.latency_ms};
  constexpr auto latency = static_cast<std::size_t>(Total::latency_ms);
  const bool asks_latency = metric.numerator[latency] != 0 || metric.denominator == Total::latency_ms;
  if (asks_latency && std::isnan(totals.latency_ms)) return std::nullopt;
  double value = 0;
  for (std::size_t i = 0; i < kTotals; ++i) {
    if (metric.numerator[i] != 0) value += metric.numerator[i] * all[i];
  }
  if (!metric.denominator) return value;
  const double denominator = all[static_cast<std::size_t>(*metric.denominator)];
  if (denominator == 0) return std::nullopt;
  return value / denominator;
}

class Aggregation {
 public:
  Aggregation(SQLite::Database& database, const AggregateQuery& query)
      : database_(database), query_(query), until_(query.until ? query.until->ms : kForever) {}

  std::vector<ExperimentAggregate> run() {
    choose_experiments();
    for (std::uint32_t i = 0; i < answer_.size(); ++i) read_exposures(i);
    order_memberships();
    read_sessions();
    add_moments();
    return std::move(answer_);
  }

 private:
  void choose_experiments() {
    SQLite::Statement latest{database_,
                             "SELECT experiment, MAX(version) FROM exposures WHERE first_seen_ms < ? GROUP BY "
                             "experiment ORDER BY experiment"};
    latest.bind(1, until_);
    std::vector<ExperimentAggregate> known;
    while (latest.executeStep()) {
      known.push_back({.experiment = latest.getColumn(0).getString(),
                       .version = latest.getColumn(1).getInt(),
                       .variants = {},
                       .first_exposure = {},
                       .last_exposure = {},
                       .data_through = {}});
    }
    if (query_.experiments.empty()) {
      answer_ = std::move(known);
      return;
    }
    for (const std::string& key : query_.experiments) {
      const auto found = std::ranges::find(known, key, &ExperimentAggregate::experiment);
      answer_.push_back(
          found != known.end()
              ? *found
              : ExperimentAggregate{
                    .experiment = key, .variants = {}, .first_exposure = {}, .last_exposure = {}, .data_through = {}});
    }
  }

  // The primary key brings the rows of one unit one after the other.
  void read_exposures(std::uint32_t experiment) {
    ExperimentAggregate& answer = answer_[experiment];
    std::unordered_map<std::string, std::int32_t> variants;
    for (const std::string& key : variants_of(answer)) {
      variants.emplace(key, static_cast<std::int32_t>(answer.variants.size()));
      answer.variants.push_back({.variant = key, .metrics = std::vector<stats::Moments>(query_.metrics.size())});
    }
    SQLite::Statement rows{database_,
                           "SELECT unit, variant, first_seen_ms, last_seen_ms FROM exposures "
                           "WHERE experiment = ? AND version = ? AND first_seen_ms < ? ORDER BY unit, variant"};
    rows.bind(1, answer.experiment);
    rows.bind(2, answer.version);
    rows.bind(3, until_);
    const std::size_t begin = memberships_.size();
    while (rows.executeStep()) {
      const std::uint32_t unit = units_.add(rows.getColumn(0));
      const Timestamp first_seen{rows.getColumn(2).getInt64()};
      answer.first_exposure = std::min(answer.first_exposure.value_or(first_seen), first_seen);
      answer.last_exposure = std::max(answer.last_exposure.value_or(first_seen), first_seen);
      if (memberships_.size() > begin && memberships_.back().unit == unit) {
        memberships_.back().variant = Membership::kSeveral;
        continue;
      }
      const SQLite::Column last_seen = rows.getColumn(3);
      memberships_.push_back({.unit = unit,
                              .experiment = experiment,
                              .variant = variants.at(rows.getColumn(1).getString()),
                              .first_seen = first_seen.ms,
                              .last_seen = last_seen.isNull() ? kForever : last_seen.getInt64()});
    }
  }

  std::vector<std::string> variants_of(const ExperimentAggregate& experiment) {
    SQLite::Statement rows{database_,
                           "SELECT DISTINCT variant FROM exposures WHERE experiment = ? AND version = ? "
                           "AND first_seen_ms < ? ORDER BY variant"};
    rows.bind(1, experiment.experiment);
    rows.bind(2, experiment.version);
    rows.bind(3, until_);
    std::vector<std::string> keys;
    while (rows.executeStep()) keys.push_back(rows.getColumn(0).getString());
    return keys;
  }

  // Memberships of a unit side by side: those of unit u are [first_[u], first_[u + 1]). A counting sort: std::sort
  // would pass what is aligned to a cache line by value, and std::stable_sort has a buffer that is not aligned.
  void order_memberships() {
    first_.assign(units_.size() + 1, 0);
    for (const Membership& membership : memberships_) ++first_[membership.unit + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    std::vector<std::size_t> next = first_;
    std::vector<Membership> ordered(memberships_.size());
    for (const Membership& membership : memberships_) ordered[next[membership.unit]++] = membership;
    memberships_ = std::move(ordered);
  }

  // In order of the session's id, so that a unit's sums do not depend on the order of the appends either.
  void read_sessions() {
    SQLite::Statement rows{
        database_, "SELECT unit, started_ms, ended_ms, tracks, time, latency_ms FROM sessions ORDER BY session"};
    while (rows.executeStep()) {
      const std::uint32_t unit = units_.find(rows.getColumn(0));
      if (unit == UnitIndex::kNone) continue;
      const std::int64_t started = rows.getColumn(1).getInt64();
      const std::int64_t ended = rows.getColumn(2).getInt64();
      if (ended >= until_) continue;
      for (std::size_t i = first_[unit]; i < first_[unit + 1]; ++i) {
        Membership& membership = memberships_[i];
        if (membership.variant == Membership::kSeveral || started < membership.first_seen ||
            started > membership.last_seen) {
          continue;
        }
        ++membership.sessions;
        membership.tracks += rows.getColumn(3).getInt64();
        membership.time += rows.getColumn(4).getDouble();
        const SQLite::Column latency = rows.getColumn(5);
        membership.latency_ms += latency.isNull() ? std::numeric_limits<double>::quiet_NaN() : latency.getDouble();
        membership.last_end = membership.sessions == 1 ? ended : std::max(membership.last_end, ended);
      }
    }
  }

  void add_moments() {
    for (const std::uint32_t unit : units_.sorted()) {
      for (std::size_t i = first_[unit]; i < first_[unit + 1]; ++i) {
        const Membership& membership = memberships_[i];
        ExperimentAggregate& experiment = answer_[membership.experiment];
        if (membership.variant == Membership::kSeveral) {
          ++experiment.multiple_variants;
          continue;
        }
        VariantAggregate& variant = experiment.variants[static_cast<std::size_t>(membership.variant)];
        ++variant.units;
        if (membership.sessions > 0) {
          const Timestamp end{membership.last_end};
          experiment.data_through = std::max(experiment.data_through.value_or(end), end);
        }
        for (std::size_t metric = 0; metric < query_.metrics.size(); ++metric) {
          if (const auto value = value_of(query_.metrics[metric], membership)) {
            variant.metrics[metric].add(*value);
          }
        }
      }
    }
  }

  SQLite::Database& database_;
  const AggregateQuery& query_;
  const std::int64_t until_;
  std::vector<ExperimentAggregate> answer_;
  UnitIndex units_;
  std::vector<Membership> memberships_;
  std::vector<std::size_t> first_;
};

}  // namespace

std::vector<ExperimentAggregate> aggregate(SQLite::Database& database, const AggregateQuery& query) {
  return Aggregation(database, query).run();
}

}  // namespace crossfade::storage::sqlite
