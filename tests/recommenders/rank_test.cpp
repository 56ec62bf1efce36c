// What the types of recommenders/rank serve, by hand.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "platform/files/npy.h"
#include "recommenders/rank/nearest.h"
#include "tests/recommenders/asked.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

const std::string kFile = "similar.jsonl";

// Lists of 0 and 1 begin with the same track, that of 2 is short.
void write_lists(const TemporaryDirectory& directory) {
  directory.write(kFile,
                  "{\"item_id\": 0, \"recommendations\": [5, 6, 7]}\n{\"item_id\": 1, \"recommendations\": [5, 8]}\n"
                  "{\"item_id\": 2, \"recommendations\": [0, 9]}\n");
}

Asked history(const TemporaryDirectory& directory, const std::string& anchor = "", std::int64_t listens = 10) {
  write_lists(directory);
  Values options = {{"file", kFile}, {"history", listens}};
  if (!anchor.empty()) options.emplace("anchor", anchor);
  return {"history_item_to_item", options, directory};
}

files::Matrix matrix(std::size_t columns, std::vector<float> values) {
  files::Matrix made(values.size() / columns, columns);
  made.values = std::move(values);
  return made;
}

// Ten tracks on a quarter of a circle, from (1, 0) to (0, 1); track 9 is four times as long.
files::Matrix on_circle() {
  std::vector<float> values;
  for (int i = 0; i < 10; ++i) {
    const float length = i == 9 ? 4 : 1;
    const float angle = static_cast<float>(i) / 9 * 1.5707963F;
    values.push_back(length * std::cos(angle));
    values.push_back(length * std::sin(angle));
  }
  return matrix(2, std::move(values));
}

}  // namespace

TEST_CASE("history_item_to_item: an anchor is drawn by what was heard of it, over all listens", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked asked = history(directory);
  // 0 was heard twice, 0.5 and 0.1; 1 for 0.3; both name 5, which is in the history: 6 with 0.6, 8 with 0.3.
  const Playing session({{0, 0.5}, {5, 0}, {1, 0.3}, {0, 0.1}});
  const Request request = session.request();
  CHECK(*asked.recommender().propensity(request, {6}) == Approx(2.0 / 3).epsilon(1e-12));
  CHECK(*asked.recommender().propensity(request, {8}) == Approx(1.0 / 3).epsilon(1e-12));
  CHECK(*asked.recommender().propensity(request, {5}) == 0);
  CHECK(asked.ranked(session) == ids({6, 8}));
  CHECK(asked.recommender().history() == 10);
  // Both anchors have the same candidate.
  const Playing same({{0, 0.5}, {1, 0.3}});
  CHECK(asked.recommender().propensity(same.request(), {5}) == 1);
}

TEST_CASE("history_item_to_item: an anchor without anything new is drawn for nobody", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked asked = history(directory);
  // All of 2's list is in the history, as is all of 1's.
  const Playing session({{2, 1}, {0, 0.2}, {9, 0}, {5, 1}, {8, 1}, {1, 1}});
  CHECK(asked.track(session) == TrackId{6});
  CHECK(asked.recommender().propensity(session.request(), {6}) == 1);
}

TEST_CASE("history_item_to_item: no answer where no anchor with something new was heard", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked asked = history(directory);
  CHECK_FALSE(asked.track(Playing({{0, 0}})));
  CHECK_FALSE(asked.track(Playing({{0, 0}, {2, 1}, {9, 1}})));  // 9 has no list, 2's list is in the history
  CHECK_FALSE(asked.track(Playing({{77, 1}})));
  CHECK_FALSE(asked.track(Playing({{2, 1}, {0, 1}, {9, 1}, {5, 1}, {6, 1}, {7, 1}})));
}

TEST_CASE("history_item_to_item: only the latest listens count, also against what is new", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked asked = history(directory, "", 2);
  CHECK(asked.recommender().history() == 2);
  CHECK(asked.track(Playing({{5, 1}, {1, 1}, {3, 1}, {0, 0.4}})) == TrackId{5});
  Playing longer({{0, 0.4}});
  longer.history = {{.track = {0}, .fraction = 0.4}, {.track = {5}, .fraction = 1}, {.track = {1}, .fraction = 1}};
  CHECK(asked.track(longer) == TrackId{6});
}

TEST_CASE("history_item_to_item: the best-heard track of the session, of equal ones the latest", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked asked = history(directory, "best_heard");
  CHECK(asked.track(Playing({{0, 0.9}, {1, 0.5}})) == TrackId{5});
  CHECK(asked.track(Playing({{0, 0.9}, {5, 0}, {1, 0.5}})) == TrackId{6});
  CHECK(asked.track(Playing({{0, 0.9}, {5, 0}, {1, 0.9}})) == TrackId{8});
  CHECK(asked.track(Playing({{2, 0.9}, {0, 0.5}})) == TrackId{9});
  CHECK(asked.track(Playing({{2, 0.9}, {9, 0}, {0, 0.5}})) == TrackId{5});  // the next best anchor
  CHECK_FALSE(asked.track(Playing({{0, 0}, {1, 0}})));
  CHECK(asked.ranked(Playing({{1, 0.5}, {0, 0.9}})) == ids({5, 6, 7, 8}));
}

TEST_CASE("history_item_to_item: the session's first track, or the previous one", "[recommenders]") {
  const TemporaryDirectory directory;
  CHECK(history(directory, "first").ranked(Playing({{1, 0}, {0, 1}})) == ids({5, 8, 6, 7}));
  CHECK(history(directory, "previous").ranked(Playing({{1, 0}, {0, 1}})) == ids({5, 6, 7, 8}));
  CHECK(history(directory, "previous").track(Playing({{1, 0}, {5, 0}, {0, 0}})) == TrackId{6});
  CHECK_FALSE(history(directory, "first").track(Playing({{3, 1}})));
}

TEST_CASE("rank_fusion: places in the lists of what was liked, weighted by the fractions", "[recommenders]") {
  const TemporaryDirectory directory;
  write_lists(directory);
  const Asked asked("rank_fusion", {{"file", kFile}}, directory);
  const Playing session({{0, 0.5}, {1, 0.9}, {2, 0.2}});
  const auto ranked = asked.recommender().ranker()->rank(session.request(), 10);
  REQUIRE(ranked.size() == 4);
  // 2 was heard for no more than 0.2: its 9 does not count.
  CHECK(ranked[0].track == TrackId{5});
  CHECK(ranked[0].score == Approx(0.5 / 10 + 0.9 / 10));
  CHECK(ranked[1].track == TrackId{8});
  CHECK(ranked[1].score == Approx(0.9 / 11));
  CHECK(ranked[2].track == TrackId{6});
  CHECK(ranked[2].score == Approx(0.5 / 11));
  CHECK(ranked[3].score == Approx(0.5 / 12));
  CHECK(asked.track(Playing({{0, 0.5}, {1, 0.9}, {5, 0.1}})) == TrackId{8});
  CHECK_FALSE(asked.track(Playing({{0, 0.2}, {99, 1}})));
}

TEST_CASE("rank_fusion: its options", "[recommenders]") {
  const TemporaryDirectory directory;
  write_lists(directory);
  const Asked any("rank_fusion", {{"file", kFile}, {"min_fraction", std::int64_t{0}}, {"offset", 1.0}}, directory);
  const auto ranked = any.recommender().ranker()->rank(Playing({{2, 0.1}, {1, 0}}).request(), 10);
  REQUIRE(ranked.size() == 2);
  CHECK(ranked[0].track == TrackId{0});
  CHECK(ranked[1].score == Approx(0.1 / 2));
  CHECK(error_of([&] { Asked("rank_fusion", {{"file", kFile}, {"offset", 0.0}}, directory); }) ==
        "recommender \"it\": \"offset\" is 0, want at least 1e-06");
  CHECK(error_of([&] {
          Asked("rank_fusion", {{"file", kFile}, {"offset", 1e-320}}, directory);
        }).ends_with("want at least 1e-06"));
}

TEST_CASE("rank_fusion: agrees with its definition", "[recommenders]") {
  const TemporaryDirectory directory;
  std::string lines;
  Random random{20261201};
  std::map<std::uint32_t, std::vector<std::uint32_t>> lists;
  for (std::uint32_t track = 0; track < 200; ++track) {
    std::string list;
    for (int i = 0; i < 50; ++i) {
      const auto other = static_cast<std::uint32_t>(random.below(200));
      if (std::ranges::find(lists[track], other) != lists[track].end()) continue;
      lists[track].push_back(other);
      list += (list.empty() ? "" : ", ") + std::to_string(other);
    }
    lines += "{\"item_id\": " + std::to_string(track) + ", \"recommendations\": [" + list + "]}\n";
  }
  directory.write(kFile, lines);
  const Asked asked("rank_fusion", {{"file", kFile}}, directory, {}, {}, plain_catalogue(200));
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<std::pair<std::uint32_t, double>> listens;
    for (int i = 0; i < 8; ++i) listens.emplace_back(static_cast<std::uint32_t>(random.below(200)), random.uniform());
    std::map<std::uint32_t, double> want;
    for (const auto& [track, fraction] : listens) {
      for (std::size_t place = 0; place < lists[track].size() && fraction > 0.2; ++place) {
        want[lists[track][place]] += fraction / (10 + static_cast<double>(place));
      }
    }
    for (const auto& [track, fraction] : listens) want.erase(track);
    const auto ranked = asked.recommender().ranker()->rank(Playing(listens).request(), 1000);
    REQUIRE(ranked.size() == want.size());
    for (const Candidate& one : ranked) CHECK(one.score == Approx(want.at(one.track.value)).epsilon(1e-12));
  }
}

TEST_CASE("sequential: walks the list onward from the previous track", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6, 2, 9, 4]}\n");
  const Asked asked("sequential", {{"file", std::string("lists.jsonl")}}, directory);
  CHECK(asked.ranked(Playing({{2, 1}})) == ids({9, 4, 6}));
  CHECK(asked.ranked(Playing({{9, 1}, {2, 1}})) == ids({4, 6}));
  CHECK(asked.ranked(Playing({{4, 1}})) == ids({6, 2, 9}));
  CHECK(asked.ranked(Playing({{2, 1}, {0, 1}})) == ids({9, 4, 6}));  // from behind the latest that is in the list
  CHECK(asked.ranked(Playing({{0, 1}})) == ids({6, 2, 9, 4}));
  CHECK_FALSE(asked.track(Playing({{6, 1}, {2, 1}, {9, 1}, {4, 1}})));
  Playing other({{2, 1}});
  other.unit = {"2"};
  CHECK_FALSE(asked.track(other));
}

TEST_CASE("embeddings: nearest to the previous track, the session or the unit", "[recommenders]") {
  const TemporaryDirectory directory;
  files::write_npy(directory / "tracks.npy", on_circle());
  files::write_npy(directory / "users.npy", matrix(2, {1, 0, 0, 1}));
  const std::string file = "tracks.npy";
  const auto asked = [&](Values options) {
    options.emplace("file", file);
    return Asked("embeddings", std::move(options), directory);
  };
  const Values cosine = {{"similarity", std::string("cosine")}};
  CHECK(asked(cosine).ranked(Playing({{2, 1}}), 4) == ids({1, 3, 0, 4}));
  CHECK(asked(cosine).ranked(Playing({{3, 1}, {2, 1}}), 3) == ids({1, 0, 4}));
  CHECK(asked({}).track(Playing({{2, 1}})) == TrackId{9});  // long, hence of a large inner product
  CHECK_FALSE(asked({}).track(Playing({{10, 1}})));

  Values mean = cosine;
  mean.emplace("vectors", std::string("session_mean"));
  CHECK(asked(mean).track(Playing({{0, 0.5}, {8, 0.5}})) == TrackId{4});
  CHECK(asked(mean).track(Playing({{0, 0.9}, {8, 0}})) == TrackId{1});
  CHECK_FALSE(asked(mean).track(Playing({{0, 0}, {99, 1}})));

  Values user = cosine;
  user.emplace("vectors", std::string("user"));
  user.emplace("users", std::string("users.npy"));
  Playing session({{9, 1}});
  CHECK(asked(user).track(session) == TrackId{8});
  session.unit = {"0"};
  CHECK(asked(user).track(session) == TrackId{0});
  for (const char* const unknown : {"2", "01", "-1", "1.0", "", "x", "18446744073709551616"}) {
    session.unit = {unknown};
    CHECK_FALSE(asked(user).track(session));
  }
}

TEST_CASE("embeddings: what is wrong with vectors is said", "[recommenders]") {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "").string();
  const auto fault = [&](Values options) {
    return error_of([&] { Asked("embeddings", std::move(options), directory); });
  };
  files::write_npy(directory / "nine.npy", matrix(2, std::vector<float>(18)));
  files::write_npy(directory / "ten.npy", matrix(2, std::vector<float>(20)));
  files::write_npy(directory / "nan.npy", matrix(2, std::vector<float>(20, std::nanf(""))));
  files::write_npy(directory / "users.npy", matrix(3, std::vector<float>(6)));
  CHECK(fault({{"file", std::string("nine.npy")}}) ==
        "recommender \"it\": " + path + "nine.npy: has 9 rows, want 10: one for each track of the catalogue");
  CHECK_THAT(fault({{"file", std::string("nan.npy")}}), Catch::Contains("nan.npy: "));
  CHECK(fault({{"file", std::string("ten.npy")}, {"vectors", std::string("user")}}) ==
        "recommender \"it\": vectors are of the user, want the option \"users\"");
  CHECK(fault({{"file", std::string("ten.npy")}, {"users", std::string("users.npy")}}) ==
        "recommender \"it\": \"users\" is there, want it with vectors: user only");
  CHECK(
      fault(
          {{"file", std::string("ten.npy")}, {"vectors", std::string("user")}, {"users", std::string("users.npy")}}) ==
      "recommender \"it\": vectors of users have 3 values, want 2, as those of tracks");
  // All zero: every track is as near as any other.
  CHECK(Asked("embeddings", {{"file", std::string("ten.npy")}, {"similarity", std::string("cosine")}}, directory)
            .ranked(Playing({{0, 1}}), 2) == ids({1, 2}));
}

TEST_CASE("nearest: the index finds what comparing all finds, and is the same each time", "[recommenders]") {
  Random random{20261201};
  files::Matrix vectors(3'000, 16);
  for (float& value : vectors.values) value = static_cast<float>(random.uniform() - 0.5);
  const NearestTracks all(vectors, Similarity::cosine);
  const NearestTracks index(vectors, Similarity::cosine, 100);
  const NearestTracks again(vectors, Similarity::cosine, 100);
  std::size_t found = 0;
  for (std::uint32_t track = 0; track < 300; ++track) {
    const std::vector<TrackId> without = {{track}};
    const auto want = all.nearest(vectors.row(track), 10, without);
    const auto got = index.nearest(vectors.row(track), 10, without);
    REQUIRE(got.size() == 10);
    CHECK(got == again.nearest(vectors.row(track), 10, without));
    for (const Candidate& one : want) found += std::ranges::count(got, one.track, &Candidate::track) > 0 ? 1 : 0;
    CHECK(std::ranges::count(got, TrackId{track}, &Candidate::track) == 0);
    CHECK(got[0].score == Approx(want[0].score).epsilon(1e-4));
  }
  CHECK(found >= 2'970);  // of 3 000
  CHECK(index.nearest(vectors.row(0), 5'000, {}).size() <= 3'000);
}
