#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/error.h"

namespace crossfade::files {

// Collects what is wrong with one file: the first kMost faults in full, of the others only their number. A file of
// another kind would otherwise be quoted line by line.
class FileFaults {
 public:
  static constexpr std::size_t kMost = 20;

  explicit FileFaults(const std::filesystem::path& file) : file_(file.string()) {}

  // Lines and columns count from 1; 0 = not known. To be added in order of line.
  void add(std::size_t line, std::string message, std::size_t column = 0);
  void add(Fault fault) { add(fault.line, std::move(fault.message), fault.column); }  // of this file
  bool empty() const { return faults_.empty(); }
  // All that were added, those that are not listed too.
  std::size_t size() const { return faults_.size() + unlisted_; }

  // In order of line and column; where there were more than kMost, the last one is "and 30 more", in the line of the
  // first of these.
  std::vector<Fault> list() const;
  // Throws Error (user) with list(); does nothing when that is empty.
  void throw_if_any() const;
  // Throws `last`, which ended the reading, with what was added before it.
  [[noreturn]] void throw_with(const Error& last) const;

 private:
  std::string file_;
  std::vector<Fault> faults_;
  std::size_t unlisted_ = 0;
  std::size_t first_unlisted_ = 0;  // its line
};

}  // namespace crossfade::files
