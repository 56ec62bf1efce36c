#include "platform/service/listening_histories.h"

#include <catch2/catch.hpp>
#include <string>

using namespace crossfade;
using namespace crossfade::service;

namespace {

const UnitId kUnit{"7"};

Listen listen(std::uint32_t track, std::int64_t at = 0) {
  return {.track = {track}, .fraction = 0.5, .at = {at}};
}

std::vector<std::uint32_t> add(ListeningHistories& histories, const UnitId& unit, const Listen& one) {
  ListeningHistories::Before before;
  std::vector<std::uint32_t> tracks;
  for (const Listen& known : histories.add(unit, one, before)) tracks.push_back(known.track.value);
  return tracks;
}

using Tracks = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("listening histories: the latest listens, newest first", "[service]") {
  ListeningHistories histories;
  CHECK(add(histories, kUnit, listen(1)).empty());
  histories.set_bounds({.listens = 3, .units = 10});
  CHECK(add(histories, kUnit, listen(1)) == Tracks{1});
  add(histories, kUnit, listen(2));
  add(histories, kUnit, listen(2));
  CHECK(add(histories, kUnit, listen(4)) == Tracks{4, 2, 2});
  CHECK(add(histories, {"8"}, listen(5)) == Tracks{5});
  histories.set_bounds({.listens = 2, .units = 10});
  CHECK(add(histories, kUnit, listen(6)) == Tracks{6, 4});
  histories.set_bounds({.listens = 0, .units = 10});
  histories.set_bounds({.listens = 2, .units = 10});
  CHECK(add(histories, kUnit, listen(7)) == Tracks{7});
}

TEST_CASE("listening histories: what was added can be undone, the latest first", "[service]") {
  ListeningHistories histories;
  histories.set_bounds({.listens = 2, .units = 10});
  add(histories, kUnit, listen(1));
  add(histories, kUnit, listen(2));
  ListeningHistories::Before third;
  ListeningHistories::Before fourth;
  ListeningHistories::Before other;
  histories.add(kUnit, listen(3), third);
  histories.add(kUnit, listen(4), fourth);
  histories.add({"8"}, listen(9), other);
  histories.undo({"8"}, other);
  histories.undo(kUnit, fourth);
  histories.undo(kUnit, third);
  histories.undo({"nobody"}, other);
  CHECK(add(histories, {"8"}, listen(5)) == Tracks{5});
  histories.set_bounds({.listens = 3, .units = 10});
  CHECK(add(histories, kUnit, listen(5)) == Tracks{5, 2, 1});
}

TEST_CASE("listening histories: the store's go behind, those that are known already only once", "[service]") {
  ListeningHistories histories;
  histories.set_bounds({.listens = 4, .units = 10});
  add(histories, kUnit, listen(1, 10));
  add(histories, kUnit, listen(1, 20));
  const std::vector<Listen> overlapping = {listen(1, 10), listen(3, 5), listen(2, 4), listen(9, 3)};
  histories.extend(kUnit, overlapping);
  CHECK(add(histories, kUnit, listen(8, 30)) == Tracks{8, 1, 1, 3});
  const std::vector<Listen> unknown = {listen(6, 2), listen(5, 1)};
  histories.extend({"8"}, unknown);
  CHECK(add(histories, {"8"}, listen(7, 40)) == Tracks{7, 6, 5});
}

TEST_CASE("listening histories: beyond the bound, who was not heard for longest is forgotten", "[service]") {
  ListeningHistories histories;
  histories.set_bounds({.listens = 2, .units = 100});
  for (int i = 0; i < 100; ++i) add(histories, {std::to_string(i)}, listen(1, 1000 - i));
  CHECK(add(histories, {"0"}, listen(2, 1000)) == Tracks{2, 1});
  add(histories, {"new"}, listen(2, 2000));
  CHECK(add(histories, {"1"}, listen(2, 2001)) == Tracks{2, 1});
  CHECK(add(histories, {"99"}, listen(2, 2002)) == Tracks{2});
  // All at one time: some are forgotten, not all.
  ListeningHistories equal;
  equal.set_bounds({.listens = 2, .units = 100});
  for (int i = 0; i < 101; ++i) add(equal, {std::to_string(i)}, listen(1));
  std::size_t known = 0;
  for (int i = 0; i < 49; ++i) known += add(equal, {std::to_string(i)}, listen(2)).size() == 2 ? 1 : 0;
  CHECK(known > 0);
}
