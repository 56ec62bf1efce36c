#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "platform/core/run.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "simulator/world/world.h"

// Who may write what into a store: its rows have the time, and the listeners, of one world.
namespace crossfade::runtime {

// "0.1.0 (1a2b3c4)": this program, as runs have it.
std::string program_text();

WorldStamp stamp_of(const simulator::World& world);

// Whose time the rows of the store have; none while it has no rows, and where nobody can tell. Scans the store where
// that was written before runs were recorded.
std::optional<RunClock> clock_of(const storage::SqliteStore& store);

// Throws Error (user), with the remedy, where `world`'s listeners must not be simulated into the store (`file` in
// messages): real ones stand in it, or those of another world.
void require_may_simulate(const storage::SqliteStore& store, const std::string& file, const simulator::World& world);
// The same for real listeners, where simulated ones stand in it: the reason; none where they may be logged.
std::optional<std::string> why_no_real_listeners(const storage::SqliteStore& store, const std::string& file);

}  // namespace crossfade::runtime
