#include "platform/files/line_reader.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::files {

LineReader::LineReader(std::filesystem::path file) : file_(file.string()), blocks_(std::move(file)) {}

std::optional<std::string_view> LineReader::next() {
  std::size_t searched = begin_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line(buffer_.data() + begin_, end - begin_);
      begin_ = end + 1;
      ++line_;
      return line;
    }
    const std::size_t seen = buffer_.size() - begin_;
    if (!fill()) {
      if (seen == 0) return std::nullopt;
      const std::string_view line(buffer_.data() + begin_, seen);
      begin_ = buffer_.size();
      ++line_;
      return line;
    }
    searched = begin_ + seen;
    if (seen > kLongest) {
      throw Error::faults(
          {{.file = file_,
            .line = line_ + 1,
            .column = 0,
            .message = "a line of more than " + std::to_string(kLongest) + " bytes, want shorter ones"}});
    }
  }
}

// Moves what is left to the front and reads a block behind it; false at the end.
bool LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  if (!blocks_.append_to(buffer_)) return false;
  const std::size_t count = buffer_.size() - kept;
  const auto* const read = reinterpret_cast<const Bytef*>(buffer_.data() + kept);
  crc_ = static_cast<std::uint32_t>(crc32(crc_, read, static_cast<uInt>(count)));
  bytes_ += count;
  return true;
}

std::string LineReader::checksum() const {
  std::array<char, 32> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%08x-%llu", crc_, static_cast<unsigned long long>(bytes_));
  return {text.data(), static_cast<std::size_t>(length)};
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace crossfade::files
