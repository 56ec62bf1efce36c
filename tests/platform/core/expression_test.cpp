#include "platform/core/expression.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

using namespace crossfade;

namespace {

constexpr std::array<Field, 4> kFields{{{"fraction"}, {"tracks"}, {"recommender", true}, {"latency"}}};
const std::string kRandom = "random";
// latency is not known
const std::array<FieldValue, 4> kEvent{{{.number = 0.25},
                                        {.number = 7},
                                        {.number = 0, .text = kRandom},
                                        {.number = std::numeric_limits<double>::quiet_NaN()}}};

double value_of(std::string_view text, ExpressionKind kind = ExpressionKind::number) {
  const auto parsed = Expression::parse(text, kFields, kind);
  INFO(text);
  REQUIRE(std::holds_alternative<Expression>(parsed));
  return std::get<Expression>(parsed).evaluate(kEvent);
}

std::string holds(std::string_view text) {
  const double value = value_of(text, ExpressionKind::condition);
  return std::isnan(value) ? "unknown" : value == 1 ? "true" : value == 0 ? "false" : "neither";
}

std::string fault_of(std::string_view text, ExpressionKind kind = ExpressionKind::condition) {
  const auto parsed = Expression::parse(text, kFields, kind);
  INFO(text);
  REQUIRE(std::holds_alternative<SyntaxFault>(parsed));
  const auto& fault = std::get<SyntaxFault>(parsed);
  return std::to_string(fault.offset) + ": " + fault.message;
}

}  // namespace

TEST_CASE("expression: numbers by the usual precedence", "[core]") {
  CHECK(value_of("1 + 2 * 3") == 7);
  CHECK(value_of("(1 + 2) * 3") == 9);
  CHECK(value_of("10 - 4 - 3") == 3);
  CHECK(value_of("8 / 4 / 2") == 1);
  CHECK(value_of("-fraction * 2 + tracks") == 6.5);
  CHECK(value_of("--.5e1") == 5);
  CHECK(value_of("tracks - fraction") == 6.75);
  CHECK(std::isnan(value_of("tracks / 0")));
  CHECK(std::isnan(value_of("latency + 1")));
}

TEST_CASE("expression: conditions", "[core]") {
  CHECK(holds("fraction < 0.5") == "true");
  CHECK(holds("fraction >= 0.5") == "false");
  CHECK(holds("tracks > 6 and tracks <= 7") == "true");
  CHECK(holds("tracks = 7") == "true");
  CHECK(holds("tracks == 7 and tracks <> 8 and tracks != 9") == "true");
  CHECK(holds("not tracks = 7 or fraction = 0.25") == "true");  // not binds tighter than or
  CHECK(holds("not (tracks = 7 or fraction = 0.25)") == "false");
  CHECK(holds("recommender = 'random'") == "true");
  CHECK(holds(R"(recommender != "it""s")") == "true");
  CHECK(holds("recommender in ('sticky', 'random')") == "true");
  CHECK(holds("tracks not in (1, 2, 3 + 4)") == "false");
}

TEST_CASE("expression: what is not known stays unknown unless the known side decides", "[core]") {
  CHECK(holds("latency < 5") == "unknown");
  CHECK(holds("not latency < 5") == "unknown");
  CHECK(holds("latency < 5 or tracks = 7") == "true");
  CHECK(holds("tracks = 7 or latency < 5") == "true");
  CHECK(holds("latency < 5 or tracks = 8") == "unknown");
  CHECK(holds("latency < 5 and tracks = 8") == "false");
  CHECK(holds("tracks = 8 and latency < 5") == "false");
  CHECK(holds("latency < 5 and tracks = 7") == "unknown");
  CHECK(holds("latency in (1, 2)") == "unknown");
  CHECK(holds("7 in (latency, tracks)") == "true");
  CHECK(holds("known(latency)") == "false");
  CHECK(holds("known(recommender) and known(tracks)") == "true");
}

TEST_CASE("expression: a field by itself is told", "[core]") {
  const auto of = [](std::string_view text) {
    return std::get<Expression>(Expression::parse(text, kFields, ExpressionKind::number)).only_field();
  };
  CHECK(of(" tracks ") == 1);
  CHECK(of("(latency)") == 3);
  CHECK(of("tracks + 0") == -1);
}

TEST_CASE("expression: faults say where and why", "[core]") {
  CHECK(fault_of("fracton < 1") ==
        "0: unknown field \"fracton\", want one of fraction, tracks, recommender, latency; did you mean \"fraction\"?");
  CHECK(fault_of("0 < tracks < 9") == "11: comparisons cannot be chained, want them joined by \"and\"");
  CHECK(fault_of("tracks") == "0: want a condition, this is a number");
  CHECK(fault_of("tracks < 1", ExpressionKind::number) == "0: want a number, this is a condition");
  CHECK(fault_of("recommender < 'a'") == "0: want a number, this is a text");
  CHECK(fault_of("tracks = 'a'") == "9: want a number, this is a text");
  CHECK(fault_of("tracks and fraction = 1") == "0: want a condition, this is a number");
  CHECK(fault_of("tracks = 1 fraction") == "11: unexpected \"fraction\"");
  CHECK(fault_of("tracks = 1)") == "10: unexpected \")\"");
  CHECK(fault_of("(tracks = 1") == "11: want \")\", found end");
  CHECK(fault_of("tracks =") == "8: want a field, a number or a text, found end");
  CHECK(fault_of("") == "0: want a field, a number or a text, found end");
  CHECK(fault_of("recommender = 'a") == "14: a text whose quote is not closed");
  CHECK(fault_of("tracks = 7x") == "10: a letter behind a number");
  CHECK(fault_of("tracks = 1e999") == "9: a number that is too large or too small");
  CHECK(fault_of("tracks & 1") == "7: unexpected character");
  CHECK(fault_of("tracks not 1") == "11: want \"in\" behind \"not\"");
  CHECK(fault_of("(tracks = 1) = 1") == "1: a condition cannot be compared");
}

TEST_CASE("expression: nesting is bounded", "[core]") {
  for (const char* deep : {"(", "not ", "-"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += deep;
    CHECK(fault_of(text).find("nested too deeply") != std::string::npos);
  }
}
