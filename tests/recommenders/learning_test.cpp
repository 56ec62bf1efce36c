// What recommenders that learn make of what came of their answers.
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <thread>

#include "recommenders/policy/best_of.h"
#include "recommenders/policy/learned_sums.h"
#include "tests/recommenders/asked.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

// "it" learns; its parts are "low", whose one track is 0, and "high", whose one track is 9.
std::vector<RecommenderSpec> specs(const std::string& type, Parts parts, Values options = {}) {
  return {{.name = "low", .type = "top_pop", .fallback = "", .options = {{"top", std::int64_t{1}}}},
          {.name = "high", .type = "top_pop", .fallback = "", .options = {{"file", std::string("high.json")}}},
          {.name = "all", .type = "top_pop", .fallback = "", .options = {}},
          {.name = "it",
           .type = type,
           .fallback = "",
           .options = std::move(options),
           .parts = std::move(parts),
           .updates = true}};
}

const Parts kLowAndHigh = {{"of", {{"low"}, {"high"}}}};
const Parts kFromAll = {{"candidates_from", {{"all"}}}};

class Learning {
 public:
  Learning(const std::string& type, Parts parts, const TemporaryDirectory& directory, Values options = {})
      : catalogue_(small_catalogue()),
        set_((directory.write("high.json", "[9]"), specs(type, std::move(parts), std::move(options))), catalogue_,
             directory.path()) {}

  const RecommenderSet& set() const { return set_; }
  double propensity(std::uint32_t track) const {
    return set_.recommender("it").propensity(session_.request(), {track}).value_or(-1);
  }
  // `recorded` recommended the track, of which so much was heard.
  void hear(const std::string& recorded, std::uint32_t track, double fraction, int times = 1) const {
    for (int i = 0; i < times; ++i) {
      set_.learn(recorded, {.request = session_.request(), .track = {track}, .fraction = fraction});
    }
  }

 private:
  Catalogue catalogue_;
  RecommenderSet set_;
  Playing session_{{{5, 1}}};
};

}  // namespace

TEST_CASE("best_of: the probability that one of two normal draws is larger", "[recommenders]") {
  // P(X > Y) = Phi((m - n) / sqrt(s^2 + t^2)).
  for (const auto& [a, b] : {std::pair{Belief{0.5, 0.1}, Belief{0.4, 0.1}},
                             {Belief{0.5, 0.5}, Belief{0.5, 0.01}},
                             {Belief{0.3, 0.02}, Belief{0.35, 0.2}},
                             {Belief{0.9, 0.01}, Belief{0.1, 0.01}}}) {
    const std::vector<Belief> both = {a, b};
    const auto best = probabilities_of_best(both);
    const double want = std::erfc((b.mean - a.mean) / std::hypot(a.sd, b.sd) / std::sqrt(2.0)) / 2;
    CHECK(best[0] == Approx(want).margin(0.01));
    CHECK(best[0] + best[1] == Approx(1).epsilon(1e-12));
  }
  CHECK(probabilities_of_best({}).empty());
  const std::vector<Belief> equal(7, Belief{0.5, 0.2});
  for (const double one : probabilities_of_best(equal)) CHECK(one == Approx(1.0 / 7).epsilon(1e-9));
}

TEST_CASE("best_of: agrees with draws", "[recommenders]") {
  const std::vector<Belief> beliefs = {{0.5, 0.1}, {0.45, 0.2}, {0.55, 0.05}, {0.2, 0.3}};
  const auto best = probabilities_of_best(beliefs);
  std::vector<double> count(beliefs.size(), 0);
  Random random{20261201};
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    std::size_t largest = 0;
    double value = -1e9;
    for (std::size_t k = 0; k < beliefs.size(); ++k) {
      // Box and Muller.
      const double normal =
          std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(6.283185307179586 * random.uniform());
      const double drawn = beliefs[k].mean + beliefs[k].sd * normal;
      if (drawn > value) {
        value = drawn;
        largest = k;
      }
    }
    count[largest] += 1.0 / kDraws;
  }
  for (std::size_t k = 0; k < beliefs.size(); ++k) CHECK(best[k] == Approx(count[k]).margin(0.01));
}

TEST_CASE("learned sums: any order of adding gives the same", "[recommenders]") {
  LearnedSums one(2);
  LearnedSums other(2);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&one] {
      for (int i = 0; i < 1000; ++i) one.add(static_cast<std::size_t>(i % 2), i * 0.001);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 999; i >= 0; --i) {
    for (int t = 0; t < 4; ++t) other.add(static_cast<std::size_t>(i % 2), i * 0.001);
  }
  CHECK(one.values() == other.values());
}

TEST_CASE("thompson: over recommenders the better one answers more and more often", "[recommenders]") {
  const TemporaryDirectory directory;
  const Learning learning("thompson", kLowAndHigh, directory);
  REQUIRE(learning.set().learns());
  CHECK(learning.propensity(0) == Approx(0.5));
  learning.hear("it/high", 9, 0.8, 20);
  learning.hear("it/low", 0, 0.2, 20);
  learning.hear("it", 0, 1, 20);       // of no part
  learning.hear("it/gone", 0, 1, 20);  // of a part that is gone
  learning.hear("nobody/low", 0, 1, 20);
  CHECK(learning.propensity(0) == Approx(0.5));  // until it advances
  learning.set().advance();
  // Means (16 + 1/2) / 21 and (4 + 1/2) / 21, each with the standard deviation 1 / (2 sqrt(21)).
  CHECK(learning.propensity(9) > 0.99);
  CHECK(learning.propensity(9) + learning.propensity(0) == Approx(1));
  CHECK(learning.propensity(0) > 0);
}

// The log named the first part only, and a thompson below a mixture never learned which of its own had answered.
TEST_CASE("thompson: as a part of others it learns which of its own answered", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("high.json", "[9]");
  std::vector<RecommenderSpec> all = specs("thompson", kLowAndHigh);
  for (const char* const name : {"mix", "other"}) {
    all.push_back({.name = name, .type = "mixture", .fallback = "", .options = {}, .parts = {{"of", {{"it"}}}}});
  }
  const Catalogue catalogue = small_catalogue();
  const RecommenderSet set(all, catalogue, directory.path());
  const Playing session({{5, 1}});
  Random random{1};
  CHECK(set.answer("mix", session.request(), random).recommender.starts_with("mix/it/"));
  const auto hear = [&](const std::string& recorded, std::uint32_t track, double fraction) {
    for (int i = 0; i < 10; ++i) {
      set.learn(recorded, {.request = session.request(), .track = {track}, .fraction = fraction});
    }
  };
  hear("mix/it/high", 9, 0.8);
  hear("other/it/high", 9, 0.8);
  hear("other/it/low", 0, 0.2);
  hear("mix/it/low", 0, 0.2);
  hear("mix/it", 0, 1);  // as an earlier program recorded it: of no part
  hear("mix/it/gone", 0, 1);
  hear("mix/gone/low", 0, 1);
  set.advance();
  // As it learns by itself from 20 of each.
  const Learning alone("thompson", kLowAndHigh, directory);
  alone.hear("it/high", 9, 0.8, 20);
  alone.hear("it/low", 0, 0.2, 20);
  alone.set().advance();
  CHECK(set.recommender("it").propensity(session.request(), {9}) == alone.propensity(9));
  CHECK(alone.propensity(9) > 0.99);
}

TEST_CASE("cascade: a part that learns does", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("high.json", "[9]");
  std::vector<RecommenderSpec> all = specs("linucb", kFromAll, {{"alpha", 0.1}});
  all.push_back({.name = "first", .type = "cascade", .fallback = "", .options = {}, .parts = {{"of", {{"it"}}}}});
  const Catalogue catalogue = small_catalogue();
  const RecommenderSet set(all, catalogue, directory.path());
  const Playing session({{5, 1}});
  const auto bound_of = [&](std::uint32_t track) {
    for (const Candidate& one : set.recommender("it").ranker()->rank(session.request(), 10)) {
      if (one.track == TrackId{track}) return one.score;
    }
    return 0.0;
  };
  const double before = bound_of(4);
  for (int i = 0; i < 20; ++i) {
    set.learn("first/it", {.request = session.request(), .track = {4}, .fraction = 0.9});
  }
  set.advance();
  CHECK(bound_of(4) > before + 0.3);
}

TEST_CASE("thompson: over tracks the better one is served more and more often", "[recommenders]") {
  const TemporaryDirectory directory;
  const Learning learning("thompson", kFromAll, directory, {{"candidates", std::int64_t{3}}});
  CHECK(learning.propensity(0) == Approx(1.0 / 3));
  CHECK(learning.propensity(3) == 0);
  learning.hear("it", 2, 1, 30);
  learning.hear("it", 0, 0, 30);
  learning.hear("it", 1, 0.3, 30);
  learning.set().advance();
  CHECK(learning.propensity(2) > 0.99);
  CHECK(learning.propensity(0) + learning.propensity(1) + learning.propensity(2) == Approx(1));
}

TEST_CASE("linucb: learns which features are heard", "[recommenders]") {
  const TemporaryDirectory directory;
  const Learning learning("linucb", kFromAll, directory, {{"alpha", 0.1}, {"candidates", std::int64_t{10}}});
  // The previous track is 5, whose artist has 4 and 6; popularity falls with the id.
  for (int round = 0; round < 20; ++round) {
    for (const std::uint32_t track : {0U, 1U, 2U, 3U, 7U, 8U, 9U}) learning.hear("it", track, 0.1);
    for (const std::uint32_t track : {4U, 6U}) learning.hear("it", track, 0.9);
  }
  learning.set().advance();
  CHECK(learning.propensity(4) + learning.propensity(6) == 1);
}

TEST_CASE("learning: what was learned is saved, and found again", "[recommenders]") {
  const TemporaryDirectory directory;
  const Values state = {{"state", std::string("state.json")}};
  double propensity = 0;
  {
    const Learning learning("thompson", kLowAndHigh, directory, state);
    learning.hear("it/high", 9, 0.8, 5);
    learning.set().advance();
    learning.hear("it/high", 9, 0.9);
    learning.set().advance();
    learning.set().advance();  // nothing new: the same state
    propensity = learning.propensity(9);
    CHECK(
        read_file(directory / "state.json") ==
        "{\"format\":\"crossfade-learned-state\",\"format_version\":1,\"type\":\"thompson\",\"of\":[\"low\",\"high\"],"
        "\"version\":2,\"sums\":[0,0,60000,49000]}\n");
  }
  CHECK(Learning("thompson", kLowAndHigh, directory, state).propensity(9) == propensity);
  CHECK(propensity > 0.5);
  CHECK(Learning("thompson", kLowAndHigh, directory).propensity(9) == 0.5);
}

TEST_CASE("learning: a state of something else is refused", "[recommenders]") {
  const TemporaryDirectory directory;
  const Values state = {{"state", std::string("state.json")}};
  const std::string path = (directory.path() / "state.json").string();
  const auto fault = [&](const std::string& text, const Parts& parts = kLowAndHigh) {
    directory.write("state.json", text);
    return error_of([&] { Learning("thompson", parts, directory, state); });
  };
  const std::string head = R"({"format":"crossfade-learned-state","format_version":1,"type":"thompson","of":)";
  CHECK(fault(head + R"(["low","high"],"version":1,"sums":[1,2,3,4]})").empty());
  const std::string other = "recommender \"it\": " + path +
                            ": was learned by another recommender, or of other parts or tracks, want another name for "
                            "a new one";
  CHECK(fault(head + R"(["low","other"],"version":1,"sums":[1,2,3,4]})") == other);
  CHECK(fault(head + R"(["low","high"],"version":1,"sums":[1,2,3]})") == other);
  CHECK(fault("{}").find("no state that can be read: ") != std::string::npos);
  CHECK(fault("[]").find("no state that can be read: ") != std::string::npos);
  CHECK(fault("[") == path + ":1:2: not JSON from here on");
  CHECK(fault("") == path + ":1:1: not JSON from here on");
  CHECK(fault(std::string(1'000'000, '[')).ends_with("lists and objects within one another, want fewer"));
  CHECK(fault(R"({"format":"other","format_version":1})") ==
        "recommender \"it\": " + path +
            ": is no state of a recommender that this program knows, want another name for a new one");
  // It went on from answers below 0, whose standard deviation is no number, and neither were the propensities.
  const std::string damaged =
      "recommender \"it\": " + path +
      ": has a version or a sum that is no whole number from 0 to 2^53, want it as it was written";
  for (const char* const sums : {"[-10001,2,3,4]", "[1,2,3,9223372036854775807]", "[1,2.5,3,4]", "[1,\"2\",3,4]"}) {
    CHECK(fault(head + R"(["low","high"],"version":1,"sums":)" + sums + "}") == damaged);
  }
  for (const char* const version : {"-1", "1.5", "18446744073709551615", "null"}) {
    CHECK(fault(head + R"(["low","high"],"version":)" + version + R"(,"sums":[1,2,3,4]})") == damaged);
  }
}

TEST_CASE("learning: what is wrong with a definition is said", "[recommenders]") {
  const TemporaryDirectory directory;
  const auto fault = [&](const Parts& parts, const Values& options = {}) {
    return error_of([&] { Learning("thompson", parts, directory, options); });
  };
  CHECK(fault({}) == "recommender \"it\": neither \"of\" nor \"candidates_from\" is there, want one of them");
  CHECK(fault({{"of", {{"low"}}}, {"candidates_from", {{"all"}}}}) ==
        "recommender \"it\": both \"of\" and \"candidates_from\" are there, want one of them");
  CHECK(fault(kLowAndHigh, {{"candidates", std::int64_t{3}}}) ==
        "recommender \"it\": \"candidates\" is there, want it with \"candidates_from\" only");
  CHECK(fault(kLowAndHigh, {{"state", std::string("../state.json")}}).find("outside") != std::string::npos);
  std::vector<RecommenderSpec> frozen = specs("linucb", kFromAll);
  frozen.back().updates = false;
  const Catalogue catalogue = small_catalogue();
  CHECK(error_of([&] { RecommenderSet(frozen, catalogue, directory.path()); }) ==
        "recommender \"it\": learns as it serves, want updates: true beside its type");
}
