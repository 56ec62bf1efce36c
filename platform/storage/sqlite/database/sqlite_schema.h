#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>

#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

// Makes the tables in a file that has none. A store of an older schema is copied (keep_copy), which is said on stderr,
// and gets what it lacks of the newest one; its rows stay. Throws Error (user) for a file that is no Crossfade store,
// or one of a schema that this program does not know, and as keep_copy does.
void create_schema(SQLite::Database& database, const StoreFile& file);
void check_schema(SQLite::Database& database, const std::filesystem::path& file);

// Whether the store has the table: one of an older schema that is only read may lack it.
bool has_table(SQLite::Database& database, const std::string& name);
// The column's name; "NULL" where the store is of a schema that had not got it.
std::string column_or_null(SQLite::Database& database, const std::string& table, const std::string& column);

}  // namespace crossfade::storage::sqlite
