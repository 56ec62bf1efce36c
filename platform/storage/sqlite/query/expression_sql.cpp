#include "platform/storage/sqlite/query/expression_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "platform/core/expression/expression_node.h"

namespace crossfade::storage {

namespace {

using expression::Operation;
using Node = Expression::Node;

std::string column_of(std::string_view field, EventKind event) {
  if (event == EventKind::session && field == "duration_ms") return "(event.ended_ms - event.started_ms)";
  if (event == EventKind::session && field == "end") return "event.end_reason";
  return fmt::format("event.{}", field);
}

// Of a member of the properties, as PropertyReader reads it.
std::string property_sql(const Property& property) {
  std::string path = "$";
  std::string_view rest = property.name;
  for (std::size_t dot = 0; dot != std::string_view::npos;) {
    dot = rest.find('.');
    path += fmt::format(".\"{}\"", rest.substr(0, dot));
    if (dot != std::string_view::npos) rest.remove_prefix(dot + 1);
  }
  const std::string of = fmt::format("(event.properties, '{}')", path);
  switch (property.type) {
    case Property::Type::number:
      return fmt::format(
          "CASE WHEN json_type{0} IN ('integer', 'real', 'true', 'false') THEN CAST(json_extract{0} AS REAL) END", of);
    case Property::Type::text:
      return fmt::format("CASE WHEN json_type{0} = 'text' THEN json_extract{0} END", of);
    case Property::Type::any:
      return fmt::format("CASE WHEN json_type{0} NOT IN ('null', 'array', 'object') THEN json_extract{0} END", of);
  }
  return "NULL";
}

class ExpressionSqlWriter {
 public:
  ExpressionSqlWriter(EventKind event, const std::vector<Property>& properties)
      : event_(event), properties_(properties) {}

  // `nested`: inside another operation.
  std::string write(const Node& node, bool nested) const {
    switch (node.operation) {
      case Operation::constant:
        return node.type == expression::Type::text ? sql_text(node.text) : fmt::format("{}", node.number);
      case Operation::field:
        if (node.field < fields_of(event_).size()) return column_of(fields_of(event_)[node.field].name, event_);
        return fmt::format("({})", property_sql(properties_[node.field - fields_of(event_).size()]));
      default:
        return nested ? fmt::format("({})", operation(node)) : operation(node);
    }
  }

 private:
  std::string operation(const Node& node) const {
    switch (node.operation) {
      case Operation::known:
        return child(node, 0) + " IS NOT NULL";
      case Operation::negate:
        return "-" + child(node, 0);
      case Operation::sum:
        return run(node, "+", Operation::negate, "-");
      case Operation::product: {
        const bool divides =
            std::ranges::find(node.children, Operation::invert, &Node::operation) != node.children.end();
        // Of integers a division would leave the rest out; one by 0 is NULL.
        return (divides ? "1.0 * " : "") + run(node, "*", Operation::invert, "/");
      }
      case Operation::equal:
        return binary(node, "=");
      case Operation::less:
        return binary(node, "<");
      case Operation::less_or_equal:
        return binary(node, "<=");
      case Operation::any_of:
        return one_of(node);
      case Operation::logical_not:
        return "NOT " + child(node, 0);
      case Operation::logical_and:
        return joined(node, "AND");
      case Operation::logical_or:
        return joined(node, "OR");
      case Operation::invert:
      case Operation::constant:
      case Operation::field:
        break;
    }
    return write(node, false);
  }

  std::string child(const Node& node, std::size_t i) const { return write(node.children[i], true); }
  std::string binary(const Node& node, std::string_view sign) const {
    return fmt::format("{} {} {}", child(node, 0), sign, child(node, 1));
  }
  std::string joined(const Node& node, std::string_view word) const {
    std::string sql = child(node, 0);
    for (std::size_t i = 1; i < node.children.size(); ++i) sql += fmt::format(" {} {}", word, child(node, i));
    return sql;
  }
  // Children that are `marked` stand behind the other sign.
  std::string run(const Node& node, std::string_view sign, Operation marked, std::string_view other_sign) const {
    std::string sql = child(node, 0);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const bool other = node.children[i].operation == marked;
      sql += fmt::format(" {} {}", other ? other_sign : sign, other ? child(node.children[i], 0) : child(node, i));
    }
    return sql;
  }
  std::string one_of(const Node& node) const {
    std::vector<std::string> others;
    for (std::size_t i = 1; i < node.children.size(); ++i) others.push_back(child(node, i));
    return fmt::format("{} IN ({})", child(node, 0), fmt::join(others, ", "));
  }

  EventKind event_;
  const std::vector<Property>& properties_;
};

// Columns that are never NULL.
constexpr std::array kAlwaysKnown{"tracks", "time", "duration_ms", "track", "position", "fraction", "value"};

}  // namespace

std::string sql_of(const Expression& expression, EventKind event) {
  return ExpressionSqlWriter(event, expression.properties()).write(expression.root(), false);
}

bool may_be_unknown(const Expression& expression, EventKind event) {
  const int field = expression.only_field();
  const std::span<const Field> fields = fields_of(event);
  if (field < 0 || static_cast<std::size_t>(field) >= fields.size()) return true;
  return std::ranges::find(kAlwaysKnown, fields[static_cast<std::size_t>(field)].name) == kAlwaysKnown.end();
}

std::string sql_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace crossfade::storage
