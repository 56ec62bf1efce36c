#include "platform/storage/sqlite/sqlite_exclusions.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "platform/core/error.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

// By ExclusionKind. Stored; do not change.
constexpr std::array<std::string_view, 5> kKinds{"event", "session", "unit", "before", "after"};

void bind_target(SQLite::Statement& statement, int index, const Exclusion& exclusion) {
  if (exclusion.kind == ExclusionKind::unit) {
    bind_unit(statement, index, exclusion.unit);
  } else {
    statement.bind(index, exclusion.number);
  }
}

// A slip of the keyboard would exclude nothing, in silence.
void require_target(SQLite::Database& database, const std::filesystem::path& file, const Exclusion& exclusion) {
  std::string sql;
  switch (exclusion.kind) {
    case ExclusionKind::event:
      sql = "SELECT EXISTS (SELECT 1 FROM events WHERE id = ?1)";
      break;
    case ExclusionKind::session:
      sql =
          "SELECT EXISTS (SELECT 1 FROM sessions WHERE session = ?1) OR "
          "EXISTS (SELECT 1 FROM playbacks WHERE session = ?1)";
      break;
    case ExclusionKind::unit:
      sql =
          "SELECT EXISTS (SELECT 1 FROM exposures WHERE unit = ?1) OR EXISTS (SELECT 1 FROM sessions WHERE unit = ?1) "
          "OR EXISTS (SELECT 1 FROM playbacks WHERE unit = ?1) OR EXISTS (SELECT 1 FROM events WHERE unit = ?1)";
      break;
    case ExclusionKind::before:
    case ExclusionKind::after:
      return;
  }
  SQLite::Statement known{database, sql};
  bind_target(known, 1, exclusion);
  known.executeStep();
  if (known.getColumn(0).getInt() != 0) return;
  const auto kind = std::string(kKinds[static_cast<std::size_t>(exclusion.kind)]);
  throw Error::user(file.string() + ": has no " + kind + " " +
                    (exclusion.kind == ExclusionKind::unit ? exclusion.unit.value : std::to_string(exclusion.number)));
}

}  // namespace

std::int64_t exclude(const StoreFile& file, const Exclusion& exclusion) {
  file.require_in_place();
  const auto database = open_to_write(file, "NORMAL");
  return translated(file.name(), [&] {
    SQLite::Transaction transaction{*database, SQLite::TransactionBehavior::IMMEDIATE};
    require_target(*database, file.name(), exclusion);
    SQLite::Statement add{*database, "INSERT INTO exclusions (kind, target, why, at_ms) VALUES (?, ?, ?, ?)"};
    add.bind(1, std::string(kKinds[static_cast<std::size_t>(exclusion.kind)]));
    bind_target(add, 2, exclusion);
    add.bind(3, exclusion.why);
    add.bind(4, exclusion.at.ms);
    add.exec();
    const std::int64_t id = database->getLastInsertRowid();
    transaction.commit();
    return id;
  });
}

void undo_exclusion(const StoreFile& file, std::int64_t id, Timestamp at) {
  file.require_in_place();
  const auto database = open_to_write(file, "NORMAL");
  translated(file.name(), [&] {
    SQLite::Statement undo{*database, "UPDATE exclusions SET undone_ms = ? WHERE id = ? AND undone_ms IS NULL"};
    undo.bind(1, at.ms);
    undo.bind(2, id);
    if (undo.exec() == 0) {
      throw Error::user(file.name().string() + ": has no exclusion " + std::to_string(id) +
                        " that stands; `crossfade store exclude --list` shows them");
    }
  });
}

std::vector<Exclusion> exclusions(SQLite::Database& database) {
  std::vector<Exclusion> all;
  if (!has_table(database, "exclusions")) return all;
  SQLite::Statement rows{database, "SELECT id, kind, target, why, at_ms, undone_ms FROM exclusions ORDER BY id"};
  while (rows.executeStep()) {
    Exclusion& one = all.emplace_back();
    one.id = integer_at(rows.getColumn(0));
    const auto kind = std::ranges::find(kKinds, text_of(rows.getColumn(1)));
    if (kind == kKinds.end()) throw_damaged("an exclusion of no known kind");
    one.kind = static_cast<ExclusionKind>(kind - kKinds.begin());
    if (one.kind == ExclusionKind::unit) {
      one.unit = unit_of(rows.getColumn(2));
    } else {
      one.number = integer_at(rows.getColumn(2));
    }
    one.why = rows.getColumn(3).getString();
    one.at = {integer_at(rows.getColumn(4))};
    if (!rows.isColumnNull(5)) one.undone = Timestamp{integer_at(rows.getColumn(5))};
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
