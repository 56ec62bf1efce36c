// Arrays in NumPy's format.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/core/error.h"
#include "platform/files/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    crossfade::files::parse_npy({reinterpret_cast<const char*>(data), size}, "input");
  } catch (const crossfade::Error&) {
    return 0;
  }
  return 0;
}
