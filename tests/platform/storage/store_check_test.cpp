// A store was damaged, and nobody noticed: of 60 damaged files, three were analysed with other numbers, and `serve`
// wrote on 16 that SQLite's integrity_check refuses.

#include "platform/storage/sqlite/store_check.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/steps.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

// A store of some pages.
class Checked {
 public:
  Checked() {
    SqliteStore store{file, {.access = SqliteStore::Access::write}};
    storage::fill(store, 2'000);
  }

  void run(const std::string& sql) const { SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(sql); }
  // Every fault, as "check: fault".
  std::vector<std::string> faults(CheckDepth depth = CheckDepth::full) const {
    std::vector<std::string> all;
    for (const StoreCheck& check : check_store(file, depth)) {
      for (const std::string& fault : check.faults) all.push_back(check.name + ": " + fault);
    }
    return all;
  }
  // The number of the page that the tree of a table begins with, from 1.
  std::int64_t root_of(const std::string& table) const {
    SQLite::Database database{file};
    return database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'").getInt64();
  }
  void write_at(std::int64_t offset, const std::string& bytes) const {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(offset);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  const TemporaryDirectory directory;
  const std::filesystem::path file = directory / "store.db";
};

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("store check: what the program, an import and a notebook leave is sound", "[storage]") {
  const Checked at;
  CHECK(at.faults().empty());
  CHECK(at.faults(CheckDepth::quick).empty());
  at.run("INSERT INTO sessions VALUES (900000, 'nobody', 3, 1.5, NULL, 'last', 1, 2, '{}')");       // without playbacks
  at.run("INSERT INTO exposures VALUES ('of no configuration', 1, 'nobody', 'a', 5, NULL, NULL)");  // that anybody
                                                                                                    // recorded
  at.run("INSERT INTO playbacks (unit, session, position, track, fraction, at_ms) VALUES (7, 900001, 0, 1, 0, 3)");
  CHECK(at.faults().empty());
}

TEST_CASE("store check: rows that cannot be are named", "[storage]") {
  const Checked at;
  at.run(
      "UPDATE playbacks SET fraction = 1.5 WHERE id IN (17, 18); UPDATE sessions SET ended_ms = 0 WHERE session = 9");
  at.run("UPDATE events SET value = 9e999, at_ms = 1764000000000000 WHERE id = 3");  // microseconds
  at.run("UPDATE playbacks SET unit = 'other' WHERE id = 40");
  const Faults quick{"playbacks: 2 rows have a fraction outside 0..1, the first is 17",
                     "sessions: 1 row has an end before the start, the first is 9",
                     "events: 1 row has an infinite value, the first is 3",
                     "events: 1 row has a time outside the years 1970 to 9999, the first is 3"};
  Faults full = quick;
  full.push_back("units of sessions: 1 row has another unit than their session, the first is 40");
  CHECK(at.faults(CheckDepth::quick) == quick);
  CHECK(at.faults() == full);
}

TEST_CASE("store check: a recovery mark that would hide an open session", "[storage]") {
  const Checked at;
  at.run("DELETE FROM sessions WHERE session = 5; UPDATE recovery SET settled = 10");
  CHECK(at.faults() ==
        Faults{"playbacks up to recovery.settled: 1 row has a session that has not ended, the first is 5"});
  at.run("UPDATE recovery SET settled = 5000");
  CHECK(at.faults(CheckDepth::quick) == Faults{"recovery: settled is 5000, want 0 to 2000, the last playback's id"});
  at.run("UPDATE recovery SET settled = 0, listed = 10");
  CHECK(at.faults() == Faults{"playbacks up to recovery.listed: 1 row has an open session and no row in "
                              "open_playbacks, the first is 5"});
  at.run("INSERT INTO open_playbacks VALUES (5, 5)");
  CHECK(at.faults().empty());
  at.run("UPDATE recovery SET listed = 5000");
  CHECK(at.faults(CheckDepth::quick) == Faults{"recovery: listed is 5000, want 0 to 2000, the last playback's id"});
  at.run("DELETE FROM recovery");
  CHECK(at.faults(CheckDepth::quick) == Faults{"recovery: 0 rows, want one"});
}

TEST_CASE("store check: a page that was lost is a fault, and nobody writes to what has one", "[storage]") {
  const Checked at;
  CHECK_NOTHROW(require_sound_store(at.file));
  at.write_at((at.root_of("playbacks") - 1) * 4096, std::string(4096, '\0'));
  CHECK_FALSE(at.faults().empty());
  try {
    require_sound_store(at.file);
    FAIL("it was taken for sound");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    CHECK_THAT(error.what(), Catch::StartsWith(at.file.string() + ": damaged: "));
  }
}

TEST_CASE("store check: a file that is none yet has no faults", "[storage]") {
  const TemporaryDirectory directory;
  CHECK_NOTHROW(require_sound_store(directory / "new.db"));
  std::ofstream(directory / "empty.db").close();
  CHECK_NOTHROW(require_sound_store(directory / "empty.db"));
  CHECK_THROWS_AS(check_store(directory / "new.db", CheckDepth::full), Error);
}

TEST_CASE("sqlite store: a number that is damaged in the file is an error, not 0", "[storage]") {
  const Checked at;
  const SqliteStore store{at.file, {}};
  const AggregateQuery query = query_of({"e"});
  CHECK_NOTHROW(store.aggregate(query));
  // SQLite checks types when it writes, never when it reads: what stands for a damaged byte of a row's header.
  at.run(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'time REAL NOT NULL', 'time ANY') "
      "WHERE name = 'sessions'; PRAGMA schema_version = 77");
  at.run("UPDATE sessions SET time = NULL WHERE session = 12");
  const auto message = [&] {
    try {
      static_cast<void>(SqliteStore{at.file, {}}.aggregate(query));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("analysed");
  };
  CHECK(message() == at.file.string() +
                         ": damaged: column time holds no number; `crossfade store check` says more, want a copy of it "
                         "from before");
}

TEST_CASE("store check: properties, attributes and ids that cannot be are named", "[storage]") {
  const Checked at;
  at.run("UPDATE events SET properties = '{\"a\":' WHERE id = 3");
  at.run("UPDATE events SET properties = '[1]' WHERE id = 4");
  at.run("UPDATE events SET properties = '{\"a\":[1]}' WHERE id = 5");
  at.run("UPDATE sessions SET properties = 'x' WHERE session = (SELECT MIN(session) FROM sessions)");
  at.run("INSERT INTO logged_ids (hash, at_ms) VALUES (x'00', 5)");
  const auto first = [&](const std::string& sql) {
    SQLite::Database database{at.file};
    return database.execAndGet(sql).getString();
  };
  CHECK(at.faults() == Faults{"sessions: 1 row has properties or attributes that are no object of JSON, the first is " +
                                  first("SELECT MIN(session) FROM sessions"),
                              "events: 2 rows have properties or attributes that are no object of JSON, the first is 3",
                              "logged_ids: 1 row has an id that is no hash of 16 bytes, the first is 1"});
  CHECK(at.faults(CheckDepth::quick) ==
        Faults{"logged_ids: 1 row has an id that is no hash of 16 bytes, the first is 1"});
}
