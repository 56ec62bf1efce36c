#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace crossfade::storage {

// What was looked at, and what is wrong with it.
struct StoreCheck {
  std::string name;
  std::vector<std::string> faults;  // none: it is sound
};

enum class CheckDepth {
  quick,  // SQLite's quick_check and what one pass over each table says
  full,   // integrity_check, and what needs a look from one table into another
};

// Is the store in `file` what we and SQLite left there? Rows that only an import or a person would write break nothing:
// a session without playbacks, an exposure without a recorded configuration. Reads all of the file, of one state.
// Throws Error as SqliteStore does for a file that is none; damage that SQLite meets on its way is a fault of the
// check.
std::vector<StoreCheck> check_store(const std::filesystem::path& file, CheckDepth depth);

// For who is about to write to the store: throws Error (user) with the first fault of a quick check. A file that is not
// there, or empty, will be a new store, and has none.
void require_sound_store(const std::filesystem::path& file);

}  // namespace crossfade::storage
