#pragma once

#include <filesystem>
#include <memory>
#include <string>

struct gzFile_s;

namespace crossfade::files {

// The content of a file, plain or gzip (told by its first bytes, not its name), block by block. Every reader of text
// stands on this one. Throws Error (user), which names the file and the reason, when it cannot be opened or read to its
// end, such as gzip that was cut off.
class BlockReader {
 public:
  explicit BlockReader(std::filesystem::path file);

  // Adds the next block, 256 KiB at most, to `text`; false, with nothing added, at the end.
  bool append_to(std::string& text);

 private:
  [[noreturn]] void fail(const std::string& reason) const;

  struct Close {
    void operator()(gzFile_s* file) const;
  };
  std::filesystem::path file_;
  std::unique_ptr<gzFile_s, Close> handle_;
};

}  // namespace crossfade::files
