// What every recommender must keep, whatever it serves: one suite on every type and its options.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include "platform/files/npy.h"
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

using Parts = std::map<std::string, std::vector<RecommenderPart>>;

struct Subject {
  std::string type;
  Values options;
  Parts parts = {};
};

// Those that subjects name.
std::vector<RecommenderSpec> named_ones() {
  const auto spec = [](std::string name, std::string type, Values options) {
    return RecommenderSpec{
        .name = std::move(name), .type = std::move(type), .fallback = "any", .options = std::move(options)};
  };
  return {{.name = "any", .type = "random", .fallback = "", .options = {}},
          spec("top", "top_pop", {{"file", std::string("top.json")}}),
          spec("lists", "user_lists", {{"file", std::string("lists.jsonl")}}),
          spec("similar", "item_to_item", {{"file", std::string("similar.jsonl")}}),
          spec("neighbours", "item_to_item", {}),
          spec("history", "history_item_to_item", {}),
          {.name = "curious",
           .type = "epsilon_greedy",
           .fallback = "",
           .options = {{"epsilon", 0.5}},
           .parts = {{"of", {{"top"}}}}}};
}

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
          {"item_to_item", {{"file", similar}, {"order", std::string("shuffled")}}},
          {"sticky_artist", {{"without_previous", true}}},
          {"mixture", {}, {{"of", {{"similar", 0.7}, {"top", 0.2}, {"any", 0}, {"lists", 0.3}}}}},
          {"mixture", {}, {{"of", {{"similar"}, {"lists"}}}}},
          {"mixture", {}, {{"of", {{"history", 2}, {"curious"}}}}},
          {"history_item_to_item", {}},
          {"history_item_to_item", {{"file", similar}, {"history", std::int64_t{3}}}},
          {"history_item_to_item", {{"anchor", std::string("best_heard")}}},
          {"history_item_to_item", {{"anchor", std::string("first")}}},
          {"history_item_to_item", {{"anchor", std::string("previous")}}},
          {"rank_fusion", {}},
          {"rank_fusion", {{"min_fraction", 0.0}, {"offset", 1.0}}},
          {"sequential", {{"file", lists}}},
          {"embeddings", {{"file", std::string("tracks.npy")}}},
          {"embeddings", {{"file", std::string("tracks.npy")}, {"vectors", std::string("session_mean")}}},
          {"embeddings",
           {{"file", std::string("tracks.npy")},
            {"vectors", std::string("user")},
            {"users", std::string("users.npy")},
            {"similarity", std::string("cosine")}}},
          {"rerank", {{"artist_cap", std::int64_t{1}}}, {{"of", {{"neighbours"}}}}},
          {"rerank", {{"diversify", std::string("mmr")}}, {{"of", {{"top"}}}}},
          {"rerank",
           {{"diversify", std::string("dpp")}, {"vectors", std::string("tracks.npy")}, {"artist_cap", std::int64_t{2}}},
           {{"of", {{"top"}}}}},
          {"cascade", {{"first", std::int64_t{1}}}, {{"of", {{"neighbours"}, {"lists"}, {"top"}}}}},
          {"epsilon_greedy", {{"epsilon", 0.4}}, {{"of", {{"neighbours"}}}}},
          {"epsilon_greedy", {{"candidates", std::int64_t{3}}}, {{"of", {{"top"}}}}},
          {"thompson", {}, {{"of", {{"neighbours"}, {"lists"}, {"curious"}}}}},
          {"thompson", {{"candidates", std::int64_t{3}}}, {{"candidates_from", {{"top"}}}}},
          {"linucb", {}, {{"candidates_from", {{"neighbours"}}}}},
          {"linucb", {{"alpha", 0.0}}, {{"candidates_from", {{"top"}}}}},
          // Nobody is asked here: they never have an answer.
          {"process", {{"command", std::string("true")}}},
          {"http", {{"url", std::string("http://127.0.0.1:9/")}}}};
}

// Of tracks and of users 0 to 7, on a circle; track 1 has none that tells anything.
void write_vectors(const TemporaryDirectory& directory, std::size_t tracks) {
  const auto on_circle = [](std::size_t rows) {
    files::Matrix vectors(rows, 2);
    for (std::size_t i = 0; i < rows; ++i) {
      vectors.row(i)[0] = std::cos(static_cast<float>(i));
      vectors.row(i)[1] = std::sin(static_cast<float>(i));
    }
    return vectors;
  };
  files::Matrix of_tracks = on_circle(tracks);
  if (tracks > 1) std::ranges::fill(of_tracks.row(1), 0.0F);
  files::write_npy(directory / "tracks.npy", of_tracks);
  files::write_npy(directory / "users.npy", on_circle(8));
}

void write_files(const TemporaryDirectory& directory) {
  directory.write("lists.jsonl", "{\"user\": 7, \"tracks\": [3, 0, 8, 5]}\n{\"user\": 8, \"tracks\": []}\n");
  directory.write("similar.jsonl",
                  "{\"item_id\": 0, \"recommendations\": [0, 4, 2]}\n{\"item_id\": 9, \"recommendations\": []}\n");
  directory.write("top.json", "[6, 2, 9]");
  write_vectors(directory, 10);
}

// A request that owns what it points to.
struct Situation {
  UnitId unit;
  TrackId previous;
  double fraction = 0;
  std::vector<Listen> heard;
  std::vector<Listen> history = {};  // newest first

  Request request() const {
    return {.unit = unit, .previous = previous, .fraction = fraction, .heard = heard, .history = history};
  }
};

std::vector<Listen> heard(std::initializer_list<std::uint32_t> tracks) {
  return listens(ids(tracks));
}

std::vector<Situation> situations() {
  const std::vector<Listen> everything = heard({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  std::vector<Situation> all = {{kListed, {0}, 1, heard({0})},
                                {kListed, {0}, 0.2, heard({3, 1, 3, 0})},
                                {kListed, {6}, 0.5, heard({4, 8, 6})},
                                {kListed, {9}, 1, heard({9})},     // the only track of its artist
                                {kListed, {5}, 0.7, heard({5})},   // names no similar track
                                {kListed, {3}, 0, {}},             // nothing is known of the session
                                {kListed, {9}, 0.9, everything},   // nothing is left
                                {kUnknown, {0}, 1, heard({0})},    //
                                {{"8"}, {2}, 1, heard({2})},       // has an empty list
                                {kUnknown, {10}, 1, heard({10})},  // the first id that the catalogue lacks
                                {kUnknown, {~0U}, 0.4, heard({1, ~0U, ~0U})},
                                {{""}, {1}, 0.4, heard({4'000'000'000, 1})}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    Situation& one = all[i];
    if (!one.heard.empty()) one.heard.back().fraction = one.fraction;
    one.history.assign(one.heard.rbegin(), one.heard.rend());
    // Of some, former sessions: more than ten listens, of which some were skipped, some repeat, some are of no track.
    for (std::uint32_t k = 0; k < 12 && i % 2 == 0; ++k) {
      one.history.push_back({.track = {k % 5 == 4 ? 77U : (k * 7 + 2) % 10}, .fraction = (k % 4) / 3.0});
    }
  }
  // All that was heard was skipped.
  all.push_back({kListed, {2}, 0, {{.track = {2}, .fraction = 0}}, {{.track = {2}, .fraction = 0}}});
  all.push_back({{"3"},
                 {2},
                 0.6,
                 {{.track = {4}, .fraction = 0.9}, {.track = {8}, .fraction = 0}, {.track = {2}, .fraction = 0.6}},
                 {{.track = {2}, .fraction = 0.6}, {.track = {8}, .fraction = 0}, {.track = {4}, .fraction = 0.9}}});
  return all;
}

// `subject` and those that it names, on `catalogue`; the files are in `directory`.
class Made {
 public:
  Made(const Subject& subject, const Catalogue& catalogue, const TemporaryDirectory& directory)
      : set_(specs(subject), catalogue, directory.path()) {}

  const Recommender& recommender() const { return set_.recommender("x"); }

 private:
  static std::vector<RecommenderSpec> specs(const Subject& subject) {
    std::vector<RecommenderSpec> all = named_ones();
    all.push_back({.name = "x",
                   .type = subject.type,
                   .fallback = "",
                   .options = subject.options,
                   .parts = subject.parts,
                   .updates = true});
    return all;
  }

  RecommenderSet set_;
};

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
    const Made made(subject, catalogue, directory);
    std::size_t number = 0;
    for (const Situation& situation : situations()) {
      INFO(subject.type << " with " << subject.options.size() << " options, situation " << number++);
      check(made.recommender(), situation);
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
  // 35 subjects x 14 situations x at most 10 tracks: with a limit of 5 standard errors a right recommender fails with
  // probability 3e-3, and the seed is fixed. An error of 10 % in a propensity of 1/10 is 4.7 standard errors of 20 000
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

TEST_CASE("contract: any track's propensity can be asked for", "[recommenders]") {
  const std::size_t tracks = small_catalogue().size();
  for_each_case([&](const Recommender& recommender, const Situation& situation) {
    REQUIRE(recommender.knows_propensity());
    const Request request = situation.request();
    const Tally all = tally(recommender, request, 200);
    double sum = 0;
    for (std::uint32_t id = 0; id < tracks; ++id) {
      INFO("track " << id);
      const auto propensity = recommender.propensity(request, {id});
      REQUIRE(propensity.has_value() == (all.none == 0));
      sum += propensity.value_or(0);
      if (const auto seen = all.propensity.find({id}); seen != all.propensity.end()) {
        CHECK(propensity == seen->second);
      } else {
        CHECK(propensity.value_or(0) < 0.2);  // of 200 draws none: below 1e-19
      }
    }
    if (all.none == 0) {
      CHECK(sum == Approx(1).epsilon(1e-12));
      CHECK(recommender.propensity(request, {static_cast<std::uint32_t>(tracks)}) == 0);
      CHECK(recommender.propensity(request, {~0U}) == 0);
    }
  });
}

TEST_CASE("contract: candidates are tracks of the catalogue, each once, best first", "[recommenders]") {
  const Catalogue catalogue = small_catalogue();
  for_each_case([&](const Recommender& recommender, const Situation& situation) {
    const Ranker* const ranker = recommender.ranker();
    if (ranker == nullptr) return;
    const Request request = situation.request();
    const std::vector<Candidate> all = ranker->rank(request, 1'000);
    std::set<TrackId> seen;
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(catalogue.contains(all[i].track));
      CHECK(seen.insert(all[i].track).second);
      CHECK(std::isfinite(all[i].score));
      if (i > 0) CHECK(all[i].score <= all[i - 1].score);
    }
    for (std::size_t most = 0; most < all.size(); ++most) {
      CHECK(ranker->rank(request, most) == std::vector<Candidate>(all.begin(), all.begin() + static_cast<long>(most)));
    }
  });
}

TEST_CASE("contract: a type that gives candidates has a ranker, and no other", "[recommenders]") {
  const TemporaryDirectory directory;
  write_files(directory);
  const Catalogue catalogue = small_catalogue();
  for (const Subject& subject : subjects()) {
    INFO(subject.type);
    const auto type = std::ranges::find(types(), subject.type, &Type::name);
    const Made made(subject, catalogue, directory);
    CHECK((made.recommender().ranker() != nullptr) == type->gives_candidates);
  }
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
  write_vectors(directory, 1);
  const Catalogue catalogue({{.id = {0}, .title = "", .genres = {}, .popularity = 1, .recommendations = ids({0})}},
                            {"a"});
  for (const Subject& subject : subjects()) {
    INFO(subject.type);
    const Made made(subject, catalogue, directory);
    for (const Situation& situation : situations()) {
      Random random{1};
      const auto choice = made.recommender().recommend(situation.request(), random);
      if (!choice) continue;
      CHECK(choice->track == TrackId{0});
      CHECK(choice->propensity == 1);
    }
  }
}
