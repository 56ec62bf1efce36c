// What the types of recommenders/policy serve, by hand.
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/files/npy.h"
#include "recommenders/policy/diversity.h"
#include "tests/recommenders/asked.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

const Parts kOfLists = {{"of", {{"lists"}}}};

std::vector<RecommenderSpec> lists_and_top() {
  return {{.name = "lists",
           .type = "user_lists",
           .fallback = "",
           .options = {{"file", std::string("lists.jsonl")}, {"order", std::string("in_order")}}},
          {.name = "top", .type = "top_pop", .fallback = "", .options = {{"top", std::int64_t{4}}}}};
}

Asked asked(const std::string& type, Values options, const TemporaryDirectory& directory, Parts parts = kOfLists) {
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [0, 1, 4, 2, 9]}\n");
  return {type, std::move(options), directory, std::move(parts), lists_and_top()};
}

Playing of_nobody(std::vector<std::pair<std::uint32_t, double>> listens) {
  Playing session(std::move(listens));
  session.unit = {"nobody"};
  return session;
}

}  // namespace

TEST_CASE("cascade: the first candidates of one, then the next one's", "[recommenders]") {
  const TemporaryDirectory directory;
  const Parts both = {{"of", {{"lists"}, {"top"}}}};
  const Asked cascade = asked("cascade", {{"first", std::int64_t{2}}}, directory, both);
  CHECK(cascade.ranked(Playing({{9, 1}})) == ids({0, 1, 2, 3}));
  CHECK(cascade.ranked(Playing({{0, 1}})) == ids({1, 4, 2, 3}));
  CHECK(cascade.track(Playing({{0, 1}})) == TrackId{1});
  CHECK(cascade.ranked(of_nobody({{0, 1}})) == ids({1, 2, 3}));
  CHECK_FALSE(cascade.track(of_nobody({{0, 1}, {1, 1}, {2, 1}, {3, 1}})));
  CHECK(asked("cascade", {}, directory, {{"of", {{"top"}, {"lists"}}}}).ranked(Playing({{7, 1}})) ==
        ids({0, 1, 2, 3, 4, 9}));
}

TEST_CASE("cascade: the part that gave the track is said", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked cascade = asked("cascade", {}, directory, {{"of", {{"lists"}, {"top"}}}});
  Random random{1};
  const Playing known({{0, 1}});
  const Playing unknown = of_nobody({{0, 1}});
  CHECK(cascade.recommender().recommend(known.request(), random)->part == "lists");
  CHECK(cascade.recommender().recommend(unknown.request(), random)->part == "top");
}

TEST_CASE("epsilon_greedy: the best, and sometimes any of the best", "[recommenders]") {
  const TemporaryDirectory directory;
  const Asked greedy = asked("epsilon_greedy", {{"epsilon", 0.3}, {"candidates", std::int64_t{3}}}, directory);
  const Playing session({{0, 1}});  // 1, 4 and 2 are the best that are left
  CHECK(*greedy.recommender().propensity(session.request(), {1}) == Approx(0.8));
  CHECK(*greedy.recommender().propensity(session.request(), {4}) == Approx(0.1));
  CHECK(*greedy.recommender().propensity(session.request(), {2}) == Approx(0.1));
  CHECK(*greedy.recommender().propensity(session.request(), {9}) == 0);
  CHECK(*greedy.recommender().propensity(Playing({{0, 1}, {1, 1}, {4, 1}, {2, 1}}).request(), {9}) == 1);
  CHECK_FALSE(greedy.track(of_nobody({{0, 1}})));
  CHECK(asked("epsilon_greedy", {{"epsilon", 0.0}}, directory).recommender().propensity(session.request(), {1}) == 1);
  CHECK(*asked("epsilon_greedy", {{"epsilon", 1.0}}, directory).recommender().propensity(session.request(), {9}) ==
        0.25);
}

TEST_CASE("rerank: not more than so many tracks of an artist in a session", "[recommenders]") {
  const TemporaryDirectory directory;
  // Artist 0 has 0..3, artist 1 has 4..6, artist 3 has 9.
  const Asked capped = asked("rerank", {{"artist_cap", std::int64_t{2}}}, directory);
  CHECK(capped.ranked(Playing({{8, 1}})) == ids({0, 1, 4, 9}));
  CHECK(capped.ranked(Playing({{3, 0}})) == ids({0, 4, 9}));
  CHECK(capped.ranked(Playing({{3, 0}, {3, 0}})) == ids({4, 9}));
  CHECK_FALSE(asked("rerank", {{"artist_cap", std::int64_t{1}}}, directory).track(Playing({{3, 0}, {5, 0}, {9, 1}})));
  const Asked narrow = asked("rerank", {{"artist_cap", std::int64_t{1}}, {"candidates", std::int64_t{2}}}, directory);
  CHECK(narrow.ranked(Playing({{8, 1}})) == ids({0}));
}

TEST_CASE("rerank: maximal marginal relevance turns away from what was played", "[recommenders]") {
  const TemporaryDirectory directory;
  // Scores 1, 1/2, 1/3, 1/4, 1/5. After 3 of the same artist, whose similarity without genres is 1/2, the relevance of
  // 0 is 1: 0.5 - 0.25, of 4 (1/3 - 1/5) / (4/5) = 1/6, half of it, of 9 it is 0.
  const Asked half = asked("rerank", {{"diversify", std::string("mmr")}, {"lambda", 0.5}}, directory);
  CHECK(half.ranked(Playing({{3, 1}}), 2) == ids({0, 4}));
  const Asked unlike = asked("rerank", {{"diversify", std::string("mmr")}, {"lambda", 0.1}}, directory);
  CHECK(unlike.ranked(Playing({{3, 1}})) == ids({4, 9, 0, 1, 2}));
  const Asked alike = asked("rerank", {{"diversify", std::string("mmr")}, {"lambda", std::int64_t{1}}}, directory);
  CHECK(alike.ranked(Playing({{3, 1}})) == ids({0, 1, 4, 2, 9}));
  const Asked dpp = asked("rerank", {{"diversify", std::string("dpp")}, {"lambda", 0.1}}, directory);
  CHECK(dpp.ranked(Playing({{3, 1}}), 2) == ids({4, 9}));
}

TEST_CASE("rerank: similarities come from vectors where there are any", "[recommenders]") {
  const TemporaryDirectory directory;
  files::Matrix vectors(10, 2);
  for (std::size_t i = 0; i < 10; ++i) vectors.row(i)[i == 2 || i == 8 ? 0 : 1] = 3;
  files::write_npy(directory / "vectors.npy", vectors);
  const Values options = {{"diversify", std::string("dpp")}, {"lambda", 0.1}, {"vectors", std::string("vectors.npy")}};
  // Only 2 differs from what was played, then only 0 from both, were not all the same: the candidates' order decides.
  CHECK(asked("rerank", options, directory).ranked(Playing({{3, 1}, {7, 1}})) == ids({2, 0, 1, 4, 9}));
}

TEST_CASE("rerank: the greedy determinant is the determinant", "[recommenders]") {
  // Three vectors by hand: what taking each multiplies the determinant of similarities by.
  files::Matrix vectors(4, 2);
  const float values[] = {1, 0, 0.6F, 0.8F, 0, 1, 1, 0};
  std::ranges::copy(values, vectors.values.begin());
  const TrackSimilarity similarity(vectors);
  const std::vector<Candidate> candidates = {
      {.track = {1}, .score = 1}, {.track = {2}, .score = 1}, {.track = {3}, .score = 1}};
  const std::vector<TrackId> there = ids({0});
  DeterminantalGreedy greedy(similarity, candidates, there, 0);
  CHECK(greedy.value(0) == Approx(std::log(1 - 0.36)).epsilon(1e-6));
  CHECK(greedy.value(1) == Approx(0).margin(1e-6));
  CHECK(greedy.value(2) == Approx(std::log(1e-9)));
  greedy.take(1);
  CHECK(greedy.value(0) == Approx(std::log(1e-9)));  // three vectors of a plane
}

TEST_CASE("rerank: the catalogue's similarity is half artist, half genres", "[recommenders]") {
  const Catalogue catalogue({{.id = {0}, .artist = 0, .title = "", .genres = {"a", "b"}, .recommendations = {}},
                             {.id = {1}, .artist = 0, .title = "", .genres = {"b"}, .recommendations = {}},
                             {.id = {2}, .artist = 1, .title = "", .genres = {"b", "a", "a"}, .recommendations = {}},
                             {.id = {3}, .artist = 1, .title = "", .genres = {}, .recommendations = {}}},
                            {"x", "y"});
  const TrackSimilarity similarity(catalogue);
  CHECK(similarity({0}, {0}) == 1);
  CHECK(similarity({0}, {1}) == Approx((1 + 1 / std::sqrt(2.0)) / 2));
  CHECK(similarity({0}, {2}) == Approx(0.5));
  CHECK(similarity({2}, {3}) == 0.5);
  CHECK(similarity({0}, {3}) == 0);
}

TEST_CASE("rerank: options that do nothing are refused", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto fault = [&](const Values& options) { return error_of([&] { asked("rerank", options, directory); }); };
  CHECK(fault({}) == "recommender \"it\": neither \"artist_cap\" nor \"diversify\" is there, want one of them or both");
  CHECK(fault({{"artist_cap", std::int64_t{1}}, {"lambda", 0.5}}) ==
        "recommender \"it\": \"lambda\" is there, want it with \"diversify\" only");
}
