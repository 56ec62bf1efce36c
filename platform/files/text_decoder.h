#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace crossfade::files {

// Text of another encoding as UTF-8, piece by piece: a character may be cut between two pieces.
class TextDecoder {
 public:
  // A name that iconv knows: "UTF-16LE".
  explicit TextDecoder(const std::string& charset);

  // What cannot be text of the charset becomes U+FFFD.
  std::string decode(std::string_view bytes);

 private:
  struct Close {
    void operator()(void* descriptor) const;
  };
  std::unique_ptr<void, Close> descriptor_;
  std::string rest_;  // the beginning of a character
};

// The charset of a file that is not UTF-8, told by how it begins: a byte order mark of UTF-16, or bytes that UTF-8 does
// not have. "" of UTF-8, with a byte order mark or without.
std::string charset_of(std::string_view beginning);

}  // namespace crossfade::files
