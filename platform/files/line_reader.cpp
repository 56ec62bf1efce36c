#include "platform/files/line_reader.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::files {

namespace {

constexpr std::size_t kBlock = 1 << 18;

}  // namespace

LineReader::LineReader(std::filesystem::path file) : file_(std::move(file)) {
  if (std::filesystem::is_directory(file_)) fail("a directory, want a file");
  errno = 0;
  const gzFile opened = gzopen(file_.c_str(), "rb");
  if (opened == nullptr) fail(errno != 0 ? std::generic_category().message(errno) : "cannot be opened");
  gzbuffer(opened, kBlock);
  handle_ = opened;
}

LineReader::~LineReader() {
  gzclose(static_cast<gzFile>(handle_));
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
  }
}

// Moves what is left to the front and reads a block behind it; false at the end.
bool LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kBlock);
  const gzFile file = static_cast<gzFile>(handle_);
  const int count = gzread(file, buffer_.data() + kept, kBlock);
  buffer_.resize(kept + static_cast<std::size_t>(count > 0 ? count : 0));
  int code = Z_OK;
  std::string reason = gzerror(file, &code);
  const std::string prefix = file_.string() + ": ";
  if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
  // A gzip file that was cut off is Z_BUF_ERROR, after all that could be read.
  if (count < 0 || code == Z_BUF_ERROR) {
    fail(code == Z_ERRNO ? std::generic_category().message(errno) : "damaged gzip: " + reason);
  }
  if (count == 0) return false;
  const auto* const read = reinterpret_cast<const Bytef*>(buffer_.data() + kept);
  crc_ = static_cast<std::uint32_t>(crc32(crc_, read, static_cast<uInt>(count)));
  bytes_ += static_cast<std::uint64_t>(count);
  return true;
}

std::string LineReader::checksum() const {
  std::array<char, 32> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%08x-%llu", crc_, static_cast<unsigned long long>(bytes_));
  return {text.data(), static_cast<std::size_t>(length)};
}

void LineReader::fail(const std::string& reason) const {
  throw Error::user(file_.string() + ": " + reason);
}

}  // namespace crossfade::files
