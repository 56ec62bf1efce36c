#include "platform/runtime/live_configuration.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <thread>

#include "platform/core/error.h"
#include "tests/platform/runtime/served.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/null_store.h"

using namespace crossfade;
using namespace crossfade::runtime;
using namespace crossfade::runtime::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

// Refuses to record when told to.
class UnwritableStore final : public storage::NullStore {
 public:
  void record_configuration(const storage::StoredConfiguration&) override {
    if (meanwhile) meanwhile();
    if (full) throw Error::internal("disk full");
  }
  bool full = false;
  std::function<void()> meanwhile = nullptr;
};

}  // namespace

TEST_CASE("live configuration: a file is active, recorded, and followed") {
  Served<storage::MemoryStore> served;
  const auto first = served.configuration.current();
  const auto generation = served.configuration.generation();
  CHECK(first->experiments.at(0).hypothesis == "first");
  CHECK(served.next("7") == TrackId{0});
  CHECK_FALSE(served.configuration.changed());

  served.write({.hypothesis = "the second one"});
  served.clock.ms = 2000;
  CHECK(served.configuration.changed());
  CHECK(served.hypothesis() == "first");  // until somebody reloads it
  served.configuration.reload();
  CHECK_FALSE(served.configuration.changed());
  CHECK(served.hypothesis() == "the second one");
  CHECK(served.configuration.generation() == generation + 1);
  CHECK(first->experiments.at(0).hypothesis == "first");  // whoever has it keeps it

  const auto history = served.configuration.history();
  REQUIRE(history->configurations.size() == 2);
  CHECK(history->configurations[1].since == Timestamp{2000});
  const auto recorded = served.store.configurations();
  REQUIRE(recorded.size() == 2);
  CHECK(recorded[0].text == yaml({}));
  CHECK(recorded[1].text == yaml({.hypothesis = "the second one"}));
}

TEST_CASE("live configuration: a refused file is told, and the former stays") {
  Served<storage::MemoryStore> served;
  const auto former = served.configuration.current();
  const auto generation = served.configuration.generation();
  served.write({.hypothesis = "faulty", .type = "top_pops"});
  CHECK_THROWS_WITH(served.configuration.reload(), StartsWith(served.file.string() + ":3:") && Contains("top_pops"));
  CHECK_FALSE(served.configuration.changed());  // it is not read again before it changes again
  served.write({.hypothesis = "moves units", .control = 0.25});
  CHECK_THROWS_WITH(served.configuration.reload(), Contains("version"));
  CHECK(served.configuration.current() == former);
  CHECK(served.configuration.generation() == generation);
  CHECK(served.configuration.history()->configurations.size() == 1);
  CHECK(served.store.configurations().size() == 1);
  CHECK(served.next("7") == TrackId{0});

  // Not by a restart either: the store knows what was active.
  CHECK_THROWS_WITH(LiveConfiguration(served.file, served.service, served.store, served.clock), Contains("version"));
  served.write({.hypothesis = "moves units", .control = 0.25, .version = 2});
  served.configuration.reload();
  CHECK(served.hypothesis() == "moves units");
}

namespace {

// A running experiment whose treatment serves from lists.jsonl.
std::string with_lists(const std::string& updates, int version) {
  return "version: 1\nrecommenders:\n  top: {type: top_pop, top: 1}\n"
         "  lists: {type: user_lists, file: lists.jsonl" +
         updates + "}\nparameters: {recommender: top}\nexperiments:\n  - key: aa\n    status: running\n    version: " +
         std::to_string(version) +
         "\n    variants:\n      - {key: control, control: true}\n"
         "      - {key: treatment, parameters: {recommender: lists}}\n";
}

}  // namespace

// The file was replaced and the server asked to read everything again: one version had two treatments.
TEST_CASE("live configuration: a list that is replaced is another treatment, unless that is meant") {
  Served<storage::MemoryStore> served;
  const auto list = served.directory / "lists.jsonl";
  write_file(list, "{\"user\": 1, \"tracks\": [6]}\n");
  write_file(served.file, with_lists("", 2));
  served.configuration.reload();
  const auto first = served.configuration.history()->configurations.back().files;
  REQUIRE(first.size() == 1);

  write_file(list, "{\"user\": 1, \"tracks\": [7]}\n");
  const std::string refused = served.file.string() + ":7:10: content of lists.jsonl of recommender lists is ";
  CHECK_THROWS_WITH(served.configuration.reload(), StartsWith(refused) && EndsWith("or a version above 2"));
  CHECK_THROWS_WITH(LiveConfiguration(served.file, served.service, served.store, served.clock), StartsWith(refused));
  CHECK(served.configuration.history()->configurations.back().files == first);

  served.clock.ms = 2000;
  write_file(served.file, with_lists(", updates: true", 2));
  served.configuration.reload();
  served.clock.ms = 3000;
  write_file(list, "{\"user\": 1, \"tracks\": [8]}\n");
  served.configuration.reload();
  served.configuration.reload();  // nothing has changed
  const auto history = served.configuration.history();
  REQUIRE(history->configurations.size() == 4);
  CHECK(history->configurations[2].text == history->configurations[3].text);
  CHECK(history->configurations[3].since == Timestamp{3000});
  CHECK(history->changes.back().changes.size() == 1);
  CHECK_FALSE(history->changes.back().treatment);
  CHECK(LiveConfiguration(served.file, served.service, served.store, served.clock).history()->changes ==
        history->changes);

  write_file(list, "{\"user\": 1, \"tracks\": [9]}\n");
  write_file(served.file, with_lists("", 3));
  served.configuration.reload();
  CHECK(served.configuration.current()->experiments.at(0).version == 3);
}

TEST_CASE("live configuration: a list that changes is seen once it is no longer written, and once only") {
  Served<storage::MemoryStore> served;
  const auto list = served.directory / "lists.jsonl";
  write_file(list, "{\"user\": 1, \"tracks\": [6]}\n");
  write_file(served.file, with_lists(", updates: true", 2));
  served.configuration.reload();
  CHECK_FALSE(served.configuration.changed());

  write_file(list, "{\"user\": 1, \"tracks\": [7, 8");
  CHECK_FALSE(served.configuration.changed());  // perhaps it is being written
  CHECK(served.configuration.changed());
  CHECK_THROWS_WITH(served.configuration.reload(), Contains("lists.jsonl:1"));
  CHECK_FALSE(served.configuration.changed());
  std::filesystem::remove(list);
  CHECK_FALSE(served.configuration.changed());
  CHECK_FALSE(served.configuration.changed());
  CHECK(served.configuration.history()->configurations.size() == 2);

  write_file(list, "{\"user\": 1, \"tracks\": [7]}\n");
  CHECK_FALSE(served.configuration.changed());
  CHECK(served.configuration.changed());
  served.configuration.reload();
  CHECK_FALSE(served.configuration.changed());
  CHECK_FALSE(served.configuration.changed());
  CHECK(served.configuration.history()->configurations.size() == 3);
}

TEST_CASE("live configuration: what cannot be recorded is not active either") {
  Served<UnwritableStore> served;
  served.store.full = true;
  served.write({.hypothesis = "all tracks", .top = 20});
  CHECK_THROWS_WITH(served.configuration.reload(), "disk full");
  CHECK(served.hypothesis() == "first");
  for (int i = 0; i < 50; ++i) CHECK(served.next("7") == TrackId{0});
  served.store.full = false;
  served.configuration.reload();
  CHECK(served.hypothesis() == "all tracks");
  bool other = false;
  for (int i = 0; i < 50; ++i) other = other || served.next("7") != TrackId{0};
  CHECK(other);
}

// It was published first, and the former one made again when the store refused: units were exposed to what nobody had
// written down, and for ever where the former one's files were gone by then.
TEST_CASE("live configuration: it is recorded before anybody is served by it") {
  Served<UnwritableStore> served;
  int served_by_former = 0;
  served.store.meanwhile = [&] {
    for (int i = 0; i < 50; ++i) served_by_former += served.next("7") == TrackId{0} ? 1 : 0;
    CHECK(served.hypothesis() == "first");
  };
  served.write({.hypothesis = "all tracks", .top = 20});
  served.configuration.reload();
  CHECK(served_by_former == 50);
  CHECK(served.hypothesis() == "all tracks");
}

TEST_CASE("live configuration: a file that vanishes changes nothing, and one that comes back is read") {
  Served<storage::MemoryStore> served;
  const auto former = served.configuration.current();
  std::filesystem::remove(served.file);
  CHECK_FALSE(served.configuration.changed());
  CHECK_THROWS_WITH(served.configuration.reload(),
                    served.file.string() + ": cannot be read: No such file or directory");
  CHECK_FALSE(served.configuration.changed());
  CHECK(served.configuration.current() == former);
  CHECK(served.next("7") == TrackId{0});
  served.write({.hypothesis = "back"});
  CHECK(served.configuration.changed());
  served.configuration.reload();
  CHECK(served.hypothesis() == "back");
}

TEST_CASE("live configuration: it is replaced while requests run and others look at it") {
  constexpr std::size_t kThreads = 4;
  constexpr int kRequests = 200;
  constexpr int kReloads = 30;
  Served<storage::MemoryStore> served;
  const LiveConfiguration& configuration = served.configuration;
  const auto generation = configuration.generation();
  std::atomic<std::size_t> at_work{kThreads};
  std::atomic<int> faults{0};
  int reloads = 0;
  std::thread operators([&] {
    while (at_work > 0 || reloads < kReloads) {
      served.write(
          {.hypothesis = std::string(static_cast<std::size_t>(++reloads % 2 + 1), 'x'), .top = 1 + reloads % 2});
      served.configuration.reload();
    }
  });
  in_threads(kThreads, [&](std::size_t thread) {
    std::uint64_t before = 0;
    std::size_t recorded = 0;
    for (int i = 0; i < kRequests; ++i) {
      const auto seen = configuration.generation();
      const auto current = configuration.current();
      const auto history = configuration.history();
      // Later than `current`, so that it holds it; neither goes back.
      const bool known = std::ranges::any_of(history->configurations,
                                             [&](const auto& one) { return one.checksum == current->checksum; });
      if (seen < before || history->configurations.size() < recorded || !known) ++faults;
      before = seen;
      recorded = history->configurations.size();
      if (served.next(std::to_string(thread)).value > 1) ++faults;
    }
    --at_work;
  });
  operators.join();
  CHECK(faults == 0);
  CHECK(configuration.generation() == generation + static_cast<std::uint64_t>(reloads));
  CHECK(served.store.playbacks().size() == kThreads * kRequests);
}
