// Configurations: what is no configuration is a fault, whatever it is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/platform/config/support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto types = crossfade::config::testing::types();
  try {
    crossfade::config::load({reinterpret_cast<const char*>(data), size}, "e.yaml", types);
  } catch (const crossfade::Error&) {
    return 0;
  }
  return 0;
}
