#pragma once

#include "platform/core/random.h"
#include "simulator/clients/client.h"

namespace crossfade::simulator {

// Recommends uniformly random tracks and logs nothing: to try a world, and to measure the listeners alone.
class DummyClient final : public Client {
 public:
  DummyClient(std::size_t tracks, std::uint64_t seed) : tracks_(tracks), seed_(seed) {}

  // A function of the seed and the request alone, so it does not matter which thread asks.
  TrackId next(const UnitId& unit, TrackId track, double /*fraction*/, Timestamp at) override {
    Random random{seed_, key_of(unit.value), track.value, static_cast<std::uint64_t>(at.ms)};
    return {static_cast<std::uint32_t>(random.below(tracks_))};
  }
  void last(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {}

 private:
  std::size_t tracks_;
  std::uint64_t seed_;
};

}  // namespace crossfade::simulator
