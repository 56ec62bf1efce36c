#include "platform/files/checksum.h"

#include <zlib.h>

#include <array>
#include <cstdio>

#include "platform/files/block_reader.h"

namespace crossfade::files {

void Checksum::add(std::string_view bytes) {
  crc_ = static_cast<std::uint32_t>(
      crc32_z(crc_, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<z_size_t>(bytes.size())));
  bytes_ += bytes.size();
}

std::string Checksum::text() const {
  std::array<char, 32> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%08x-%llu", crc_, static_cast<unsigned long long>(bytes_));
  return {text.data(), static_cast<std::size_t>(length)};
}

void add_file(Checksum& checksum, const std::filesystem::path& file) {
  BlockReader blocks(file);
  std::string block;
  while (blocks.append_to(block)) {
    checksum.add(block);
    block.clear();
  }
}

std::string checksum_of(const std::filesystem::path& file) {
  Checksum checksum;
  add_file(checksum, file);
  return checksum.text();
}

}  // namespace crossfade::files
