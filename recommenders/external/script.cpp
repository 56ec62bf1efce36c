#include "recommenders/external/script.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

namespace crossfade::recommenders::external {

namespace {

// What ends a word for a shell.
constexpr std::string_view kBetween = " \t\n;&|<>()";
// Commands that are no programs.
constexpr std::array<std::string_view, 12> kOfShell = {".",    ":",   "cd",   "command", "eval",  "export",
                                                       "read", "set", "trap", "ulimit",  "umask", "unset"};
constexpr std::array<std::string_view, 9> kScripts = {".py", ".sh", ".js", ".mjs", ".R", ".r", ".jl", ".rb", ".pl"};

bool is_file_below(const std::filesystem::path& path, const std::filesystem::path& directory) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error || !std::filesystem::is_regular_file(real, error)) return false;
  const auto below = std::filesystem::canonical(directory, error);
  return !error && std::ranges::mismatch(below, real).in1 == below.end();
}

bool is_executable(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

bool is_program(const std::string& word, const std::filesystem::path& directory) {
  if (word.find('/') != std::string::npos) return is_executable(directory / word);
  if (std::ranges::find(kOfShell, word) != kOfShell.end()) return true;
  const char* const path = std::getenv("PATH");
  if (path == nullptr) return true;
  std::istringstream directories{std::string(path)};
  for (std::string one; std::getline(directories, one, ':');) {
    if (is_executable(directory / one / word)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> script_of(const std::string& command, const std::filesystem::path& directory) {
  for (std::size_t begin = command.find_first_not_of(kBetween); begin != std::string::npos;) {
    const std::size_t end = std::min(command.find_first_of(kBetween, begin), command.size());
    std::string word = command.substr(begin, end - begin);
    std::erase_if(word, [](char c) { return c == '"' || c == '\''; });
    if (!word.empty() && is_file_below(directory / word, directory)) return word;
    begin = command.find_first_not_of(kBetween, end);
  }
  return std::nullopt;
}

std::optional<std::string> missing_in(const std::string& command, const std::filesystem::path& directory) {
  if (command.find_first_of(";&|<>()`$\n{}*?\"'\\#~!") != std::string::npos) return std::nullopt;
  std::istringstream text(command);
  const std::vector<std::string> all{std::istream_iterator<std::string>(text), {}};
  const auto program = std::ranges::find_if(
      all, [](const std::string& word) { return word != "exec" && word.find('=') == std::string::npos; });
  if (program == all.end()) return std::nullopt;
  if (!is_program(*program, directory)) return *program;
  const auto script = std::find_if(program + 1, all.end(), [](const std::string& word) { return word[0] != '-'; });
  if (script == all.end() ||
      std::ranges::find(kScripts, std::filesystem::path(*script).extension()) == kScripts.end()) {
    return std::nullopt;
  }
  return std::filesystem::exists(directory / *script) ? std::nullopt : std::optional(*script);
}

}  // namespace crossfade::recommenders::external
