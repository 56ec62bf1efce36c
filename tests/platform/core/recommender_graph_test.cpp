#include "platform/core/graph/recommender_graph.h"

#include <catch2/catch.hpp>
#include <string>

using namespace crossfade;

namespace {

RecommenderSpec spec(std::string name, std::string fallback, std::vector<RecommenderPart> parts = {}) {
  RecommenderSpec made{.name = std::move(name), .type = "any", .fallback = std::move(fallback), .options = {}};
  if (!parts.empty()) made.parts = {{"of", std::move(parts)}};
  return made;
}

using Order = std::vector<std::size_t>;

}  // namespace

TEST_CASE("recommender graph: each stands behind those that it asks", "[core]") {
  const std::vector<RecommenderSpec> specs = {spec("a", "c", {{"d"}, {"nobody"}}), spec("b", ""), spec("c", "b"),
                                              spec("d", "", {{"c"}})};
  const RecommenderGraph graph = graph_of(specs);
  CHECK(graph.order == Order{1, 2, 3, 0});
  CHECK(graph.circles.empty());
  CHECK(graph.crowds.empty());
  CHECK(graph_of({}).order.empty());
}

TEST_CASE("recommender graph: of those that lead to one another the shortest circle through the first", "[core]") {
  const std::vector<RecommenderSpec> specs = {spec("in", "a"), spec("a", "b", {{"c"}}), spec("b", "d"),
                                              spec("c", "a"),  spec("d", "a"),          spec("self", "self")};
  const RecommenderGraph graph = graph_of(specs);
  CHECK(graph.circles == std::vector<Order>{{1, 3}, {5}});
  CHECK(graph.order.size() == specs.size());
}

// A search that calls itself would overflow the stack.
TEST_CASE("recommender graph: a chain of any length", "[core]") {
  constexpr std::size_t kLength = 200'000;
  std::vector<RecommenderSpec> specs;
  for (std::size_t i = 0; i < kLength; ++i) specs.push_back(spec(std::to_string(i), std::to_string(i + 1)));
  const RecommenderGraph chain = graph_of(specs);
  CHECK(chain.order.front() == kLength - 1);
  REQUIRE(chain.crowds.size() == 1);
  CHECK(chain.crowds[0].recommender == kLength - kMostAsked - 1);
  CHECK(chain.crowds[0].asked == kMostAsked + 1);
  specs.back().fallback = "0";
  const RecommenderGraph circle = graph_of(specs);
  REQUIRE(circle.circles.size() == 1);
  CHECK(circle.circles[0].size() == kLength);
  CHECK(circle.crowds.empty());
}

TEST_CASE("recommender graph: whoever is asked by two is asked twice, parts without their fallbacks", "[core]") {
  std::vector<RecommenderPart> leaves;
  std::vector<RecommenderSpec> specs = {spec("top", "x", {{"x"}, {"y"}}), spec("x", "", {}), spec("y", "leaf0", {})};
  for (int i = 0; i < 32; ++i) {
    leaves.push_back({"leaf" + std::to_string(i)});
    specs.push_back(spec(leaves.back().recommender, ""));
  }
  specs[1].parts = specs[2].parts = {{"of", leaves}};
  CHECK(graph_of(specs).crowds.empty());  // 1 + 33 + 33 and 33: exactly 100
  specs[0].parts["of"].push_back({"leaf0"});
  const RecommenderGraph graph = graph_of(specs);
  REQUIRE(graph.crowds.size() == 1);
  CHECK(graph.crowds[0].recommender == 0);
  CHECK(graph.crowds[0].asked == 101);
}
