#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/config/experiments/in_time.h"
#include "platform/config/experiments/readiness.h"
#include "platform/config/json_schema.h"
#include "platform/core/time.h"
#include "platform/runtime/external/transports.h"
#include "platform/runtime/following.h"
#include "platform/runtime/load.h"
#include "platform/runtime/recorded_history.h"
#include "platform/runtime/traffic_notes.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "recommenders/catalogue.h"
#include "recommenders/external/script.h"
#include "recommenders/registry.h"
#include "simulator/world/world.h"

namespace crossfade::cli {

namespace {

struct ValidateFlags {
  bool schema = false;
  std::string file{runtime::kDefaultConfiguration};
  std::string against;
  std::string world = "world";
  bool opens_files = false;  // --world was given
  bool allow_outside = false;
};

constexpr int kRefused = 3;  // a reload would be, for the sake of an experiment that runs

std::string units(std::int64_t count) {
  return analysis::counted(count, "unit", "units");
}

// "40 units would move from a to b", "12 units would enter a", "12 units would leave a"
std::string words_of(const runtime::UnitMove& move) {
  if (move.from.empty()) return fmt::format("{} would enter {}", units(move.units), move.to);
  if (move.to.empty()) return fmt::format("{} would leave {}", units(move.units), move.from);
  return fmt::format("{} would move from {} to {}", units(move.units), move.from, move.to);
}

void print(const runtime::ExperimentFollowing& one) {
  fmt::print("  {}: {}\n", one.experiment, fmt::join(one.changes, "; "));
  for (const runtime::UnitMove& move : one.moves) fmt::print("    {}\n", words_of(move));
  if (one.moves.empty()) fmt::print("    no known unit would move\n");
  if (one.ends) fmt::print("    the version that runs would end, for good\n");
  if (one.same_split) {
    fmt::print(
        "    the new version would split the units as the one before: for a new randomisation, change its salt "
        "too, such as salt: {}-{}\n",
        one.experiment, one.version);
  }
}

void print_notes(const std::vector<Fault>& notes) {
  for (const Fault& note : notes) fmt::print("not ready: {}\n", to_string(note));
}

recommenders::Surroundings around(const ValidateFlags& flags) {
  return {.data = flags.world,
          .allow_outside = flags.allow_outside,
          .commands = runtime::external::directory_of(flags.file)};
}

// Of processes that cannot start as things are here. No fault: the file may be meant for another machine.
void tell_of_missing_commands(const Configuration& configuration, const std::filesystem::path& directory) {
  for (const RecommenderSpec& spec : configuration.recommenders) {
    const auto command = spec.options.find("command");
    if (spec.type != "process" || command == spec.options.end()) continue;
    const auto missing = recommenders::external::missing_in(std::get<std::string>(command->second), directory);
    if (!missing) continue;
    fmt::print(stderr,
               "warning: recommender \"{}\": its command names {}, which is not there (in {}): it would not start\n",
               spec.name, *missing, directory.string());
  }
}

// Loads what a reload would load. Where there is no such directory, nothing can be said of files.
void load_files(Configuration& configuration, const ValidateFlags& flags) {
  if (configuration.recommenders.empty()) return;
  const std::filesystem::path world(flags.world);
  if (!std::filesystem::exists(world / "tracks.json")) {
    fmt::print(stderr, "{}: no world there (--world), so contents of files were not compared\n", flags.world);
    return;
  }
  const auto catalogue = recommenders::Catalogue::read(world / "tracks.json");
  configuration.files = recommenders::RecommenderSet(configuration.recommenders, catalogue, around(flags)).files();
}

void validate_against(Configuration configuration, const ValidateFlags& flags) {
  const storage::SqliteStore store(flags.against, {});
  const runtime::RecordedHistory recorded(store);
  if (!recorded.unread().empty()) {
    fmt::print(stderr, "{}\n{}: so it is compared with the configuration before\n", recorded.unread(), flags.against);
  }
  load_files(configuration, flags);
  const runtime::Following after = runtime::following(recorded, store, configuration, flags.file);
  for (const Fault& fault : after.refused) fmt::print("{}\n", to_string(fault));
  fmt::print("against {}, which knows {}: {}\n", flags.against, units(after.units),
             after.experiments.empty() ? "no experiment would change" : "what would change");
  for (const runtime::ParameterFollowing& one : after.parameters) {
    fmt::print("  parameters: {}\n    {} would get another value\n", one.change,
               one.units == 0 ? "no known unit" : units(one.units));
  }
  for (const runtime::ExperimentFollowing& one : after.experiments) print(one);
  if (after.without_attributes.value_or(0) > 0) {
    fmt::print(
        "  attributes: of {} none were recorded with an exposure: they are counted as outside of what asks for some\n",
        units(*after.without_attributes));
  }
  print_notes(runtime::traffic_notes(configuration, store, flags.file));
  if (after.refused.empty()) return;
  fmt::print(stderr, "{}: a reload would be refused, the former configuration would stay active\n", flags.file);
  throw CLI::RuntimeError(kRefused);
}

// Opens the files that recommenders serve from, and throws Error with all that is wrong with them.
void validate_files(const Configuration& configuration, const ValidateFlags& flags) {
  const auto catalogue = simulator::read_catalogue(flags.world);
  const auto files = recommenders::RecommenderSet(configuration.recommenders, catalogue, around(flags)).files();
  fmt::print("{}: ok: {}, {} of recommenders\n", flags.world, analysis::counted(catalogue.size(), "track", "tracks"),
             analysis::counted(files.size(), "file", "files"));
}

void validate(const ValidateFlags& flags) {
  if (flags.schema) {
    fmt::print("{}", config::json_schema(runtime::known_recommender_types()));
    return;
  }
  Configuration configuration = runtime::read_configuration(flags.file, !flags.allow_outside);
  const auto running = std::ranges::count(configuration.experiments, Status::running, &Experiment::status);
  fmt::print("{}: ok: {}, {}, {}, {} running\n", flags.file,
             analysis::counted(configuration.experiments.size(), "experiment", "experiments"),
             analysis::counted(configuration.recommenders.size(), "recommender", "recommenders"),
             analysis::counted(configuration.layers.size(), "layer", "layers"), running);
  print_notes(config::not_ready(configuration, flags.file));
  tell_of_missing_commands(configuration, runtime::external::directory_of(flags.file));
  if (flags.opens_files) validate_files(configuration, flags);
  if (!flags.against.empty()) validate_against(config::in_time(std::move(configuration), SystemClock().now()), flags);
}

}  // namespace

void add_validate(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("validate", "Print every fault of a configuration as file:line:col");
  const auto flags = std::make_shared<ValidateFlags>();  // lives as long as the callback
  command->add_option("FILE", flags->file, "The configuration")->capture_default_str();
  command->add_flag("--schema", flags->schema,
                    "Print what a configuration may be as JSON Schema (draft-07), for editors");
  command->add_option("--against", flags->against,
                      "A store: also say what a reload of a server that writes it would do, to each experiment and "
                      "to how many of its units; exit code 3 where it would be refused");
  auto* const world = command
                          ->add_option("--world", flags->world,
                                       "The directory with tracks.json and the recommenders' files: opens those that "
                                       "the configuration names. With --against that server's")
                          ->capture_default_str();
  command->add_flag(
      "--allow-outside", flags->allow_outside,
      "For a server with this flag: recommenders may read files that are not below the world's directory");
  command->callback([flags, world] {
    flags->opens_files = world->count() > 0;
    validate(*flags);
  });
}

}  // namespace crossfade::cli
