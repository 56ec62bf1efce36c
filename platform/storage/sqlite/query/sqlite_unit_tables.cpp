#include "platform/storage/sqlite/query/sqlite_unit_tables.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

#include "platform/storage/scan/column_plan.h"
#include "platform/storage/scan/metric_columns.h"
#include "platform/storage/scan/property_reader.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"
#include "platform/storage/sqlite/query/sqlite_memberships.h"

namespace crossfade::storage::sqlite {

namespace {

// Of fields_of(playback), by number: the first three are always known; track, position and recommended are integers.
double playback_number(int field, const SQLite::Column& column) {
  if (field >= 3 && column.isNull()) return kUnknown;
  const bool is_integer = field == 0 || field == 1 || field == 3;
  return is_integer ? static_cast<double>(integer_at(column)) : real_at(column);
}

// When an event happened, for its unit.
struct When {
  std::int64_t began = 0;  // decides whether it counts
  std::int64_t ended = 0;
};

class UnitTableScan {
 public:
  UnitTableScan(SQLite::Database& database, const AggregateQuery& query)
      : database_(database),
        query_(query),
        until_(query.until ? query.until->ms : kForever),
        plan_(query),
        memberships_(database, query),
        terms_{.of_term = std::vector<TermValue>(plan_.term_count())},
        tables_(memberships_.experiments().begin(),
                memberships_.experiments().begin() + static_cast<std::ptrdiff_t>(memberships_.asked())),
        events_(tables_.size()) {
    for (std::size_t i = 0; i < tables_.size(); ++i) prepare(i);
  }

  std::vector<UnitTable> run() {
    read_sessions();
    if (plan_.reads(Source::playbacks)) read_playbacks();
    if (plan_.reads(Source::custom) && has_table(database_, "events")) read_custom_events();
    for (const Membership& membership : memberships_.all()) {
      if (membership.row == Membership::kNoRow) continue;
      const UnitTable& table = tables_[membership.experiment];
      const Timestamp first_seen{membership.first_seen};
      const Timestamp end{std::min(data_end_, table.ended.value_or(Timestamp{kForever}).ms)};
      plan_.finish(first_seen, end_before_pause(table.paused, first_seen, end),
                   {.values = row(membership), .events = events(membership)});
    }
    fill();
    return std::move(tables_);
  }

 private:
  std::span<double> row(const Membership& membership) {
    return std::span(tables_[membership.experiment].values).subspan(membership.row * plan_.slots(), plan_.slots());
  }
  std::span<std::vector<double>> events(const Membership& membership) {
    const std::size_t metrics = plan_.events().size();
    return std::span(events_[membership.experiment]).subspan(membership.row * metrics, metrics);
  }

  // The terms are evaluated once, and only for units that take part in something.
  void add(const ScannedEvent& event, std::uint32_t unit, const When& when) {
    const Source source = event.source;
    plan_.evaluate(event, terms_);
    for (std::size_t i = memberships_.begin(unit); i < memberships_.end(unit); ++i) {
      const Membership& membership = memberships_.all()[i];
      if (membership.row == Membership::kNoRow || membership.variant == UnitTable::kSeveral) continue;
      const std::int64_t since_ms = saturated_difference(when.began, membership.first_seen);
      const bool in_experiment = memberships_.counts(membership, when.began);
      if (in_experiment && source == Source::sessions) {
        UnitTable& table = tables_[membership.experiment];
        table.data_through = std::max(table.data_through.value_or(Timestamp{when.ended}), Timestamp{when.ended});
        table.last_began = std::max(table.last_began.value_or(Timestamp{when.began}), Timestamp{when.began});
      }
      const bool is_history = when.ended < membership.first_treated;
      if (!in_experiment && !is_history) continue;
      const std::int64_t at = is_history ? saturated_difference(when.began, membership.first_treated) : since_ms;
      plan_.add(source, terms_.of_term, at, {.values = row(membership), .events = events(membership)});
    }
  }

  // What to select for the reader: a store of an older schema has no properties.
  std::string column_of_properties(const PropertyReader& reader, const std::string& table) {
    return reader.empty() ? "NULL" : column_or_null(database_, table, "properties");
  }

  // In order of the session's id, so that a unit's sums do not depend on the order of the appends either.
  void read_sessions() {
    PropertyReader reader(plan_.properties(Source::sessions));
    const std::string properties = column_of_properties(reader, "sessions");
    SQLite::Statement rows{
        database_, "SELECT unit, started_ms, ended_ms, tracks, time, latency_ms, end_reason, session, " + properties +
                       " FROM sessions WHERE 1" + and_not_excluded(database_, "sessions") + " ORDER BY session"};
    const bool wants_end = plan_.uses(Source::sessions, 4);
    std::array<FieldValue, 5> fields;
    std::string end;
    Ascending sessions;
    while (rows.executeStep()) {
      sessions.next(rows.getColumn(7));
      const When when{.began = integer_at(rows.getColumn(1)), .ended = integer_at(rows.getColumn(2))};
      if (when.ended >= until_) continue;
      data_end_ = std::max(data_end_, when.ended);
      const std::uint32_t unit = memberships_.units().find(rows.getColumn(0));
      if (unit == UnitIndex::kNone) continue;
      fields[0].number = static_cast<double>(integer_at(rows.getColumn(3)));
      fields[1].number = real_at(rows.getColumn(4));
      fields[2].number = real_or_nan_at(rows.getColumn(5));
      fields[3].number = static_cast<double>(saturated_difference(when.ended, when.began));
      if (wants_end) {
        end = rows.getColumn(6).getString();
        fields[4].text = end;
      }
      if (!reader.empty()) reader.read(text_or_empty(rows.getColumn(8)));
      add({.source = Source::sessions, .fields = fields, .properties = reader.values()}, unit, when);
    }
  }

  void read_playbacks() {
    SQLite::Statement rows{database_,
                           "SELECT unit, at_ms, track, position, fraction, recommended, recommender, propensity, "
                           "latency_ms, id FROM playbacks WHERE 1" +
                               and_not_excluded(database_, "playbacks") + " ORDER BY id"};
    std::array<bool, 7> wanted{};
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = plan_.uses(Source::playbacks, i);
    std::array<FieldValue, 7> fields;
    std::string recommender;
    Ascending ids;
    while (rows.executeStep()) {
      ids.next(rows.getColumn(9));
      const std::int64_t at = integer_at(rows.getColumn(1));
      if (at >= until_) continue;
      const std::uint32_t unit = memberships_.units().find(rows.getColumn(0));
      if (unit == UnitIndex::kNone) continue;
      const bool is_request = !rows.getColumn(5).isNull();
      for (int i = 0; i < 7; ++i) {
        if (i != 4 && wanted[static_cast<std::size_t>(i)]) {
          fields[static_cast<std::size_t>(i)].number = playback_number(i, rows.getColumn(i + 2));
        }
      }
      if (wanted[4]) {
        const SQLite::Column column = rows.getColumn(6);
        recommender = column.isNull() ? "" : column.getString();
        fields[4].text = column.isNull() ? std::string_view{} : std::string_view{recommender};
      }
      add({.source = Source::playbacks, .fields = fields, .properties = {}, .is_request = is_request}, unit,
          {.began = at, .ended = at});
    }
  }

  void read_custom_events() {
    const std::vector<std::string> names = plan_.custom_names();
    std::vector<bool> asks;  // of each name
    for (const std::string& name : names) asks.push_back(plan_.asks_for_properties(Source::custom, name));
    PropertyReader reader(plan_.properties(Source::custom));
    SQLite::Statement rows{database_, "SELECT unit, at_ms, name, value, id, " + column_of_properties(reader, "events") +
                                          " FROM events WHERE 1" + and_not_excluded(database_, "events") +
                                          " ORDER BY id"};
    std::array<FieldValue, 1> fields;
    Ascending ids;
    while (rows.executeStep()) {
      ids.next(rows.getColumn(4));
      const std::int64_t at = integer_at(rows.getColumn(1));
      if (at >= until_) continue;
      const std::string_view name = text_or_empty(rows.getColumn(2));
      const auto known = std::ranges::find(names, name);
      if (known == names.end()) continue;
      const std::uint32_t unit = memberships_.units().find(rows.getColumn(0));
      if (unit == UnitIndex::kNone) continue;
      fields[0].number = real_at(rows.getColumn(3));
      if (asks[static_cast<std::size_t>(known - names.begin())]) reader.read(text_or_empty(rows.getColumn(5)));
      add({.source = Source::custom, .fields = fields, .properties = reader.values(), .name = *known}, unit,
          {.began = at, .ended = at});
    }
  }

  // Everything but the units, with room for their rows.
  void prepare(std::size_t number) {
    UnitTable& table = tables_[number];
    const std::size_t units = memberships_.rows()[number];
    table.metrics = plan_.metrics();
    table.columns = plan_.slots();
    table.values.reserve(units * plan_.slots());
    for (std::size_t i = 0; i < units; ++i) {
      table.values.insert(table.values.end(), plan_.initial().begin(), plan_.initial().end());
    }
    table.units.reserve(units);
    table.variant.reserve(units);
    table.first_seen.reserve(units);
    table.events.resize(plan_.events().size());
    events_[number].resize(units * plan_.events().size());
    auto levels = memberships_.attributes(number).begin();
    for (const Dimension& dimension : query_.dimensions) {
      table.dimensions.push_back({.name = dimension.name,
                                  .levels = dimension.attribute.empty() ? dimension.labels : (levels++)->levels(),
                                  .level = {}});
    }
    std::vector<std::size_t>& overlaps = overlaps_.emplace_back();
    for (std::size_t other = 0; other < memberships_.experiments().size(); ++other) {
      const UnitTable& experiment = memberships_.experiments()[other];
      if (experiment.experiment == table.experiment || !groups_by(experiment.experiment)) continue;
      table.overlaps.push_back({.name = experiment.experiment, .levels = experiment.variants, .level = {}});
      overlaps.push_back(other);
    }
  }

  bool groups_by(const std::string& experiment) const {
    return std::ranges::find(query_.overlaps, experiment) != query_.overlaps.end();
  }

  void fill() {
    std::vector<std::int32_t> variants(memberships_.experiments().size(), Grouping::kNone);  // of one unit
    for (const std::uint32_t unit : memberships_.units().sorted()) {
      const auto all = std::span(memberships_.all())
                           .subspan(memberships_.begin(unit), memberships_.end(unit) - memberships_.begin(unit));
      for (const Membership& membership : all) variants[membership.experiment] = membership.variant;
      for (const Membership& membership : all) {
        if (membership.row != Membership::kNoRow) fill_row(membership, variants);
      }
      for (const Membership& membership : all) variants[membership.experiment] = Grouping::kNone;
    }
  }

  // `variants`: of the unit, in each experiment.
  void fill_row(const Membership& membership, std::span<const std::int32_t> variants) {
    UnitTable& table = tables_[membership.experiment];
    table.units.push_back(memberships_.units().unit(membership.unit));
    table.variant.push_back(membership.variant);
    table.first_seen.push_back({membership.first_seen});
    for (std::size_t metric = 0; metric < table.events.size(); ++metric) {
      table.events[metric].push_back(std::move(events(membership)[metric]));
    }
    auto levels = memberships_.attributes(membership.experiment).begin();
    for (std::size_t d = 0; d < query_.dimensions.size(); ++d) {
      const std::size_t slot = plan_.dimensions()[d];
      table.dimensions[d].level.push_back(slot == MetricColumns::kNone
                                              ? (levels++)->level(membership.place)
                                              : level_of(query_.dimensions[d], row(membership)[slot]));
    }
    const std::vector<std::size_t>& overlaps = overlaps_[membership.experiment];
    for (std::size_t i = 0; i < overlaps.size(); ++i) table.overlaps[i].level.push_back(variants[overlaps[i]]);
  }

  SQLite::Database& database_;
  const AggregateQuery& query_;
  const std::int64_t until_;
  const ColumnPlan plan_;
  const Memberships memberships_;
  TermValues terms_;
  std::vector<UnitTable> tables_;
  std::vector<std::vector<std::vector<double>>> events_;  // of each table: rows x quantile metrics
  std::vector<std::vector<std::size_t>> overlaps_;        // of each table: positions of the experiments that group it
  std::int64_t data_end_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::vector<UnitTable> unit_tables(SQLite::Database& database, const AggregateQuery& query) {
  return UnitTableScan(database, query).run();
}

}  // namespace crossfade::storage::sqlite
