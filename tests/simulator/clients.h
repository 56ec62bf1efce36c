#pragma once

#include <span>
#include <vector>

#include "platform/core/random.h"
#include "simulator/clients/client.h"
#include "simulator/world/nearest.h"
#include "simulator/world/world.h"

// Small recommenders without a service, each a function of the request alone.
namespace crossfade::simulator::testing {

class PickingClient : public Client {
 public:
  TrackId next(const UnitId& unit, TrackId track, double /*fraction*/, Timestamp at) override {
    Random random{key_of(unit.value), track.value, static_cast<std::uint64_t>(at.ms)};
    const std::span<const TrackId> candidates = candidates_after(track);
    return candidates[random.below(candidates.size())];
  }
  void last(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {}

 private:
  virtual std::span<const TrackId> candidates_after(TrackId track) const = 0;
};

class StickyClient final : public PickingClient {
 public:
  explicit StickyClient(const World& world) : world_(world) {}

 private:
  std::span<const TrackId> candidates_after(TrackId track) const override {
    return world_.catalogue.tracks_of_artist(world_.catalogue.track(track).artist);
  }
  const World& world_;
};

class TopClient final : public PickingClient {
 public:
  explicit TopClient(const World& world) : top_(world.catalogue.by_popularity()) { top_.resize(100); }

 private:
  std::span<const TrackId> candidates_after(TrackId /*track*/) const override { return top_; }
  std::vector<TrackId> top_;
};

// Reads the private truth: one of the ten nearest to the last track.
class NearClient final : public PickingClient {
 public:
  explicit NearClient(const NearestTracks& neighbours) : neighbours_(neighbours) {}

 private:
  std::span<const TrackId> candidates_after(TrackId track) const override { return neighbours_.of(track); }
  const NearestTracks& neighbours_;
};

}  // namespace crossfade::simulator::testing
