#include "platform/storage/sqlite/database/logged_ids_table.h"

#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr std::size_t kWordBytes = 8;
constexpr int kByteBits = 8;

std::uint64_t word_at(const unsigned char* bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kWordBytes; ++i) word = word << kByteBits | bytes[i];
  return word;
}

}  // namespace

void write_hash(const LoggedId& id, std::array<unsigned char, kHashBytes>& hash) {
  for (std::size_t i = 0; i < kWordBytes; ++i) {
    const auto shift = static_cast<int>(kWordBytes - 1 - i) * kByteBits;
    hash[i] = static_cast<unsigned char>(id.high >> shift);
    hash[kWordBytes + i] = static_cast<unsigned char>(id.low >> shift);
  }
}

void drop_ids(SQLite::Database& database, Timestamp before, std::size_t at_most) {
  SQLite::Statement oldest{database, "SELECT at_ms FROM logged_ids ORDER BY id LIMIT 1"};
  if (!oldest.executeStep() || integer_at(oldest.getColumn(0)) >= before.ms) return;
  oldest.reset();
  // Up to the first one that is kept: they stand in the order in which they came.
  SQLite::Statement last{database, "SELECT id, at_ms FROM logged_ids ORDER BY id LIMIT ?"};
  last.bind(1, static_cast<std::int64_t>(at_most));
  std::int64_t end = 0;
  while (last.executeStep() && integer_at(last.getColumn(1)) < before.ms) end = integer_at(last.getColumn(0));
  last.reset();
  SQLite::Statement drop{database, "DELETE FROM logged_ids WHERE id <= ?"};
  drop.bind(1, end);
  drop.exec();
}

void visit_ids(SQLite::Database& database, Timestamp since, const std::function<void(const LoggedId&)>& visit) {
  if (!has_table(database, "logged_ids")) return;
  SQLite::Statement rows{database, "SELECT hash, at_ms FROM logged_ids"};
  while (rows.executeStep()) {
    const Timestamp at{integer_at(rows.getColumn(1))};
    const SQLite::Column hash = rows.getColumn(0);
    if (!hash.isBlob() || hash.getBytes() != static_cast<int>(kHashBytes)) throw_damaged("an id of a row is no hash");
    const auto* const bytes = static_cast<const unsigned char*>(hash.getBlob());
    if (at >= since) visit({.high = word_at(bytes), .low = word_at(bytes + kWordBytes), .at = at});
  }
}

}  // namespace crossfade::storage::sqlite
