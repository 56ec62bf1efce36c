#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace crossfade::runtime {

// A bar on stderr with the rate, drawn over itself; nothing at all where stderr is no terminal.
class Progress {
 public:
  Progress(std::int64_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done);

 private:
  std::int64_t total_;
  std::string unit_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace crossfade::runtime
