#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace crossfade::files {

// CRC-32 (as in gzip) and length: tells one file from another, and nobody who wants to deceive.
class Checksum {
 public:
  void add(std::string_view bytes);
  std::string text() const;  // "0123abcd-1048576"; stored, do not change

 private:
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;
};

// Of a file's content, uncompressed. Throws Error as BlockReader does.
void add_file(Checksum& checksum, const std::filesystem::path& file);
std::string checksum_of(const std::filesystem::path& file);

}  // namespace crossfade::files
