#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/core/text.h"
#include "platform/core/time.h"
#include "platform/import/botify_log.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

struct ImportFlags {
  std::vector<std::string> files;
  std::string store = "crossfade.db";
};

void import_botify(const ImportFlags& flags) {
  const std::vector<std::filesystem::path> files(flags.files.begin(), flags.files.end());
  storage::SqliteStore store(flags.store, {.access = storage::SqliteStore::Access::write});
  const imports::BotifyImport done = imports::import_botify_log(files, store, SystemClock().now());
  fmt::print("{}: {} of {} in {}\n", flags.store, analysis::counted(done.events, "event", "events"),
             analysis::counted(done.units, "unit", "units"), analysis::counted(files.size(), "file", "files"));
  fmt::print("sessions: {} ended, {} without a last left out ({})\n", done.sessions, done.dropped_sessions,
             analysis::counted(done.dropped_events, "event", "events"));
  const std::string experiments = printable(fmt::format("{}", fmt::join(done.experiments, ", ")));
  fmt::print("experiments: {}\n", done.experiments.empty() ? "none" : experiments);
}

}  // namespace

void add_import(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("import", "Append the logs of other systems to a store");
  command->require_subcommand(1);
  CLI::App* const botify = command->add_subcommand(
      "botify-log",
      "Event logs of the course's service: JSON lines with message, timestamp, user, track, time, latency, "
      "recommendation and experiments. All or nothing; the same content is imported once");
  const auto flags = std::make_shared<ImportFlags>();  // lives as long as the callback
  botify->add_option("FILE", flags->files, "The parts of one log, plain or gzip, in order of time")->required();
  botify->add_option("--store", flags->store, "The SQLite file to append to; made when it does not exist")
      ->capture_default_str();
  botify->callback([flags] { import_botify(*flags); });
}

}  // namespace crossfade::cli
