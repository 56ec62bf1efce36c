// Units that a configuration forces into a variant.
#include <catch2/catch.hpp>

#include "platform/analysis/analyze.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

// Whoever looks at a variant before being named, or after, is in the store as the split had them.
TEST_CASE("overridden: units are left out everywhere, and counted", "[analysis]") {
  storage::MemoryStore store;
  EventBatch batch;
  for (int i = 0; i < 40; ++i) {
    const UnitId unit{std::to_string(i)};
    batch.exposures.push_back({.unit = unit,
                               .experiment = "e",
                               .version = 1,
                               .variant = i % 2 == 1 ? "treatment" : "control",
                               .first_seen = {1000}});
    batch.sessions.push_back(session_of(i + 1, unit.value, 2000, i));
  }
  store.append(batch);
  Configuration configured = configuration({experiment("e", {"control", "treatment"})});
  AnalyzeOptions options;
  options.traffic = true;
  const Report all = analyze(configured, store, options).at(0);
  configured.experiments[0].overrides = {{.unit = "0", .variant = "treatment"},
                                         {.unit = "5", .variant = "treatment"},
                                         {.unit = "never seen", .variant = "control"}};
  const Report without = analyze(configured, store, options).at(0);
  CHECK(all.overrides == 0);
  CHECK(without.overrides == 2);
  REQUIRE(without.units.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(all.units[i].units == 20);
    CHECK(without.units[i].units == 19);
    CHECK(without.traffic.at(i).days.at(0).new_units == 19);
  }
}
