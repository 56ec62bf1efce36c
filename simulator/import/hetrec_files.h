#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace crossfade::simulator {

// The HetRec 2011 Last.fm files as they are, ids of the files kept.
struct HetrecFiles {
  struct Listening {
    std::uint32_t user = 0;
    std::uint32_t artist = 0;
    double plays = 0;
  };
  struct Tagging {
    std::uint32_t artist = 0;
    std::uint32_t tag = 0;
  };
  std::map<std::uint32_t, std::string> artists;  // names, UTF-8
  std::map<std::uint32_t, std::string> tags;     // UTF-8
  std::vector<Listening> listenings;             // in the order of the file
  std::vector<Tagging> taggings;                 // one a user who gave the tag

  // Throws Error with every line that is not as readme.txt says.
  static HetrecFiles read(const std::filesystem::path& directory);
};

// `text`, where it is UTF-8; otherwise `text` as ISO-8859-1 in UTF-8.
std::string as_utf8(std::string_view text);

}  // namespace crossfade::simulator
