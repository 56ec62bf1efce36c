// The sections of GrowthBook's suite that try features and experiments as a whole, asked of our Assigner. What it has
// no answer for is named, with the reason; the tests fail when one of these passes, or is no case any more.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/assignment/assigner.h"
#include "tests/platform/assignment/growthbook/cases.h"
#include "tests/platform/assignment/growthbook/configurations.h"

using namespace crossfade;
using namespace crossfade::assignment;
using crossfade::assignment::testing::growthbook_cases;
using crossfade::assignment::testing::name_of;
using crossfade::assignment::testing::Question;

namespace {

// Names of cases, and why they are left out.
using LeftOut = std::map<std::string, std::string>;

struct Answer {
  std::optional<Assignment> assignment;  // the one whose value it is
  std::optional<Value> value;
};

Answer answer_to(const Question& question) {
  const Assigner assigner{question.configuration};
  Answer answer;
  const auto assignments = assigner.assignments({question.unit, &question.attributes});
  const Value* const value = assigner.parameter(question.parameter, assignments);
  if (value != nullptr) answer.value = *value;
  for (const Assignment& one : assignments) {
    if (one.variant->parameters.contains(question.parameter)) answer.assignment = one;
  }
  return answer;
}

bool is_value(const std::optional<Value>& value, const JsonValue& wanted) {
  if (wanted.kind() == JsonValue::Kind::null) return !value;
  if (!value) return false;
  if (const bool* const truth = wanted.boolean()) return *value == Value{*truth};
  if (const double* const number = wanted.number()) return *value == Value{*number};
  return *value == Value{*wanted.text()};
}

bool is_answered(const Question& question, const JsonValue& wanted) {
  const Answer answer = answer_to(question);
  if (!is_value(answer.value, *wanted.find("value"))) return false;
  const JsonValue* const result = wanted.find("experimentResult");
  if (result == nullptr) return true;
  return answer.assignment && answer.assignment->overridden != *result->find("hashUsed")->boolean() &&
         answer.assignment->variant->key == std::to_string(static_cast<int>(*result->find("variationId")->number()));
}

// [name, context, experiment, value, whether it is in the experiment, whether by the hash]
bool is_answered(const Question& question, const JsonValue::Array& wanted) {
  const Answer answer = answer_to(question);
  if (!*wanted[4].boolean()) return !answer.assignment;
  if (!answer.assignment || answer.assignment->overridden == *wanted[5].boolean()) return false;
  const JsonValue::Array& variations = *wanted[2].find("variations")->array();
  return variations.at(static_cast<std::size_t>(std::get<double>(*answer.value))) == wanted[3];
}

// Asks each case; `ask` gives whether it passes, or nothing and why.
template <class Ask>
void try_all(const std::string& section, const JsonValue::Array& cases, LeftOut left_out, std::size_t count,
             const Ask& ask) {
  std::size_t passed = 0;
  std::vector<std::string> found;
  for (const JsonValue& one : cases) {
    std::string why_not;
    const std::optional<bool> result = ask(*one.array(), why_not);
    INFO(section << ": " << name_of(one) << ": " << why_not);
    if (const auto named = left_out.find(name_of(one)); named != left_out.end()) {
      CHECK_FALSE(result.value_or(false));
      CHECK(why_not == named->second);
      found.push_back(name_of(one));
      continue;
    }
    CHECK(result.value_or(false));
    if (result.value_or(false)) ++passed;
  }
  CHECK(cases.size() == count);
  CHECK(passed == count - left_out.size());
  CHECK(found.size() == left_out.size());
  std::cout << section << ": " << passed << " of " << cases.size() << " pass, " << found.size() << " are left out:\n";
  for (const auto& [name, why] : left_out) std::cout << "  " << name << ": " << why << "\n";
}

const std::string kBandit = "contextual bandits are none of ours";
const std::string kCircle = "prerequisites in a circle are refused when they are read";
const std::string kNoPrerequisite = "a prerequisite that there is not is refused when it is read";
const std::string kNoHash = "a hash that there is not is refused when it is read";
const std::string kNoVariant = "a variant that there is not is refused when it is read";
const std::string kOneVariant = "an experiment of one variant is refused when it is read";
const std::string kOneRange = "an experiment is in one range of one layer, which splits the same units";
const std::string kSideBySide = "variants stand side by side, without anybody between them";

}  // namespace

TEST_CASE("growthbook: features have the values that they have there", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("feature");
  if (cases.empty()) return;
  const LeftOut left_out = {
      {"force rules - coverage with bad hash version", kNoHash},
      {"Prerequisite flag missing, block dependent flag", kNoPrerequisite},
      {"Prerequisite cycle detected, break", kCircle},
      {"CB rule with empty contexts (explore) buckets on marginal weights with fallback leaf -1", kBandit},
      {"CB rule with no contexts key falls back to marginal weights (fallback leaf -1)", kBandit},
      {"CB rule with empty contexts uses marginal weights (fallback leaf -1)", kBandit},
      {"CB rule with empty contexts is overridden by forced variation like a normal experiment", kBandit},
  };
  try_all("feature", cases, left_out, 55, [](const JsonValue::Array& one, std::string& why_not) {
    const auto question = testing::question_of_feature(one[1], *one[2].text(), why_not);
    return question ? std::optional(is_answered(*question, one[3])) : std::nullopt;
  });
}

TEST_CASE("growthbook: units are in the variations that they are in there", "[assignment][growthbook]") {
  const auto cases = growthbook_cases("run");
  if (cases.empty()) return;
  const LeftOut left_out = {
      {"single variation", kOneVariant},
      {"negative forced variation", kNoVariant},
      {"high forced variation", kNoVariant},
      {"globally disabled", "enabled is a page's, not a server's"},
      {"querystring force", "url is a page's, not a server's"},
      {"querystring force with inactive", "url is a page's, not a server's"},
      {"Skips experiments in QA mode", "qaMode is a page's, not a server's"},
      {"Works in QA mode if forced in context", "qaMode is a page's, not a server's"},
      {"Works in QA mode if forced in experiment", "qaMode is a page's, not a server's"},
      {"Filtered, included", kOneRange},
      {"Filtered, excluded", kOneRange},
      {"Filtered, ignore namespace", kOneRange},
      {"Ranges, partial coverage", kSideBySide},
  };
  try_all("run", cases, left_out, 73, [](const JsonValue::Array& one, std::string& why_not) {
    const auto question = testing::question_of_experiment(one[1], one[2], why_not);
    return question ? std::optional(is_answered(*question, one)) : std::nullopt;
  });
}
