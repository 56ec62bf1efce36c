#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

// Who may include whom, read off the source text.
namespace crossfade::architecture {

// A directory of the tree that is one library, and what its files may include besides their own and the standard
// library.
struct Room {
  std::string path;                // "platform/stats"
  std::vector<std::string> rooms;  // whole rooms, or single headers of them
};

// A library from outside that belongs to one room.
struct Owned {
  std::string prefix;  // of the header's name: "SQLiteCpp/", "sqlite3.h"
  std::string room;
};

struct Rules {
  std::vector<Room> rooms;
  std::vector<Owned> owned;
  std::size_t longest = 0;            // lines that a file may have
  std::vector<std::string> too_long;  // files that may be longer, each for a reason of its own
};

// The rules of this tree.
Rules crossfade_rules();

// What breaks them in the tree below `root`, each as "file:line: what is; the rule", sorted: includes that the table
// does not allow, headers of an owned library outside its room, includes of our headers that do not exist, files that
// include one another in a circle, rooms in the table that form a circle, files that are too long, exceptions for
// files that are gone or short enough.
std::vector<std::string> broken_rules(const std::filesystem::path& root, const Rules& rules);

}  // namespace crossfade::architecture
