#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "platform/cli/command.h"
#include "platform/storage/sqlite/store_check.h"

namespace crossfade::cli {

namespace {

constexpr int kUnsound = 2;  // the user's file

void check(const std::string& store) {
  bool sound = true;
  for (const storage::StoreCheck& one : storage::check_store(store, storage::CheckDepth::full)) {
    if (one.faults.empty()) fmt::print("{}: sound\n", one.name);
    for (const std::string& fault : one.faults) fmt::print("{}: {}\n", one.name, fault);
    sound = sound && one.faults.empty();
  }
  if (sound) return;
  fmt::print(stderr, "{}: damaged, want a copy of it from before\n", store);
  throw CLI::RuntimeError(kUnsound);
}

}  // namespace

void add_store(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("store", "Look after the file that everything is logged to");
  command->require_subcommand(1);
  CLI::App* const checking = command->add_subcommand(
      "check", "Read all of a store and say what is damaged, a line for each check; exit code 2 when anything is");
  const auto file = std::make_shared<std::string>("crossfade.db");  // lives as long as the callback
  checking->add_option("--store", *file, "The SQLite file")->capture_default_str();
  checking->callback([file] { check(*file); });
}

}  // namespace crossfade::cli
