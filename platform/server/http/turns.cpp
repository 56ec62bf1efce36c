#include "platform/server/http/turns.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace crossfade::server {
namespace {

thread_local Turn turn_of_thread = Turn::taken;
thread_local TurnScope::Time asked_of_thread = TurnScope::Time::max();

// Of a thread, by Linux' rules: it and those that it starts have a tenth of the processor of one that logs, where both
// want it.
constexpr int kNiceness = 10;

}  // namespace

TurnScope::TurnScope(Turn turn, Time asked)
    : before_(std::exchange(turn_of_thread, turn)), asked_before_(std::exchange(asked_of_thread, asked)) {}

TurnScope::~TurnScope() {
  turn_of_thread = before_;
  asked_of_thread = asked_before_;
}

TurnScope::Time asked_since() {
  return asked_of_thread;
}

Turns::Turns(Options options) : options_(options) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

Turns::~Turns() {
  stop();
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Turns::require() {
  switch (turn_of_thread) {
    case Turn::taken:
      return;
    case Turn::too_late:
      throw Busy();
    case Turn::ended:
      throw Ending();
    case Turn::none:
      break;
  }
  const MutexLock lock(mutex_);
  if (stopped_) throw Ending();
  if (waiting_.size() + reserved_ >= options_.most_waiting) throw Busy();
  ++reserved_;
  throw TurnNeeded{*this};
}

void Turns::wait(std::string group, std::function<void(Turn)> answer) {
  {
    const MutexLock lock(mutex_);
    --reserved_;
    if (!stopped_) {
      waiting_.push_back({std::move(group), std::move(answer), std::chrono::steady_clock::now()});
      answer = nullptr;
    }
  }
  if (answer) return answer(Turn::ended);
  changed_.notify_one();
}

void Turns::expire() {
  std::deque<Waiting> late;
  {
    const MutexLock lock(mutex_);
    const auto oldest = std::chrono::steady_clock::now() - options_.longest_wait;
    while (!waiting_.empty() && waiting_.front().since < oldest) {
      late.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (const Waiting& one : late) one.answer(Turn::too_late);
}

void Turns::stop() {
  std::deque<Waiting> left;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    left.swap(waiting_);
  }
  for (const Waiting& one : left) one.answer(Turn::ended);
}

std::deque<Turns::Waiting>::iterator Turns::next() {
  return std::ranges::find_if(
      waiting_, [this](const Waiting& one) CROSSFADE_REQUIRES(mutex_) { return !running_.contains(one.group); });
}

void Turns::work() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  MutexLock lock(mutex_);
  while (!ending_) {
    const auto found = next();
    if (found == waiting_.end()) {
      changed_.wait(mutex_);
      continue;
    }
    Waiting one = std::move(*found);
    waiting_.erase(found);
    const auto running = running_.insert(one.group).first;
    lock.unlock();
    {
      const TurnScope scope(Turn::taken, one.since);
      one.answer(Turn::taken);
    }
    one.answer = nullptr;  // what it holds ends before its group may go on
    lock.lock();
    running_.erase(running);
    changed_.notify_all();
  }
}

}  // namespace crossfade::server
