#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "platform/calculator/input.h"

namespace crossfade::calculator {

// The result of a case without its id; a status stands in it only where that is not "ok". Throws BadInput.
// `directory` is where relative paths begin.
using Method = nlohmann::json (*)(const Input& input, const std::filesystem::path& directory);

// By the name of the format; nullptr where nobody knows it.
Method find_method(std::string_view name);

// A method and an input that it answers: of the files, where they stand.
struct MethodExample {
  std::string_view method;
  std::string_view input;  // JSON
};
// Of all methods.
std::vector<MethodExample> method_examples();

}  // namespace crossfade::calculator
