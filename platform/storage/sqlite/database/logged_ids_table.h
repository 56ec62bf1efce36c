#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <cstddef>
#include <functional>

#include "platform/core/logged_id.h"
#include "platform/core/time.h"

// The table logged_ids: what clients' ids are, in the order in which they came.
namespace crossfade::storage::sqlite {

inline constexpr std::size_t kHashBytes = 16;

// As it is stored, the high word first, each with its highest byte first. Do not change.
void write_hash(const LoggedId& id, std::array<unsigned char, kHashBytes>& hash);

// Deletes the first rows that came before `before`, at most so many: O(them), and one look where there are none.
void drop_ids(SQLite::Database& database, Timestamp before, std::size_t at_most);

// Those that came at `since` or later. Passes over all that there are.
void visit_ids(SQLite::Database& database, Timestamp since, const std::function<void(const LoggedId&)>& visit);

}  // namespace crossfade::storage::sqlite
