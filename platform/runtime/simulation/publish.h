#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace crossfade::runtime {

struct PublishOptions {
  // Of listeners to whom random tracks are recommended. Default: 50 000.
  std::int64_t sessions = 50'000;
  // Over which they are spread. Default: 7.
  int days = 7;
  // Of the sessions. Nobody who gets the folder may know it: with it and the catalogue the interests behind each
  // session are easier to find.
  std::uint64_t seed = 0;
};

// What a publication holds.
struct Publication {
  struct LeftOut {
    std::string file;
    std::string why;
  };
  std::size_t tracks = 0;
  std::vector<std::string> lists;  // names of files, sorted
  std::vector<LeftOut> left_out;   // other files of the world's directory, sorted
  std::int64_t sessions = 0;
  std::int64_t events = 0;
  bool seed_can_be_guessed = false;  // of the world: so small that whoever has this program can try all of them
};

// Its log of random sessions, in the form of the course's service.
inline constexpr const char* kPublishedLog = "random_sessions.jsonl";

// Makes the directory `out` of what a recommender may know of the world in `directory`: tracks.json, of a synthetic
// world with rounded popularity (recommenders/published.h), else byte for byte; the lists that lie beside it, with
// manifests; a log of sessions with random tracks, for training. Lists that are made for the one catalogue are lists
// for the other. No seed, no embeddings, no listeners, and no other file. Throws Error where there is no whole world,
// or where `out` is no new or empty directory.
Publication publish_world(const std::filesystem::path& directory, const std::filesystem::path& out,
                          const PublishOptions& options);

}  // namespace crossfade::runtime
