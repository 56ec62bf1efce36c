#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <optional>
#include <string_view>

#include "platform/config/document.h"

namespace crossfade::config {

// A configuration is written by hand, and read again at each reload: more is a file of something else. A thousand
// experiments have some 300 KB and 40 000 values.
inline constexpr std::size_t kLargestText = 1 << 20;  // bytes
// Keys, scalars, lists and maps. An alias counts for all that it stands for: a few lines of them could stand for
// more than there is memory.
inline constexpr std::size_t kMostValues = 200'000;
// Lists and maps within one another. This format has seven.
inline constexpr std::size_t kDeepest = 50;

// The one document of `text`, UTF-8 without a NUL; nothing (a fault) where there is none, or another one, or a larger
// one.
std::optional<YAML::Node> read_document(std::string_view text, Faults& faults);

}  // namespace crossfade::config
