#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade::files {

// The lines of a file, plain or gzip, in one pass. Memory: the longest line and a buffer.
class LineReader {
 public:
  explicit LineReader(std::filesystem::path file);  // throws Error (user) when it cannot be opened
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next line without its end, valid until the next call; nothing after the last. Throws Error (user) when the file
  // cannot be read to its end, such as gzip that was cut off.
  std::optional<std::string_view> next();
  // Of the line that next gave, from 1.
  std::size_t line() const { return line_; }

  // After the last line: CRC-32 (as in gzip) and length of the content, uncompressed. "0123abcd-1048576".
  std::string checksum() const;

 private:
  bool fill();
  [[noreturn]] void fail(const std::string& reason) const;

  const std::filesystem::path file_;
  void* handle_ = nullptr;  // gzFile
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is in buffer_ and not yet given
  std::size_t line_ = 0;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace crossfade::files
