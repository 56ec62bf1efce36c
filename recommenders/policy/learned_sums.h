#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crossfade::recommenders {

// Sums that many threads add to, of which the order of adding changes nothing: whole numbers of 1e-4. A number within
// 1 may be added 9e14 times.
class LearnedSums {
 public:
  explicit LearnedSums(std::size_t count)
      : count_(count), sums_(std::make_unique<std::atomic<std::int64_t>[]>(count)) {}

  static constexpr double kUnit = 1e-4;

  std::size_t size() const { return count_; }
  // Takes no lock. `value` is finite.
  void add(std::size_t place, double value) {
    sums_[place].fetch_add(std::llround(value / kUnit), std::memory_order_relaxed);
  }
  std::vector<std::int64_t> values() const;
  // To be called before anybody adds.
  void set(std::span<const std::int64_t> values);

 private:
  std::size_t count_;
  std::unique_ptr<std::atomic<std::int64_t>[]> sums_;
};

// What a recommender has learned, as it is kept in a file.
struct LearnedState {
  std::int64_t version = 0;  // how often what was learned began to count
  std::vector<std::int64_t> sums;

  bool operator==(const LearnedState&) const = default;
};

// The file is JSON: {"type": "thompson", "version": 3, "of": ["a", "b"], "sums": [...]}. `of` says what the sums are
// of: a state of something else is refused. Nothing where there is no file. Throws Error for one that is not as it
// should be.
std::optional<LearnedState> read_state(const std::filesystem::path& file, const std::string& type,
                                       const std::vector<std::string>& of, std::size_t sums);
// The file is replaced once the new one is whole. Throws Error when it cannot be written.
void write_state(const std::filesystem::path& file, const std::string& type, const std::vector<std::string>& of,
                 const LearnedState& state);

}  // namespace crossfade::recommenders
