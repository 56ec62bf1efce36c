#include "platform/runtime/external/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "platform/core/error.h"

namespace crossfade::runtime::external {

namespace {

void close_file(int& file) {
  if (file >= 0) ::close(file);
  file = -1;
}

// Both ends, which are closed with it.
struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw Error::internal(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
  }
  ~Pipe() {
    for (int& end : ends) close_file(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  // One of the ends is the caller's from now on.
  int take(std::size_t which) {
    const int file = ends.at(which);
    ends.at(which) = -1;
    ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) | O_NONBLOCK);
    return file;
  }

  std::array<int, 2> ends{-1, -1};  // to read, to write
};

struct FileActions {
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  posix_spawn_file_actions_t actions{};
};

struct Attributes {
  Attributes() {
    ::posix_spawnattr_init(&attributes);
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  posix_spawnattr_t attributes{};
};

// Of a process group: asks it to end, and ends it. By -s, as dash takes no other signal before "--".
constexpr const char* kGuard = "read -r nothing; kill -s TERM -- -$1; sleep 1; kill -s KILL -- -$1";

// Waits until it has ended, and takes its number out of use.
void reap(pid_t process) {
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// A single program takes the shell's place, which otherwise would keep its pipes open for as long as it runs.
std::string without_shell(const std::string& command) {
  const bool is_one = command.find_first_of(";&|<>()`\n{}") == std::string::npos;
  const std::string first = command.substr(0, command.find(' '));
  return is_one && first.find('=') == std::string::npos ? "exec " + command : command;
}

std::string told(const siginfo_t& end) {
  if (end.si_code == CLD_EXITED) return fmt::format("ended with status {}", end.si_status);
  return fmt::format("was ended by signal {} ({})", end.si_status, ::strsignal(end.si_status));
}

}  // namespace

ChildProcess::ChildProcess(const std::string& command, const std::filesystem::path& directory,
                           const std::vector<std::string>& environment) {
  Pipe in;
  Pipe out;
  Pipe err;
  FileActions files;
  ::posix_spawn_file_actions_addchdir_np(&files.actions, directory.c_str());
  ::posix_spawn_file_actions_adddup2(&files.actions, in.ends[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files.actions, out.ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files.actions, err.ends[1], STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&files.actions, STDERR_FILENO + 1);
  const Attributes how;

  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = without_shell(command);
  const std::array<char*, 4> arguments = {shell.data(), flag.data(), text.data(), nullptr};
  std::vector<std::string> added = environment;
  std::vector<char*> variables;
  for (std::string& one : added) variables.push_back(one.data());  // the first of a name counts
  for (char** one = environ; *one != nullptr; ++one) variables.push_back(*one);
  variables.push_back(nullptr);

  const int failed =
      ::posix_spawn(&pid_, shell.c_str(), &files.actions, &how.attributes, arguments.data(), variables.data());
  if (failed != 0) {
    pid_ = -1;
    throw Error::internal(fmt::format("cannot be started in {}: {}", directory.string(), std::strerror(failed)));
  }
  in_ = in.take(1);
  out_ = out.take(0);
  err_ = err.take(0);
  start_guard();
}

// Not PR_SET_PDEATHSIG: that is of one process, which a shell's children are not.
void ChildProcess::start_guard() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;  // then nobody ends it but itself, when its stdin ends
  FileActions files;
  ::posix_spawn_file_actions_adddup2(&files.actions, ends[0], STDIN_FILENO);
  for (const int file : {STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_addopen(&files.actions, file, "/dev/null", O_WRONLY, 0);
  }
  ::posix_spawn_file_actions_addclosefrom_np(&files.actions, STDERR_FILENO + 1);
  ::posix_spawn_file_actions_addchdir_np(&files.actions, "/");
  const Attributes how;  // a group of its own: what a terminal sends to ours does not end it
  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = kGuard;
  std::string group = std::to_string(pid_);
  const std::array<char*, 6> arguments = {shell.data(), flag.data(), text.data(), shell.data(), group.data(), nullptr};
  const int failed = ::posix_spawn(&guard_, shell.c_str(), &files.actions, &how.attributes, arguments.data(), environ);
  ::close(ends[0]);
  guarded_ = ends[1];
  if (failed != 0) {
    guard_ = -1;
    close_file(guarded_);
  }
}

// Before the group's number is out of use: another one may have it then.
void ChildProcess::end_guard() {
  if (guard_ < 0) return;
  ::kill(guard_, SIGKILL);
  reap(guard_);
  close_file(guarded_);
}

ChildProcess::~ChildProcess() {
  close_in();
  end_guard();
  signal(SIGKILL);  // whoever is left of the group, which keeps its number until the shell is reaped
  reap(pid_);
  close_file(out_);
  close_file(err_);
}

void ChildProcess::close_in() {
  close_file(in_);
}

void ChildProcess::signal(int number) const {
  ::kill(-pid_, number);
}

std::optional<std::string> ChildProcess::end() const {
  siginfo_t end{};
  const int failed = ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT);
  if (failed != 0 || end.si_pid != pid_) return std::nullopt;
  return told(end);
}

}  // namespace crossfade::runtime::external
