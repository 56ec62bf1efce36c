#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace crossfade {

// The randomisation unit: whoever is assigned to a variant, here a listener. Any text; the course's HTTP interface
// allows decimal numbers only. Two units are the same when their texts are: "7" and "07" are two units.
struct UnitId {
  std::string value;

  auto operator<=>(const UnitId&) const = default;
};

// A track of the catalogue: ids run from 0 to its size - 1 without gaps.
struct TrackId {
  std::uint32_t value = 0;

  auto operator<=>(const TrackId&) const = default;
};

// Unique in one store; the number says nothing else.
struct SessionId {
  std::int64_t value = 0;

  auto operator<=>(const SessionId&) const = default;
};

}  // namespace crossfade

template <>
struct std::hash<crossfade::UnitId> {
  std::size_t operator()(const crossfade::UnitId& unit) const noexcept { return std::hash<std::string>{}(unit.value); }
};

template <>
struct std::hash<crossfade::TrackId> {
  std::size_t operator()(crossfade::TrackId track) const noexcept { return track.value; }
};
