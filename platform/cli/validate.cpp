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

void validate(const std::string& file, bool allow_outside) {
  const Configuration configuration = runtime::read_configuration(file, !allow_outside);
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
  const auto allow_outside = std::make_shared<bool>(false);
  command->add_flag(
      "--allow-outside", *allow_outside,
      "For a server with this flag: recommenders may read files that are not below the world's directory");
  command->callback([file, allow_outside] { validate(*file, *allow_outside); });
}

}  // namespace crossfade::cli
