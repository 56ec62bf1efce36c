#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/files/block_reader.h"
#include "platform/files/checksum.h"
#include "platform/files/text_decoder.h"

namespace crossfade::files {

// The lines of a file, plain or gzip, in one pass. Throws Error as BlockReader does, and where a line is longer than
// kLongest. Memory: the longest line and a block.
class LineReader {
 public:
  static constexpr std::size_t kLongest = std::size_t{64} << 20;  // bytes

  explicit LineReader(std::filesystem::path file);
  // The lines of a text, in whose place faults name `file`.
  LineReader(std::string file, std::string text);

  // What comes next, as far as it has been read: before the first line a block, or the whole file. Valid until the next
  // call.
  std::string_view peek();
  // From here on the content is in another charset than UTF-8. Checksums are of what stands in the file.
  void decode_from(const std::string& charset);
  // From here on lines end with a CR alone.
  void end_with_cr();

  // The next line without its LF (a CR before it stays), valid until the next call; nothing after the last.
  std::optional<std::string_view> next();
  // The number of the line that next gave; the first one is 1.
  std::size_t line() const { return line_; }

  // After the last line: of the content, uncompressed.
  std::string checksum() const { return checksum_.text(); }

  const std::string& file() const { return file_; }
  std::uint64_t size() const { return blocks_ ? blocks_->size() : 0; }  // as BlockReader has them
  std::uint64_t offset() const { return blocks_ ? blocks_->offset() : 0; }

 private:
  bool fill();

  std::string file_;
  std::optional<BlockReader> blocks_;  // none: all is in the buffer
  std::optional<TextDecoder> decoder_;
  bool ends_with_cr_ = false;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is in buffer_ and not yet given
  std::size_t line_ = 0;
  Checksum checksum_;
};

// Whether there is nothing on the line but spaces, tabs and a CR.
bool is_blank(std::string_view line);

}  // namespace crossfade::files
