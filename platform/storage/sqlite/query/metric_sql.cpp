#include "platform/storage/sqlite/query/metric_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/query/expression_sql.h"

namespace crossfade::storage {

namespace {

struct Table {
  std::string_view name;
  std::string_view began;  // decides whether an event counts
  std::string_view ended;
};

Table table_of(EventKind event) {
  switch (event) {
    case EventKind::session:
      return {"sessions", "event.started_ms", "event.ended_ms"};
    case EventKind::playback:
    case EventKind::request:
      return {"playbacks", "event.at_ms", "event.at_ms"};
    case EventKind::custom:
      return {"events", "event.at_ms", "event.at_ms"};
  }
  return {};
}

bool same_events(const EventAggregate& a, const EventAggregate& b) {
  return a.event == b.event && a.name == b.name && a.where == b.where;
}

class MetricSqlWriter {
 public:
  MetricSqlWriter(const MetricDefinition& metric, const SqlScope& scope, bool excludes)
      : metric_(metric), scope_(scope), excludes_(excludes) {}

  std::string write() const {
    if (metric_.type == MetricType::quantile) return quantile();
    std::string tables = "WITH counted AS (\n" + units() + ")";
    std::string from = "numerator";
    std::string value = "value";
    if (!metric_.denominator) {
      tables += each_unit("numerator", {"value"}, {&metric_.numerator});
    } else if (same_events(metric_.numerator, *metric_.denominator)) {
      tables += each_unit("numerator", {"value", "base"}, {&metric_.numerator, &*metric_.denominator});
      value = over("value", "base");
    } else {
      tables += each_unit("numerator", {"value"}, {&metric_.numerator}) +
                each_unit("denominator", {"value"}, {&*metric_.denominator}) +
                ", both AS (\n  SELECT unit, variant, MAX(value) AS value, MAX(base) AS base\n"
                "  FROM (SELECT unit, variant, value, NULL AS base FROM numerator\n"
                "    UNION ALL SELECT unit, variant, NULL, value FROM denominator)\n  GROUP BY unit, variant)";
      from = "both";
      value = over("value", "base");
    }
    return fmt::format("{}\nSELECT variant, {}\nFROM {}\nGROUP BY variant ORDER BY variant;", tables, summary(value),
                       from);
  }

 private:
  std::string exposed() const {
    return fmt::format("experiment = {} AND version = {}{}{}", sql_text(scope_.experiment), scope_.version,
                       (scope_.until ? fmt::format(" AND first_seen_ms < {}", scope_.until->ms) : "") +
                           (scope_.ended ? fmt::format(" AND first_seen_ms <= {}", scope_.ended->ms) : ""),
                       not_excluded("\n    AND ", "exposures", "exposures.") + not_overridden());
  }

  std::string not_overridden() const {
    if (scope_.overridden.empty()) return "";
    std::vector<std::string> texts;
    for (const UnitId& unit : scope_.overridden) texts.push_back(sql_text(unit.value));
    return fmt::format("\n    AND CAST(unit AS TEXT) NOT IN ({})", fmt::join(texts, ", "));
  }

  // Who was seen in one variant only, and long enough for the metric's window.
  std::string units() const {
    const std::int64_t wait = metric_.window.end_ms.value_or(metric_.window.begin_ms);
    const std::string over =
        wait <= 0
            ? ""
            : fmt::format(" AND MIN(first_seen_ms) + {} <= (SELECT {} FROM sessions{}{})", wait,
                          scope_.ended ? fmt::format("MIN(MAX(ended_ms), {})", scope_.ended->ms) : "MAX(ended_ms)",
                          scope_.until ? fmt::format(" WHERE ended_ms < {}", scope_.until->ms) : "",
                          not_excluded(scope_.until ? " AND " : " WHERE ", "sessions", ""));
    std::string undisturbed;
    for (const Pause& pause : wait <= 0 ? std::vector<Pause>{} : scope_.paused) {
      undisturbed += fmt::format("\n    AND NOT (MIN(first_seen_ms) < {} AND MIN(first_seen_ms) + {} > {})",
                                 pause.until.ms, wait, pause.from.ms);
    }
    return fmt::format(
        "  SELECT unit, MIN(variant) AS variant FROM exposures\n  WHERE {}\n  GROUP BY unit HAVING COUNT(*) = 1{}{}",
        exposed(), over, undisturbed);
  }

  // The events of counted units that count for the aggregate, `indent` deep. Written so that SQLite has no choice that
  // could be a slow one: the events are read once (the order of a CROSS JOIN stands), and each one's unit is looked up
  // in the primary key of the exposures. A join with `counted`, of whose size SQLite knows nothing, may read it whole
  // for each event.
  std::string events(const EventAggregate& aggregate, std::string_view indent) const {
    const Table table = table_of(aggregate.event);
    std::string sql = fmt::format("{}FROM {} AS event CROSS JOIN exposures USING (unit)\n{}WHERE {}", indent,
                                  table.name, indent, exposed());
    const auto add = [&](const std::string& more) { sql += fmt::format("\n{}  AND {}", indent, more); };
    add("unit IN (SELECT unit FROM counted)");
    if (excludes_) add(sqlite::not_excluded_sql(table.name, "event."));
    add(fmt::format("{} >= first_seen_ms AND (last_seen_ms IS NULL OR {} <= last_seen_ms)", table.began, table.began));
    if (scope_.ended) add(fmt::format("{} <= {}", table.began, scope_.ended->ms));
    for (const Pause& pause : scope_.paused) {
      add(fmt::format("NOT ({0} >= {1} AND {0} < {2})", table.began, pause.from.ms, pause.until.ms));
    }
    if (scope_.until) add(fmt::format("{} < {}", table.ended, scope_.until->ms));
    const Window& window = metric_.window;
    if (window.begin_ms > 0) add(fmt::format("{} >= first_seen_ms + {}", table.began, window.begin_ms));
    if (window.end_ms) add(fmt::format("{} < first_seen_ms + {}", table.began, *window.end_ms));
    if (aggregate.event == EventKind::custom) add("event.name = " + sql_text(aggregate.name));
    if (aggregate.event == EventKind::request) add("event.recommended IS NOT NULL");
    if (aggregate.where) add(fmt::format("({})", sql_of(*aggregate.where, aggregate.event)));
    return sql;
  }

  // Of a unit's events, whose values stand in the column `each`; a unit without events has one row without `counts`.
  static std::string aggregated(const EventAggregate& aggregate, const std::string& each) {
    // An event whose value is not known leaves the unit without one.
    const auto known = [&](const std::string& sql) {
      if (!aggregate.value || !may_be_unknown(*aggregate.value, aggregate.event)) return sql;
      return fmt::format("CASE WHEN COUNT({}) = COUNT(counts) THEN {} END", each, sql);
    };
    switch (aggregate.aggregate) {
      case Aggregation::sum:
        return known(aggregate.value ? fmt::format("TOTAL({})", each) : "COUNT(counts)");
      case Aggregation::count:
        return "COUNT(counts)";
      case Aggregation::mean:
        return known(fmt::format("AVG({})", each));
      case Aggregation::max:
        return known(fmt::format("MAX({})", each));
      case Aggregation::any:
        return "COUNT(counts) > 0";
    }
    return "";
  }

  // A table of one row a unit, with a column for each aggregate; all of them are of the same events.
  std::string each_unit(std::string_view name, const std::vector<std::string>& columns,
                        const std::vector<const EventAggregate*>& aggregates) const {
    std::string selected;
    std::string values;
    std::string nothing;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const EventAggregate& aggregate = *aggregates[i];
      const std::string each = "each_" + columns[i];
      selected += fmt::format(", {} AS {}", aggregated(aggregate, each), columns[i]);
      if (selected.find(each) == std::string::npos) continue;  // it is only counted
      values += fmt::format(", {} AS {}", aggregate.value ? sql_of(*aggregate.value, aggregate.event) : "1", each);
      nothing += ", NULL";
    }
    return fmt::format(
        ", {} AS (\n  SELECT unit, variant{}\n  FROM (SELECT unit, variant, 1 AS counts{}\n{}\n"
        "    UNION ALL SELECT unit, variant, NULL{} FROM counted)\n  GROUP BY unit, variant)",
        name, selected, values, events(*aggregates[0], "    "), nothing);
  }

  std::string over(const std::string& value, const std::string& base) const {
    if (metric_.type == MetricType::ratio) {
      return fmt::format(
          "COUNT({} + {}) AS n,\n  TOTAL(CASE WHEN {} IS NOT NULL THEN {} END) / "
          "NULLIF(TOTAL(CASE WHEN {} IS NOT NULL THEN {} END), 0) AS mean",
          value, base, base, value, value, base);
    }
    return fmt::format("1.0 * {} / NULLIF({}, 0)", value, base);
  }

  // n and mean of the units' values.
  std::string summary(std::string value) const {
    if (metric_.type == MetricType::ratio) return value;
    if (metric_.type != MetricType::mean) value = fmt::format("{} > 0", value);
    if (scope_.limits.lower) value = fmt::format("MAX({}, {})", value, *scope_.limits.lower);
    if (scope_.limits.upper) value = fmt::format("MIN({}, {})", value, *scope_.limits.upper);
    return fmt::format("COUNT({}) AS n, AVG({}) AS mean", value, value);
  }

  // Of the mid-distribution function, as stats::mid_quantile: a line from one distinct value to the next.
  std::string quantile() const {
    const EventAggregate& of = metric_.numerator;
    const std::string value = of.value ? sql_of(*of.value, of.event) : "1";
    const double nu = metric_.quantile;
    std::string sql = fmt::format(
        "WITH counted AS (\n{}), each AS (\n  SELECT variant, unit, {} AS value\n{}\n    AND {} IS NOT NULL)", units(),
        value, events(of, "  "), value);
    sql +=
        ", heights AS (\n  SELECT variant, value, (SUM(COUNT(*)) OVER (PARTITION BY variant ORDER BY value) - "
        "COUNT(*) / 2.0) /\n    SUM(COUNT(*)) OVER (PARTITION BY variant) AS height\n"
        "  FROM each GROUP BY variant, value)";
    sql += fmt::format(
        ", ends AS (\n  SELECT variant,\n"
        "    MAX(value) FILTER (WHERE height <= {0}) AS low, MAX(height) FILTER (WHERE height <= {0}) AS low_height,\n"
        "    MIN(value) FILTER (WHERE height > {0}) AS high, MIN(height) FILTER (WHERE height > {0}) AS high_height\n"
        "  FROM heights GROUP BY variant)",
        nu);
    sql += ", units AS (SELECT variant, COUNT(DISTINCT unit) AS n FROM each GROUP BY variant)";
    return sql +
           fmt::format(
               "\nSELECT variant, n, COALESCE(low + (high - low) * ({} - low_height) / (high_height - low_height), "
               "low, high) AS mean\nFROM ends JOIN units USING (variant)\nORDER BY variant;",
               nu);
  }

  // A condition, where the store has exclusions.
  std::string not_excluded(std::string_view before, std::string_view table, std::string_view prefix) const {
    return excludes_ ? std::string(before) + sqlite::not_excluded_sql(table, prefix) : "";
  }

  const MetricDefinition& metric_;
  const SqlScope& scope_;
  const bool excludes_;
};

}  // namespace

std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope, bool excludes) {
  return MetricSqlWriter(metric, scope, excludes).write();
}

}  // namespace crossfade::storage
