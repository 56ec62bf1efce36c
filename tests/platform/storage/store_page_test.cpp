// docs/store.md: what it says to type works, and says what the program says.
#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/source_directory.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

// The statements of the page's SQL.
std::vector<std::string> statements_of_page() {
  std::ifstream page{source_directory() / "docs/store.md"};
  std::vector<std::string> statements;
  bool in_sql = false;
  std::string statement;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) in_sql = line == "```sql";
    if (!in_sql || line.starts_with("```") || line.starts_with("--")) continue;
    statement += line + "\n";
    if (!line.ends_with(";")) continue;
    statements.push_back(statement);
    statement.clear();
  }
  CHECK(statement.find_first_not_of('\n') == std::string::npos);
  return statements;
}

}  // namespace

TEST_CASE("store page: its statements run and find rows", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  Playback followed = playback("7", 1, 1, 20);
  followed.track = {7};  // as recommended
  store.append(
      {.playbacks = {playback("7", 1, 0, 10), followed, playback("8", 2, 0, 10)},
       .sessions = {session("7", 1, 2, 1.5, 10, 20), session("7", 3, 2, 0.5, 30, 40), session("8", 2, 1, 0.25, 10, 10)},
       .exposures = {exposure("7", "e", "a", 10), exposure("8", "e", "b", 10), exposure("9", "e", "a", 10),
                     exposure("9", "e", "b", 10)}});
  const auto statements = statements_of_page();
  CHECK(statements.size() >= 7);
  SQLite::Database database{directory / "store.db"};
  for (const std::string& statement : statements) {
    INFO(statement);
    CHECK(SQLite::Statement(database, statement).executeStep());
  }
  SQLite::Statement means{database, statements.at(0)};
  const auto answer = store.aggregate(query_of({}, {}));
  for (const VariantAggregate& variant : answer.at(0).variants) {
    REQUIRE(means.executeStep());
    CHECK(means.getColumn("variant").getString() == variant.variant);
    CHECK(means.getColumn("users").getInt64() == variant.metrics[4].moments.n());
    CHECK(means.getColumn("mean_time_per_session").getDouble() == variant.metrics[4].moments.mean(0));
  }
}
