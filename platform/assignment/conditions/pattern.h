#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace crossfade::assignment {

// A regular expression of JavaScript that is sought anywhere in a text, by RE2: in time that grows with the text alone,
// whatever the expression. Immutable, hence thread-safe.
class Pattern {
 public:
  static constexpr std::size_t kLongest = 1000;  // bytes

  // `insensitive`: by Unicode's simple case folding.
  Pattern(std::string_view pattern, bool insensitive);

  // Why it is none; "" where it is one.
  const std::string& fault() const { return fault_; }
  // False where it is none.
  bool is_found_in(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
  std::string fault_;
};

}  // namespace crossfade::assignment
