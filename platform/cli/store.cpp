#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/storage/contract/exclusion.h"
#include "platform/storage/sqlite/sqlite_store.h"
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

struct ExcludeFlags {
  std::string store = "crossfade.db";
  std::optional<std::int64_t> event;
  std::optional<std::int64_t> session;
  std::optional<std::string> unit;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::optional<std::int64_t> undo;
  bool list = false;
  std::string why;
};

std::int64_t time_of(const std::string& text) {
  const auto time = parse_timestamp(text);
  if (!time) throw Error::user(fmt::format("\"{}\" is no time, want one like 2026-01-05 or 2026-01-05T10:00Z", text));
  return time->ms;
}

// What the flags name; CLI11 sees to it that there is one.
storage::Exclusion exclusion_of(const ExcludeFlags& flags) {
  using storage::ExclusionKind;
  storage::Exclusion one;
  if (flags.event) {
    one.kind = ExclusionKind::event;
    one.number = *flags.event;
  } else if (flags.session) {
    one.kind = ExclusionKind::session;
    one.number = *flags.session;
  } else if (flags.unit) {
    one.kind = ExclusionKind::unit;
    one.unit = {*flags.unit};
  } else if (flags.before) {
    one.kind = ExclusionKind::before;
    one.number = time_of(*flags.before);
  } else {
    one.kind = ExclusionKind::after;
    one.number = time_of(*flags.after);
  }
  one.why = flags.why;
  return one;
}

std::string words_of(const storage::Exclusion& one) {
  using storage::ExclusionKind;
  switch (one.kind) {
    case ExclusionKind::event:
      return fmt::format("event {}", one.number);
    case ExclusionKind::session:
      return fmt::format("session {}", one.number);
    case ExclusionKind::unit:
      return fmt::format("unit {}", one.unit.value);
    case ExclusionKind::before:
      return fmt::format("before {}", to_string(Timestamp{one.number}));
    case ExclusionKind::after:
      return fmt::format("after {}", to_string(Timestamp{one.number}));
  }
  return "";
}

// A line each: number, what, when, why.
void list_exclusions(const storage::SqliteStore& store) {
  for (const storage::Exclusion& one : store.exclusions()) {
    fmt::print("{}\t{}\t{}{}\t{}\n", one.id, words_of(one), to_string(one.at),
               one.undone ? ", undone " + to_string(*one.undone) : "", one.why);
  }
}

void exclude(const ExcludeFlags& flags) {
  storage::SqliteStore store(flags.store, {});
  if (flags.list) return list_exclusions(store);
  const Timestamp now = SystemClock().now();
  if (flags.undo) {
    store.undo_exclusion(*flags.undo, now);
    fmt::print("exclusion {} is undone\n", *flags.undo);
    return;
  }
  storage::Exclusion one = exclusion_of(flags);
  one.at = now;
  fmt::print("exclusion {}: {}\n", store.exclude(one), words_of(one));
}

void add_exclude(CLI::App& store) {
  CLI::App* const command = store.add_subcommand(
      "exclude", "Leave rows out of every analysis from now on; they stay in the store, and --undo counts them again");
  const auto flags = std::make_shared<ExcludeFlags>();  // lives as long as the callback
  CLI::Option_group* const what = command->add_option_group("what");
  what->add_option("--event", flags->event, "A custom event, by its id in the table events");
  what->add_option("--session", flags->session, "A session with its playbacks, by its id");
  what->add_option("--unit", flags->unit, "All that there is of a unit");
  what->add_option("--before", flags->before,
                   "What happened before a time: exposures first seen, sessions begun, playbacks, custom events");
  what->add_option("--after", flags->after, "The same, at the time or after it");
  what->add_option("--undo", flags->undo, "Undo the exclusion of this number");
  what->add_flag("--list", flags->list, "Print all exclusions, a line each: number, what, when, why");
  what->require_option(1);
  command->add_option("--why", flags->why, "The reason, for whoever asks later");
  command->add_option("--store", flags->store, "The SQLite file")->capture_default_str();
  command->callback([flags] { exclude(*flags); });
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
  add_exclude(*command);
}

}  // namespace crossfade::cli
