#include "platform/core/expression/expression.h"

#include <cmath>
#include <limits>

#include "platform/core/expression/expression_node.h"

namespace crossfade {

namespace {

using expression::Operation;
using expression::Type;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double Expression::Node::equals(const Node& left, const Node& right, std::span<const FieldValue> fields) const {
  if (left.type == Type::text) {
    const std::string_view a = left.text_of(fields);
    const std::string_view b = right.text_of(fields);
    if (a.data() == nullptr || b.data() == nullptr) return kUnknown;
    return a == b ? 1 : 0;
  }
  const double a = left.evaluate(fields);
  const double b = right.evaluate(fields);
  if (std::isnan(a) || std::isnan(b)) return kUnknown;
  return a == b ? 1 : 0;
}

double Expression::Node::any_of(std::span<const FieldValue> fields) const {
  double result = 0;
  for (std::size_t i = 1; i < children.size(); ++i) {
    const double same = equals(children[0], children[i], fields);
    if (same == 1) return 1;
    if (std::isnan(same)) result = kUnknown;
  }
  return result;
}

double Expression::Node::product_of(std::span<const FieldValue> fields) const {
  double total = children[0].evaluate(fields);
  for (std::size_t i = 1; i < children.size(); ++i) {
    if (children[i].operation == Operation::invert) {
      const double by = children[i].children[0].evaluate(fields);
      if (by == 0) return kUnknown;
      total /= by;
    } else {
      total *= children[i].evaluate(fields);
    }
  }
  return total;
}

double Expression::Node::decided_by(double decisive, std::span<const FieldValue> fields) const {
  double result = 1 - decisive;
  for (const Node& child : children) {
    const double one = child.evaluate(fields);
    if (one == decisive) return decisive;
    if (std::isnan(one)) result = kUnknown;
  }
  return result;
}

double Expression::Node::evaluate(std::span<const FieldValue> fields) const {
  const auto compared = [&](auto compare) {
    const double a = children[0].evaluate(fields);
    const double b = children[1].evaluate(fields);
    if (std::isnan(a) || std::isnan(b)) return kUnknown;
    return compare(a, b) ? 1.0 : 0.0;
  };
  switch (operation) {
    case Operation::constant:
      return number;
    case Operation::field:
      return fields[field].number;
    case Operation::known: {
      const Node& of = children[0];
      const bool is_number = of.type != Type::text && !std::isnan(fields[of.field].number);
      const bool is_text = of.type != Type::number && fields[of.field].text.data() != nullptr;
      return is_number || is_text ? 1 : 0;
    }
    case Operation::negate:
      return -children[0].evaluate(fields);
    case Operation::sum: {
      double total = children[0].evaluate(fields);
      for (std::size_t i = 1; i < children.size(); ++i) total += children[i].evaluate(fields);
      return total;
    }
    case Operation::product:
      return product_of(fields);
    case Operation::invert:  // its product divides by it
      break;
    case Operation::equal:
      return equals(children[0], children[1], fields);
    case Operation::less:
      return compared([](double a, double b) { return a < b; });
    case Operation::less_or_equal:
      return compared([](double a, double b) { return a <= b; });
    case Operation::any_of:
      return any_of(fields);
    case Operation::logical_not:
      return 1 - children[0].evaluate(fields);
    case Operation::logical_and:
      return decided_by(0, fields);
    case Operation::logical_or:
      return decided_by(1, fields);
  }
  return kUnknown;
}

double Expression::evaluate(std::span<const FieldValue> fields) const {
  return root_->evaluate(fields);
}

int Expression::only_field() const {
  return root_->operation == Operation::field ? static_cast<int>(root_->field) : -1;
}

}  // namespace crossfade
