#include "platform/server/api/answer_cache.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <vector>

namespace crossfade::server {
namespace {

TEST_CASE("answer cache: an answer is kept until the revision rises") {
  std::uint64_t revision = 1;
  AnswerCache cache([&] { return revision; });
  int runs = 0;
  const auto get = [&](const char* key) { return cache.get(key, [&] { return Answer{std::to_string(++runs)}; }); };
  const auto first = get("a");
  CHECK(first->body == "1");
  CHECK(get("a") == first);
  CHECK(get("b")->body == "2");
  revision = 2;
  CHECK(get("a")->body == "3");
  CHECK(first->body == "1");  // who holds it keeps it
}

TEST_CASE("answer cache: a tag stands for content, type and file") {
  AnswerCache cache([] { return 1; });
  const auto tag = [&](const char* key, const Answer& answer) { return cache.get(key, [&] { return answer; })->etag; };
  CHECK(tag("a", {"x"}) == tag("b", {"x"}));
  CHECK(tag("a", {"x"}) != tag("c", {"y"}));
  CHECK(tag("a", {"x"}) != tag("d", {"x", "text/csv"}));
  CHECK(tag("a", {"x"}) != tag("e", {"x", "application/json", "f"}));
}

TEST_CASE("answer cache: what changes during a computation is not missed") {
  std::uint64_t revision = 1;
  AnswerCache cache([&] { return revision; });
  int runs = 0;
  const auto get = [&] {
    return cache.get("a", [&] {
      if (++runs == 1) revision = 2;
      return Answer{std::to_string(runs)};
    });
  };
  CHECK(get()->body == "1");
  CHECK(get()->body == "2");
  CHECK(get()->body == "2");
}

TEST_CASE("answer cache: answers of different keys do not wait for one another") {
  // All once waited for one mutex: a report for the timeline of another experiment.
  AnswerCache cache([] { return 1; });
  std::promise<void> begun;
  std::promise<void> go_on;
  auto first = std::async(std::launch::async, [&] {
    return cache
        .get("a",
             [&] {
               begun.set_value();
               go_on.get_future().wait();
               return Answer{"a"};
             })
        ->body;
  });
  begun.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return cache.get("b", [] { return Answer{"b"}; })->body; });
  const bool waits = second.wait_for(std::chrono::seconds(60)) != std::future_status::ready;
  go_on.set_value();
  CHECK_FALSE(waits);
  CHECK(first.get() == "a");
  CHECK(second.get() == "b");
}

TEST_CASE("answer cache: who has waited for his turn takes what was begun meanwhile, though the store has gone on") {
  std::uint64_t revision = 1;
  AnswerCache cache([&] { return revision; });
  int runs = 0;
  const auto get = [&] { return cache.get("a", [&] { return Answer{std::to_string(++runs)}; })->body; };
  const auto asked = std::chrono::steady_clock::now();
  CHECK(get() == "1");
  const auto asked_later = std::chrono::steady_clock::now();
  revision = 2;
  {
    const TurnScope scope(Turn::taken, asked);
    CHECK(get() == "1");
  }
  const TurnScope scope(Turn::taken, asked_later + std::chrono::seconds(1));
  CHECK(get() == "2");
}

TEST_CASE("answer cache: what is there costs no turn, and everything else does") {
  std::uint64_t revision = 1;
  Turns turns({.threads = 0, .most_waiting = 1});
  AnswerCache cache([&] { return revision; }, &turns);
  const auto get = [&] { return cache.get("a", [] { return Answer{"a"}; })->body; };
  CHECK(get() == "a");  // this thread may compute
  const TurnScope scope(Turn::none);
  CHECK(get() == "a");
  revision = 2;
  CHECK_THROWS_AS(get(), TurnNeeded);
  CHECK_THROWS_AS(get(), Busy);
}

TEST_CASE("answer cache: those who ask meanwhile share one computation") {
  AnswerCache cache([] { return 1; });
  std::atomic<int> runs = 0;
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(std::async(std::launch::async,
                             [&] { return cache.get("a", [&] { return Answer{std::to_string(++runs)}; })->body; }));
  }
  for (auto& one : all) CHECK(one.get() == "1");
}

TEST_CASE("answer cache: a failure reaches the asker, and the next one tries again") {
  AnswerCache cache([] { return 1; });
  CHECK_THROWS_AS(cache.get("a", []() -> Answer { throw std::runtime_error("broken"); }), std::runtime_error);
  CHECK(cache.get("a", [] { return Answer{"fine"}; })->body == "fine");
}

TEST_CASE("answer cache: only so many are kept") {
  AnswerCache cache([] { return 1; });
  int runs = 0;
  const auto get = [&](int key) { cache.get(std::to_string(key), [&] { return Answer{std::to_string(++runs)}; }); };
  for (int key = 0; key < 65; ++key) get(key);
  CHECK(runs == 65);
  get(64);
  get(1);
  CHECK(runs == 65);
  get(0);  // the oldest one has gone
  CHECK(runs == 66);
}

}  // namespace
}  // namespace crossfade::server
