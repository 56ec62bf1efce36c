#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/core/random.h"
#include "platform/stats/segments/shrinkage.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * M_PI * random.uniform());
}

// Answers with the primary metric, wherever it is asked for, and with nothing else.
class PrimaryStore final : public storage::NullStore {
 public:
  explicit PrimaryStore(const std::vector<storage::ExperimentAggregate>& seen) : seen_(seen) {}

  std::vector<std::string> known_experiments() const override {
    std::vector<std::string> keys;
    for (const storage::ExperimentAggregate& one : seen_) keys.push_back(one.experiment);
    return keys;
  }
  std::vector<storage::ExperimentAggregate> aggregate(const storage::AggregateQuery& query) const override {
    constexpr std::size_t primary = 4;  // in test::aggregate
    std::vector<storage::ExperimentAggregate> answer;
    for (storage::ExperimentAggregate one : seen_) {
      if (!query.experiments.empty() &&
          std::ranges::find(query.experiments, one.experiment) == query.experiments.end()) {
        continue;
      }
      for (storage::VariantAggregate& variant : one.variants) {
        const storage::MetricAggregate there = variant.metrics[primary];
        variant.metrics.assign(query.metrics.size(), {});
        for (std::size_t i = 0; i < query.metrics.size(); ++i) {
          if (query.metrics[i].name == MetricRoles{}.primary) variant.metrics[i] = there;
        }
      }
      answer.push_back(std::move(one));
    }
    return answer;
  }

 private:
  const std::vector<storage::ExperimentAggregate>& seen_;
};

// Stopped experiments of 2 x 1 552 units, each with a fixed plan; the error of a lift is 2.2 sqrt(2 / 1 552) / 4.
struct Past {
  explicit Past(const std::vector<double>& lifts) {
    std::vector<Experiment> experiments;
    for (std::size_t i = 0; i < lifts.size(); ++i) {
      const std::string key = "e" + std::to_string(i);
      experiments.push_back(experiment(key, {"control", "treatment"}));
      experiments.back().status = Status::stopped;
      experiments.back().plan = Plan{.sample_size = 3000, .mode = SequentialMode::fixed};
      seen.push_back(
          aggregate(key, {test::seen("control", 1600, 4), test::seen("treatment", 1600, 4 * (1 + lifts[i]))}));
    }
    configured = configuration(std::move(experiments));
  }

  std::vector<Report> reports(const std::vector<std::string>& keys = {}) const {
    const PrimaryStore store(seen);
    AnalyzeOptions options;
    options.experiments = keys;
    options.interactions = false;
    return analyze(configured, store, options);
  }

  Configuration configured;
  std::vector<storage::ExperimentAggregate> seen;
};

}  // namespace

TEST_CASE("after launch: what is shipped reads too large, and what is expected does not", "[analysis]") {
  constexpr int experiments = 2000;
  Random random{31};
  std::vector<double> truths, lifts;
  for (int i = 0; i < experiments; ++i) {
    truths.push_back(0.03 * normal(random));
    lifts.push_back(truths.back() + 0.01974 * normal(random));
  }
  double shipped = 0, truth = 0, raw = 0, expected = 0, covered = 0;
  const std::vector<Report> reports = Past(lifts).reports();
  for (int i = 0; i < experiments; ++i) {
    const Report& report = reports[static_cast<std::size_t>(i)];
    if (report.decision.verdict != Verdict::ship) continue;
    REQUIRE(report.after_launch.size() == 1);
    const AfterLaunch& one = report.after_launch.front();
    REQUIRE(one.by == ExpectedBy::shrinkage);
    CHECK(one.experiments == experiments);
    const double is = truths[static_cast<std::size_t>(i)];
    ++shipped;
    truth += is;
    raw += one.seen;
    expected += one.lift;
    covered += one.interval.lower < is && is < one.interval.upper ? 1 : 0;
  }
  REQUIRE(shipped > 200);
  CHECK(raw / truth > 1.2);
  CHECK(raw / truth < 1.7);
  // Posterior sd .03 x .0197 / sqrt(.03^2 + .0197^2) = .0165, of a mean near .04: four errors of some 280 experiments.
  CHECK(expected / truth == Approx(1).margin(4 * 0.0165 / std::sqrt(shipped) / (truth / shipped)));
  CHECK(covered / shipped == Approx(0.95).margin(4 * std::sqrt(0.95 * 0.05 / shipped)));
}

TEST_CASE("after launch: from ten ended experiments on they tell, before that the prior", "[analysis]") {
  const std::vector<double> nine = {0.2, -0.1, 0.1, 0, -0.2, 0.15, -0.05, 0.05, 0.3};
  std::vector<double> ten = nine;
  ten.push_back(-0.15);
  const Report by_prior = Past(nine).reports({"e0"}).at(0);
  REQUIRE(by_prior.after_launch.size() == 1);
  CHECK(by_prior.after_launch[0].by == ExpectedBy::prior);
  CHECK(by_prior.after_launch[0].experiments == 9);  // too few, which are not even read
  CHECK(by_prior.after_launch[0].lift == by_prior.metrics[0].comparisons[0].bayesian->posterior_lift);

  const Past past(ten);
  const Report one = past.reports({"e0"}).at(0);  // asked for alone: the others are read besides
  REQUIRE(one.after_launch.size() == 1);
  const AfterLaunch& told = one.after_launch[0];
  CHECK(told.by == ExpectedBy::shrinkage);
  CHECK(told.experiments == 10);
  CHECK(told.seen == Approx(0.2));
  CHECK(told.lift > 0.17);
  CHECK(told.lift < 0.2);
  CHECK(told.spread == Approx(0.17).margin(0.03));
  const Report among_all = past.reports().at(0);
  CHECK(among_all.after_launch[0].lift == Approx(told.lift).epsilon(1e-12));
  CHECK(render_json(one).find("\"after_launch\":[{\"variant\":\"treatment\",\"seen\":") != std::string::npos);
  CHECK(render_table(std::vector{one}, {}).find("What to expect after launch") != std::string::npos);
  CHECK(past.reports({"e3"}).at(0).after_launch.empty());  // no difference
}

TEST_CASE("after launch: lifts that differ by their errors alone tell nothing, nor do broken splits", "[analysis]") {
  std::vector<double> same(10, 0.05);
  const Report report = Past(same).reports().at(0);
  REQUIRE(report.after_launch.size() == 1);
  CHECK(report.after_launch[0].by == ExpectedBy::prior);
  CHECK(report.after_launch[0].experiments == 10);

  Past broken({0.2, -0.1, 0.1, 0, -0.2, 0.15, -0.05, 0.05, 0.3, -0.15});
  broken.seen[9].variants[0].units = 3000;
  CHECK(broken.reports().at(0).after_launch.at(0).by == ExpectedBy::prior);
  broken.seen[9].variants[0].units = 1600;
  broken.configured.experiments[9].status = Status::running;
  CHECK(broken.reports().at(0).after_launch.at(0).by == ExpectedBy::prior);
}

TEST_CASE("after launch: what stopped early is told without its bias", "[analysis]") {
  // Half of the planned units are there, and z is far beyond its boundary.
  Configuration configured = configuration({experiment("e", {"control", "treatment"})});
  configured.experiments[0].plan = Plan{.sample_size = 12'000, .mode = SequentialMode::group_sequential};
  const FakeStore store({aggregate("e", {seen("control", 3000, 4), seen("treatment", 3000, 4.25)})});
  storage::Look earlier{.experiment = "e", .version = 1, .at = {1}, .units = 3000, .data_through = {1}};
  FakeStore looked = store;
  looked.record_look(earlier);
  const Report report = analyze(configured, looked, {}).at(0);
  REQUIRE(report.decision.verdict == Verdict::ship);
  const GroupSequentialLook& look = *report.metrics[0].comparisons[0].group_sequential;
  REQUIRE(look.unbiased);
  CHECK(look.unbiased->effect < *look.effect);
  CHECK(look.unbiased->effect > 0.5 * *look.effect);
  CHECK(look.unbiased->interval.lower > 0);
  CHECK(look.unbiased->lift_interval.lower > 0);
  CHECK(look.unbiased->lift == Approx(look.unbiased->effect / 4).epsilon(0.02));
  CHECK(look.unbiased->lift_interval.lower < look.unbiased->lift);
  CHECK(look.unbiased->lift < look.unbiased->lift_interval.upper);
  REQUIRE(report.after_launch.size() == 1);
  CHECK(render_json(report).find("\"unbiased\":{\"effect\":") != std::string::npos);
}
