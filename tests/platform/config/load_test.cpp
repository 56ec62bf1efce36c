#include "platform/config/load.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using crossfade::config::testing::faults_of;
using crossfade::config::testing::types;
using crossfade::config::testing::with_experiment;
using crossfade::config::testing::with_head;
using Faults = crossfade::config::testing::Faults;

TEST_CASE("load: reads all that the format has", "[config]") {
  const std::string text = R"(version: 1
defaults: {unit: user, hash: murmur3-mod, confidence_level: 0.9, minimum_days: 14, prior: {mean: 0.01, sd: 0.2}}
recommenders:
  random: {type: random}
  personal: {type: lists, file: lists.jsonl, order: ranked, top: 5, half_life_days: 7, unheard: true, fallback: random}
parameters: {recommender: random, depth: 10, share: 0.5, title: "10", fresh: false}
layers:
  ranking: {salt: ranking-2026}
experiments:
  - key: first
    hypothesis: Lists are better.
    owner: us
    status: running
    version: 3
    salt: pepper
    hash: fnv1a-v2
    layer: {name: ranking, range: [0.25, 0.75]}
    coverage: 0.5
    variants:
      - {key: control, weight: 0.6, control: true, parameters: {recommender: random}}
      - {key: treatment, weight: 0.4, parameters: {recommender: personal, depth: 20, share: 1, title: x, fresh: true}}
    metrics: {primary: time, secondary: [sessions], guardrails: [{metric: mean_request_latency, margin: 0.1}]}
  - key: second
    variants: [{key: A}, {key: B, control: true}, {key: C}]
)";
  const Configuration configuration = load(text, "e.yaml", types());
  CHECK(configuration.confidence_level == 0.9);
  CHECK(configuration.minimum_days == 14);
  CHECK(configuration.prior == LiftPrior{.mean = 0.01, .sd = 0.2});
  CHECK(configuration.text == text);
  CHECK(configuration.layers == std::vector<Layer>{{.name = "ranking", .salt = "ranking-2026"}});
  CHECK(configuration.parameters ==
        Values{
            {"recommender", "random"}, {"depth", std::int64_t{10}}, {"share", 0.5}, {"title", "10"}, {"fresh", false}});
  const Values options = {{"file", "lists.jsonl"},
                          {"order", "ranked"},
                          {"top", std::int64_t{5}},
                          {"half_life_days", 7.0},
                          {"unheard", true}};
  CHECK(configuration.recommenders ==
        std::vector<RecommenderSpec>{{.name = "random", .type = "random", .fallback = "", .options = {}},
                                     {.name = "personal", .type = "lists", .fallback = "random", .options = options}});

  const Values treatment = {
      {"recommender", "personal"}, {"depth", std::int64_t{20}}, {"share", 1.0}, {"title", "x"}, {"fresh", true}};
  Experiment first;
  first.key = "first";
  first.hypothesis = "Lists are better.";
  first.owner = "us";
  first.status = Status::running;
  first.version = 3;
  first.salt = "pepper";
  first.layer = LayerRange{.layer = "ranking", .begin = 0.25, .end = 0.75};
  first.coverage = 0.5;
  first.variants = {{.key = "control", .weight = 0.6, .control = true, .parameters = {{"recommender", "random"}}},
                    {.key = "treatment", .weight = 0.4, .parameters = treatment}};
  first.metrics = {
      .primary = "time", .secondary = {"sessions"}, .guardrails = {{.metric = "mean_request_latency", .margin = 0.1}}};
  REQUIRE(configuration.experiments.size() == 2);
  CHECK(configuration.experiments[0] == first);
}

TEST_CASE("load: fills in what an experiment leaves out", "[config]") {
  const Configuration configuration =
      load(with_experiment("    variants: [{key: A}, {key: B, control: true}, {key: C}]\n"), "e.yaml", types());
  const Experiment& experiment = configuration.experiments.at(0);
  CHECK(experiment.status == Status::draft);
  CHECK(experiment.version == 1);
  CHECK(experiment.salt == "e");
  CHECK(experiment.hash == HashAlgorithm::fnv1a_v2);
  CHECK_FALSE(experiment.layer.has_value());
  CHECK(experiment.coverage == 1);
  CHECK(experiment.metrics == MetricRoles{});
  for (const Variant& variant : experiment.variants) CHECK(variant.weight == 1.0 / 3);
  CHECK(control_of(experiment).key == "B");
  CHECK(configuration.confidence_level == 0.95);
  CHECK(configuration.minimum_days == 7);
  CHECK(configuration.prior == LiftPrior{.mean = 0, .sd = 0.05});
}

TEST_CASE("load: an experiment takes the hash of defaults unless it has its own", "[config]") {
  const std::string variants = "    variants: [{key: a, control: true}, {key: b}]\n";
  const std::string text = with_head("defaults: {hash: murmur3-mod}\nexperiments:\n  - key: e\n" + variants +
                                     "  - key: f\n    hash: fnv1a-v2\n" + variants);
  const Configuration configuration = load(text, "e.yaml", types());
  CHECK(configuration.experiments.at(0).hash == HashAlgorithm::murmur3_mod);
  CHECK(configuration.experiments.at(1).hash == HashAlgorithm::fnv1a_v2);
}

TEST_CASE("load: a layer without a range is taken whole", "[config]") {
  const Configuration configuration =
      load(with_experiment("    layer: {name: ranking}\n" + testing::kVariants), "e.yaml", types());
  CHECK(configuration.experiments.at(0).layer == LayerRange{.layer = "ranking", .begin = 0, .end = 1});
}

// FNV-1a 64 of the bytes, checked by hand in Python. Stored.
TEST_CASE("load: the checksum is that of the text, comments included", "[config]") {
  const std::string text = with_head("");
  CHECK(load(text, "e.yaml", types()).checksum == "1a181d26cd39af30");
  CHECK(load(text + "# a comment\n", "e.yaml", types()).checksum != "1a181d26cd39af30");
}

TEST_CASE("load: experiments and layers may be left out", "[config]") {
  CHECK(faults_of("version: 1\nrecommenders: {r: {type: random}}\nparameters: {recommender: r}\n").empty());
}

TEST_CASE("load: an empty file lacks everything", "[config]") {
  const Faults expected = {"e.yaml:1:1: the file is empty, want version, recommenders, parameters and experiments"};
  CHECK(faults_of("") == expected);
  CHECK(faults_of("# nothing but a comment\n") == expected);
  CHECK(faults_of("~\n") == expected);
}

TEST_CASE("load: says what is missing at the top", "[config]") {
  CHECK(faults_of("layers: {}\n") == Faults{"e.yaml:1:1: no version at the top, want version: 1"});
  CHECK(faults_of("[version]\n") == Faults{"e.yaml:1:1: the file is a list, want a map"});
}

TEST_CASE("load: another version of the format is refused", "[config]") {
  std::string text = with_head("");
  text.replace(0, 10, "version: 2");
  CHECK(faults_of(text) == Faults{"e.yaml:1:10: version is 2, want 1: the one version of this format"});
}

TEST_CASE("load: checks defaults", "[config]") {
  CHECK(faults_of(with_head("defaults: {unit: a b, hash: fnv1a-v3, confidence_level: 95}\n")) ==
        Faults{"e.yaml:5:18: unit is the text \"a b\", want 1 to 64 letters, digits, \".\", \"_\" or \"-\", the "
               "first one a letter or a digit",
               "e.yaml:5:29: unknown hash \"fnv1a-v3\", want one of fnv1a-v2, murmur3-mod, fnv1a-v1; did you mean "
               "\"fnv1a-v2\"?",
               "e.yaml:5:57: confidence_level is 95, want a number between 0 and 1, such as 0.95"});
  CHECK(faults_of(with_head("defaults: {confidence_level: 1}\n")).size() == 1);
  CHECK(faults_of(with_head("defaults: {minimum_days: -1}\n")) ==
        Faults{"e.yaml:5:26: minimum_days is -1, want days, 0 to 3650"});
  CHECK(faults_of(with_head("defaults: {confidence_level: 0}\n")).size() == 1);
  CHECK(faults_of(with_head("defaults: {prior: {mean: x, sd: 0}}\n")) ==
        Faults{"e.yaml:5:26: mean is the text \"x\", want the expected lift, such as 0",
               "e.yaml:5:33: sd is 0, want a standard deviation above 0, such as 0.05"});
  CHECK(faults_of(with_head("defaults: {prior: {mean: 0.1}}\n")).size() == 1);
}

TEST_CASE("load: tells the faults of all parts at once, in order of line", "[config]") {
  CHECK(faults_of("experiments:\n"
                  "  - key: e\n"
                  "    variants: [{key: a, control: true, parameters: {recommender: rndom}}, {key: b}]\n"
                  "parameters: {recommender: lists}\n"
                  "recommenders: {random: {type: rand}}\n"
                  "version: 1.0\n") == Faults{"e.yaml:3:66: unknown recommender \"rndom\", want random",
                                              "e.yaml:4:27: unknown recommender \"lists\", want random",
                                              "e.yaml:5:31: unknown type of recommender \"rand\", want one of random, "
                                              "lists, ranges, one, several, weighted",
                                              "e.yaml:6:10: version is 1.0, want 1: the one version of this format"});
}

TEST_CASE("read: says why a file cannot be read", "[config]") {
  const auto message = [](const std::filesystem::path& file) {
    try {
      read(file, types());
    } catch (const Error& error) {
      CHECK(error.kind() == Error::Kind::user);
      return std::string{error.what()};
    }
    return std::string{};
  };
  CHECK(message("no-such-file.yaml") == "no-such-file.yaml: cannot be read: No such file or directory");
  CHECK(message("/") == "/: cannot be read: Is a directory");
}

TEST_CASE("read: faults name the file as it was given", "[config]") {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("crossfade-config-" + std::to_string(::getpid()));
  std::filesystem::create_directory(directory);
  const std::filesystem::path file = directory / "experiments.yaml";
  std::ofstream{file} << with_head("layer: {}\n");
  CHECK_THROWS_WITH(
      read(file, types()),
      file.string() +
          ":5:1: unknown key \"layer\" at the top, want one of version, defaults, "
          "recommenders, parameters, metrics, dimensions, groups, layers, experiments, holdouts; did you mean "
          "\"layers\"?");
  std::ofstream{file} << with_head("");
  CHECK(read(file, types()) == load(with_head(""), "e.yaml", types()));
  std::filesystem::remove_all(directory);
}
