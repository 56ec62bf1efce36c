#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct gzFile_s;

namespace crossfade::files {

// The content of a file, plain or gzip (told by its first bytes, not its name), block by block; "-" is standard input.
// Every reader of text
// stands on this one. Throws Error (user), which names the file and the reason, when it cannot be opened or read to its
// end, such as gzip that was cut off, or that is kMostExpansion times as large inside: a bomb, which would fill the
// memory.
class BlockReader {
 public:
  // Logs and tables have 5 to 30; gzip can do 1 030.
  static constexpr std::uint64_t kMostExpansion = 200;
  static constexpr unsigned kBlock = 1 << 18;  // bytes
  // Up to here any is taken, in bytes: small files of few different lines expand a lot.
  static constexpr std::uint64_t kFreeSize = std::uint64_t{64} << 20;

  explicit BlockReader(std::filesystem::path file);

  // Adds the next block, 256 KiB at most, to `text`; false, with nothing added, at the end.
  bool append_to(std::string& text);

  // Of the file, in bytes, packed ones of gzip; 0 where that is not known, as of standard input.
  std::uint64_t size() const { return size_; }
  std::uint64_t offset() const;  // how far it has been read, of that

 private:
  [[noreturn]] void fail(const std::string& reason) const;

  struct Close {
    void operator()(gzFile_s* file) const;
  };
  std::filesystem::path file_;
  std::uint64_t bytes_ = 0;  // given so far
  std::uint64_t size_ = 0;
  std::unique_ptr<gzFile_s, Close> handle_;
};

}  // namespace crossfade::files
