#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crossfade {

// A field of an event, as expressions name it.
struct Field {
  std::string_view name;
  bool text = false;  // a text, otherwise a number
};

// What an event has in a field. Not known: a number that is NaN, a text without data.
struct FieldValue {
  double number = 0;
  std::string_view text = {};
};

// A member of an event's properties that an expression names, `properties.plan`.
struct Property {
  enum class Type : std::uint8_t {
    number,  // true and false are 1 and 0
    text,
    any,  // it is only asked whether it is known
  };
  std::string name;          // "plan"; of a member of a member "cart.size"
  Type type = Type::number;  // what it is used as: a value of another type is not known

  bool operator==(const Property&) const = default;
};

// What an expression gives.
enum class ExpressionKind { number, condition };

// Where a text is no expression, and why: "unknown field \"fracton\", did you mean \"fraction\"?".
struct SyntaxFault {
  std::size_t offset = 0;  // of the text, in bytes from 0
  std::string message;
};

// A number or a condition over the fields of one event, for instance `fraction < 0.1 and recommender != "random"`;
// docs/metrics.md has the language. Parsed once, then a value that is cheap to copy and safe to share.
class Expression {
 public:
  struct Node;

  // `fields`: what may be named, in the order in which evaluate takes them; `properties`: whether members of the
  // event's properties may, too. The text must be an expression of `kind`.
  static std::variant<Expression, SyntaxFault> parse(std::string_view text, std::span<const Field> fields,
                                                     ExpressionKind kind, bool properties = false);

  // Those that are named, each once and as what it is used: evaluate takes what the event has in them behind its
  // fields. Of one of type `any` either value may be known.
  const std::vector<Property>& properties() const { return properties_; }

  // A condition: 1 where it holds, 0 where it does not. NaN where that depends on something that is not known, or
  // the number cannot be computed (a division by 0).
  double evaluate(std::span<const FieldValue> fields) const;
  // evaluate(...) == 1
  bool holds(std::span<const FieldValue> fields) const { return evaluate(fields) == 1; }

  // The field that this expression is, where it is nothing else; -1 otherwise. A shortcut for whoever evaluates it a
  // million times.
  int only_field() const;

  const std::string& text() const { return text_; }
  // The tree (expression_node.h), for whoever says the same in another language.
  const Node& root() const { return *root_; }
  // Texts that mean the same and are written differently are different.
  bool operator==(const Expression& other) const { return text_ == other.text_; }

 private:
  Expression(std::string text, std::vector<Property> properties, std::shared_ptr<const Node> root)
      : text_(std::move(text)), properties_(std::move(properties)), root_(std::move(root)) {}

  std::string text_;
  std::vector<Property> properties_;
  std::shared_ptr<const Node> root_;
};

}  // namespace crossfade
