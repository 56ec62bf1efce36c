#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/expression/expression.h"

// The tree of an expression, between the parser that makes it and the evaluation. A run of one precedence (a or b or c,
// a + b - c) is one node, so that the tree, which is walked recursively on small stacks, is as deep as the text is
// nested, however long it is.
namespace crossfade::expression {

enum class Type {
  number,
  text,
  condition,
  open,  // a property: its use will tell. In a tree that was parsed only below `known`.
};

enum class Operation {
  constant,  // number or text
  field,
  known,
  negate,
  sum,      // of all children; of `a - b` the second one is negated
  product,  // of all children; of `a / b` the second one is inverted
  invert,   // in a product only
  equal,
  less,
  less_or_equal,
  any_of,  // the first of the children equals one of the others
  logical_not,
  logical_and,  // of all children
  logical_or,   // of all children
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
  double product_of(std::span<const FieldValue> fields) const;
  // Of conditions of which one that is `decisive` decides: 0 for "and", 1 for "or".
  double decided_by(double decisive, std::span<const FieldValue> fields) const;
};

}  // namespace crossfade
