#include "tests/support/source_directory.h"

namespace crossfade {

std::filesystem::path source_directory() {
  return CROSSFADE_SOURCE_DIR;
}

}  // namespace crossfade
