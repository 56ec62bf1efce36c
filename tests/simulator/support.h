#pragma once

#include <catch2/catch.hpp>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <vector>

#include "simulator/world/generate.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

namespace crossfade::simulator::testing {

// A world like course-2026, small enough for any build.
inline World small_world(std::uint64_t seed = 1) {
  Preset preset = find_preset("course-2026");
  preset.tracks = 600;
  preset.artists = 50;
  preset.dimensions = 12;
  preset.listeners = 80;
  return generate_world(preset, seed);
}

// The numbers of a line, one character apart from each other.
inline std::vector<double> numbers_in(std::string_view line) {
  std::vector<double> numbers;
  const char* at = line.data();
  const char* const end = at + line.size();
  while (at < end) {
    double value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    REQUIRE(error == std::errc());
    numbers.push_back(value);
    at = next + 1;
  }
  return numbers;
}

}  // namespace crossfade::simulator::testing
