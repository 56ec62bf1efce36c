#include "platform/server/shared_computation.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace crossfade::server {
namespace {

TEST_CASE("shared computation: nobody gets a result that was begun before he asked") {
  int runs = 0;
  SharedComputation<int> shared([&] { return ++runs; });
  CHECK(*shared.get() == 1);
  CHECK(*shared.get() == 2);
}

TEST_CASE("shared computation: those who come while it runs share the next one") {
  std::atomic<int> runs = 0;
  std::promise<void> begun;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  SharedComputation<int> shared([&] {
    const int run = ++runs;
    if (run == 1) {
      begun.set_value();
      open.wait();
    }
    return run;
  });
  auto first = std::async(std::launch::async, [&] { return *shared.get(); });
  begun.get_future().wait();
  std::atomic<int> asking = 0;
  std::vector<std::future<int>> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(std::async(std::launch::async, [&] {
      ++asking;
      return *shared.get();
    }));
  }
  while (asking < 8) std::this_thread::yield();
  gate.set_value();
  CHECK(first.get() == 1);
  // All that asked in time share run 2; a thread that was held up between its count and its call comes later.
  int latest = 0;
  for (auto& other : others) {
    const int run = other.get();
    CHECK(run >= 2);
    latest = std::max(latest, run);
  }
  CHECK(latest == runs);
}

TEST_CASE("shared computation: an error reaches the asker, and the next one tries again") {
  int runs = 0;
  SharedComputation<int> shared([&]() -> int {
    if (++runs == 1) throw std::runtime_error("broken");
    return runs;
  });
  CHECK_THROWS_WITH(shared.get(), "broken");
  CHECK(*shared.get() == 2);
}

}  // namespace
}  // namespace crossfade::server
