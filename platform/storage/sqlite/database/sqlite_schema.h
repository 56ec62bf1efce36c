#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

namespace crossfade::storage::sqlite {

// Makes the tables in a file that has none; a store gets what it lacks of the newest schema, and keeps its rows. Throws
// Error (user) for a file that is no Crossfade store, or one of a schema that this program does not know.
void create_schema(SQLite::Database& database, const std::filesystem::path& file);
void check_schema(SQLite::Database& database, const std::filesystem::path& file);

// Whether the store has the table: one of an older schema that is only read may lack it.
bool has_table(SQLite::Database& database, const std::string& name);

}  // namespace crossfade::storage::sqlite
