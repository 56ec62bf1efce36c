#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/files/new_file.h"
#include "platform/import/botify_writer.h"
#include "platform/storage/sqlite/event_log_reader.h"

namespace crossfade::cli {

namespace {

struct ExportFlags {
  std::string store = "crossfade.db";
  std::string out = "-";
  bool lenient = false;
};

// A file, or standard output for "-".
class ExportedLines {
 public:
  explicit ExportedLines(const std::string& out) {
    if (out != "-") file_.emplace(out);
  }

  // Whole blocks, so that a row costs no call of the system.
  void flush_if_full() {
    constexpr std::size_t block = std::size_t{1} << 20;
    if (text.size() >= block) flush();
  }
  void commit() {
    flush();
    if (file_) file_->commit();
    errno = 0;
    if (!file_ && std::fflush(stdout) != 0) fail();
  }

  std::string text;

 private:
  void flush() {
    errno = 0;
    if (file_) {
      file_->write(text);
    } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
      fail();
    }
    text.clear();
  }
  [[noreturn]] static void fail() {
    throw Error::internal(std::string("standard output: cannot be written: ") + std::strerror(errno));
  }

  std::optional<files::NewFile> file_;
};

// What the log lacks, each in a line of stderr.
void tell_missing(const storage::EventLogTotals& totals) {
  const auto tell = [](std::int64_t count, const char* one, const char* many, const char* what) {
    if (count > 0) fmt::print(stderr, "{} {}\n", analysis::counted(count, one, many), what);
  };
  tell(totals.timeouts, "session", "sessions", "ended by a timeout: the last event is a \"last\"");
  tell(totals.open_sessions, "session", "sessions", "not ended: without a \"last\"");
  tell(totals.abandoned_sessions, "session", "sessions", "left out: never ended, and others of the unit came after");
  tell(totals.excluded_sessions, "session", "sessions", "left out: excluded (crossfade store exclude --list)");
  tell(totals.other_units, "playback", "playbacks", "left out: of units that are no integers");
  tell(totals.older_versions, "exposure", "exposures", "not named: to a version that a later one followed");
  tell(totals.silent_exposures, "exposure", "exposures", "not named: no session counts for it");
}

void export_botify(const ExportFlags& flags) {
  std::error_code unknown;
  if (std::filesystem::equivalent(flags.out, flags.store, unknown)) {
    throw Error::user(flags.out + ": is the store itself, want another file");
  }
  using Units = storage::EventLog::Units;
  storage::EventLog log(flags.store, flags.lenient ? Units::integers_or_left_out : Units::integers);
  ExportedLines lines(flags.out);
  std::vector<std::string> experiments;  // as texts, by set
  const storage::EventLogTotals totals = log.for_each([&](const storage::LoggedEvent& event) {
    while (experiments.size() < log.experiments().size()) {
      std::vector<imports::BotifyVariant> variants;
      for (const storage::LoggedVariant& one : log.experiments()[experiments.size()]) {
        variants.push_back({one.experiment, one.variant});
      }
      experiments.push_back(imports::botify_experiments(variants));
    }
    imports::append_botify_line(lines.text, event.playback, event.is_last, experiments[event.experiments]);
    lines.flush_if_full();
  });
  if (totals.events == 0) throw Error::user(flags.store + ": no playback to export, want some");
  lines.commit();
  fmt::print(stderr, "{}: {} in {}\n", flags.out == "-" ? "standard output" : flags.out,
             analysis::counted(totals.events, "event", "events"),
             analysis::counted(totals.sessions, "session", "sessions"));
  tell_missing(totals);
}

}  // namespace

void add_export(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("export", "What a store has, in forms that others read");
  command->require_subcommand(1);
  CLI::App* const botify = command->add_subcommand(
      "botify-log",
      "Every playback as a line of the course's log: JSON with message, timestamp, user, track, time, latency, "
      "recommendation and experiments, as import botify-log reads it. Without what is excluded");
  const auto flags = std::make_shared<ExportFlags>();  // lives as long as the callback
  botify->add_option("--store", flags->store, "The SQLite file to read")->capture_default_str();
  botify->add_option("--out", flags->out, "The file to write; -: standard output")->capture_default_str();
  botify->add_flag("--lenient", flags->lenient, "Leave out units that are no integers, and say how many they are");
  botify->callback([flags] { export_botify(*flags); });
}

}  // namespace crossfade::cli
