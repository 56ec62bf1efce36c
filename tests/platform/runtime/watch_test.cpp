#include "platform/runtime/watch.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/core/error.h"
#include "tests/platform/runtime/served.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::runtime;
using namespace crossfade::runtime::testing;

namespace {

// What happens before the watch wakes, and why it does; `end` follows the last.
struct Step {
  std::function<void()> before;
  Wake wake = Wake::nothing;
};

// What a watch says that lives through the steps.
template <typename Store>
std::vector<std::string> said_by(Served<Store>& served, const std::vector<Step>& steps) {
  std::vector<std::string> said;
  std::size_t at = 0;
  watch({.configuration = served.configuration,
         .file = "experiments.yaml",
         .service = &served.service,
         .clock = served.clock,
         .say = [&](const std::string& lines) { said.push_back(lines); }},
        [&] {
          if (at == steps.size()) return Wake::end;
          if (steps[at].before) steps[at].before();
          return steps[at++].wake;
        });
  CHECK(at == steps.size());
  return said;
}

const std::string kReloaded = "experiments.yaml: reloaded";
const std::string kStays = "\nexperiments.yaml: not reloaded, the former configuration stays active";

}  // namespace

TEST_CASE("watch: a file that has changed is read again, once, and so is one that somebody asks for") {
  Served<storage::MemoryStore> served;
  CHECK(said_by(served, {{}, {}}).empty());
  CHECK(said_by(served, {{}, {[&] { served.write({.hypothesis = "changed"}); }}, {}, {}}) ==
        std::vector<std::string>{kReloaded});
  CHECK(served.hypothesis() == "changed");
  CHECK(said_by(served, {{{}, Wake::reload}, {}, {{}, Wake::reload}}) ==
        std::vector<std::string>{kReloaded, kReloaded});
  CHECK(said_by(served, {}).empty());
}

TEST_CASE("watch: a faulty file is told once, and the watch goes on") {
  Served<storage::MemoryStore> served;
  const auto said = said_by(served, {{[&] { served.write({.hypothesis = "faulty", .type = "top_pops"}); }},
                                     {},
                                     {[&] { CHECK(served.hypothesis() == "first"); }},
                                     {[&] { served.write({.hypothesis = "mended"}); }}});
  REQUIRE(said.size() == 2);
  CHECK(said[0].starts_with(served.file.string() + ":3:"));
  CHECK(said[0].ends_with(kStays));
  CHECK(said[1] == kReloaded);
  CHECK(served.hypothesis() == "mended");
}

// It was told and forgotten: the file was active when it changed once more, or never.
TEST_CASE("watch: a file that comes while the store is locked is told once, and read when it is not") {
  class LockedStore final : public storage::MemoryStore {
   public:
    void record_configuration(const storage::StoredConfiguration& configuration) override {
      if (locked) throw Error::unavailable("store.db: database is locked");
      MemoryStore::record_configuration(configuration);
    }
    bool locked = false;
  };
  Served<LockedStore> served;
  const auto said = said_by(served, {{[&] {
                                       served.store.locked = true;
                                       served.write({.hypothesis = "waits"});
                                     }},
                                     {},
                                     {},
                                     {[&] {
                                       CHECK(served.hypothesis() == "first");
                                       served.store.locked = false;
                                     }},
                                     {}});
  CHECK(said == std::vector<std::string>{"store.db: database is locked" + kStays + " until the store can be written",
                                         kReloaded});
  CHECK(served.hypothesis() == "waits");
}

TEST_CASE("watch: a file that vanishes is told to who asks, and is read when it is there again") {
  Served<storage::MemoryStore> served;
  CHECK(said_by(served, {{[&] { std::filesystem::remove(served.file); }},
                         {},
                         {{}, Wake::reload},
                         {},
                         {[&] { served.write({.hypothesis = "back"}); }},
                         {}}) ==
        std::vector<std::string>{served.file.string() + ": cannot be read: No such file or directory" + kStays,
                                 kReloaded});
  CHECK(served.hypothesis() == "back");
}

TEST_CASE("watch: idle sessions end by the clock, where it is told whose") {
  Served<storage::MemoryStore> served;
  served.next("7");
  CHECK(said_by(served, {{[&] { served.clock.ms += kTimeoutMs - 1; }}}).empty());
  CHECK(served.store.sessions().empty());
  served.clock.ms += 1;
  int turns = 0;
  watch({.configuration = served.configuration, .file = "", .service = nullptr, .clock = served.clock},
        [&] { return ++turns < 3 ? Wake::nothing : Wake::end; });
  CHECK(served.store.sessions().empty());
  said_by(served, {{}});
  REQUIRE(served.store.sessions().size() == 1);
  CHECK(served.store.sessions()[0].end == SessionEnd::timeout);
}

TEST_CASE("watch: a list of a recommender that says so is swapped, of another it stays and that is told") {
  Served<storage::MemoryStore> served;
  const auto list = served.directory / "lists.jsonl";
  const auto serve_list = [&](const std::string& tracks) {
    write_file(list, "{\"user\": 7, \"tracks\": " + tracks + "}\n");
  };
  const auto configure = [&](const std::string& updates) {
    write_file(served.file, "version: 1\nrecommenders:\n  lists: {type: user_lists, file: lists.jsonl" + updates +
                                "}\nparameters: {recommender: lists}\nexperiments:\n  - key: aa\n    status: running\n"
                                "    version: 2\n    variants:\n      - {key: control, control: true}\n"
                                "      - {key: treatment, parameters: {recommender: lists}}\n");
  };
  serve_list("[6]");
  configure(", updates: true");
  CHECK(said_by(served, {{}}) == std::vector<std::string>{kReloaded});
  CHECK(said_by(served, {{[&] { serve_list("[17]"); }}, {}, {}, {}}) == std::vector<std::string>{kReloaded});
  CHECK(served.next("7") == TrackId{17});
  CHECK(served.store.configurations().size() == 3);

  configure("");
  CHECK(said_by(served, {{}}) == std::vector<std::string>{kReloaded});
  const auto said = said_by(served, {{[&] { serve_list("[8]"); }}, {}, {}, {}});
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("content of lists.jsonl of recommender lists is ") != std::string::npos);
  CHECK(said[0].find("or a version above 2") != std::string::npos);
  CHECK(said[0].find(kStays) != std::string::npos);
  CHECK(served.next("7") == TrackId{17});
}

// It was refused as a whole: a list that was trained again had to wait until the other one was put back.
TEST_CASE("watch: a list that may not be swapped holds up no other that may") {
  Served<storage::MemoryStore> served;
  const auto configure = [&](int version) {
    write_file(served.file,
               "version: 1\nrecommenders:\n  fixed: {type: user_lists, file: fixed.jsonl}\n"
               "  trained: {type: user_lists, file: trained.jsonl, updates: true}\n"
               "  other: {type: mixture, of: [fixed]}\n"
               "parameters: {recommender: trained}\nexperiments:\n  - key: aa\n    status: running\n    version: " +
                   std::to_string(version) +
                   "\n    variants:\n      - {key: control, control: true, parameters: {recommender: trained}}\n"
                   "      - {key: treatment, parameters: {recommender: other}}\n");
  };
  const auto unit_of = [&](const std::string& variant) {
    const auto configuration = served.configuration.current();
    const assignment::Assigner assigner(*configuration);
    int unit = 0;
    while (configuration->experiments[0].variants[*assigner.variant_of(0, std::to_string(unit))].key != variant) ++unit;
    return std::to_string(unit);
  };
  const auto lists_of = [&](const std::string& name, int track) {
    std::string lines;
    for (int unit = 0; unit < 50; ++unit) {
      lines += "{\"user\": " + std::to_string(unit) + ", \"tracks\": [" + std::to_string(track) + "]}\n";
    }
    write_file(served.directory / name, lines);
  };
  lists_of("fixed.jsonl", 6);
  lists_of("trained.jsonl", 8);
  configure(2);
  CHECK(said_by(served, {{}}) == std::vector<std::string>{kReloaded});
  const std::string by_trained = unit_of("control");
  const std::string by_fixed = unit_of("treatment");
  CHECK(served.next(by_trained) == TrackId{8});
  CHECK(served.next(by_fixed) == TrackId{6});
  const auto recorded = served.store.configurations().back().files;

  const auto said = said_by(served, {{[&] {
                                       lists_of("fixed.jsonl", 16);
                                       lists_of("trained.jsonl", 18);
                                     }},
                                     {},
                                     {},
                                     {}});
  REQUIRE(said.size() == 1);
  CHECK(said[0].starts_with(served.file.string() + ":8:10: content of fixed.jsonl of recommender fixed is "));
  CHECK(said[0].find("or a version above 2\n" + kReloaded + ", but for the files named above") != std::string::npos);
  CHECK(served.next(by_trained) == TrackId{18});
  CHECK(served.next(by_fixed) == TrackId{6});
  const auto now = served.store.configurations().back().files;
  REQUIRE(now.size() == 2);
  CHECK(now[0] == recorded[0]);  // fixed.jsonl as it is served
  CHECK(now[1].checksum != recorded[1].checksum);
  CHECK(said_by(served, {{}, {}}).empty());

  // The next one again, and with it nothing of the first.
  CHECK(said_by(served, {{[&] { lists_of("trained.jsonl", 17); }}, {}, {}}).size() == 1);
  CHECK(served.next(by_trained) == TrackId{17});
  CHECK(served.next(by_fixed) == TrackId{6});
  configure(3);
  CHECK(said_by(served, {{}}) == std::vector<std::string>{kReloaded});
  CHECK(served.next(by_fixed) == TrackId{16});
}

TEST_CASE("watch: what was learned counts when it is time, and is saved") {
  Served<storage::MemoryStore> served;
  write_file(served.file,
             "version: 1\nrecommenders:\n  top: {type: top_pop, top: 1}\n"
             "  it: {type: thompson, of: [top], state: state.json, updates: true}\nparameters: {recommender: it}\n");
  served.configuration.reload();
  const auto watched = [&](std::int64_t passed_ms) {
    int turns = 0;
    watch({.configuration = served.configuration,
           .file = "",
           .service = &served.service,
           .clock = served.clock,
           .learning_ms = 5000},
          [&] {
            served.clock.ms += passed_ms;
            return ++turns == 1 ? Wake::nothing : Wake::end;
          });
    return std::filesystem::exists(served.directory / "state.json");
  };
  CHECK(served.service.next({.unit = {"7"}, .track = {5}, .fraction = 1, .at = served.clock.now()}) == TrackId{0});
  served.service.next({.unit = {"7"}, .track = {0}, .fraction = 0.5, .at = served.clock.now()});
  CHECK_FALSE(watched(4999));
  CHECK(watched(5000));
  CHECK(read_file(served.directory / "state.json").find("\"sums\":[10000,5000]") != std::string::npos);
}

TEST_CASE("watch: it works beside the threads that serve") {
  constexpr std::size_t kThreads = 4;
  constexpr int kRequests = 200;
  Served<storage::MemoryStore> served;
  std::atomic<std::size_t> at_work{kThreads};
  std::atomic<int> reloads{0};
  std::thread watching([&] {
    watch({.configuration = served.configuration,
           .file = "",
           .service = &served.service,
           .clock = served.clock,
           .say = [&](const std::string& lines) { reloads += lines == ": reloaded" ? 1 : 1000; }},
          [&, turn = 0]() mutable {
            if (at_work == 0 && reloads > 0) return Wake::end;
            served.clock.ms += 300;  // sessions of the threads end every now and then
            ++turn;
            if (turn % 3 == 1) served.write({.hypothesis = std::string(static_cast<std::size_t>(turn % 5 + 1), 'x')});
            return turn % 5 == 0 ? Wake::reload : Wake::nothing;
          });
  });
  std::atomic<int> strangers{0};
  in_threads(kThreads, [&](std::size_t thread) {
    for (int i = 0; i < kRequests; ++i) {
      if (served.next(std::to_string(thread)) != TrackId{0}) ++strangers;
      if (served.configuration.current()->experiments.size() != 1) ++strangers;
    }
    --at_work;
  });
  watching.join();
  CHECK(strangers == 0);
  CHECK(reloads > 0);
  CHECK(reloads < 1000);
  CHECK(served.store.playbacks().size() == kThreads * kRequests);
}
