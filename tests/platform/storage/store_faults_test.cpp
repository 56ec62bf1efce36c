#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "platform/core/error.h"
#include "platform/storage/contract/event_writer.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace fs = std::filesystem;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write, .lock_wait = std::chrono::milliseconds(1)};
const SqliteStore::Options kRead{.access = SqliteStore::Access::read};

// What it throws, behind the kind; "done" when it does not.
std::string outcome_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    switch (error.kind()) {
      case Error::Kind::user:
        return std::string("user: ") + error.what();
      case Error::Kind::unavailable:
        return std::string("unavailable: ") + error.what();
      default:
        return std::string("other: ") + error.what();
    }
  }
  return "done";
}

std::string outcome_of_opening(const fs::path& file, const SqliteStore::Options& options) {
  return outcome_of([&] { const SqliteStore store(file, options); });
}

EventBatch one(std::int32_t position) {
  return {.playbacks = {playback("1", 1, position, position)}};
}

std::size_t playbacks_in(const fs::path& file) {
  const auto open = SqliteStore(file, kRead).open_sessions();
  return open.empty() ? 0 : open.at(0).heard.size();
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// No file of this process may grow beyond it: what a full disk is to SQLite.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : former_action_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_action_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*former_action_)(int);
  rlimit former_{};
};

const std::string kWant = " since it was opened, want the same one back, or a restart";

}  // namespace

// A store that was moved away was written on, under no name: every request was acknowledged, and none found again.
TEST_CASE("store faults: a store that is moved away is not written, and is again once it is back", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  const auto away = directory / "away.db";
  const std::string gone = "unavailable: " + file.string() + ": moved or deleted" + kWant;
  {
    SqliteStore store{file, kWrite};
    store.append(one(0));
    fs::rename(file, away);
    CHECK(outcome_of([&] { store.append(one(1)); }) == gone);
    CHECK(outcome_of([&] { store.probe(); }) == gone);
    CHECK(outcome_of([&] { static_cast<void>(store.last_session()); }) == gone);
    CHECK(outcome_of([&] { store.record_look({.experiment = "e", .at = {1}, .data_through = {1}}); }) == gone);
    CHECK(outcome_of([&] { store.record_configuration({.checksum = "c", .text = "t", .since = {1}}); }) == gone);
    CHECK_FALSE(fs::exists(file));
    CHECK(outcome_of([&] { store.check(); }) == gone);
    CHECK(playbacks_in(away) == 1);  // all that was acknowledged is in the file itself, wherever it is

    fs::rename(away, file);
    CHECK(outcome_of([&] { store.check(); }) == "done");
    store.append(one(1));
    CHECK(store.open_sessions().at(0).heard.size() == 2);
  }
  CHECK(playbacks_in(file) == 2);
}

TEST_CASE("store faults: a stranger's file in the place of a store is neither written nor read", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  const auto other = directory / "other.db";
  {
    SqliteStore stranger{other, kWrite};
    stranger.append({.playbacks = {playback("9", 99, 0, 1)}});
  }
  SqliteStore store{file, kWrite};
  const SqliteStore reader{file, kRead};
  store.append(one(0));
  fs::rename(file, directory / "away.db");
  fs::copy_file(other, file);
  const std::string before = bytes_of(file);
  const std::string replaced = "unavailable: " + file.string() + ": another file stands in its place" + kWant;
  CHECK(outcome_of([&] { store.append(one(1)); }) == replaced);
  CHECK(outcome_of([&] { static_cast<void>(store.last_session()); }) == replaced);
  CHECK(outcome_of([&] { static_cast<void>(reader.last_session()); }) == replaced);
  CHECK(outcome_of([&] { static_cast<void>(store.revision()); }) == replaced);
  CHECK(bytes_of(file) == before);
  fs::rename(directory / "away.db", file);
  CHECK(store.last_session() == SessionId{1});
  CHECK(reader.last_session() == SessionId{1});
  store.append(one(1));
}

// What stood in the log alone went with it: 100 acknowledged, 0 stored.
TEST_CASE("store faults: without its log a store is not written, and what was acknowledged is saved", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  store.append(one(0));
  fs::remove(directory / "store.db-wal");
  const std::string gone = "unavailable: " + file.string() + "-wal: moved or deleted" + kWant;
  CHECK(outcome_of([&] { store.append(one(1)); }) == gone);
  CHECK(outcome_of([&] { store.check(); }) == gone);
  const auto copy = directory / "copy.db";  // as a restart after kill -9 finds it
  fs::copy_file(file, copy);
  CHECK(playbacks_in(copy) == 1);
}

// The lock was on FILE.lock: a link to the file had one of its own.
TEST_CASE("store faults: one writer at a time under every name, and without FILE.lock", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  const auto soft = directory / "soft.db";
  const auto hard = directory / "hard.db";
  const std::string taken = ": another process writes this store";
  const std::string by = " (process " + std::to_string(::getpid()) + ")";
  const std::string want = ", want one at a time";
  fs::create_symlink("store.db", soft);
  {
    SqliteStore store{soft, kWrite};
    store.append(one(0));
    CHECK(fs::exists(file));
    CHECK(fs::exists(directory / "store.db-wal"));
    CHECK(outcome_of_opening(file, kWrite) == "user: " + file.string() + taken + by + want);
    CHECK(outcome_of_opening(soft, kWrite) == "user: " + soft.string() + taken + by + want);
    fs::remove(directory / "store.db.lock");
    CHECK(outcome_of_opening(file, kWrite) == "user: " + file.string() + taken + want);
    fs::create_hard_link(file, hard);
    CHECK(outcome_of_opening(hard, kWrite) == "user: " + hard.string() + taken + want);
    store.append(one(1));
  }
  for (const auto& options : {kRead, kWrite}) {
    CHECK(outcome_of_opening(hard, options) ==
          "user: " + hard.string() +
              ": has 2 names (hard links), want one: what was written last stands beside one of them only");
  }
  fs::remove(hard);
  CHECK(outcome_of_opening(file, kWrite) == "done");
  CHECK(playbacks_in(file) == 2);
}

TEST_CASE("store faults: a store is its owner's alone", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", kWrite};
  store.append(one(0));
  for (const auto* name : {"store.db", "store.db-wal", "store.db-shm", "store.db.lock"}) {
    struct stat status{};
    REQUIRE(::stat((directory / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("store faults: a batch waits for a lock as long as it is told, and is written when tried again",
          "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  SQLite::Database notebook{file, SQLite::OPEN_READWRITE};
  notebook.exec("BEGIN IMMEDIATE");
  const std::string locked = "unavailable: " + file.string() + ": database is locked";
  CHECK(outcome_of([&] { store.append(one(0)); }) == locked);
  CHECK(outcome_of([&] { store.probe(); }) == locked);
  CHECK(outcome_of([&] { store.check(); }) == "done");
  notebook.exec("COMMIT");
  CHECK(outcome_of([&] { store.probe(); }) == "done");
  store.append(one(0));
  CHECK(playbacks_in(file) == 1);
}

TEST_CASE("store faults: what does not fit on the disk is not acknowledged, not there, and fits later", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    EventWriter writer{store, {.heals = true, .retry = std::chrono::milliseconds(1)}};
    commit(writer, one(0));
    {
      const FileSizeLimit limit{1 << 18};
      EventBatch large;
      for (int i = 0; i < 20'000; ++i) large.playbacks.push_back(playback("2", 2, i, i));
      CHECK(outcome_of([&] { commit(writer, large); }) ==
            "unavailable: " + file.string() + ": disk I/O error (File too large)");
    }
    while (!writer.accepts()) std::this_thread::yield();
    commit(writer, one(1));
  }
  const auto open = SqliteStore(file, kRead).open_sessions();
  REQUIRE(open.size() == 1);
  CHECK(open[0].heard.size() == 2);
}
