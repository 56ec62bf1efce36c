#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/events.h"
#include "platform/runtime/runs.h"
#include "platform/storage/sqlite/playback_reader.h"
#include "recommenders/files.h"
#include "recommenders/item_knn.h"
#include "recommenders/manifest.h"
#include "simulator/world/world.h"

namespace crossfade::cli {

namespace {

struct TrainFlags {
  std::string line = {};  // the whole command
  std::string store = "crossfade.db";
  std::string world = "world";
  std::string out = {};
  std::string by = "user";
  double min_fraction = 0.7;
  recommenders::ItemKnnOptions knn = {};
  std::size_t length = 100;
  bool repeat = false;
};

// The tracks that were played, of which the catalogue must know the ids; what it lacks is counted, and said.
class Log {
 public:
  explicit Log(const TrainFlags& flags) : store_(flags.store), catalogue_(simulator::read_catalogue(flags.world)) {}

  std::size_t tracks() const { return catalogue_.size(); }
  const recommenders::Catalogue& catalogue() const { return catalogue_; }

  // Every playback of a track of the catalogue.
  template <typename Take>
  void for_each(Take take) {
    std::int64_t unknown = 0;
    storage::for_each_playback(store_, [&](const Playback& playback) {
      if (playback.track.value < tracks()) {
        take(playback);
      } else {
        ++unknown;
      }
    });
    if (unknown > 0) {
      fmt::print(stderr, "warning: {} playbacks of tracks that the catalogue of {} tracks lacks are left out\n",
                 unknown, tracks());
    }
  }

  // For want of anything to learn from.
  Error nothing(const std::string& of) const {
    return Error::user(fmt::format("{}: no playback {}, want some to learn from", store_.string(), of));
  }

 private:
  std::filesystem::path store_;
  recommenders::Catalogue catalogue_;
};

// Beside the lists, so that who serves them knows what they are of.
void write_manifest(const TrainFlags& flags, const char* type, const recommenders::Catalogue& catalogue) {
  recommenders::write_manifest(flags.out, {.type = type,
                                           .command = flags.line,
                                           .program = runtime::program_text(),
                                           .file = {},
                                           .catalogue = catalogue.checksum(),
                                           .tracks = static_cast<std::int64_t>(catalogue.size())});
}

// What was liked together, in the order in which the groups first liked something.
struct Groups {
  std::vector<recommenders::Likes> likes;
  std::vector<UnitId> units;  // of each group; of sessions, none
  std::int64_t playbacks = 0;
};

Groups read_groups(Log& log, const TrainFlags& flags, bool by_user) {
  Groups groups;
  std::unordered_map<UnitId, std::size_t> of_unit;
  std::unordered_map<std::int64_t, std::size_t> of_session;
  log.for_each([&](const Playback& playback) {
    if (!(playback.fraction > flags.min_fraction)) return;
    const std::size_t next = groups.likes.size();
    const std::size_t group = by_user ? of_unit.try_emplace(playback.unit, next).first->second
                                      : of_session.try_emplace(playback.session.value, next).first->second;
    if (group == next) {
      groups.likes.emplace_back();
      if (by_user) groups.units.push_back(playback.unit);
    }
    groups.likes[group].push_back(playback.track);
    ++groups.playbacks;
  });
  if (groups.playbacks == 0) {
    throw log.nothing(fmt::format("of more than {} of a track of the catalogue", flags.min_fraction));
  }
  return groups;
}

Error nothing_in_common(const TrainFlags& flags) {
  return Error::user(fmt::format("{}: no {} liked two tracks, want some to learn from", flags.store, flags.by));
}

void train_item_knn(const TrainFlags& flags) {
  Log log(flags);
  const bool by_user = flags.by == "user";
  const Groups groups = read_groups(log, flags, by_user);
  const auto neighbours = recommenders::item_knn(groups.likes, log.tracks(), flags.knn);
  const recommenders::TrackRows rows = neighbours.tracks();
  std::size_t lists = 0;
  for (std::size_t track = 0; track < rows.size(); ++track) lists += rows[track].empty() ? 0 : 1;
  if (lists == 0) throw nothing_in_common(flags);
  recommenders::write_track_lists(flags.out, rows);
  write_manifest(flags, "item_knn", log.catalogue());
  fmt::print("{}: lists for {} of {} tracks, from {} playbacks by {} {}s\n", flags.out, lists, log.tracks(),
             groups.playbacks, groups.likes.size(), flags.by);
}

void train_top_pop(const TrainFlags& flags) {
  Log log(flags);
  std::vector<double> time(log.tracks(), 0);
  std::int64_t playbacks = 0;
  log.for_each([&](const Playback& playback) {
    time[playback.track.value] += playback.fraction;
    ++playbacks;
  });
  std::vector<TrackId> top;
  for (std::uint32_t track = 0; track < time.size(); ++track) {
    if (time[track] > 0) top.push_back({track});
  }
  if (top.empty()) throw log.nothing("of a track of the catalogue");
  std::ranges::stable_sort(top, [&](TrackId a, TrackId b) { return time[a.value] > time[b.value]; });
  recommenders::write_top_tracks(flags.out, top);
  write_manifest(flags, "top_pop", log.catalogue());
  fmt::print("{}: {} of {} tracks by listened time, from {} playbacks\n", flags.out, top.size(), log.tracks(),
             playbacks);
}

void train_user_lists(const TrainFlags& flags) {
  Log log(flags);
  const Groups groups = read_groups(log, flags, true);
  const auto neighbours = recommenders::item_knn(groups.likes, log.tracks(), flags.knn);
  recommenders::UserLists lists;
  std::size_t served = 0;
  for (std::size_t user = 0; user < groups.likes.size(); ++user) {
    const auto best = recommenders::best_for(groups.likes[user], neighbours, flags.length, flags.repeat);
    served += best.empty() ? 0 : 1;
    lists.add(groups.units[user], best);
  }
  if (served == 0) throw nothing_in_common(flags);
  recommenders::write_user_lists(flags.out, lists);
  write_manifest(flags, "user_lists", log.catalogue());
  fmt::print("{}: lists for {} of {} users, from {} playbacks\n", flags.out, served, groups.likes.size(),
             groups.playbacks);
}

CLI::App* add_model(CLI::App& train, const std::shared_ptr<TrainFlags>& flags, const char* name, const char* help,
                    void (*run)(const TrainFlags&)) {
  CLI::App* const command = train.add_subcommand(name, help);
  command->add_option("--store", flags->store, "The SQLite file of what was played")->capture_default_str();
  command->add_option("--world", flags->world, "The world's directory, for its catalogue")->capture_default_str();
  command->add_option("--out", flags->out, "The file to write")->required();
  command->callback([flags, run] { run(*flags); });
  return command;
}

void add_likes(CLI::App& command, TrainFlags& flags) {
  command.add_option("--min-fraction", flags.min_fraction, "A track is liked when more of it than this was heard")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--neighbours", flags.knn.neighbours, "Most similar tracks to keep of each track")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  command
      .add_option("--shrinkage", flags.knn.shrinkage, "How little to trust what few have in common; 0: plain cosine")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e9));
}

}  // namespace

void add_train(CLI::App& app, const std::string& line) {
  CLI::App* const train = app.add_subcommand("train", "Learn the lists of a recommender from what was played");
  train->require_subcommand(1);

  auto item_knn = std::make_shared<TrainFlags>(TrainFlags{.line = line});
  CLI::App* const similar = add_model(*train, item_knn, "item_knn",
                                      "Similar tracks, for item_to_item: cosine of likes in common", train_item_knn);
  add_likes(*similar, *item_knn);
  similar->add_option("--by", item_knn->by, "Who has likes in common: user or session")
      ->capture_default_str()
      ->check(CLI::IsMember({"user", "session"}));

  add_model(*train, std::make_shared<TrainFlags>(TrainFlags{.line = line}), "top_pop",
            "All tracks by summed listened time, for top_pop", train_top_pop);

  auto user_lists = std::make_shared<TrainFlags>(TrainFlags{.line = line});
  CLI::App* const personal =
      add_model(*train, user_lists, "user_lists",
                "Tracks for each user, for user_lists: similar to the user's likes (item-kNN)", train_user_lists);
  add_likes(*personal, *user_lists);
  personal->add_option("--length", user_lists->length, "Most tracks in a list")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  personal->add_flag("--repeat", user_lists->repeat, "Also tracks that the user has liked already");
}

}  // namespace crossfade::cli
