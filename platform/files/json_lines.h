#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/core/error.h"

namespace crossfade::files {

// What is wrong with one file: the first kMost faults in full, of the others only their number.
class FileFaults {
 public:
  static constexpr std::size_t kMost = 20;

  explicit FileFaults(const std::filesystem::path& file) : file_(file.string()) {}

  // Lines and columns count from 1; 0 = not known. To be added in order of line.
  void add(std::size_t line, std::string message, std::size_t column = 0);
  bool empty() const { return faults_.empty(); }
  // Throws Error (user) with what was added; does nothing when that was nothing.
  void throw_if_any() const;

 private:
  std::string file_;
  std::vector<Fault> faults_;
  std::size_t unlisted_ = 0;
  std::size_t first_unlisted_ = 0;  // its line
};

// Calls `take` with the object of each line and the line's number. The file is plain or gzip; blank lines are passed
// over. A line that is no JSON object becomes a fault. Throws Error as BlockReader does. Memory: one line and a block.
void for_each_json_object(const std::filesystem::path& file, FileFaults& faults,
                          const std::function<void(nlohmann::json& object, std::size_t line)>& take);

// The whole file, plain or gzip, as one JSON value; null, with a fault, when it is none. Throws Error as BlockReader
// does.
nlohmann::json read_json(const std::filesystem::path& file, FileFaults& faults);

// The member `key` of an object; nullptr when there is none.
nlohmann::json* member(nlohmann::json& object, const char* key);

// The value as JSON, shortened to some thirty characters, for messages.
std::string shown(const nlohmann::json& value);

}  // namespace crossfade::files
