#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace crossfade::files {

// A file that appears under its name only when it is whole; one of that name is replaced then.
class NewFile {
 public:
  // Throws Error (user) when it cannot be written.
  explicit NewFile(std::filesystem::path file);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  // What fails here is said by commit.
  void write(std::string_view text) { out_ << text; }
  // Throws Error when something was not written.
  void commit();

 private:
  std::filesystem::path file_;
  std::filesystem::path part_;
  std::ofstream out_;
  bool committed_ = false;
};

}  // namespace crossfade::files
