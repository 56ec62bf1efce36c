#include "platform/core/error.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "platform/core/text.h"

namespace crossfade {

std::string to_string(const Fault& fault) {
  std::string text = fault.file;
  if (fault.line > 0) text += ":" + std::to_string(fault.line);
  if (fault.line > 0 && fault.column > 0) text += ":" + std::to_string(fault.column);
  if (!text.empty()) text += ": ";
  return printable(text + fault.message);
}

Error Error::faults(std::vector<Fault> faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  if (faults.size() > kMostFaults) {
    Fault rest = std::move(faults[kMostFaults]);
    rest.message = "and " + std::to_string(faults.size() - kMostFaults) + " more";
    faults.resize(kMostFaults);
    faults.push_back(std::move(rest));
  }
  std::string message;
  for (const Fault& fault : faults) {
    if (!message.empty()) message += '\n';
    message += to_string(fault);
  }
  return {Kind::user, message, std::move(faults)};
}

namespace {

constexpr std::size_t kLongestName = 64;  // a longer one is no slip of the pen
constexpr std::size_t kMostCandidates = 1000;

// Damerau's distance, restricted form (no substring is edited twice), of names of at most kLongestName bytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestName + 1>;
  Row two_before{};
  Row before{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before = before;
    before = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      std::size_t best = std::min({before[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = std::min(best, two_before[j - 2] + 1);
      row[j] = best;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::string nearest;
  if (name.size() > kLongestName || candidates.size() > kMostCandidates) return nearest;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
    if (longer >= least || candidate.size() > kLongestName) continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace crossfade
