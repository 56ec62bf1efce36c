#include "platform/assignment/conditions/padded_version.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/assignment/conditions/javascript_values.h"

namespace crossfade::assignment {

namespace {

// Without a leading "v", and without what stands behind a "+" up to the end, in one line.
std::string_view without_build(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  if (version.find('+') == std::string_view::npos) return version;
  std::size_t line = 0;
  for (const std::string_view end : {"\n", "\r", "\u2028", "\u2029"}) {
    const std::size_t found = version.rfind(end);
    if (found != std::string_view::npos) line = std::max(line, found);
  }
  return version.substr(0, version.find('+', line));
}

}  // namespace

std::pmr::string padded_version(const JsonValue& version, std::pmr::memory_resource& memory) {
  std::array<char, 32> storage{};
  std::string_view rest = "0";
  if (const double* const number = version.number()) rest = text_of_number(*number, storage);
  if (const std::string* const text = version.text(); text != nullptr && !text->empty()) rest = *text;
  rest = without_build(rest);

  std::pmr::string padded{&memory};
  padded.reserve(2 * rest.size() + 16);
  int parts = 0;
  while (true) {
    const std::size_t end = std::min(rest.find_first_of("-."), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (parts++ > 0) padded += '-';
    const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    if (number && part.size() < 5) padded.append(5 - part.size(), ' ');
    padded += part;
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  if (parts == 3) padded += "-~";  // the largest ASCII character: a release stands behind its candidates
  return padded;
}

}  // namespace crossfade::assignment
