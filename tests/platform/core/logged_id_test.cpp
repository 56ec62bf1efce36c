#include "platform/core/logged_id.h"

#include <catch2/catch.hpp>

using namespace crossfade;

// Of an implementation in Python that gives the reference's first vector (a3817f04ba25a8e6 6df67214c7550293 of an empty
// text under the key 00 01 .. 0f), under a key of zeros.
TEST_CASE("logged id: a hash of kind and id, stored and never another", "[core]") {
  const Timestamp at{5};
  CHECK(logged_id(Logged::event, "a", at) == LoggedId{.high = 0xb46579eca1dcea51, .low = 0xcbc912d7abd5fa22, .at = at});
  CHECK(logged_id(Logged::exposure, "a", at) ==
        LoggedId{.high = 0x31f542de655fadb7, .low = 0x8b8b9cd1690a0c8e, .at = at});
  CHECK(logged_id(Logged::event, "0123456789abcdef0", at) ==
        LoggedId{.high = 0x62abbbfec0da2f7d, .low = 0xfde63ef54a2fe9c8, .at = at});
  CHECK(logged_id(Logged::event, "", at) == LoggedId{.high = 0x07264a9f44f0402b, .low = 0x03aa99e6180b6746, .at = at});
}
