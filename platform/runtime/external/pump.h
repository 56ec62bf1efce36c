#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/core/mutex.h"
#include "platform/runtime/external/child_process.h"
#include "recommenders/external/bounded_log.h"
#include "recommenders/external/transport.h"

namespace crossfade::runtime::external {

// Keeps one command running, and takes lines there and back, on a thread of its own. A command that has ended is
// started again, later each time, until the pump is released. Thread-safe.
class Pump {
 public:
  struct Options {
    std::string command;
    std::filesystem::path directory;            // that it runs in
    std::vector<std::string> environment = {};  // NAME=value
    bool restarts = true;
    std::string before = {};  // in front of each line of its stderr in the log
    recommenders::external::BoundedLog::Say say = nullptr;
    std::chrono::milliseconds first_pause{100};  // before it is started again, twice as long each time it ends soon
    std::chrono::milliseconds longest_pause{30'000};
    std::chrono::milliseconds grace{1000};  // between the request to end and the end
    std::size_t longest_line = std::size_t{4} << 20;
  };

  Pump(Options options, recommenders::external::Receiver& receiver);
  ~Pump();  // waits for the end of what it runs
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  void send(std::uint64_t sent, std::string message);
  // Not sent any more, where none of it has been.
  void abandon(std::uint64_t sent);
  void replace(const std::string& why);
  // Asks what runs to end, tells nothing any more from here on, and does not wait.
  void release();
  bool finished() const { return finished_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Outgoing {
    std::uint64_t sent = 0;
    std::string line;
  };
  enum class Wish { none, replaced, released };

  void run();
  // Runs the command once, and tells that it is up and down; `pause`: until it is started again.
  void run_once(std::chrono::milliseconds pause);
  // Moves bytes until the command has ended, or is to end.
  std::string serve(ChildProcess& child);
  void end(ChildProcess& child);
  bool write_some(ChildProcess& child);
  // False at the end of the file.
  bool read_lines(int file, std::string& buffer);
  bool read_errors(int file, std::string& buffer);
  void take_line(std::string_view line);
  void wait(const ChildProcess& child, bool reads_errors);
  // False when the pump was released meanwhile.
  bool pause(std::chrono::milliseconds length);
  Wish wish();
  void wake() const;
  void tell_up();
  void tell_down(std::string why, std::chrono::milliseconds pause);

  const Options options_;
  const int wake_;
  recommenders::external::BoundedLog errors_;
  std::atomic<bool> finished_ = false;

  Mutex telling_ CROSSFADE_ACQUIRED_BEFORE(mutex_);  // held while the receiver is told
  recommenders::external::Receiver* receiver_ CROSSFADE_GUARDED_BY(telling_);

  Mutex mutex_;
  std::deque<Outgoing> outgoing_ CROSSFADE_GUARDED_BY(mutex_);
  std::size_t written_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // of the first of them
  Wish wish_ CROSSFADE_GUARDED_BY(mutex_) = Wish::none;
  std::string why_replaced_ CROSSFADE_GUARDED_BY(mutex_);

  // Of the thread alone.
  bool skips_ = false;  // the rest of a line that is too long
  bool answered_ = false;
  std::thread thread_;
};

}  // namespace crossfade::runtime::external
