#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade::server {

// Who may send more than the usual body, and how many do at the moment: each is in memory as a whole, so that so many
// of the longest must fit. Thread-safe.
class LongBodies {
 public:
  // What everybody may send.
  static constexpr std::size_t kShort = std::size_t{64} * 1024;

  // `paths`: those of the targets; `bytes`: of such a body; `most`: at a time.
  LongBodies(std::vector<std::string> paths, std::size_t bytes, std::size_t most)
      : paths_(std::move(paths)), bytes_(bytes), most_(most) {}

  bool allows(std::string_view target) const;
  std::size_t bytes() const { return bytes_; }
  std::size_t most() const { return most_; }

  // One of the places for such a body, as long as it lives.
  class Place {
   public:
    explicit Place(LongBodies& of) : of_(&of) {}
    ~Place() { of_->taken_.fetch_sub(1, std::memory_order_relaxed); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    LongBodies* of_;
  };
  // Null: all of them are taken.
  std::unique_ptr<Place> enter();

 private:
  const std::vector<std::string> paths_;
  const std::size_t bytes_;
  const std::size_t most_;
  std::atomic<std::size_t> taken_ = 0;
};

}  // namespace crossfade::server
