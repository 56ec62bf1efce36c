// What every EventStore remembers of the plans of experiments: who looked, and the sizes that were fixed.
#include <catch2/catch.hpp>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

TEMPLATE_TEST_CASE("store: a look is recorded once while nothing changes", "[storage]", STORES) {
  TestType at;
  const Look first{.experiment = "e", .version = 1, .at = {100}, .units = 10, .data_through = {90}};
  Look again = first;
  again.at = {200};
  Look later = again;
  later.units = 11;
  Look other = first;
  other.experiment = "f";
  for (const Look& look : {first, again, other, again, later}) at.store.record_look(look);
  CHECK(at.store.looks() == std::vector<Look>{first, other, later});
}

TEMPLATE_TEST_CASE("store: the first planned size of a plan stands", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.planned_sizes().empty());
  const PlannedSize first{"e", 1, "mde 0.05", 5'000'000'000, 400, Timestamp{100}, Timestamp{90}};
  PlannedSize again = first;
  again.units = 7;
  again.at = {200};
  PlannedSize other_plan = again;
  other_plan.plan = "mde 0.04";
  PlannedSize next_version = again;
  next_version.version = 2;
  for (const PlannedSize& size : {first, again, other_plan, next_version}) at.store.record_planned_size(size);
  CHECK(at.store.planned_sizes() == std::vector<PlannedSize>{first, other_plan, next_version});
}

TEMPLATE_TEST_CASE("store: the first call of a treatment stands, and so does the opposite one", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.calls().empty());
  const Call first{"e", 1, "control", "a", Called::harm, "time", Timestamp{100}, 5'000'000'000, Timestamp{90}};
  Call again = first;
  again.units = 7;
  again.at = {200};
  Call opposite = again;
  opposite.called = Called::win;
  Call other_variant = again;
  other_variant.variant = "b";
  Call other_control = again;
  other_control.control = "b";
  Call broken_split = again;
  broken_split.called = Called::invalid;
  Call other_rule = again;
  other_rule.rule = "sessions";
  Call next_version = again;
  next_version.version = 2;
  for (const Call& call :
       {first, again, opposite, other_variant, other_control, broken_split, other_rule, next_version}) {
    at.store.record_call(call);
  }
  CHECK(at.store.calls() ==
        std::vector<Call>{first, opposite, other_variant, other_control, broken_split, other_rule, next_version});

  // What was excluded may have made the call: what is called since then is a call again.
  Exclusion exclusion;
  exclusion.kind = ExclusionKind::before;
  exclusion.at = {300};
  const std::int64_t id = at.store.exclude(exclusion);
  Call after = first;
  after.at = {310};
  at.store.record_call(after);
  at.store.record_call(after);
  at.store.undo_exclusion(id, Timestamp{400});
  Call undone = first;
  undone.at = {410};
  at.store.record_call(undone);
  CHECK(at.store.calls() == std::vector<Call>{first, opposite, other_variant, other_control, broken_split, other_rule,
                                              next_version, after, undone});
}
