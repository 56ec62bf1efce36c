#include "platform/files/line_reader.h"

#include <algorithm>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::files {

LineReader::LineReader(std::filesystem::path file)
    : file_(file == "-" ? "standard input" : file.string()), blocks_(std::in_place, std::move(file)) {}

LineReader::LineReader(std::string file, std::string text) : file_(std::move(file)), buffer_(std::move(text)) {}

std::string_view LineReader::peek() {
  if (begin_ == buffer_.size()) fill();
  return std::string_view(buffer_).substr(begin_);
}

void LineReader::decode_from(const std::string& charset) {
  decoder_.emplace(charset);
  buffer_ = decoder_->decode(std::string_view(buffer_).substr(begin_));
  begin_ = 0;
}

void LineReader::end_with_cr() {
  ends_with_cr_ = true;
  std::ranges::replace(buffer_, '\r', '\n');
}

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
  if (!blocks_ || !blocks_->append_to(buffer_)) return false;
  checksum_.add(std::string_view(buffer_).substr(kept));
  if (decoder_) {
    const std::string decoded = decoder_->decode(std::string_view(buffer_).substr(kept));
    buffer_.replace(kept, std::string::npos, decoded);
  }
  if (ends_with_cr_) std::replace(buffer_.begin() + static_cast<std::ptrdiff_t>(kept), buffer_.end(), '\r', '\n');
  return true;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace crossfade::files
