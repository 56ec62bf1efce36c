#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/runtime/load.h"

namespace crossfade::cli {

namespace {

struct AssignOptions {
  std::string experiment;
  std::vector<std::string> units;
  std::string config{runtime::kDefaultConfiguration};
  bool from_stdin = false;
};

constexpr std::size_t kBlock = std::size_t{1} << 16;

// Prints "unit<TAB>variant" lines, by blocks: a million of them are written in some hundred calls.
class Printer {
 public:
  Printer(const assignment::Assigner& assigner, const Experiment& experiment, std::size_t index)
      : assigner_(assigner), experiment_(experiment), index_(index) {}

  void print(std::string_view unit) {
    // An empty line is no unit, but has a line of its own in the answer.
    const auto variant = unit.empty() ? std::nullopt : assigner_.variant_of(index_, unit);
    lines_ += unit;
    lines_ += '\t';
    lines_ += variant ? std::string_view{experiment_.variants[*variant].key} : "-";
    lines_ += '\n';
    if (lines_.size() >= kBlock) write();
  }

  void flush() {
    write();
    if (std::fflush(stdout) != 0) refuse();
  }

 private:
  void write() {
    if (std::fwrite(lines_.data(), 1, lines_.size(), stdout) != lines_.size()) refuse();
    lines_.clear();
  }
  [[noreturn]] static void refuse() {
    throw Error::internal(fmt::format("standard output: cannot be written: {}", std::strerror(errno)));
  }

  const assignment::Assigner& assigner_;
  const Experiment& experiment_;
  std::size_t index_;
  std::string lines_;
};

// Calls `use` with each line of standard input, without its "\n" or "\r\n"; the last one need not have one.
template <typename Use>
void for_each_line(const Use& use) {
  const auto use_without_return = [&use](std::string_view line) {
    use(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  };
  std::array<char, kBlock> block{};
  std::string begun;  // a line that the last block cut
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), stdin)) {
    std::string_view rest{block.data(), size};
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (begun.empty()) {
        use_without_return(rest.substr(0, end));
      } else {
        use_without_return(begun += rest.substr(0, end));
        begun.clear();
      }
      rest.remove_prefix(end + 1);
    }
    begun += rest;
  }
  if (std::ferror(stdin)) {
    throw Error::user(fmt::format("standard input: cannot be read: {}", std::strerror(errno)));
  }
  if (!begun.empty()) use_without_return(begun);
}

std::size_t index_of(const Configuration& configuration, const AssignOptions& options) {
  std::vector<std::string> keys;
  for (const Experiment& experiment : configuration.experiments) {
    if (experiment.key == options.experiment) return keys.size();
    keys.push_back(experiment.key);
  }
  const std::string nearest = nearest_name(options.experiment, keys);
  throw Error::user(fmt::format("{}: unknown experiment \"{}\", want {}{}{}", options.config, options.experiment,
                                keys.empty() ? "one that is defined (none is)" : "one of ", fmt::join(keys, ", "),
                                nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

void assign(const AssignOptions& options) {
  if (options.units.empty() && !options.from_stdin) throw Error::user("assign: no unit, want UNIT... or --stdin");
  const Configuration configuration = runtime::read_configuration_now(options.config);
  const std::size_t index = index_of(configuration, options);
  const assignment::Assigner assigner{configuration};
  Printer printer{assigner, configuration.experiments[index], index};
  for (const std::string& unit : options.units) printer.print(unit);
  if (options.from_stdin) for_each_line([&printer](std::string_view unit) { printer.print(unit); });
  printer.flush();
}

}  // namespace

void add_assign(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("assign", "Print the variant of each unit, one unit<TAB>variant a line (- where none)");
  const auto options = std::make_shared<AssignOptions>();  // lives as long as the callback
  command->add_option("EXPERIMENT", options->experiment, "Key of the experiment, whatever its status")->required();
  command->add_option("UNIT", options->units, "Units, as they stand in requests");
  command->add_option("--config", options->config, "The configuration")->capture_default_str();
  command->add_flag("--stdin", options->from_stdin, "Read units from standard input, one a line");
  command->callback([options] { assign(*options); });
}

}  // namespace crossfade::cli
