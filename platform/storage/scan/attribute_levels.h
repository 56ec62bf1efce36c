#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/core/expression/expression.h"
#include "platform/core/metric.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage {

// Levels of a dimension that has no breaks, besides kOtherLevel: the values that most units have.
inline constexpr std::size_t kMostLevels = 20;
inline constexpr const char* kOtherLevel = "other";
// A longer text is not known: no name of a segment.
inline constexpr std::size_t kLongestLevel = 200;
// Values of an attribute that are told apart, before it is known which are the levels: beyond them it is an id.
inline constexpr std::size_t kMostValues = 10'000;

// The levels of a dimension of an attribute: of each unit of an experiment one, by what it has in the attribute.
class AttributeLevels {
 public:
  explicit AttributeLevels(const Dimension& dimension) : dimension_(&dimension) {}

  // Of the next unit; `value` as PropertyReader reads a property of type `any`.
  void add(const FieldValue& value);
  // The unit counts for the size of its level; it was added as the number `unit`, from 0.
  void count(std::size_t unit);
  // Once all have been added and counted: which the levels are. Without breaks the values in the order of their size,
  // of one size in that of their texts; what is left is kOtherLevel, the last one.
  void rank();

  const std::vector<std::string>& levels() const { return levels_; }
  // Grouping::kNone where nothing is known.
  std::int32_t level(std::size_t unit) const;

 private:
  std::int32_t number_of(const FieldValue& value);

  const Dimension* dimension_;
  std::vector<std::int32_t> number_;  // of each unit's value; below 0: not known
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<std::int64_t> units_;  // of each value
  std::vector<std::int32_t> place_;  // of each value, among the levels
  std::vector<std::string> levels_;
};

}  // namespace crossfade::storage
