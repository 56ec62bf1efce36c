#include "platform/assignment/conditions/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "platform/assignment/conditions/pattern_syntax.h"

namespace crossfade::assignment {

namespace {

// Where there is no memory for the automaton, as many steps are taken for each character of a text.
constexpr int kMostSteps = 1000;
// Of the automaton that an expression becomes, and of what it keeps of it while it matches.
constexpr std::int64_t kMostMemory = std::int64_t{1} << 20;

}  // namespace

Pattern::Pattern(std::string_view pattern, bool insensitive) {
  if (pattern.size() > kLongest) {
    fault_ = fmt::format("it has {} bytes, and {} is the most", pattern.size(), kLongest);
    return;
  }
  TranslatedPattern translated = to_re2(pattern);
  fault_ = std::move(translated.fault);
  if (!fault_.empty()) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!insensitive);
  options.set_never_capture(true);
  options.set_max_mem(kMostMemory);
  const auto compiled = std::make_shared<const re2::RE2>(translated.re2, options);
  if (!compiled->ok()) {
    fault_ = compiled->error();
  } else if (compiled->ProgramSize() > kMostSteps) {
    fault_ = fmt::format("it takes {} steps a character, and {} is the most", compiled->ProgramSize(), kMostSteps);
  } else {
    compiled_ = compiled;
  }
}

bool Pattern::is_found_in(std::string_view text) const {
  return compiled_ != nullptr && re2::RE2::PartialMatch({text.data(), text.size()}, *compiled_);
}

}  // namespace crossfade::assignment
