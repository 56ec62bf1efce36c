#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/expression/expression.h"

namespace crossfade::expression {

// The properties that an expression names while it is parsed, and what each has been used as so far.
class UsedProperties {
 public:
  // The place of a property; `only_asked`: by `known`, which takes either type and has a place of its own.
  std::size_t place_of(const std::string& name, bool only_asked) {
    const auto known =
        std::ranges::find_if(all_, [&](const Used& one) { return one.name == name && one.only_asked == only_asked; });
    const auto place = static_cast<std::size_t>(known - all_.begin());
    if (known == all_.end()) all_.push_back({.name = name, .only_asked = only_asked, .type = std::nullopt});
    return place;
  }
  const std::string& name(std::size_t place) const { return all_[place].name; }
  bool is_text(std::size_t place) const { return all_[place].type == Property::Type::text; }
  // False where it has been used as another one.
  bool use(std::size_t place, Property::Type type) {
    if (all_[place].type.value_or(type) != type) return false;
    all_[place].type = type;
    return true;
  }

  // In the order of their places.
  std::vector<Property> properties() const {
    std::vector<Property> properties;
    for (const Used& one : all_) {
      properties.push_back({.name = one.name, .type = one.type.value_or(Property::Type::any)});
    }
    return properties;
  }

 private:
  struct Used {
    std::string name;
    bool only_asked = false;
    std::optional<Property::Type> type;
  };
  std::vector<Used> all_;
};

}  // namespace crossfade::expression
