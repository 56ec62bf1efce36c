#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade::files {

// The largest text that is read as a whole, in bytes.
inline constexpr std::size_t kLargestText = std::size_t{256} << 20;

// The whole of a file, plain or gzip. Throws Error as BlockReader does, and where it is larger than kLargestText.
std::string read_text(const std::filesystem::path& file);

// `file`, or `file` + ".gz" where only that exists. Throws Error (user) when neither does.
std::filesystem::path plain_or_gzip(const std::filesystem::path& file);

// The lines of `text` without their ends (LF or CR LF); views into it. A newline at the very end begins no line.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace crossfade::files
