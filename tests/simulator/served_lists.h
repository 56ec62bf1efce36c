#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "recommenders/files.h"
#include "recommenders/item_knn.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/world.h"
#include "tests/platform/storage/null_store.h"

// Lists that are learned from sessions of random tracks, as `crossfade train` learns them, and what listeners do who
// are served from them.
namespace crossfade::simulator::testing {

inline constexpr std::size_t kThreads = 2;

// Of a listener, or of a session: tracks of which more than 0.7 was heard.
using LikesOfUnit = std::map<UnitId, std::vector<recommenders::Likes>>;

// Has what is liked taken down, session by session.
class LikesClient final : public Client {
 public:
  LikesClient(std::size_t tracks, LikesOfUnit& likes) : dummy_(tracks, 7), likes_(likes) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    take(unit, track, fraction);
    return dummy_.next(unit, track, fraction, at);
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) override {
    take(unit, track, fraction);
    likes_[unit].emplace_back();
  }

 private:
  void take(const UnitId& unit, TrackId track, double fraction) {
    auto& sessions = likes_[unit];
    if (sessions.empty()) sessions.emplace_back();
    if (fraction > 0.7) sessions.back().push_back(track);
  }

  DummyClient dummy_;
  LikesOfUnit& likes_;
};

class ServiceClient final : public Client {
 public:
  explicit ServiceClient(service::Service& service) : service_(service) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    return service_.next({unit, track, fraction, at});
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    service_.last({unit, track, fraction, at});
  }

 private:
  service::Service& service_;
};

// What so many sessions of random tracks say.
inline LikesOfUnit random_likes(const World& world, std::int64_t sessions) {
  std::vector<LikesOfUnit> of_thread(kThreads);
  simulate(world, {.sessions = sessions, .seed = 1, .threads = kThreads}, [&](std::size_t thread) {
    return std::make_unique<LikesClient>(world.catalogue.size(), of_thread[thread]);
  });
  LikesOfUnit all;
  for (LikesOfUnit& likes : of_thread) all.merge(likes);  // every listener belongs to one thread
  return all;
}

inline recommenders::Likes all_of(const std::vector<recommenders::Likes>& sessions) {
  recommenders::Likes all;
  for (const recommenders::Likes& one : sessions) all.insert(all.end(), one.begin(), one.end());
  return all;
}

inline std::vector<recommenders::Likes> by_user(const LikesOfUnit& likes) {
  std::vector<recommenders::Likes> groups;
  for (const auto& [unit, sessions] : likes) groups.push_back(all_of(sessions));
  return groups;
}

inline std::vector<recommenders::Likes> by_session(const LikesOfUnit& likes) {
  std::vector<recommenders::Likes> groups;
  for (const auto& [unit, sessions] : likes) groups.insert(groups.end(), sessions.begin(), sessions.end());
  return groups;
}

// Mean session time of everybody when `specs` serve, by the one called "it"; files are below `data`.
inline double served(const World& world, const std::filesystem::path& data, std::vector<RecommenderSpec> specs,
                     std::int64_t sessions) {
  Configuration configuration;
  configuration.recommenders = std::move(specs);
  configuration.parameters = {{"recommender", std::string("it")}};
  storage::NullStore store;
  storage::EventWriter writer(store, {});
  service::Service service(
      world.catalogue, store, writer,
      {.seed = 1, .wait_for_commit = false, .measure_latency = false, .forgets_history = false, .data = data});
  service.activate(configuration);
  return simulate(world, {.sessions = sessions, .seed = 2, .threads = kThreads},
                  [&](std::size_t) { return std::make_unique<ServiceClient>(service); })
      .mean_time;
}

inline RecommenderSpec it(const std::string& type, Values options) {
  return {.name = "it", .type = type, .fallback = "", .options = std::move(options)};
}

}  // namespace crossfade::simulator::testing
