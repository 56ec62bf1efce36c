#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/expression/expression.h"
#include "platform/core/expression/expression_lexer.h"
#include "platform/core/expression/expression_node.h"
#include "platform/core/expression/used_properties.h"

namespace crossfade {

namespace {

using expression::Lexer;
using expression::Operation;
using expression::Token;
using expression::Type;
using Node = Expression::Node;

// Deeper nesting is a mistake, and would exhaust the stack.
constexpr int kDeepest = 64;
// More is a list of values that is written out, and SQLite takes no expression of more than a thousand.
constexpr int kMostOperations = 500;
// Lists of values included. It is evaluated for every event.
constexpr std::size_t kLongest = 16'384;

std::string_view to_string(Type type) {
  switch (type) {
    case Type::number:
      return "a number";
    case Type::text:
      return "a text";
    case Type::condition:
      return "a condition";
    case Type::open:
      return "a property";
  }
  return "";
}

// Recursive descent: or, and, not, comparison, sum, product, sign, atom. Every function gives nothing once there is a
// fault.
class Parser {
 public:
  using Found = std::optional<Node>;

  Parser(std::string_view text, std::span<const Field> fields, bool has_properties)
      : lexer_(text), fields_(fields), has_properties_(has_properties) {
    advance();
  }

  Found parse(ExpressionKind kind) {
    Found root = disjunction();
    if (root && token_.kind != Token::Kind::end) return refuse("unexpected " + shown(token_));
    const Type wanted = kind == ExpressionKind::number ? Type::number : Type::condition;
    if (root && !require(*root, wanted)) return std::nullopt;
    return root;
  }
  // Of the expression that was parsed, in the order of their places behind the fields.
  std::vector<Property> properties() const { return used_.properties(); }
  const SyntaxFault& fault() const { return fault_; }

 private:
  struct Deeper {
    explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    int& depth_;
  };

  static std::string shown(const Token& token) {
    switch (token.kind) {
      case Token::Kind::end:
        return "end";
      case Token::Kind::number:
        return "number";
      case Token::Kind::text:
        return "text \"" + token.text + "\"";
      default:
        return "\"" + token.text + "\"";
    }
  }

  void advance() { token_ = lexer_.next(); }
  bool is(std::string_view word) const {
    return (token_.kind == Token::Kind::word || token_.kind == Token::Kind::symbol) && token_.text == word;
  }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    advance();
    return true;
  }

  // The first fault counts.
  std::nullopt_t refuse(std::size_t offset, std::string message) {
    if (fault_.message.empty()) fault_ = {.offset = offset, .message = std::move(message)};
    return std::nullopt;
  }
  std::nullopt_t refuse(const Node& node, std::string message) { return refuse(node.offset, std::move(message)); }
  std::nullopt_t refuse(std::string message) {
    if (token_.kind == Token::Kind::wrong) message = token_.text;
    return refuse(token_.offset, std::move(message));
  }

  bool require(Node& node, Type type) {
    if (node.type == type) return true;
    if (node.type == Type::open && type != Type::condition) return settle(node, type);
    refuse(node, "want " + std::string(to_string(type)) + ", this is " + std::string(to_string(node.type)));
    return false;
  }

  // The property is used as that here.
  bool settle(Node& node, Type type) {
    const std::size_t place = node.field - fields_.size();
    node.type = type;
    if (used_.use(place, type == Type::text ? Property::Type::text : Property::Type::number)) return true;
    refuse(node, "properties." + used_.name(place) + " is used as a text and as a number, want one of them");
    return false;
  }

  // What both sides of a comparison are: properties are what they are compared with, by themselves numbers.
  Type common_type(const Node& left, const Node& right) {
    for (const Node* node : {&left, &right}) {
      if (node->type != Type::open) return node->type;
    }
    for (const Node* node : {&left, &right}) {
      if (used_.is_text(node->field - fields_.size())) return Type::text;
    }
    return Type::number;
  }

  static Node join(Operation operation, Type type, Node left, Node right) {
    Node node{.operation = operation, .type = type, .offset = left.offset};
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    return node;
  }

  Found disjunction() { return chain("or", Operation::logical_or, &Parser::conjunction); }
  Found conjunction() { return chain("and", Operation::logical_and, &Parser::negation); }

  Found chain(std::string_view word, Operation operation, Found (Parser::*part)()) {
    const Deeper deeper(depth_);
    if (depth_ > kDeepest) return refuse("nested too deeply");
    Found first = (this->*part)();
    if (!first || !is(word)) return first;
    Node node{.operation = operation, .type = Type::condition, .offset = first->offset};
    if (!append(node, Type::condition, std::move(first))) return std::nullopt;
    while (is(word)) {
      if (!count_operation() || !append(node, Type::condition, (this->*part)())) return std::nullopt;
    }
    return node;
  }

  // Passes over the operator.
  bool count_operation() {
    if (++operations_ <= kMostOperations) {
      advance();
      return true;
    }
    refuse("operation " + std::to_string(operations_) + ", want at most " + std::to_string(kMostOperations) +
           "; a list is one: x in (1, 2, 3)");
    return false;
  }

  bool append(Node& node, Type type, Found part) {
    if (!part || !require(*part, type)) return false;
    node.children.push_back(std::move(*part));
    return true;
  }

  Found negation() {
    const std::size_t offset = token_.offset;
    if (!take("not")) return comparison();
    const Deeper deeper(depth_);
    if (depth_ > kDeepest) return refuse("nested too deeply");
    Found of = negation();
    if (!of || !require(*of, Type::condition)) return std::nullopt;
    return negated(std::move(*of), offset);
  }

  static Node negated(Node of, std::size_t offset) {
    Node node{.operation = Operation::logical_not, .type = Type::condition, .offset = offset};
    node.children.push_back(std::move(of));
    return node;
  }

  static bool is_comparison(const Token& token) {
    if (token.kind != Token::Kind::symbol) return false;
    for (const std::string_view symbol : {"=", "==", "!=", "<>", "<", "<=", ">", ">="}) {
      if (token.text == symbol) return true;
    }
    return false;
  }

  Found comparison() {
    Found left = sum();
    if (!left) return left;
    if (is("in") || is("not")) return membership(std::move(*left));
    if (!is_comparison(token_)) return left;
    const std::string symbol = token_.text;
    advance();
    Found right = sum();
    if (!right) return right;
    if (is_comparison(token_)) return refuse("comparisons cannot be chained, want them joined by \"and\"");
    return compared(symbol, std::move(*left), std::move(*right));
  }

  Found compared(std::string_view symbol, Node left, Node right) {
    const std::size_t offset = left.offset;
    const bool equality = symbol == "=" || symbol == "==" || symbol == "!=" || symbol == "<>";
    if (left.type == Type::condition) return refuse(left, "a condition cannot be compared");
    const Type type = equality ? common_type(left, right) : Type::number;
    if (!require(left, type) || !require(right, type)) return std::nullopt;
    if (equality) {
      Node node = join(Operation::equal, Type::condition, std::move(left), std::move(right));
      if (symbol == "!=" || symbol == "<>") return negated(std::move(node), offset);
      return node;
    }
    const bool swapped = symbol == ">" || symbol == ">=";
    const Operation operation = symbol.size() == 1 ? Operation::less : Operation::less_or_equal;
    Node node = swapped ? join(operation, Type::condition, std::move(right), std::move(left))
                        : join(operation, Type::condition, std::move(left), std::move(right));
    node.offset = offset;
    return node;
  }

  Found membership(Node of) {
    const std::size_t offset = of.offset;
    if (of.type == Type::condition) return refuse(of, "a condition cannot be compared");
    const bool inverted = take("not");
    if (!take("in")) return refuse("want \"in\" behind \"not\"");
    if (!take("(")) return refuse("want \"(\" behind \"in\"");
    Node node{.operation = Operation::any_of, .type = Type::condition, .offset = offset};
    node.children.push_back(std::move(of));
    do {
      Found one = sum();
      if (!one) return std::nullopt;
      Node& first = node.children.front();
      const Type type = common_type(first, *one);
      const bool may_tell = first.type != Type::open || one->type != Type::open;
      if (may_tell && (!require(first, type) || !require(*one, type))) return std::nullopt;
      node.children.push_back(std::move(*one));
    } while (take(","));
    if (!take(")")) return refuse("want \")\" at the end of the list, found " + shown(token_));
    const Type type = common_type(node.children.front(), node.children.back());
    for (Node& child : node.children) {
      if (!require(child, type)) return std::nullopt;
    }
    if (inverted) return negated(std::move(node), offset);
    return node;
  }

  Found sum() { return run("+", "-", Operation::sum, Operation::negate, &Parser::product); }
  Found product() { return run("*", "/", Operation::product, Operation::invert, &Parser::sign); }

  // Parts behind the other sign are marked.
  Found run(std::string_view sign, std::string_view other_sign, Operation operation, Operation mark,
            Found (Parser::*part)()) {
    Found first = (this->*part)();
    if (!first || (!is(sign) && !is(other_sign))) return first;
    Node node{.operation = operation, .type = Type::number, .offset = first->offset};
    if (!append(node, Type::number, std::move(first))) return std::nullopt;
    while (is(sign) || is(other_sign)) {
      const bool marked = is(other_sign);
      if (!count_operation() || !append(node, Type::number, (this->*part)())) return std::nullopt;
      if (!marked) continue;
      Node& last = node.children.back();
      Node of = std::move(last);
      last = {.operation = mark, .type = Type::number, .offset = of.offset};
      last.children.push_back(std::move(of));
    }
    return node;
  }

  Found sign() {
    const std::size_t offset = token_.offset;
    if (!take("-")) return atom();
    const Deeper deeper(depth_);
    if (depth_ > kDeepest) return refuse("nested too deeply");
    Found of = sign();
    if (!of || !require(*of, Type::number)) return std::nullopt;
    Node node{.operation = Operation::negate, .type = Type::number, .offset = offset};
    node.children.push_back(std::move(*of));
    return node;
  }

  Found atom() {
    const Token token = token_;
    if (token.kind == Token::Kind::number) {
      advance();
      return Node{
          .operation = Operation::constant, .type = Type::number, .offset = token.offset, .number = token.number};
    }
    if (token.kind == Token::Kind::text) {
      advance();
      return Node{.operation = Operation::constant, .type = Type::text, .offset = token.offset, .text = token.text};
    }
    if (take("(")) {
      Found inner = disjunction();
      if (inner && !take(")")) return refuse("want \")\", found " + shown(token_));
      return inner;
    }
    if (token.kind != Token::Kind::word || is("and") || is("or") || is("in")) {
      return refuse("want a field, a number or a text, found " + shown(token));
    }
    advance();
    return token.text == "known" && is("(") ? known() : named(token, false);
  }

  Found known() {
    const std::size_t offset = token_.offset;
    advance();
    const Token token = token_;
    if (token.kind != Token::Kind::word) return refuse("want a field, found " + shown(token));
    advance();
    Found of = named(token, true);
    if (!of) return of;
    if (!take(")")) return refuse("want \")\", found " + shown(token_));
    Node node{.operation = Operation::known, .type = Type::condition, .offset = offset};
    node.children.push_back(std::move(*of));
    return node;
  }

  Found property(const Token& token, bool only_asked) {
    const std::string name = token.text.substr(expression::kProperties.size() + 1);
    const std::size_t place = used_.place_of(name, only_asked);
    return Node{
        .operation = Operation::field, .type = Type::open, .offset = token.offset, .field = fields_.size() + place};
  }

  // `only_asked`: whether it is known.
  Found named(const Token& token, bool only_asked) {
    if (has_properties_ && token.text.starts_with(std::string(expression::kProperties) + '.')) {
      return property(token, only_asked);
    }
    std::vector<std::string> names;
    std::string all;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name == token.text) {
        return Node{.operation = Operation::field,
                    .type = fields_[i].text ? Type::text : Type::number,
                    .offset = token.offset,
                    .field = i};
      }
      names.emplace_back(fields_[i].name);
      all += (i == 0 ? "" : ", ") + names.back();
    }
    if (has_properties_) all += ", properties.NAME";
    std::string message = "unknown field \"" + token.text + "\", want one of " + all;
    if (const std::string near = nearest_name(token.text, names); !near.empty()) {
      message += "; did you mean \"" + near + "\"?";
    }
    return refuse(token.offset, std::move(message));
  }

  Lexer lexer_;
  std::span<const Field> fields_;
  const bool has_properties_;
  expression::UsedProperties used_;
  Token token_;
  SyntaxFault fault_;
  int depth_ = 0;
  int operations_ = 0;
};

}  // namespace

std::variant<Expression, SyntaxFault> Expression::parse(std::string_view text, std::span<const Field> fields,
                                                        ExpressionKind kind, bool properties) {
  if (text.size() > kLongest) {
    return SyntaxFault{.offset = 0,
                       .message = "an expression of " + std::to_string(text.size()) + " bytes, want at most " +
                                  std::to_string(kLongest)};
  }
  Parser parser(text, fields, properties);
  auto root = parser.parse(kind);
  if (!root) return parser.fault();
  return Expression(std::string(text), parser.properties(), std::make_shared<const Node>(*std::move(root)));
}

}  // namespace crossfade
