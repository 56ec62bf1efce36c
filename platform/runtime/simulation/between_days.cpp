#include "platform/runtime/simulation/between_days.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "platform/core/error.h"

namespace crossfade::runtime {

namespace {

constexpr const char* kShell = "/bin/sh";

pid_t start(std::string command, int day) {
  std::string number = fmt::format("CROSSFADE_DAY={}", day + 1);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, "CROSSFADE_DAY=", std::strlen("CROSSFADE_DAY=")) != 0) environment.push_back(*entry);
  }
  environment.push_back(number.data());
  environment.push_back(nullptr);
  std::string shell = kShell;
  std::string option = "-c";
  const std::array<char*, 4> words{shell.data(), option.data(), command.data(), nullptr};
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, kShell, &actions, nullptr, words.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw Error::internal(fmt::format("{}: {}", kShell, std::strerror(failed)));
  return child;
}

}  // namespace

void run_between_days(const std::string& command, int day) {
  const pid_t child = start(command, day);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error::internal(fmt::format("the command between days: {}", std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string how = WIFEXITED(status) ? fmt::format("ended with {}", WEXITSTATUS(status))
                                            : fmt::format("was ended by signal {}", WTERMSIG(status));
  throw Error::user(fmt::format("the command after day {} {}, want 0: {}", day + 1, how, command));
}

}  // namespace crossfade::runtime
