#pragma once

#include <span>
#include <string_view>

namespace crossfade {

struct LibraryVersion {
  std::string_view name;
  std::string_view version;  // of what the build found; a shared library may be newer where the program runs
};

// Which program this is. Rooms that ask link crossfade_version.
struct Version {
  std::string_view program;  // "0.1.0"
  std::string_view commit;   // as `git describe --always --dirty` tells it; "unknown" outside a git checkout
  std::span<const LibraryVersion> libraries;
  std::string_view licence;  // an SPDX identifier
};

const Version& version();

}  // namespace crossfade
