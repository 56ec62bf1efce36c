#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

// Who may include whom, read off the source text.
namespace crossfade::architecture {

// A directory of the tree, and what its files may include besides their own and the standard library. A folder within
// a room has an entry of its own: the innermost entry is the one that holds, and the room around a folder may look into
// it.
struct Room {
  std::string path;  // "platform/stats/means"
  // Rooms with all that is below them; "platform/analysis/": with what stands in that folder itself; or single headers.
  std::vector<std::string> rooms;
};

// What comes from outside and belongs to few rooms.
struct Owned {
  std::string prefix;              // of a header's name: "SQLiteCpp/", "sqlite3.h"; or of a name: "std::mutex"
  std::vector<std::string> rooms;  // with all that is below them, or single files
};

struct Rules {
  std::vector<Room> rooms;
  std::vector<Owned> owned;           // headers
  std::vector<Owned> owned_names;     // in what is no comment, for headers come in by others, too
  std::size_t longest = 0;            // lines that a file may have
  std::vector<std::string> too_long;  // files that may be longer, each for a reason of its own
  std::size_t most_files = 0;         // headers and sources that a folder of a room may hold
};

// The rules of this tree.
Rules crossfade_rules();

// What breaks them in the tree below `root`, each as "file:line: what is; the rule", sorted: includes that the table
// does not allow, owned headers and names outside their rooms, includes of our headers that do not exist, files that
// include one another in a circle, rooms in the table that form a circle, files that are too long, exceptions for
// files that are gone or short enough, folders of too many files.
std::vector<std::string> broken_rules(const std::filesystem::path& root, const Rules& rules);

}  // namespace crossfade::architecture
