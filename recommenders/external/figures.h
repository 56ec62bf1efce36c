#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "platform/core/mutex.h"

namespace crossfade::recommenders::external {

// What came of a request to another process. All but the first are answered by the fallback.
enum class Outcome {
  answered,
  no_answer,     // it says that it has none
  invalid,       // no track of the catalogue, no propensity, not what was asked for
  late,          // nothing within the timeout
  failed,        // it ended, refused, or broke the connection
  down,          // it does not run
  circuit_open,  // it has failed again and again, and is left alone for a while
  busy,          // too many requests are under way
};
inline constexpr std::size_t kOutcomes = 8;
std::string_view to_string(Outcome outcome);

// Counts of one recommender. Thread-safe.
class Figures {
 public:
  // Upper bounds of the latencies that are counted apart, in seconds; what is above the last is counted, too.
  static constexpr std::array<double, 10> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1};

  void count(Outcome outcome) { outcomes_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed); }
  // How long a request that did ask has waited.
  void waited(std::chrono::nanoseconds length);
  void set_under_way(std::size_t requests) { under_way_.store(requests, std::memory_order_relaxed); }
  void set_open(bool open) { open_.store(open, std::memory_order_relaxed); }
  void started() { starts_.fetch_add(1, std::memory_order_relaxed); }

  std::uint64_t of(Outcome outcome) const { return outcomes_[static_cast<std::size_t>(outcome)].load(); }
  std::uint64_t starts() const { return starts_.load(); }

 private:
  friend class AllFigures;

  std::array<std::atomic<std::uint64_t>, kOutcomes> outcomes_{};
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> latencies_{};
  std::atomic<std::uint64_t> waited_ns_ = 0;
  std::atomic<std::uint64_t> starts_ = 0;
  std::atomic<std::size_t> under_way_ = 0;
  std::atomic<bool> open_ = false;
};

// Those of a program's recommenders, by name; they go on when a configuration is read again. Thread-safe.
class AllFigures {
 public:
  // Lives as long as this.
  Figures& of(const std::string& recommender);
  // In Prometheus' text format, version 0.0.4; "" where there are none.
  std::string prometheus() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, Figures> all_ CROSSFADE_GUARDED_BY(mutex_);
};

}  // namespace crossfade::recommenders::external
