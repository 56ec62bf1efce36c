#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

// Runs the program as its users do.
namespace crossfade::test {

struct Outcome {
  int code = -1;     // -1: it did not end by itself
  std::string text;  // of stdout and stderr

  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

// Where the program is that the tests run.
std::string program_path();

// `crossfade ARGUMENTS` in `directory`, by the shell.
Outcome run_program(const std::filesystem::path& directory, const std::string& arguments);

}  // namespace crossfade::test
