// What every recommender must keep, whatever it serves: one suite on every type and its options.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include "recommenders/registry.h"
#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

constexpr int kDraws = 20'000;
constexpr std::size_t kThreads = 4;
constexpr std::uint64_t kRequests = 100;

const UnitId kListed{"7"};
const UnitId kUnknown{"nobody"};

struct Subject {
  std::string type;
  Values options;
};

// Every type at least once, and every option that changes what is served.
std::vector<Subject> subjects() {
  const std::string lists = "lists.jsonl";
  const std::string similar = "similar.jsonl";
  return {{"random", {}},
          {"top_pop", {{"top", std::int64_t{3}}}},
          {"top_pop", {}},
          {"top_pop", {{"file", std::string("top.json")}, {"top", std::int64_t{2}}}},
          {"sticky_artist", {}},
          {"sticky_artist", {{"unseen_only", true}}},
          {"sticky_artist", {{"min_fraction", 0.5}}},
          {"user_lists", {{"file", lists}}},
          {"user_lists", {{"file", lists}, {"order", std::string("in_order")}}},
          {"item_to_item", {}},
          {"item_to_item", {{"order", std::string("in_order")}}},
          {"item_to_item", {{"file", similar}, {"order", std::string("shuffled")}}}};
}

void write_files(const TemporaryDirectory& directory) {
  directory.write("lists.jsonl", "{\"user\": 7, \"tracks\": [3, 0, 8, 5]}\n{\"user\": 8, \"tracks\": []}\n");
  directory.write("similar.jsonl",
                  "{\"item_id\": 0, \"recommendations\": [0, 4, 2]}\n{\"item_id\": 9, \"recommendations\": []}\n");
  directory.write("top.json", "[6, 2, 9]");
}

// A request that owns what it points to.
struct Situation {
  UnitId unit;
  TrackId previous;
  double fraction = 0;
  std::vector<TrackId> heard;

  Request request() const { return {.unit = unit, .previous = previous, .fraction = fraction, .heard = heard}; }
};

std::vector<Situation> situations() {
  const std::vector<TrackId> everything = ids({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  return {{kListed, {0}, 1, ids({0})},
          {kListed, {0}, 0.2, ids({3, 1, 3, 0})},
          {kListed, {6}, 0.5, ids({4, 8, 6})},
          {kListed, {9}, 1, ids({9})},                 // the only track of its artist
          {kListed, {5}, 0.7, ids({5})},               // names no similar track
          {kListed, {3}, 0, {}},                       // nothing is known of the session
          {kListed, {9}, 0.9, everything},             // nothing is left
          {kUnknown, {0}, 1, ids({0})},                //
          {{"8"}, {2}, 1, ids({2})},                   // has an empty list
          {kUnknown, {10}, 1, ids({10})},              // the first id that the catalogue lacks
          {kUnknown, {~0U}, 0.4, ids({1, ~0U, ~0U})},  //
          {{""}, {1}, 0.4, ids({4'000'000'000, 1})}};
}

// Makes `subject` on `catalogue`; the files are in `directory`.
std::unique_ptr<Recommender> make(const Subject& subject, const Catalogue& catalogue,
                                  const TemporaryDirectory& directory) {
  const RecommenderSpec spec{.name = "x", .type = subject.type, .fallback = "", .options = subject.options};
  for (const Type& type : types()) {
    if (type.name == subject.type) {
      return type.make({.spec = spec, .catalogue = catalogue, .data = directory.path()});
    }
  }
  FAIL("no type " << subject.type);
  return nullptr;
}

// Answers to the same request, each with a stream of its own.
struct Tally {
  std::map<TrackId, int> count;
  std::map<TrackId, double> propensity;
  int none = 0;
  bool steady = true;  // each track had one propensity
};

Tally tally(const Recommender& recommender, const Request& request, int draws) {
  Tally all;
  for (int i = 0; i < draws; ++i) {
    Random random{20261123, static_cast<std::uint64_t>(i)};
    const auto choice = recommender.recommend(request, random);
    if (!choice) {
      ++all.none;
      continue;
    }
    ++all.count[choice->track];
    const auto [known, is_new] = all.propensity.emplace(choice->track, choice->propensity);
    all.steady = all.steady && known->second == choice->propensity;
  }
  return all;
}

void for_each_case(const std::function<void(const Recommender&, const Situation&)>& check) {
  const TemporaryDirectory directory;
  write_files(directory);
  const Catalogue catalogue = small_catalogue();
  for (const Subject& subject : subjects()) {
    const auto recommender = make(subject, catalogue, directory);
    std::size_t number = 0;
    for (const Situation& situation : situations()) {
      INFO(subject.type << " with " << subject.options.size() << " options, situation " << number++);
      check(*recommender, situation);
    }
  }
}

}  // namespace

TEST_CASE("contract: the suite covers every type", "[recommenders]") {
  std::set<std::string> covered;
  for (const Subject& subject : subjects()) covered.insert(subject.type);
  for (const Type& type : types()) CHECK(covered.contains(type.name));
  CHECK(covered.size() == types().size());
}

TEST_CASE("contract: answers are in the catalogue, with a propensity that is a probability", "[recommenders]") {
  const Catalogue catalogue = small_catalogue();
  for_each_case([&](const Recommender& recommender, const Situation& situation) {
    const Tally all = tally(recommender, situation.request(), 200);
    for (const auto& [track, propensity] : all.propensity) {
      CHECK(catalogue.contains(track));
      CHECK(propensity > 0);
      CHECK(propensity <= 1);
    }
  });
}

TEST_CASE("contract: a recommender has an answer to a request always or never", "[recommenders]") {
  for_each_case([](const Recommender& recommender, const Situation& situation) {
    const Tally all = tally(recommender, situation.request(), 200);
    CHECK((all.none == 0 || all.none == 200));
  });
}

TEST_CASE("contract: the propensity is the frequency", "[recommenders]") {
  // 12 subjects x 12 situations x at most 10 tracks: with a limit of 5 standard errors a right recommender fails with
  // probability 8e-4, and the seed is fixed. An error of 10 % in a propensity of 1/10 is 4.7 standard errors of 20 000
  // draws; those that could really happen (a list counted with what is left out) are 20 % and more.
  for_each_case([](const Recommender& recommender, const Situation& situation) {
    const Tally all = tally(recommender, situation.request(), kDraws);
    CHECK(all.steady);
    double sum = 0;
    for (const auto& [track, propensity] : all.propensity) {
      sum += propensity;
      const double error = std::sqrt(kDraws * propensity * (1 - propensity));
      INFO("track " << track.value);
      CHECK(std::abs(all.count.at(track) - kDraws * propensity) <= 5 * error + 1e-9);
    }
    if (!all.count.empty()) CHECK(sum == Approx(1).epsilon(1e-12));
  });
}

TEST_CASE("contract: the same random stream gives the same answer, and only the stream is moved", "[recommenders]") {
  for_each_case([](const Recommender& recommender, const Situation& situation) {
    Random first{1, 2};
    Random second{1, 2};
    for (int i = 0; i < 20; ++i) {
      const auto a = recommender.recommend(situation.request(), first);
      const auto b = recommender.recommend(situation.request(), second);
      REQUIRE(a.has_value() == b.has_value());
      if (a) CHECK(a->track == b->track);
    }
    CHECK(first() == second());
  });
}

TEST_CASE("contract: any number of threads may ask", "[recommenders]") {
  for_each_case([](const Recommender& recommender, const Situation& situation) {
    const auto answers = [&] {
      std::vector<std::optional<TrackId>> tracks;
      for (std::uint64_t i = 0; i < kRequests; ++i) {
        Random random{i};
        const auto choice = recommender.recommend(situation.request(), random);
        tracks.push_back(choice ? std::optional(choice->track) : std::nullopt);
      }
      return tracks;
    };
    std::vector<std::vector<std::optional<TrackId>>> seen(kThreads);
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (auto& one : seen) threads.emplace_back([&one, &answers] { one = answers(); });
    for (std::thread& thread : threads) thread.join();
    const auto want = answers();
    for (const auto& one : seen) CHECK(one == want);
  });
}

TEST_CASE("contract: a catalogue of one track", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 7, \"tracks\": [0]}\n");
  directory.write("similar.jsonl", "{\"item_id\": 0, \"recommendations\": [0]}\n");
  directory.write("top.json", "[0]");
  const Catalogue catalogue({{.id = {0}, .title = "", .genres = {}, .popularity = 1, .recommendations = ids({0})}},
                            {"a"});
  for (const Subject& subject : subjects()) {
    INFO(subject.type);
    const auto recommender = make(subject, catalogue, directory);
    for (const Situation& situation : situations()) {
      Random random{1};
      const auto choice = recommender->recommend(situation.request(), random);
      if (!choice) continue;
      CHECK(choice->track == TrackId{0});
      CHECK(choice->propensity == 1);
    }
  }
}
