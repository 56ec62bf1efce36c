#pragma once

#include <string>
#include <string_view>

namespace crossfade::assignment {

// A regular expression of JavaScript (without flags) in RE2's syntax, or why it has none there.
struct TranslatedPattern {
  std::string re2;
  std::string fault;  // "" where there is none: "a look-ahead, which ... "
};

// What means something else to RE2 is written otherwise (".", "\s", "[[]", "\u00e9", "(?<name>"); what JavaScript
// refuses is a fault ("(?i)", "^*"), and so is what RE2 lacks (look-around, back-references) and what only looks like
// an escape
// ("\p{L}" is "p{L}" to JavaScript without the flag u). Whatever else is wrong RE2 finds. Characters are code points,
// where JavaScript counts those above U+FFFF as two. `pattern` is UTF-8. O(pattern).
TranslatedPattern to_re2(std::string_view pattern);

}  // namespace crossfade::assignment
