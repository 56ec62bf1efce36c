#include "tests/platform/cli/program.h"

#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <ostream>

namespace crossfade::test {

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << "exit code " << outcome.code << ": " << outcome.text;
}

std::string program_path() {
  return CROSSFADE_PROGRAM;
}

Outcome run_program(const std::filesystem::path& directory, const std::string& arguments) {
  const std::string command = "cd '" + directory.string() + "' && '" + program_path() + "' " + arguments + " 2>&1";
  Outcome outcome;
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe)) {
    outcome.text.append(piece.data(), size);
  }
  const int status = ::pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

}  // namespace crossfade::test
