#include <catch2/catch.hpp>
#include <string>

#include "platform/analysis/analyze.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

constexpr std::int64_t kStart = 100 * kMsPerDay;

// 400 units, one session on each of seven days, longer by 0.6 in the treatment.
void fill(storage::MemoryStore& store) {
  Random random{7};
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string unit = std::to_string(i);
    const bool treated = i % 2 == 1;
    batch.exposures.push_back({.unit = {unit},
                               .experiment = "e",
                               .version = 1,
                               .variant = treated ? "treatment" : "control",
                               .first_seen = {kStart}});
    const double taste = 2 + 4 * random.uniform();
    for (int day = 0; day < 7; ++day) {
      batch.sessions.push_back(
          session_of(++id, unit, kStart + day * kMsPerDay, taste + random.uniform() + (treated ? 0.6 : 0)));
    }
  }
  store.append(batch);
}

}  // namespace

TEST_CASE("recorded looks: who only reads is told what the last recorded look decides", "[analysis]") {
  // Each answer once spent its share of alpha, and any site's page could make a browser ask for one.
  const SequentialMode mode = GENERATE(SequentialMode::group_sequential, SequentialMode::fixed);
  storage::MemoryStore store;
  fill(store);
  Configuration configured = configuration({experiment("e", {"control", "treatment"})});
  configured.experiments[0].plan = Plan{.sample_size = 800, .looks = 4, .mode = mode};
  const auto read = [&] {
    AnalyzeOptions options;
    options.is_look = false;
    return analyze(configured, store, options).at(0);
  };
  const Report before = read();
  CHECK(before.decision.verdict == Verdict::keep_running);
  CHECK(before.decision.summary == "No look is recorded yet, and a plan decides by looks alone.");
  CHECK(before.plan->looks.empty());
  CHECK(before.plan->peeks == 0);
  CHECK(before.plan->look_due);

  const Report look = analyze(configured, store, {}).at(0);
  record_looks({look}, {kStart}, store);
  const Report same = read();
  CHECK(same.decision.verdict == look.decision.verdict);
  CHECK(same.decision.reasons == look.decision.reasons);
  CHECK(same.plan->looks == look.plan->looks);
  CHECK_FALSE(same.plan->as_of);
  CHECK_FALSE(same.plan->look_due);

  store.append({.sessions = {session_of(100'000, "0", kStart + 8 * kMsPerDay, 9000)}});  // the same units
  const Report after = read();
  CHECK(after.data_through != look.data_through);
  CHECK(after.decision.verdict == look.decision.verdict);
  CHECK(after.decision.reasons.back().starts_with(
      "This is what the last recorded look decides, at 400 units, data through 1970-"));
  CHECK(after.plan->as_of == look.data_through);
  CHECK_FALSE(after.plan->look_due);
  CHECK(after.metrics.at(0).comparisons.at(0).effect != look.metrics.at(0).comparisons.at(0).effect);
  CHECK(after.metrics.at(0).comparisons.at(0).deciding->effect ==
        look.metrics.at(0).comparisons.at(0).deciding->effect);
  CHECK(store.looks().size() == 1);
}
