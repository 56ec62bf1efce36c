#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "platform/core/json_text.h"
#include "tests/support/shared_data.h"

// GrowthBook's public conformance suite, growthbook/growthbook, packages/sdk-js/test/cases.json (MIT).
namespace crossfade::assignment::testing {

// The cases of a section; none, with a word, on a machine that has not the file.
inline JsonValue::Array growthbook_cases(std::string_view section) {
  const auto file = shared_data("growthbook/cases.json");
  if (file.empty()) return {};
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto suite = parse_json(text, 64);
  REQUIRE(suite);
  REQUIRE(*suite->find("specVersion")->text() == "0.8.0");
  return *suite->find(section)->array();
}

inline const std::string& name_of(const JsonValue& one) {
  return *one.array()->front().text();
}

// Passes if all of `count` cases did; prints how many.
class Tally {
 public:
  explicit Tally(std::string_view section) : section_(section) {}
  void add(bool passed) {
    ++cases_;
    if (passed) ++passed_;
  }
  void expect(int count) const {
    std::cout << section_ << ": " << passed_ << " of " << cases_ << " pass\n";
    CHECK(cases_ == count);
    CHECK(passed_ == count);
  }

 private:
  std::string section_;
  int cases_ = 0;
  int passed_ = 0;
};

}  // namespace crossfade::assignment::testing
