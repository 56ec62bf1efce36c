#include "platform/server/http/task_queue.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <thread>

namespace crossfade::server {
namespace {

using namespace std::chrono_literals;

// Polls, because a thread's end has no event; fails after 5 s.
template <typename Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_CASE("task queue: has a thread for every task that does not end") {
  TaskQueue queue({.ready = 2, .maximum = 100});
  CHECK(queue.threads() == 2);
  std::latch all(51);
  for (int i = 0; i < 50; ++i) queue.enqueue([&] { all.arrive_and_wait(); });
  all.arrive_and_wait();  // would wait for ever if one of the 50 had no thread
  CHECK(queue.threads() == 50);
}

TEST_CASE("task queue: threads beyond the ready ones end when they have nothing to do") {
  TaskQueue queue({.ready = 2, .maximum = 100, .idle = 1ms});
  std::latch all(21);
  for (int i = 0; i < 20; ++i) queue.enqueue([&] { all.arrive_and_wait(); });
  all.arrive_and_wait();
  CHECK(eventually([&] { return queue.threads() == 2; }));
  std::promise<void> done;
  queue.enqueue([&] { done.set_value(); });
  done.get_future().wait();
}

TEST_CASE("task queue: says that it is crowded, while tasks wait at the maximum") {
  TaskQueue queue({.ready = 1, .maximum = 2});
  std::promise<void> gate;
  auto open = gate.get_future().share();
  for (int i = 0; i < 2; ++i) queue.enqueue([=] { open.wait(); });
  CHECK_FALSE(queue.crowded());
  std::promise<void> third;
  queue.enqueue([&] { third.set_value(); });
  CHECK(queue.crowded());
  gate.set_value();
  third.get_future().wait();
  CHECK_FALSE(queue.crowded());
}

TEST_CASE("task queue: shutdown waits for the tasks, those in the queue included") {
  std::atomic<int> done = 0;
  TaskQueue queue({.ready = 1, .maximum = 1});
  for (int i = 0; i < 100; ++i) queue.enqueue([&] { ++done; });
  queue.shutdown();
  CHECK(done == 100);
  CHECK(queue.threads() == 0);
}

}  // namespace
}  // namespace crossfade::server
