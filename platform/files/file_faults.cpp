#include "platform/files/file_faults.h"

#include <algorithm>
#include <utility>

namespace crossfade::files {

void FileFaults::add(std::size_t line, std::string message, std::size_t column) {
  if (faults_.size() < kMost) {
    faults_.push_back({.file = file_, .line = line, .column = column, .message = std::move(message)});
  } else if (unlisted_++ == 0) {
    first_unlisted_ = line;
  }
}

std::vector<Fault> FileFaults::list() const {
  std::vector<Fault> all = faults_;
  const auto place = [](const Fault& fault) { return std::pair(fault.line, fault.column); };
  std::ranges::stable_sort(all, {}, place);
  if (unlisted_ == 0) return all;
  // In the line of the last one it stands behind that one, also where faults of several files are sorted.
  const std::size_t column = all.back().line == first_unlisted_ ? all.back().column : 0;
  all.push_back({.file = file_,
                 .line = first_unlisted_,
                 .column = column,
                 .message = "and " + std::to_string(unlisted_) + " more"});
  return all;
}

void FileFaults::throw_if_any() const {
  if (!empty()) throw Error::faults(list());
}

void FileFaults::throw_with(const Error& last) const {
  if (faults_.empty()) throw last;
  std::vector<Fault> all = list();
  all.insert(all.end(), last.faults().begin(), last.faults().end());
  if (last.faults().empty()) {
    std::string reason = last.what();
    if (reason.starts_with(file_ + ": ")) reason.erase(0, file_.size() + 2);
    all.push_back({.file = file_, .line = 0, .column = 0, .message = std::move(reason)});
  }
  throw Error::faults(std::move(all));
}

}  // namespace crossfade::files
