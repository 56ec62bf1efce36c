// What each type serves, by hand.
#include <catch2/catch.hpp>
#include <set>

#include "recommenders/registry.h"
#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

// The one recommender of a configuration on the small catalogue, asked by hand.
class Asked {
 public:
  Asked(const std::string& type, Values options, const TemporaryDirectory& directory)
      : catalogue_(small_catalogue()),
        set_(std::vector<RecommenderSpec>{{.name = "it", .type = type, .fallback = "", .options = std::move(options)}},
             catalogue_, directory.path()) {}

  // All that 500 draws give; empty where it has no answer. A track of probability 1/10 is missing with 1e-23.
  std::vector<TrackId> tracks(const UnitId& unit, TrackId previous, const std::vector<TrackId>& heard,
                              double fraction = 1) const {
    std::set<TrackId> seen;
    const std::vector<Listen> session = listens(heard);
    for (std::uint64_t i = 0; i < 500; ++i) {
      Random random{i};
      const Recommended answer =
          set_.answer("it", {.unit = unit, .previous = previous, .fraction = fraction, .heard = session}, random);
      if (answer.recommender == "it") seen.insert(answer.track);
    }
    return {seen.begin(), seen.end()};
  }
  std::vector<TrackId> tracks(TrackId previous, const std::vector<TrackId>& heard, double fraction = 1) const {
    return tracks({"u"}, previous, heard, fraction);
  }

 private:
  Catalogue catalogue_;
  RecommenderSet set_;
};

const std::vector<TrackId> kNone;

}  // namespace

TEST_CASE("random: serves the whole catalogue", "[recommenders]") {
  const TemporaryDirectory directory;
  CHECK(Asked("random", {}, directory).tracks({0}, ids({0})) == ids({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_CASE("top_pop: serves the most popular of the catalogue, or the first of its file", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("top.json", "[9, 4, 2, 0]");
  const std::string file = "top.json";
  CHECK(Asked("top_pop", {{"top", std::int64_t{3}}}, directory).tracks({0}, ids({0})) == ids({0, 1, 2}));
  CHECK(Asked("top_pop", {}, directory).tracks({0}, {}) == ids({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  CHECK(Asked("top_pop", {{"file", file}, {"top", std::int64_t{2}}}, directory).tracks({0}, {}) == ids({4, 9}));
  CHECK(Asked("top_pop", {{"file", file}}, directory).tracks({0}, {}) == ids({0, 2, 4, 9}));
}

TEST_CASE("sticky_artist: stays with the artist, the previous track included as in the course", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked sticky("sticky_artist", {}, directory);
  CHECK(sticky.tracks({5}, ids({4, 5})) == ids({4, 5, 6}));
  CHECK(sticky.tracks({9}, ids({9})) == ids({9}));
  CHECK(sticky.tracks({10}, ids({10})) == kNone);
}

TEST_CASE("sticky_artist: with unseen_only only what is new in the session", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked sticky("sticky_artist", {{"unseen_only", true}}, directory);
  CHECK(sticky.tracks({1}, ids({7, 3, 4, 3, 1})) == ids({0, 2}));
  CHECK(sticky.tracks({0}, ids({0})) == ids({1, 2, 3}));
  CHECK(sticky.tracks({3}, ids({2, 3})) == ids({0, 1}));
  CHECK(sticky.tracks({8}, ids({7, 8})) == kNone);
  CHECK(sticky.tracks({8}, {}) == ids({7}));  // the previous track is heard, whoever forgot to say so
}

TEST_CASE("sticky_artist: with min_fraction only after a track that was liked", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked sticky("sticky_artist", {{"min_fraction", 0.3}}, directory);
  CHECK(sticky.tracks({7}, ids({7}), 0.29) == kNone);
  CHECK(sticky.tracks({7}, ids({7}), 0.3) == ids({7, 8}));
}

TEST_CASE("user_lists: shuffled serves the whole list, heard or not", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6, 2, 9]}\n");
  const Asked lists("user_lists", {{"file", std::string("lists.jsonl")}}, directory);
  CHECK(lists.tracks({"1"}, {6}, ids({6})) == ids({2, 6, 9}));
  CHECK(lists.tracks({"2"}, {6}, ids({6})) == kNone);
}

TEST_CASE("user_lists: in order serves the first that is new in the session", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6, 2, 9]}\n");
  const Asked lists("user_lists", {{"file", std::string("lists.jsonl")}, {"order", std::string("in_order")}},
                    directory);
  CHECK(lists.tracks({"1"}, {0}, ids({0})) == ids({6}));
  CHECK(lists.tracks({"1"}, {6}, ids({0, 6})) == ids({2}));
  CHECK(lists.tracks({"1"}, {2}, ids({9, 6, 2})) == kNone);
}

TEST_CASE("item_to_item: goes by the previous track, from the catalogue's own recommendations", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked similar("item_to_item", {{"order", std::string("shuffled")}}, directory);
  CHECK(similar.tracks({8}, ids({0, 8})) == ids({0, 9}));
  CHECK(similar.tracks({5}, ids({5})) == kNone);
  CHECK(similar.tracks({77}, ids({77})) == kNone);
}

TEST_CASE("item_to_item: a file takes the place of the catalogue's recommendations", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("similar.jsonl", "{\"item_id\": 8, \"recommendations\": [3, 1, 2]}\n");
  const std::string file = "similar.jsonl";
  const Asked shuffled("item_to_item", {{"file", file}, {"order", std::string("shuffled")}}, directory);
  CHECK(shuffled.tracks({8}, ids({3, 8})) == ids({1, 2, 3}));
  CHECK(Asked("item_to_item", {{"file", file}}, directory).tracks({0}, ids({0})) == kNone);
  const Asked in_order("item_to_item", {{"file", file}}, directory);
  CHECK(in_order.tracks({8}, ids({8})) == ids({3}));
  CHECK(in_order.tracks({8}, ids({3, 8})) == ids({1}));
  CHECK(in_order.tracks({8}, ids({1, 2, 3, 8})) == kNone);
}

TEST_CASE("item_to_item: a similar track that the catalogue names twice counts once", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue({{.id = {0}, .title = "", .genres = {}, .recommendations = ids({1, 1, 1, 0})},
                             {.id = {1}, .title = "", .genres = {}, .recommendations = {}}},
                            {"a"});
  const std::vector<RecommenderSpec> specs = {
      {.name = "it", .type = "item_to_item", .fallback = "", .options = {{"order", std::string("shuffled")}}}};
  const RecommenderSet set(specs, catalogue, directory.path());
  Random random{1};
  const UnitId unit{"u"};
  CHECK(set.answer("it", {.unit = unit, .previous = {0}, .heard = {}}, random).propensity == 0.5);
}
