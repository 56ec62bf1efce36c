#include "platform/files/text_file.h"

#include <zlib.h>

#include <array>

#include "platform/core/error.h"

namespace crossfade::files {

std::string read_text(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) throw Error::user(file.string() + ": no such file");
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) throw Error::user(file.string() + ": cannot be opened");
  gzbuffer(in, 1 << 17);
  std::string text;
  std::array<char, 1 << 16> buffer{};
  int count = 0;
  while ((count = gzread(in, buffer.data(), buffer.size())) > 0) text.append(buffer.data(), static_cast<size_t>(count));
  // A gzip file that stops early is reported by gzclose_r alone.
  const bool broken = count < 0;
  if (gzclose_r(in) != Z_OK || broken) throw Error::user(file.string() + ": the gzip data are damaged or cut off");
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
