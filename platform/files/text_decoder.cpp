#include "platform/files/text_decoder.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "platform/core/error.h"

namespace crossfade::files {

namespace {

constexpr std::string_view kUnknown = "\xEF\xBF\xBD";  // U+FFFD

bool continues(char c) {
  return (static_cast<std::uint8_t>(c) & 0xC0U) == 0x80U;
}

// Bytes of the character that begins like this; 0: none does.
std::size_t length_of(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xF0 && byte < 0xF5 ? 4 : 0;
}

// The last character may be cut off.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_of(text[at]);
    if (length == 0) return false;
    const std::string_view rest = text.substr(at + 1, length - 1);
    if (!std::ranges::all_of(rest, continues)) return false;
    at += length;
  }
  return true;
}

// Latin letters in UTF-16 have a zero in every other byte.
std::string utf16_of(std::string_view beginning) {
  if (beginning.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (beginning.starts_with("\xFE\xFF")) return "UTF-16BE";
  const std::string_view two = beginning.substr(0, 2);
  if (two.size() < 2 || (two[0] == '\0') == (two[1] == '\0')) return "";
  return two[0] == '\0' ? "UTF-16BE" : "UTF-16LE";
}

}  // namespace

void TextDecoder::Close::operator()(void* descriptor) const {
  iconv_close(descriptor);
}

TextDecoder::TextDecoder(const std::string& charset) {
  const iconv_t opened = iconv_open("UTF-8", charset.c_str());
  if (opened == reinterpret_cast<iconv_t>(-1)) throw Error::internal("iconv knows no " + charset);
  descriptor_.reset(opened);
}

std::string TextDecoder::decode(std::string_view bytes) {
  rest_.append(bytes);
  std::string text;
  char* from = rest_.data();
  std::size_t left = rest_.size();
  while (left > 0) {
    std::array<char, 4096> piece{};
    char* to = piece.data();
    std::size_t room = piece.size();
    const std::size_t done = iconv(descriptor_.get(), &from, &left, &to, &room);
    const int reason = errno;
    text.append(piece.data(), to);
    if (done != static_cast<std::size_t>(-1) || reason == E2BIG) continue;
    if (reason == EINVAL) break;  // cut off
    text.append(kUnknown);
    ++from;
    --left;
  }
  rest_.erase(0, rest_.size() - left);
  return text;
}

std::string charset_of(std::string_view beginning) {
  const std::string utf16 = utf16_of(beginning);
  if (!utf16.empty()) return utf16;
  return is_utf8(beginning) ? "" : "WINDOWS-1252";
}

}  // namespace crossfade::files
