#include "recommenders/registry.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "recommenders/external/script.h"
#include "recommenders/files.h"
#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

constexpr int kDraws = 20'000;

RecommenderSpec spec(std::string name, std::string type, std::string fallback = "", Values options = {}) {
  return {
      .name = std::move(name), .type = std::move(type), .fallback = std::move(fallback), .options = std::move(options)};
}

RecommenderSpec mixture(std::string name, std::vector<RecommenderPart> parts, std::string fallback = "") {
  RecommenderSpec all = spec(std::move(name), "mixture", std::move(fallback));
  all.parts = {{"of", std::move(parts)}};
  return all;
}

std::string fault_of(const std::vector<RecommenderSpec>& specs) {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();
  return error_of([&] { RecommenderSet(specs, catalogue, directory.path()); });
}

}  // namespace

TEST_CASE("registry: every type has its options described", "[recommenders]") {
  for (const Type& type : types()) {
    INFO(type.name);
    CHECK(type.make != nullptr);
    for (const Option& option : type.options) {
      CHECK_FALSE(option.name.empty());
      CHECK_FALSE(option.help.empty());
    }
  }
}

TEST_CASE("registry: what recommenders were loaded from is known by its content", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();
  const std::vector<RecommenderSpec> specs = {
      spec("top", "top_pop", "", {{"top", std::int64_t{1}}}),
      spec("personal", "user_lists", "", {{"file", std::string("lists.jsonl")}}),
      spec("again", "user_lists", "", {{"file", std::string("lists.jsonl")}}),
  };
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6]}\n");
  const auto files = RecommenderSet(specs, catalogue, directory.path()).files();
  REQUIRE(files.size() == 2);
  CHECK(files[0].recommender == "again");
  CHECK(files[1] == RecommenderFile{.recommender = "personal", .file = "lists.jsonl", .checksum = files[0].checksum});
  CHECK(RecommenderSet(specs, catalogue, directory.path()).files() == files);
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [5]}\n");
  CHECK(RecommenderSet(specs, catalogue, directory.path()).files()[0].checksum != files[0].checksum);
}

TEST_CASE("registry: who answered is who is recorded", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6]}\n");
  const Catalogue catalogue = small_catalogue();
  const std::vector<RecommenderSpec> specs = {
      spec("personal", "user_lists", "similar", {{"file", std::string("lists.jsonl")}}),
      spec("similar", "item_to_item", "top", {{"order", std::string("shuffled")}}),
      spec("top", "top_pop", "", {{"top", std::int64_t{1}}}),
      spec("alone", "item_to_item"),
  };
  const RecommenderSet set(specs, catalogue, directory.path());
  const UnitId known{"1"};
  const UnitId unknown{"2"};
  Random random{1};
  const auto ask = [&](std::string_view name, const UnitId& unit, std::uint32_t previous) {
    return set.answer(name, {.unit = unit, .previous = {previous}, .fraction = 1, .heard = {}}, random);
  };
  CHECK(ask("personal", known, 0) == Recommended{.track = {6}, .recommender = "personal", .propensity = 1});
  CHECK(ask("personal", unknown, 0).recommender == "similar");
  CHECK(ask("personal", unknown, 0).propensity == 0.5);
  CHECK(ask("personal", unknown, 5) == Recommended{.track = {0}, .recommender = "top", .propensity = 1});
  CHECK(ask("alone", known, 5).recommender == "fallback");
  CHECK(ask("alone", known, 5).propensity == 0.1);
  CHECK(catalogue.contains(ask("alone", known, 99).track));

  const Request request{.unit = known, .previous = {99}, .fraction = 1, .heard = {}};
  CHECK(set.answer_of_fallback("personal", request, random).recommender == "top");
  CHECK(set.answer_of_fallback("similar", request, random).recommender == "top");
  CHECK(set.answer_of_fallback("top", request, random).recommender == "fallback");
  CHECK(error_of([&] { ask("nobody", known, 0); }) == "no recommender is called \"nobody\"");
}

TEST_CASE("registry: the final fallback is uniform over the catalogue", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();
  const std::vector<RecommenderSpec> specs = {spec("alone", "item_to_item")};
  const RecommenderSet set(specs, catalogue, directory.path());
  const UnitId unit{"1"};
  std::vector<int> count(catalogue.size());
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    Random random{i};
    ++count[set.answer("alone", {.unit = unit, .previous = {5}, .heard = {}}, random).track.value];
  }
  // Chi-square with 9 degrees of freedom: 33.7 is its quantile of 0.9999.
  double statistic = 0;
  for (const int n : count) statistic += (n - kDraws / 10.0) * (n - kDraws / 10.0) / (kDraws / 10.0);
  CHECK(statistic < 33.7);
}

TEST_CASE("registry: all faults of all specs at once", "[recommenders]") {
  CHECK(
      fault_of({spec("a", "topp_op"), spec("b", "top_pop", "c", {{"top", std::int64_t{0}}, {"fiel", std::string("x")}}),
                spec("d", "user_lists", "bb"), spec("e", "item_to_item", "", {{"order", std::string("sorted")}}),
                spec("f", "sticky_artist", "", {{"unseen_only", std::string("yes")}, {"min_fraction", -0.5}}),
                spec("f", "random", "", {{"top", 1.0}})}) ==
      "recommender \"f\": is there twice, want each name once\n"
      "recommender \"a\": unknown type \"topp_op\", want one of random, top_pop, sticky_artist, user_lists, "
      "item_to_item, mixture, history_item_to_item, rank_fusion, sequential, embeddings, rerank, cascade, "
      "epsilon_greedy, thompson, linucb, process, http\n"
      "recommender \"b\": option \"top\" is 0, want a whole number from 1 on\n"
      "recommender \"b\": type top_pop has no option \"fiel\"; did you mean \"file\"?\n"
      "recommender \"b\": unknown fallback \"c\"; did you mean \"a\"?\n"
      "recommender \"d\": option \"file\" is missing\n"
      "recommender \"d\": unknown fallback \"bb\"; did you mean \"b\"?\n"
      "recommender \"e\": option \"order\" is \"sorted\", want one of shuffled, in_order\n"
      "recommender \"f\": option \"unseen_only\" is \"yes\", want true or false\n"
      "recommender \"f\": option \"min_fraction\" is -0.5, want a number from 0 on\n"
      "recommender \"f\": type random has no option \"top\"");
}

TEST_CASE("registry: a fallback that leads back to its beginning is refused", "[recommenders]") {
  CHECK(fault_of({spec("a", "item_to_item", "b"), spec("b", "sticky_artist", "a"), spec("c", "item_to_item", "c")}) ==
        "recommender \"a\": asks itself, a -> b -> a, want an end\n"
        "recommender \"c\": asks itself, c -> c, want an end");
}

TEST_CASE("registry: parts and fallbacks together are asked in no circle", "[recommenders]") {
  CHECK(fault_of({mixture("m", {{"a"}, {"b"}}), spec("a", "random"), spec("b", "item_to_item", "n"),
                  mixture("n", {{"a"}, {"m"}})}) == "recommender \"m\": asks itself, m -> b -> n -> m, want an end");
  CHECK(fault_of({mixture("m", {{"m"}})}) == "recommender \"m\": asks itself, m -> m, want an end");
}

TEST_CASE("registry: parts are recommenders with weights", "[recommenders]") {
  CHECK(fault_of({mixture("m", {{"a"}, {"a"}, {"aa"}}), mixture("n", {{"a", 0}, {"m", 0}}),
                  mixture("o", {{"a", -1}, {"m", 2}}), mixture("p", {}), spec("q", "mixture"),
                  spec("r", "mixture", "", {{"of", std::string("a")}}), spec("a", "random")}) ==
        "recommender \"m\": option \"of\" names \"a\" twice, want each once\n"
        "recommender \"m\": option \"of\": unknown recommender \"aa\"; did you mean \"a\"?\n"
        "recommender \"n\": option \"of\" has weights that are all 0, want one above it\n"
        "recommender \"o\": option \"of\" has a weight of -1, want a number from 0 on\n"
        "recommender \"p\": option \"of\" names nobody, want a recommender\n"
        "recommender \"q\": option \"of\" names nobody, want a recommender\n"
        "recommender \"r\": option \"of\" names nobody, want a recommender\n"
        "recommender \"r\": option \"of\" is \"a\", want a recommender's name");
  RecommenderSpec odd = spec("s", "random");
  odd.parts = {{"of", {{"a"}}}};
  CHECK(fault_of({odd, spec("a", "random")}) == "recommender \"s\": type random has no option \"of\" of parts");
}

// Sixteen of two parts each, one above the other, ask 65 536 for one request.
TEST_CASE("registry: a request asks a bounded number of recommenders", "[recommenders]") {
  std::vector<RecommenderSpec> specs = {spec("0", "random"), spec("0b", "random")};
  for (int i = 1; i < 16; ++i) {
    for (const char* const twin : {"", "b"}) {
      specs.push_back(mixture(std::to_string(i) + twin, {{std::to_string(i - 1)}, {std::to_string(i - 1) + "b"}}));
    }
  }
  CHECK(fault_of(specs) ==
        "recommender \"6\": a request may ask 127 recommenders, its fallbacks and parts included, want at most 100\n"
        "recommender \"6b\": a request may ask 127 recommenders, its fallbacks and parts included, want at most 100");
}

TEST_CASE("registry: which part of a mixture chose is recorded, with the probability over all parts",
          "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [6, 0]}\n");
  const Catalogue catalogue = small_catalogue();
  const std::vector<RecommenderSpec> specs = {
      mixture("mix", {{"personal", 1}, {"top", 3}, {"never", 4}}, "top"),
      mixture("alone", {{"personal"}}, "top"),
      spec("personal", "user_lists", "top", {{"file", std::string("lists.jsonl")}}),
      spec("top", "top_pop", "", {{"top", std::int64_t{1}}}),
      spec("never", "sticky_artist", "", {{"min_fraction", 1.0}}),
  };
  const RecommenderSet set(specs, catalogue, directory.path());
  const auto ask = [&](std::string_view name, const UnitId& unit, std::uint64_t seed) {
    Random random{seed};
    return set.answer(name, {.unit = unit, .previous = {9}, .fraction = 0, .heard = {}}, random);
  };
  std::map<std::pair<std::string, std::uint32_t>, double> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Recommended answer = ask("mix", {"1"}, seed);
    seen[{answer.recommender, answer.track.value}] = answer.propensity;
  }
  // 0 is the top track, and half of the list.
  CHECK(seen == std::map<std::pair<std::string, std::uint32_t>, double>{
                    {{"mix/personal", 6}, 0.125}, {{"mix/personal", 0}, 0.875}, {{"mix/top", 0}, 0.875}});
  CHECK(ask("mix", {"2"}, 1) == Recommended{.track = {0}, .recommender = "mix/top", .propensity = 1});
  // A part's own fallback is not asked, the mixture's is.
  CHECK(ask("alone", {"2"}, 1) == Recommended{.track = {0}, .recommender = "top", .propensity = 1});
}

TEST_CASE("registry: what a model misses is said under the recommender's name, for all of them", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = plain_catalogue(10);
  const auto lists = directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [10]}\n");
  const std::vector<RecommenderSpec> specs = {spec("top", "top_pop"), spec("similar", "item_to_item"),
                                              spec("sticky", "sticky_artist", "", {{"min_fraction", std::int64_t{2}}}),
                                              spec("lists", "user_lists", "", {{"file", std::string("lists.jsonl")}}),
                                              spec("gone", "user_lists", "", {{"file", std::string("gone.jsonl")}})};
  CHECK(error_of([&] { RecommenderSet(specs, catalogue, directory.path()); }) ==
        "recommender \"top\": the catalogue states no popularity (\"pop\"), want the option \"file\"\n"
        "recommender \"similar\": the catalogue names no similar tracks (\"recommendations\"), want the option "
        "\"file\"\n"
        "recommender \"sticky\": \"min_fraction\" is above 1, want a fraction of a track, 0..1\n"
        "recommender \"gone\": " +
            (directory.path() / "gone.jsonl").string() + ": cannot be opened: No such file or directory\n" +
            lists.string() + ":1: 1 of 1 tracks of \"tracks\" is not in the catalogue of 10 tracks, the first is 10");
}

TEST_CASE("registry: who is kept stays as the former set has it, with its files and parts", "[recommenders]") {
  const TemporaryDirectory directory;
  const Catalogue catalogue = small_catalogue();
  const auto serve = [&](const std::string& file, int track) {
    directory.write(file, "{\"user\": 1, \"tracks\": [" + std::to_string(track) + "]}\n");
  };
  std::vector<RecommenderSpec> specs = {spec("kept", "user_lists", "", {{"file", std::string("kept.jsonl")}}),
                                        spec("swapped", "user_lists", "", {{"file", std::string("swapped.jsonl")}})};
  specs.push_back(spec("mix", "mixture"));
  specs.back().parts = {{"of", {{"kept"}}}};
  specs.push_back(spec("both", "mixture"));
  specs.back().parts = {{"of", {{"swapped"}}}};
  serve("kept.jsonl", 2);
  serve("swapped.jsonl", 3);
  auto former = std::make_unique<const RecommenderSet>(specs, catalogue, directory.path());
  const std::vector<RecommenderFile> files = former->files();
  directory.write("kept.jsonl", "torn");
  serve("swapped.jsonl", 7);
  const RecommenderSet set(specs, catalogue,
                           Surroundings{.data = directory.path(), .former = former.get(), .kept = {"kept", "both"}});
  former.reset();
  const UnitId unit{"1"};
  Random random{1};
  const auto ask = [&](std::string_view name) {
    return set.answer(name, {.unit = unit, .previous = {0}, .fraction = 1, .heard = {}}, random);
  };
  CHECK(ask("kept").track == TrackId{2});
  CHECK(ask("mix").track == TrackId{2});
  CHECK(ask("swapped").track == TrackId{7});
  CHECK(ask("both").track == TrackId{3});
  REQUIRE(set.files().size() == 2);
  CHECK(set.files()[0] == files[0]);
  CHECK(set.files()[1].checksum != files[1].checksum);
}

TEST_CASE("registry: the script of a command is one of the files", "[recommenders]") {
  const TemporaryDirectory directory;
  const TemporaryDirectory commands;
  const Catalogue catalogue = small_catalogue();
  commands.write("mine.py", "1");
  const std::vector<RecommenderSpec> specs = {
      spec("mine", "process", "", {{"command", std::string("exec python3 -u \"mine.py\" out.txt")}})};
  const Surroundings around{.data = directory.path(), .commands = commands.path()};
  const auto files = RecommenderSet(specs, catalogue, around).files();
  REQUIRE(files.size() == 1);
  CHECK(files[0].recommender == "mine");
  CHECK(files[0].file == "mine.py");
  commands.write("mine.py", "2");
  CHECK(files_of(specs[0], around)[0].checksum != files[0].checksum);
  CHECK(RecommenderSet(specs, catalogue, directory.path()).files().empty());
}

TEST_CASE("script: the first word that names a file of the directory", "[recommenders]") {
  const TemporaryDirectory directory;
  const TemporaryDirectory elsewhere;
  std::filesystem::create_directory(directory / "lib");
  directory.write("lib/mine.py", "");
  directory.write("other.py", "");
  std::filesystem::create_symlink(elsewhere.write("far.py", ""), directory / "link.py");
  const auto script = [&](const std::string& command) {
    return external::script_of(command, directory.path()).value_or("none");
  };
  CHECK(script("python3 lib/mine.py other.py") == "lib/mine.py");
  CHECK(script("cd lib;python3 'other.py'|cat") == "other.py");
  CHECK(script("./other.py") == "./other.py");
  CHECK(script("python3 lib link.py ../" + directory.path().filename().string() + "/other.py").ends_with("/other.py"));
  CHECK(script("python3 -m mine") == "none");
  CHECK(script("") == "none");
}

TEST_CASE("script: what a command names and is not there", "[recommenders]") {
  const TemporaryDirectory directory;
  directory.write("mine.py", "");
  const auto missing = [&](const std::string& command) {
    return external::missing_in(command, directory.path()).value_or("none");
  };
  CHECK(missing("sh mine.py") == "none");
  CHECK(missing("LISTS=a.jsonl exec sh -u mine.py") == "none");
  CHECK(missing("sh other.py") == "other.py");
  CHECK(missing("sh -x other.py mine.py") == "other.py");
  CHECK(missing("no-such-program mine.py") == "no-such-program");
  CHECK(missing("./mine.py") == "./mine.py");  // is no program
  CHECK(missing("cat some-file") == "none");   // may be anything
  CHECK(missing("cd /; no-such-program") == "none");
  CHECK(missing("") == "none");
}

TEST_CASE("registry: an address that nobody can be asked at is a fault", "[recommenders]") {
  const auto fault = [](const std::string& url) { return fault_of({spec("r", "http", "", {{"url", url}})}); };
  for (const char* const url : {"http://h:9000/recommend", "http://h", "http://[::1]:9000/r?a=b", "https://h/r"}) {
    CHECK(fault(url).empty());
  }
  for (const char* const url :
       {"", "127.0.0.1:9000", "ftp://a/b", "http:///b", "http://:80/b", "http://h:0/", "http://h:x/", "http://h:65536/",
        "http://h:/", "http://a b/", "http://u@h/", "http://[::1/", "http://[]/"}) {
    CHECK(fault(url) ==
          "recommender \"r\": option \"url\" is \"" + std::string(url) + "\", want http://HOST:PORT/PATH");
  }
}

// `file: /dev/zero` passed validate, and hung the reload of a server.
TEST_CASE("registry: files lie below the world's directory, and are files", "[recommenders]") {
  const TemporaryDirectory outside;
  const TemporaryDirectory directory;
  const Catalogue catalogue = plain_catalogue(10);
  const auto elsewhere = outside.write("lists.jsonl", "{\"user\": 1, \"tracks\": [1]}\n");
  directory.write("lists.jsonl", "{\"user\": 1, \"tracks\": [1]}\n");
  std::filesystem::create_symlink(elsewhere, directory / "link.jsonl");
  std::filesystem::create_symlink("lists.jsonl", directory / "near.jsonl");
  const auto fault = [&](const std::string& file, bool allow_outside = false) {
    const std::vector<RecommenderSpec> specs = {spec("r", "user_lists", "", {{"file", file}})};
    return error_of([&] { RecommenderSet(specs, catalogue, directory.path(), allow_outside); });
  };
  const std::string rule = ": lies outside the world's directory, want it below (or --allow-outside)";
  CHECK(fault("lists.jsonl").empty());
  CHECK(fault("near.jsonl").empty());
  CHECK_THAT(fault("/dev/zero"), Catch::EndsWith("/dev/zero" + rule));
  CHECK_THAT(fault(elsewhere.string()), Catch::EndsWith(rule));
  CHECK_THAT(fault("link.jsonl"), Catch::EndsWith("link.jsonl" + rule));
  CHECK_THAT(fault("../x"), Catch::EndsWith("../x" + rule));
  CHECK(fault(elsewhere.string(), true).empty());
  CHECK(fault("link.jsonl", true).empty());
  CHECK_THAT(fault("/dev/zero", true), Catch::EndsWith("/dev/zero: is no regular file, want one"));
  std::filesystem::resize_file(directory / "lists.jsonl", kLargestFile + 1);  // a hole
  CHECK_THAT(fault("lists.jsonl"), Catch::EndsWith(": has 1073741825 bytes, want at most 1073741824"));
}

// 10 000 in a row took 25 s.
TEST_CASE("registry: a chain of fallbacks has an end", "[recommenders]") {
  std::vector<RecommenderSpec> specs;
  for (int i = 0; i < 100; ++i) specs.push_back(spec(std::to_string(i), "random", std::to_string(i + 1)));
  specs.push_back(spec("100", "random"));
  CHECK(fault_of(specs) ==
        "recommender \"0\": a request may ask 101 recommenders, its fallbacks and parts included, want at most 100");
}
