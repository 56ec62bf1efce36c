#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/expression/expression.h"
#include "platform/core/json/json_lexer.h"

namespace crossfade::storage {

// Reads some members of JSON objects, one object after the other: O(its text up to the last of them), without a tree of
// it. Not thread-safe.
class PropertyReader {
 public:
  // A member that is wanted: its path, of an object in an object with dots ("cart.size"), and as what.
  explicit PropertyReader(std::span<const Property> wanted);

  // What `object` has in them, in the order of `wanted`; not known: what is missing, null, of another type or a list,
  // and all of what is no JSON object. True and false are 1 and 0, as any also "true" and "false". Of two members of
  // one name the first counts. The values point into `object` and into this, until the next call.
  std::span<const FieldValue> read(std::string_view object);
  std::span<const FieldValue> values() const { return values_; }  // of the last one
  bool empty() const { return values_.empty(); }

 private:
  // A name in an object: what is wanted of it, and of its members.
  struct Name {
    std::string name;
    std::vector<std::size_t> values;   // positions in `wanted`
    std::vector<std::size_t> members;  // positions in names_
    std::uint64_t seen = 0;            // the last object that has it
  };
  std::size_t name_of(std::vector<std::size_t>& among, std::string_view name);
  Name* find(const std::vector<std::size_t>& among, std::string_view name);
  bool read_members(JsonLexer& lexer, const std::vector<std::size_t>& wanted);
  void take(const Name& name, const JsonToken& token);

  std::vector<Property::Type> types_;
  std::deque<Name> names_;
  std::vector<std::size_t> outermost_;
  std::vector<FieldValue> values_;
  std::deque<std::string> unescaped_;  // texts that values point to
  std::uint64_t objects_ = 0;          // read so far
  std::size_t missing_ = 0;            // names that have not been seen in this one
};

}  // namespace crossfade::storage
