// One recommendation in this process, without HTTP, log or session: how long each type takes, median and 99th
// percentile of the processor time, at sessions as listeners have them. Targets: lists, fusion and re-ranking 20 us at
// the 99th percentile, exact embeddings of 50 000 tracks x 64 values 2 ms. Arguments: with what the names of those
// begin that are measured.
#include <fmt/core.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/files/npy.h"
#include "recommenders/files.h"
#include "recommenders/registry.h"

namespace {

using namespace crossfade;
using recommenders::TrackRows;
using recommenders::UserLists;

constexpr std::uint32_t kTracks = 50'000;
constexpr std::uint32_t kArtists = 4'000;
constexpr std::size_t kVector = 64;
constexpr std::size_t kListLength = 50;
constexpr std::size_t kUsers = 10'000;
constexpr int kRequests = 20'000;
constexpr int kSlowRequests = 2'000;  // of those that look at every track

recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks(kTracks);
  for (std::uint32_t i = 0; i < kTracks; ++i) {
    tracks[i].id = TrackId{i};
    tracks[i].artist = i % kArtists;
    tracks[i].popularity = 1.0 / (i + 1);
    tracks[i].genres = {fmt::format("genre {}", i % 20), fmt::format("genre {}", i % 7)};
  }
  return {std::move(tracks), std::vector<std::string>(kArtists)};
}

std::vector<TrackId> some_tracks(std::size_t length, Random& random) {
  std::vector<TrackId> tracks;
  while (tracks.size() < length) {
    const TrackId track{static_cast<std::uint32_t>(random.below(kTracks))};
    if (std::ranges::find(tracks, track) == tracks.end()) tracks.push_back(track);
  }
  return tracks;
}

void write_files(const std::filesystem::path& directory) {
  Random random{20261201};
  TrackRows rows;
  for (std::uint32_t i = 0; i < kTracks; ++i) rows.add(some_tracks(kListLength, random));
  recommenders::write_track_lists(directory / "similar.jsonl", rows);
  UserLists lists;
  for (std::size_t i = 0; i < kUsers; ++i) lists.add({std::to_string(i)}, some_tracks(100, random));
  recommenders::write_user_lists(directory / "lists.jsonl", lists);
  files::Matrix vectors(kTracks, kVector);
  for (float& value : vectors.values) value = static_cast<float>(random.uniform() - 0.5);
  files::write_npy(directory / "tracks.npy", vectors);
}

std::vector<RecommenderSpec> specs() {
  const auto spec = [](std::string name, std::string type, Values options, std::vector<RecommenderPart> parts = {}) {
    RecommenderSpec made{
        .name = std::move(name), .type = std::move(type), .fallback = "", .options = std::move(options)};
    if (!parts.empty()) made.parts = {{"of", std::move(parts)}};
    return made;
  };
  const std::pair<const std::string, Value> similar{"file", std::string("similar.jsonl")};
  const std::pair<const std::string, Value> lists{"file", std::string("lists.jsonl")};
  const std::pair<const std::string, Value> vectors{"vectors", std::string("tracks.npy")};
  const auto text = [](const char* name, const char* value) {
    return std::pair<const std::string, Value>{name, std::string(value)};
  };
  return {spec("random", "random", {}), spec("top_pop", "top_pop", {}), spec("sticky_artist", "sticky_artist", {}),
          spec("user_lists", "user_lists", {lists, text("order", "in_order")}),
          spec("sequential", "sequential", {lists}), spec("item_to_item", "item_to_item", {similar}),
          spec("history_item_to_item", "history_item_to_item", {similar}),
          spec("best_heard", "history_item_to_item", {similar, text("anchor", "best_heard")}),
          spec("rank_fusion", "rank_fusion", {similar}),
          spec("mixture", "mixture", {}, {{"item_to_item", 0.7}, {"top_pop", 0.3}}),
          spec("cascade", "cascade", {}, {{"item_to_item"}, {"user_lists"}}),
          spec("epsilon_greedy", "epsilon_greedy", {}, {{"rank_fusion"}}),
          spec("rerank artist cap", "rerank", {{"artist_cap", std::int64_t{2}}}, {{"user_lists"}}),
          spec("rerank mmr genres", "rerank", {text("diversify", "mmr")}, {{"user_lists"}}),
          spec("rerank mmr vectors", "rerank", {text("diversify", "mmr"), vectors}, {{"user_lists"}}),
          spec("rerank dpp genres", "rerank", {text("diversify", "dpp")}, {{"user_lists"}}),
          spec("rerank dpp vectors", "rerank", {text("diversify", "dpp"), vectors}, {{"user_lists"}}),
          // By similarity alone, so that each candidate is compared with each track of the window.
          spec("rerank mmr vectors, lambda 0", "rerank", {text("diversify", "mmr"), {"lambda", 0.0}, vectors},
               {{"user_lists"}}),
          spec("rerank dpp vectors, lambda 0", "rerank", {text("diversify", "dpp"), {"lambda", 0.0}, vectors},
               {{"user_lists"}}),
          spec("rerank mmr vectors, fusion", "rerank", {text("diversify", "mmr"), vectors}, {{"rank_fusion"}}),
          spec("rerank dpp vectors, fusion", "rerank", {text("diversify", "dpp"), vectors}, {{"rank_fusion"}}),
          spec("embeddings exact", "embeddings", {text("file", "tracks.npy")}),
          spec("embeddings session", "embeddings", {text("file", "tracks.npy"), text("vectors", "session_mean")})};
}

// Of this thread's own processor time, so that what else the machine does is not counted; asking takes some 0.3 us.
double thread_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

// Microseconds a request, sorted.
std::vector<double> measure(const recommenders::RecommenderSet& set, const std::string& name, int requests) {
  Random random{7};
  std::vector<double> waits;
  std::uint64_t sum = 0;
  for (int i = 0; i < requests; ++i) {
    const UnitId unit{std::to_string(random.below(kUsers))};
    std::vector<Listen> heard;
    for (const TrackId track : some_tracks(1 + random.below(16), random)) {
      heard.push_back({.track = track, .fraction = static_cast<double>(random.below(101)) / 100});
    }
    std::vector<Listen> history(heard.rbegin(), heard.rend());
    while (history.size() < 10) history.push_back({.track = some_tracks(1, random)[0], .fraction = random.uniform()});
    const recommenders::Request request{.unit = unit,
                                        .previous = heard.back().track,
                                        .fraction = heard.back().fraction,
                                        .heard = heard,
                                        .history = history};
    const double begin = thread_us();
    const Recommended answer = set.answer(name, request, random);
    waits.push_back(thread_us() - begin);
    sum += answer.track.value;
  }
  if (sum == 0) fmt::print("");  // so that no answer is optimised away
  std::ranges::sort(waits);
  return waits;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  const auto is_wanted = [&](const std::string& name) {
    return wanted.empty() || std::ranges::any_of(wanted, [&](const auto& one) { return name.starts_with(one); });
  };
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("crossfade-bench-{}", getpid());
  std::filesystem::create_directory(directory);
  write_files(directory);
  const recommenders::Catalogue tracks = catalogue();
  const recommenders::RecommenderSet set(specs(), tracks, directory);
  fmt::print("one recommendation, {} tracks, lists of {}, vectors of {}, sessions of 1 to 16 tracks\n", kTracks,
             kListLength, kVector);
  fmt::print("{:<30} {:>12} {:>12}\n", "recommender", "median us", "p99 us");
  for (const RecommenderSpec& spec : specs()) {
    if (!is_wanted(spec.name)) continue;
    const bool slow = spec.type == "embeddings";
    const std::vector<double> waits = measure(set, spec.name, slow ? kSlowRequests : kRequests);
    fmt::print("{:<30} {:>12.2f} {:>12.2f}\n", spec.name, waits[waits.size() / 2], waits[waits.size() * 99 / 100]);
  }
  std::filesystem::remove_all(directory);
}
