#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "platform/cli/command.h"
#include "platform/runtime/load.h"

namespace crossfade::cli {

namespace {

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

void validate(const std::string& file) {
  const Configuration configuration = runtime::read_configuration(file);
  const auto running = std::ranges::count(configuration.experiments, Status::running, &Experiment::status);
  fmt::print("{}: ok: {}, {}, {}, {} running\n", file, counted(configuration.experiments.size(), "experiment"),
             counted(configuration.recommenders.size(), "recommender"), counted(configuration.layers.size(), "layer"),
             running);
}

}  // namespace

void add_validate(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("validate", "Print every fault of a configuration as file:line:col");
  const auto file = std::make_shared<std::string>(runtime::kDefaultConfiguration);  // lives as long as the callback
  command->add_option("FILE", *file, "The configuration")->capture_default_str();
  command->callback([file] { validate(*file); });
}

}  // namespace crossfade::cli
