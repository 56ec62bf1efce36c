#include "platform/files/block_reader.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::files {

void BlockReader::Close::operator()(gzFile_s* file) const {
  gzclose(file);
}

BlockReader::BlockReader(std::filesystem::path file) : file_(std::move(file)) {
  // To open a directory succeeds, and to read it fails with less to say.
  std::error_code unknown;
  if (std::filesystem::is_directory(file_, unknown)) fail("is a directory, want a file");
  errno = 0;
  if (file_ == "-") {
    const int input = dup(STDIN_FILENO);
    if (input >= 0) handle_.reset(gzdopen(input, "rb"));
    file_ = "standard input";
  } else {
    handle_.reset(gzopen(file_.c_str(), "rb"));
    const std::uintmax_t size = std::filesystem::file_size(file_, unknown);
    if (!unknown) size_ = size;
  }
  if (!handle_) fail("cannot be opened: " + std::generic_category().message(errno != 0 ? errno : ENOMEM));
  gzbuffer(handle_.get(), kBlock);
}

bool BlockReader::append_to(std::string& text) {
  const std::size_t size = text.size();
  text.resize(size + kBlock);
  const int count = gzread(handle_.get(), text.data() + size, kBlock);
  text.resize(size + static_cast<std::size_t>(std::max(count, 0)));
  int code = Z_OK;
  std::string reason = gzerror(handle_.get(), &code);
  const std::string prefix = file_.string() + ": ";
  if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
  // A gzip file that was cut off is Z_BUF_ERROR, after all that could be read.
  if (count < 0 || code == Z_BUF_ERROR) {
    if (code == Z_ERRNO) fail("cannot be read: " + std::generic_category().message(errno));
    fail("damaged gzip: " + reason);
  }
  bytes_ += static_cast<std::uint64_t>(std::max(count, 0));
  if (bytes_ > kFreeSize && gzdirect(handle_.get()) == 0) {
    const auto packed = static_cast<std::uint64_t>(std::max<z_off_t>(gzoffset(handle_.get()), 1));
    if (bytes_ / packed >= kMostExpansion) {
      fail("gzip that is more than " + std::to_string(kMostExpansion) + " times as large inside (" +
           std::to_string(bytes_) + " bytes so far), want a file that is what it seems; unpack it if it is");
    }
  }
  return count > 0;
}

std::uint64_t BlockReader::offset() const {
  return static_cast<std::uint64_t>(std::max<z_off_t>(gzoffset(handle_.get()), 0));
}

void BlockReader::fail(const std::string& reason) const {
  throw Error::user(file_.string() + ": " + reason);
}

}  // namespace crossfade::files
