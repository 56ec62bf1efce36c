#include "platform/core/error.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using crossfade::Error;
using crossfade::Fault;
using crossfade::nearest_name;

TEST_CASE("fault: prints what is known of its place", "[core]") {
  CHECK(to_string(Fault{.file = "e.yaml", .line = 12, .column = 5, .message = "weights sum to 0.9, want 1"}) ==
        "e.yaml:12:5: weights sum to 0.9, want 1");
  CHECK(to_string(Fault{.file = "e.yaml", .line = 12, .message = "m"}) == "e.yaml:12: m");
  CHECK(to_string(Fault{.file = "e.yaml", .message = "m"}) == "e.yaml: m");
  CHECK(to_string(Fault{.file = "e.yaml", .column = 5, .message = "m"}) == "e.yaml: m");
  CHECK(to_string(Fault{.file = "", .message = "m"}) == "m");
}

TEST_CASE("error: all faults, one a line, in order of line and column", "[core]") {
  const Error error = Error::faults({{.file = "f", .line = 9, .column = 1, .message = "third"},
                                     {.file = "f", .line = 2, .column = 7, .message = "second"},
                                     {.file = "f", .line = 2, .column = 3, .message = "first"},
                                     {.file = "f", .line = 9, .column = 1, .message = "fourth, as it came"}});
  CHECK(error.kind() == Error::Kind::user);
  CHECK(error.what() == std::string("f:2:3: first\nf:2:7: second\nf:9:1: third\nf:9:1: fourth, as it came"));
  REQUIRE(error.faults().size() == 4);
  CHECK(error.faults()[0].message == "first");
}

TEST_CASE("error: says whose fault it is", "[core]") {
  CHECK(Error::user("no such file").kind() == Error::Kind::user);
  CHECK(Error::internal("disk full").kind() == Error::Kind::internal);
  CHECK(Error::internal("disk full").what() == std::string("disk full"));
  CHECK(Error::internal("disk full").faults().empty());
}

TEST_CASE("nearest_name: finds the likely slip", "[core]") {
  const std::vector<std::string> names = {"random", "top_pop", "sticky_artist", "item_to_item"};
  CHECK(nearest_name("randm", names) == "random");    // a letter left out
  CHECK(nearest_name("ranndom", names) == "random");  // one too many
  CHECK(nearest_name("randon", names) == "random");   // another letter
  CHECK(nearest_name("radnom", names) == "random");   // two swapped count as one
  CHECK(nearest_name("sticky-artsit", names) == "sticky_artist");
  CHECK(nearest_name("random", names) == "random");
}

TEST_CASE("nearest_name: nothing when more than a third of the letters differ", "[core]") {
  const std::vector<std::string> names = {"random", "top_pop"};
  CHECK(nearest_name("rabbit", names).empty());
  CHECK(nearest_name("xyz", names).empty());
  CHECK(nearest_name("", names).empty());
  CHECK(nearest_name("random", {}).empty());
}

TEST_CASE("nearest_name: the nearest of several, the first of equals", "[core]") {
  CHECK(nearest_name("variant", {"variants", "variant_"}) == "variants");
  CHECK(nearest_name("weigth", {"height", "weight"}) == "weight");
}

TEST_CASE("error: of many faults the first are told", "[core]") {
  std::vector<Fault> many;
  for (std::size_t line = 250; line > 0; --line)
    many.push_back({.file = "f", .line = line, .column = 1, .message = "m"});
  const Error error = Error::faults(many);
  REQUIRE(error.faults().size() == 101);
  CHECK(error.faults()[0].line == 1);
  CHECK(to_string(error.faults()[100]) == "f:101:1: and 150 more");
}

TEST_CASE("fault: is one line, and nothing that a terminal obeys", "[core]") {
  CHECK(to_string(Fault{.file = "a\nb", .line = 1, .message = "\x1b[31mred"}) == "a\\nb:1: \\x1b[31mred");
}

TEST_CASE("nearest_name: a name that is too long for a slip costs nothing", "[core]") {
  CHECK(nearest_name(std::string(1'000'000, 'a'), {std::string(1'000'000, 'b')}).empty());
}
