// What every type that draws says of its probabilities, held against a million draws.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/recommenders/asked.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

constexpr std::uint64_t kDraws = 1'000'000;

struct Drawing {
  std::string type;
  Values options;
  Parts parts = {};
};

std::vector<RecommenderSpec> others() {
  const auto spec = [](std::string name, std::string type, Values options) {
    return RecommenderSpec{
        .name = std::move(name), .type = std::move(type), .fallback = "", .options = std::move(options)};
  };
  return {spec("any", "random", {}), spec("top", "top_pop", {{"top", std::int64_t{4}}}),
          spec("never", "sticky_artist", {{"min_fraction", 1.0}}), spec("history", "history_item_to_item", {}),
          spec("similar", "item_to_item", {{"order", std::string("shuffled")}})};
}

std::vector<Drawing> drawings() {
  const std::string shuffled = "shuffled";
  return {{"random", {}},
          {"top_pop", {{"top", std::int64_t{7}}}},
          {"sticky_artist", {}},
          {"sticky_artist", {{"unseen_only", true}}},
          {"sticky_artist", {{"without_previous", true}}},
          {"user_lists", {{"file", std::string("lists.jsonl")}}},
          {"item_to_item", {{"order", shuffled}}},
          {"history_item_to_item", {}},
          {"mixture", {}, {{"of", {{"any", 0.2}, {"top", 0.5}, {"never", 2}, {"history", 0.3}, {"similar", 0.1}}}}},
          {"epsilon_greedy", {{"epsilon", 0.3}}, {{"of", {{"top"}}}}},
          {"thompson", {}, {{"of", {{"any"}, {"never"}, {"history"}}}}},
          {"thompson", {{"candidates", std::int64_t{4}}}, {{"candidates_from", {{"top"}}}}}};
}

// The value that chi-square with so many degrees of freedom exceeds with probability 1e-5: Wilson and Hilferty (1931).
double limit_of(std::size_t dof) {
  const double part = 2.0 / (9.0 * static_cast<double>(dof));
  return static_cast<double>(dof) * std::pow(1 - part + 4.265 * std::sqrt(part), 3);
}

}  // namespace

TEST_CASE("frequencies: over a million draws every track comes as often as its propensity says", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [3, 0, 8, 5]}\n");
  const Playing session({{7, 0.9}, {8, 0.3}, {4, 0}, {2, 0.5}, {1, 0.6}});
  const Request request = session.request();
  const std::vector<Drawing> all = drawings();
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].type << ", number " << i);
    const Asked asked(all[i].type, all[i].options, directory, all[i].parts, others());
    const Recommender& recommender = asked.recommender();
    for (std::uint32_t track = 0; track < 4; ++track) {  // whoever learns, so that arms differ
      recommender.learn({.request = request, .track = {track}, .fraction = track / 4.0, .part = "any"});
    }
    recommender.advance();
    std::vector<double> count(10, 0);
    for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
      Random random{20261201, i, draw};
      const auto choice = recommender.recommend(request, random);
      REQUIRE(choice);
      ++count[choice->track.value];
    }
    double statistic = 0;
    std::size_t possible = 0;
    for (std::uint32_t track = 0; track < count.size(); ++track) {
      const double want = kDraws * *recommender.propensity(request, {track});
      if (want == 0) {
        CHECK(count[track] == 0);
        continue;
      }
      ++possible;
      statistic += (count[track] - want) * (count[track] - want) / want;
    }
    CHECK(possible > 1);
    CHECK(statistic < limit_of(possible - 1));
  }
}
