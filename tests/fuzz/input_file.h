#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace crossfade::fuzz {

// A file in memory, for readers that take a path.
class InputFile {
 public:
  InputFile() : descriptor_(memfd_create("input", 0)) {}
  ~InputFile() { close(descriptor_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Makes these bytes its content. False where the machine does not.
  bool hold(const std::uint8_t* data, std::size_t size) const {
    return ftruncate(descriptor_, 0) == 0 && pwrite(descriptor_, data, size, 0) == static_cast<ssize_t>(size);
  }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace crossfade::fuzz
