#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kStart = 100 * kMsPerDay;

// Units that come on a day, in turn in the control and in each treatment, whose sessions are longer by its effect: of
// two variants 0.1 is eleven of its errors for 200 units.
class Store {
 public:
  explicit Store(std::vector<std::string> variants = {"control", "treatment"}) : variants_(std::move(variants)) {
    configured = configuration({experiment("e", variants_)});
  }

  void add(int day, int units, double effect) { add(day, units, std::vector{effect}); }
  void add(int day, int units, const std::vector<double>& effects) {
    EventBatch batch;
    for (int i = 0; i < units; ++i, ++next_) {
      const std::string unit = std::to_string(next_);
      const std::size_t variant = static_cast<std::size_t>(next_) % variants_.size();
      batch.exposures.push_back({.unit = {unit},
                                 .experiment = "e",
                                 .version = 1,
                                 .variant = variants_[variant],
                                 .first_seen = {kStart + day * kMsPerDay}});
      const double spread = 0.02 * (next_ / static_cast<int>(variants_.size()) % 11 - 5);
      batch.sessions.push_back(
          session_of(next_ + 1, unit, kStart + day * kMsPerDay, 1 + spread + (variant > 0 ? effects[variant - 1] : 0)));
    }
    events.append(batch);
  }

  Report read(const AnalyzeOptions& options = {}) { return analyze(configured, events, options).at(0); }
  Report look(int day, const AnalyzeOptions& options = {}) {
    Report report = read(options);
    record_looks({report}, {kStart + day * kMsPerDay}, events);
    return report;
  }

  storage::MemoryStore events;
  Configuration configured;

 private:
  std::vector<std::string> variants_;
  int next_ = 0;
};

}  // namespace

TEST_CASE("standing calls: harm that was called is not taken back by later data", "[analysis]") {
  // Over 381 real streams of effects, 40 always-valid calls were taken back at some later look.
  Store store;
  AnalyzeOptions only_reads;
  only_reads.is_look = false;
  store.add(0, 200, -0.1);
  CHECK(store.read(only_reads).decision.look_due);
  const Report first = store.look(1);
  CHECK_FALSE(store.read(only_reads).decision.look_due);
  REQUIRE(first.decision.verdict == Verdict::stop_harm);
  CHECK_FALSE(first.decision.call);
  REQUIRE(store.events.calls().size() == 1);
  CHECK(store.events.calls()[0].units == 200);

  store.add(8, 20000, 0);
  const Report later = store.look(9);
  CHECK(later.calls.empty());  // by the numbers of today nothing is called
  CHECK(later.decision.verdict == Verdict::stop_harm);
  REQUIRE(later.decision.call);
  CHECK(later.decision.call->units == 200);
  CHECK_THAT(later.decision.summary, Contains("end it. So it was called at 200 units, data through 1970-04-11T"));
  CHECK_THAT(later.decision.summary, Contains("and a call stands; by all data the interval of the lift is "));
  const Deciding& numbers = *later.metrics[0].comparisons[0].deciding;
  CHECK(numbers.significant);
  CHECK(numbers.interval == first.metrics[0].comparisons[0].deciding->interval);
  CHECK(numbers.label == "always-valid, as of 1970-04-11");
  CHECK_THAT(render_json(later), Contains("\"called\":") && Contains("\"as_of\":\"1970-04-11T"));
  CHECK_THAT(render_table(std::vector{later}, {}), Contains("always-valid, as of 1970-04-11"));
  CHECK(store.events.calls().size() == 1);

  AnalyzeOptions past;
  past.until = Timestamp{kStart};  // before anything was called
  CHECK(store.read(past).decision.verdict != Verdict::stop_harm);
  AnalyzeOptions other_control;
  other_control.control = "treatment";
  CHECK_FALSE(store.read(other_control).decision.call);
}

TEST_CASE("standing calls: a winner stays one, until it harms", "[analysis]") {
  Store store;
  store.add(0, 200, 0.1);
  const Report first = store.look(1);
  CHECK(first.decision.verdict == Verdict::keep_running);  // ahead, but of one day
  CHECK(store.events.calls().size() == 1);
  store.add(3, 20000, 0);
  const Report waits = store.look(4);
  REQUIRE(waits.calls.empty());
  CHECK(waits.decision.verdict == Verdict::keep_running);
  CHECK_THAT(waits.decision.summary, Contains("but 1 of 7 days. So it was called at 200 units"));
  store.add(10, 200, 0);
  const Report later = store.look(11);
  CHECK(later.decision.verdict == Verdict::ship);
  CHECK(later.decision.variant == "treatment");
  CHECK(later.decision.call);
  // Who follows it should know what all data say.
  CHECK(
      later.health.warnings.back().starts_with("treatment won by the data through 1970-04-11T00:00:01.000Z; by all "
                                               "data its effect on mean_time_per_session is +0.00"));
  CHECK(later.health.serious_warnings.empty());
  CHECK_THAT(render_table(std::vector{later}, {}), Contains("SHIP, but look at "));

  store.add(12, 3000, -0.01);
  const Report worse = store.look(13);
  CHECK(worse.decision.verdict == Verdict::ship);
  CHECK(worse.health.serious_warnings.size() == 1);  // by all data it is on the worse side
  store.add(14, 6000, -0.1);
  const Report harmed = store.look(15);
  CHECK(harmed.decision.verdict == Verdict::stop_harm);
  CHECK_FALSE(harmed.decision.call);
  store.add(16, 90000, 0.1);
  const Report better = store.look(17);
  REQUIRE(better.calls == std::vector{CalledTreatment{"treatment", storage::Called::win}});
  CHECK(better.decision.verdict == Verdict::stop_harm);  // back and forth: its effect has changed
  CHECK(better.decision.call);
}

TEST_CASE("standing calls: of several winners the best by all data is shipped", "[analysis]") {
  // A winner's lift of long ago was compared with another one's of today.
  Store store({"control", "a", "b"});
  store.add(0, 600, {0.12, 0.04});
  store.add(8, 600, {0.12, 0.04});
  CHECK(store.look(9).decision.variant == "a");
  store.add(10, 30000, {-0.005, 0.04});
  const Report later = store.look(11);
  REQUIRE(later.calls == std::vector{CalledTreatment{"b", storage::Called::win}});
  CHECK(later.decision.verdict == Verdict::ship);
  CHECK(later.decision.variant == "b");
  CHECK_FALSE(later.decision.call);
}

TEST_CASE("standing calls: a crossed boundary stays crossed", "[analysis]") {
  Store store;
  store.configured.experiments[0].plan =
      Plan{.sample_size = 40000, .looks = 10, .mode = SequentialMode::group_sequential};
  store.add(0, 8000, 0.01);
  const Report crossed = store.look(1);
  REQUIRE(crossed.metrics[0].comparisons[0].group_sequential->crossed);
  store.add(8, 30000, -0.002);
  const Report later = store.look(9);
  REQUIRE_FALSE(later.metrics[0].comparisons[0].group_sequential->crossed);
  CHECK(later.decision.verdict == Verdict::ship);
  CHECK(later.decision.call);
}

TEST_CASE("standing calls: the end of a plan with a single look decides", "[analysis]") {
  // Tested anew at every look after its end, 8 % of plans without an effect were shipped at some time.
  Store store;
  store.configured.experiments[0].plan = Plan{.sample_size = 400, .mode = SequentialMode::fixed};
  store.add(0, 200, 0);
  CHECK(store.look(1).decision.verdict == Verdict::keep_running);
  store.add(8, 200, 0);
  const Report end = store.look(9);
  REQUIRE(end.plan->complete);
  REQUIRE(end.decision.verdict == Verdict::inconclusive);
  store.add(10, 2000, 0.1);
  const Report later = store.look(11);
  CHECK(later.decision.verdict == Verdict::inconclusive);
  CHECK_THAT(later.decision.reasons.back(), Contains("The plan ended with the look at 400 units"));
  CHECK(later.metrics[0].comparisons[0].deciding->interval == end.metrics[0].comparisons[0].deciding->interval);
  CHECK(later.metrics[0].comparisons[0].deciding->as_of);
  store.add(12, 9000, -0.2);
  CHECK(store.look(13).decision.verdict == Verdict::stop_harm);  // harm is reported after the end, too
}

TEST_CASE("standing calls: only looks at the experiment as it is configured call, each rule for itself", "[analysis]") {
  // Who looked with another metric, or without CUPED, once kept what was called later from standing.
  Store store;
  store.configured.experiments[0].metrics.primary = "time";
  store.add(0, 200, -0.1);
  AnalyzeOptions without_cuped;
  without_cuped.cuped = false;
  store.look(1, without_cuped);
  CHECK(store.events.calls().empty());
  store.look(1);
  REQUIRE(store.events.calls().size() == 1);
  CHECK(store.events.calls()[0].rule == "always_valid at 0.05, time");
  store.configured.experiments[0].metrics.primary = "mean_time_per_session";
  store.look(2);
  CHECK(store.events.calls().size() == 2);
  store.add(8, 20000, 0);
  const Report later = store.look(9);
  REQUIRE(later.calls.empty());
  CHECK(later.decision.verdict == Verdict::stop_harm);
}

TEST_CASE("standing calls: what was excluded since no longer speaks", "[analysis]") {
  Store store;
  store.add(0, 200, -0.1);
  REQUIRE(store.look(1).decision.verdict == Verdict::stop_harm);
  store.add(8, 2000, 0);
  storage::Exclusion first_days;
  first_days.kind = storage::ExclusionKind::before;
  first_days.number = kStart + 4 * kMsPerDay;
  first_days.at = {kStart + 9 * kMsPerDay};
  store.events.exclude(first_days);
  CHECK(store.look(10).decision.verdict == Verdict::keep_running);
  // And what is called then is a call of its own.
  store.add(11, 200, -0.2);
  REQUIRE(store.look(12).decision.verdict == Verdict::stop_harm);
  CHECK(store.events.calls().size() == 2);
  store.add(13, 40000, 0);
  const Report later = store.look(14);
  CHECK(later.calls.empty());
  CHECK(later.decision.verdict == Verdict::stop_harm);
}

TEST_CASE("standing calls: a split that was broken is, until its faulty days are excluded", "[analysis]") {
  Store store;
  store.add(0, 200, -0.1);
  REQUIRE(store.look(1).decision.verdict == Verdict::stop_harm);
  EventBatch one_sided;
  for (int i = 0; i < 100; ++i) {
    one_sided.exposures.push_back({.unit = {"x" + std::to_string(i)},
                                   .experiment = "e",
                                   .version = 1,
                                   .variant = "control",
                                   .first_seen = {kStart + 2 * kMsPerDay}});
  }
  store.events.append(one_sided);
  store.add(2, 20, 0);
  REQUIRE(store.look(3).decision.verdict == Verdict::invalid);  // no harm stands beside it
  store.add(8, 20000, 0);
  const Report later = store.look(9);
  CHECK(later.decision.verdict == Verdict::invalid);
  CHECK(later.srm.observed == std::vector<std::int64_t>{210, 110});
  CHECK_THAT(later.decision.summary, Contains(", with the data through 1970-04-13T"));
  CHECK_THAT(render_json(later), Contains("\"as_of\":\"1970-04-13T"));

  storage::Exclusion faulty;
  faulty.kind = storage::ExclusionKind::before;
  faulty.number = kStart + 4 * kMsPerDay;
  faulty.at = {kStart + 10 * kMsPerDay};
  store.events.exclude(faulty);
  CHECK(store.look(11).decision.verdict == Verdict::keep_running);
}

TEST_CASE("days: two testers of last week are no week", "[analysis]") {
  Store store;
  store.add(0, 2, 0.1);
  store.add(10, 600, 0.1);
  const Report report = store.look(11);
  REQUIRE(report.calls.size() == 1);
  CHECK(report.health.days == 1);
  CHECK(report.decision.verdict == Verdict::keep_running);
  CHECK(*report.health.first_exposure == Timestamp{kStart});
  CHECK(*report.health.exposed_from == Timestamp{kStart + 10 * kMsPerDay});
  store.configured.experiments[0].plan = Plan{.duration_days = 10, .mode = SequentialMode::fixed};
  CHECK_FALSE(store.look(12).plan->complete);
}
