#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/error.h"
#include "simulator/world/world.h"

namespace crossfade::simulator {

struct CourseImport {
  World world;
  std::filesystem::path tracks;  // for World::write: with all that it says of a track
  // What was read of each file, in words ("users.json.gz: 10000 listeners").
  std::vector<std::string> read;
  std::map<std::string, std::size_t> ignored;  // members of users that mean nothing here, and in how many lines
  std::size_t left_out = 0;                    // listeners, of a lenient import
  std::vector<Fault> faults;                   // why
};

// A world from the course's own files in `source`: users.json, tracks.json (each plain or .gz), and embeddings.npy or
// tracks.npy, as every year has them. Lists that lie beside them are not touched. Throws Error with what is wrong with
// them. `lenient`: listeners that cannot be used are left out; a track cannot be, since ids run without gaps. `begin`
// is told what comes next.
CourseImport import_course(const std::filesystem::path& source, bool lenient = false,
                           const std::function<void(std::string_view)>& begin = {});

}  // namespace crossfade::simulator
