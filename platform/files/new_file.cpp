#include "platform/files/new_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::files {

NewFile::NewFile(std::filesystem::path file) : file_(std::move(file)), part_(file_.string() + ".part") {
  errno = 0;
  out_.open(part_, std::ios::binary | std::ios::trunc);
  if (!out_) throw Error::user(file_.string() + ": cannot be written: " + std::strerror(errno));
}

NewFile::~NewFile() {
  std::error_code ignored;
  if (!committed_) std::filesystem::remove(part_, ignored);
}

void NewFile::commit() {
  errno = 0;
  out_.close();
  if (!out_) throw Error::internal(file_.string() + ": cannot be written: " + std::strerror(errno));
  std::error_code why;
  std::filesystem::rename(part_, file_, why);
  if (why) throw Error::internal(file_.string() + ": cannot be written: " + why.message());
  committed_ = true;
}

}  // namespace crossfade::files
