#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace crossfade::storage::sqlite {

// The views of a store, for whoever reads it by hand, of a store that has none yet.
void create_views(SQLite::Database& database);
// The one of them that a store of schema 1 lacks.
void create_event_log(SQLite::Database& database);
// Of a store of an older schema, whose tables are of today's: they are made anew, but for a view that is not ours any
// more, or that a later program has made.
void bring_views_up(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
