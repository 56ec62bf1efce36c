#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "platform/calculator/calculator.h"
#include "platform/calculator/methods.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"

namespace crossfade::cli {

namespace {

struct StatsFlags {
  std::string input;
  std::string output = "-";
};

// With the reason that errno holds.
[[noreturn]] void refuse(const std::string& file, const char* what) {
  throw Error::user(fmt::format("{}: {}: {}", file, what, std::strerror(errno)));
}

void calculate_from(std::istream& in, const StatsFlags& flags, std::ostream& out) {
  const bool standard = flags.input == "-";
  const std::filesystem::path directory =
      standard ? std::filesystem::path(".") : std::filesystem::path(flags.input).parent_path();
  calculator::calculate(in, standard ? "standard input" : flags.input, directory, out);
  out.flush();
  if (!out) throw Error::internal(fmt::format("{}: cannot be written: {}", flags.output, std::strerror(errno)));
}

void calculate_to(std::ostream& out, const StatsFlags& flags) {
  if (flags.input == "-") return calculate_from(std::cin, flags, out);
  std::ifstream in(flags.input);
  if (!in) refuse(flags.input, "cannot be read");
  if (std::filesystem::is_directory(flags.input)) {  // opens, and reads as empty
    errno = EISDIR;
    refuse(flags.input, "cannot be read");
  }
  calculate_from(in, flags, out);
}

// The output stands under its name only when it is whole.
void run_stats(const StatsFlags& flags) {
  std::ios::sync_with_stdio(false);
  if (flags.output == "-") return calculate_to(std::cout, flags);
  const std::filesystem::path partial = flags.output + ".partial";
  try {
    std::ofstream out(partial);
    if (!out) refuse(flags.output, "cannot be written");
    calculate_to(out, flags);
    out.close();
    std::filesystem::rename(partial, flags.output);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw;
  }
}

std::string methods_text() {
  std::string text =
      "Methods, each with an input that it answers, as in\n"
      "  {\"schema_version\":1,\"cases\":[{\"id\":\"1\",\"method\":METHOD,\"input\":INPUT}]}\n";
  for (const calculator::MethodExample& example : calculator::method_examples()) {
    text += fmt::format("\n  {}\n    {}", example.method, example.input);
  }
  return text + "\n\nOptions and references: docs/statistics.md";
}

}  // namespace

void add_stats(CLI::App& app) {
  CLI::App* const command = app.add_subcommand(
      "stats",
      "The calculator: sufficient statistics as JSON in, the statistics of the platform as JSON out. One bad case does "
      "not touch the others");
  const auto flags = std::make_shared<StatsFlags>();  // lives as long as the callback
  command->add_option("--input", flags->input, "{\"schema_version\":1,\"cases\":[...]}; - for standard input")
      ->required();
  command->add_option("--output", flags->output, "Where the results go; - for standard output")->capture_default_str();
  command->footer(methods_text);
  command->callback([flags] { run_stats(*flags); });
}

}  // namespace crossfade::cli
