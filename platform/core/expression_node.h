#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/expression.h"

// The tree of an expression, between the parser that makes it and the evaluation.
namespace crossfade::expression {

enum class Type { number, text, condition };

enum class Operation {
  constant,  // number or text
  field,
  known,
  negate,
  add,
  subtract,
  multiply,
  divide,
  equal,
  less,
  less_or_equal,
  any_of,  // the first of the children equals one of the others
  logical_not,
  logical_and,
  logical_or,
};

}  // namespace crossfade::expression

namespace crossfade {

struct Expression::Node {
  expression::Operation operation = expression::Operation::constant;
  expression::Type type = expression::Type::number;
  std::size_t offset = 0;
  double number = 0;
  std::string text = {};
  std::size_t field = 0;
  std::vector<Node> children = {};

  std::string_view text_of(std::span<const FieldValue> fields) const {
    return operation == expression::Operation::field ? fields[field].text : std::string_view(text);
  }
  double evaluate(std::span<const FieldValue> fields) const;

 private:
  double equals(const Node& left, const Node& right, std::span<const FieldValue> fields) const;
  double any_of(std::span<const FieldValue> fields) const;
};

}  // namespace crossfade
