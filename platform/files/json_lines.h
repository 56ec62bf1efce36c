#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "platform/files/file_faults.h"

namespace crossfade::files {

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
