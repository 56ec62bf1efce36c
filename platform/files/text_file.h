#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade::files {

// The whole of a file, plain or gzip (told by its first bytes, not its name). Throws Error that names the file.
std::string read_text(const std::filesystem::path& file);

// `file`, or `file` + ".gz" where only that exists. Throws Error when neither does.
std::filesystem::path plain_or_gzip(const std::filesystem::path& file);

// The lines of `text` without their ends (LF or CR LF); views into it. A newline at the very end begins no line.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace crossfade::files
