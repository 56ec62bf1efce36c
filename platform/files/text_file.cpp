#include "platform/files/text_file.h"

#include "platform/core/error.h"
#include "platform/files/block_reader.h"

namespace crossfade::files {

std::string read_text(const std::filesystem::path& file) {
  BlockReader blocks(file);
  std::string text;
  while (blocks.append_to(text)) {
    if (text.size() <= kLargestText) continue;
    throw Error::user(file.string() + ": more than " + std::to_string(kLargestText) + " bytes, want at most that");
  }
  return text;
}

std::filesystem::path plain_or_gzip(const std::filesystem::path& file) {
  if (std::filesystem::is_regular_file(file)) return file;
  const std::filesystem::path packed = file.string() + ".gz";
  if (std::filesystem::is_regular_file(packed)) return packed;
  throw Error::user(file.string() + ": no such file, nor with .gz behind it");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace crossfade::files
