#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/files/block_reader.h"

namespace crossfade::files {

// The lines of a file, plain or gzip, in one pass. Throws Error as BlockReader does, and where a line is longer than
// kLongest. Memory: the longest line and a block.
class LineReader {
 public:
  static constexpr std::size_t kLongest = std::size_t{64} << 20;  // bytes

  explicit LineReader(std::filesystem::path file);

  // The next line without its LF (a CR before it stays), valid until the next call; nothing after the last.
  std::optional<std::string_view> next();
  // The number of the line that next gave; the first one is 1.
  std::size_t line() const { return line_; }

  // After the last line: CRC-32 (as in gzip) and length of the content, uncompressed. "0123abcd-1048576".
  std::string checksum() const;

 private:
  bool fill();

  std::string file_;
  BlockReader blocks_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is in buffer_ and not yet given
  std::size_t line_ = 0;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

// Whether there is nothing on the line but spaces, tabs and a CR.
bool is_blank(std::string_view line);

}  // namespace crossfade::files
