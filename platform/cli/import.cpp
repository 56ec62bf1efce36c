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
#include "platform/core/error.h"
#include "platform/core/text.h"
#include "platform/core/time.h"
#include "platform/import/botify_log.h"
#include "platform/runtime/runs.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

struct ImportFlags {
  std::vector<std::string> files;
  std::string store = "crossfade.db";
  bool lenient = false;
};

// What was odd, or left out.
void tell_oddities(const imports::BotifyImport& done) {
  for (const Fault& fault : done.unusable) fmt::print(stderr, "left out: {}\n", to_string(fault));
  if (done.left_out > 0) {
    fmt::print("{} that cannot be used left out\n", analysis::counted(done.left_out, "line", "lines"));
  }
  if (done.negative_latencies > 0) {
    fmt::print("{} below 0 taken as 0, the first at {}:{}\n",
               analysis::counted(done.negative_latencies, "latency", "latencies"), printable(done.first_negative->file),
               done.first_negative->line);
  }
}

void import_botify(const ImportFlags& flags, const std::string& line) {
  const std::vector<std::filesystem::path> files(flags.files.begin(), flags.files.end());
  storage::SqliteStore store(flags.store, {.access = storage::SqliteStore::Access::write});
  if (const auto why = runtime::why_no_real_listeners(store, flags.store)) throw Error::user(*why);
  const Timestamp now = SystemClock().now();
  const imports::BotifyImport done = imports::import_botify_log(files, store, now, flags.lenient);
  store.record_run({.command = line, .program = runtime::program_text(), .since = now});
  fmt::print("{}: {} of {} in {}\n", flags.store, analysis::counted(done.events, "event", "events"),
             analysis::counted(done.units, "unit", "units"), analysis::counted(files.size(), "file", "files"));
  fmt::print("sessions: {} ended, {} without a last left out ({})\n", done.sessions, done.dropped_sessions,
             analysis::counted(done.dropped_events, "event", "events"));
  const std::string experiments = printable(fmt::format("{}", fmt::join(done.experiments, ", ")));
  fmt::print("experiments: {}\n", done.experiments.empty() ? "none" : experiments);
  tell_oddities(done);
}

}  // namespace

void add_import(CLI::App& app, const std::string& line) {
  CLI::App* const command = app.add_subcommand("import", "Append the logs of other systems to a store");
  command->require_subcommand(1);
  CLI::App* const botify = command->add_subcommand(
      "botify-log",
      "Event logs of the course's service: JSON lines with message, timestamp, user, track, time, latency, "
      "recommendation and experiments. All or nothing; the same content is imported once");
  const auto flags = std::make_shared<ImportFlags>();  // lives as long as the callback
  botify
      ->add_option("FILE", flags->files,
                   "The parts of one log, plain or gzip: of one server in order of time, or of several")
      ->required();
  botify->add_option("--store", flags->store, "The SQLite file to append to; made when it does not exist")
      ->capture_default_str();
  botify->add_flag("--lenient", flags->lenient, "Leave out lines that cannot be used, and say how many they are");
  botify->callback([flags, line] { import_botify(*flags, line); });
}

}  // namespace crossfade::cli
