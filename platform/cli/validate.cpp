#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/runtime/load.h"

namespace crossfade::cli {

namespace {

void validate(const std::string& file) {
  const Configuration configuration = runtime::read_configuration(file);
  const auto running = std::ranges::count(configuration.experiments, Status::running, &Experiment::status);
  fmt::print("{}: ok: {}, {}, {}, {} running\n", file,
             analysis::counted(configuration.experiments.size(), "experiment", "experiments"),
             analysis::counted(configuration.recommenders.size(), "recommender", "recommenders"),
             analysis::counted(configuration.layers.size(), "layer", "layers"), running);
}

}  // namespace

void add_validate(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("validate", "Print every fault of a configuration as file:line:col");
  const auto file = std::make_shared<std::string>(runtime::kDefaultConfiguration);  // lives as long as the callback
  command->add_option("FILE", *file, "The configuration")->capture_default_str();
  command->callback([file] { validate(*file); });
}

}  // namespace crossfade::cli
