#include "platform/server/api/answer_cache.h"

#include <atomic>
#include <catch2/catch.hpp>
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

TEST_CASE("answer cache: once stopped, nobody's turn comes any more") {
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
  std::atomic<int> runs = 0;
  std::vector<std::future<void>> waiting;
  for (const char* key : {"b", "c", "d"}) {
    waiting.push_back(std::async(std::launch::async, [&, key] {
      cache.get(key, [&] {
        ++runs;
        return Answer{key};
      });
    }));
  }
  cache.stop();
  go_on.set_value();
  CHECK(first.get() == "a");
  for (auto& one : waiting) CHECK_THROWS_AS(one.get(), Ending);
  CHECK(runs == 0);
  CHECK(cache.get("a", [] { return Answer{"anew"}; })->body == "a");  // what is there already costs nothing
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
