#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace crossfade::runtime::external {

// A command of a shell in a process group of its own, with pipes to its stdin, stdout and stderr, which do not block.
// It inherits no other file, no ignored signal and no blocked one. When it goes out of scope the group is killed, and
// the shell reaped. Where this program is killed itself, a guard ends the group: a shell that waits for the end of a
// pipe of which this program alone has the other end.
class ChildProcess {
 public:
  // `environment`: NAME=value, besides that of this program. Throws Error (internal) where it cannot be started.
  ChildProcess(const std::string& command, const std::filesystem::path& directory,
               const std::vector<std::string>& environment);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int in() const { return in_; }  // -1 once it is closed
  int out() const { return out_; }
  int err() const { return err_; }
  void close_in();

  // To all of its group.
  void signal(int number) const;
  // "ended with status 1", "was ended by signal 9 (Killed)", once it has; nothing while it runs.
  std::optional<std::string> end() const;

 private:
  void start_guard();
  void end_guard();

  pid_t pid_ = -1;
  pid_t guard_ = -1;
  int guarded_ = -1;  // the pipe's end
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
};

}  // namespace crossfade::runtime::external
