#include "platform/server/http/frame/request_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "platform/server/http/admission.h"
#include "platform/server/http/text.h"

namespace crossfade::server {
namespace {

// Chunked bodies carry sizes between the data; a body of tiny chunks is no honest one.
constexpr std::size_t kChunkOverhead = 16384;
constexpr std::size_t kSizeDigits = 8;  // of a chunk, in hexadecimal
constexpr const char* kBadSize = "the size of a chunk is no hexadecimal number";

[[noreturn]] void refuse(std::string message) {
  throw Rejection{400, std::move(message)};
}

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::size_t number_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) refuse("Content-Length is not one whole number");
  return number;
}

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

bool RequestFrame::next_line(std::string_view bytes, std::string_view& line) {
  const std::size_t end = bytes.find('\n', std::max(at_, searched_));
  searched_ = end == std::string_view::npos ? bytes.size() : end + 1;
  if (end == std::string_view::npos) return false;
  if (end == at_ || bytes[end - 1] != '\r') refuse("a line ends without CR, want CR LF");
  line = bytes.substr(at_, end - 1 - at_);
  at_ = end + 1;
  return true;
}

void RequestFrame::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) refuse("malformed request");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  const bool plain = !target.empty() && std::ranges::none_of(target, [](char c) { return c == ' ' || is_control(c); });
  if (!is_token(line.substr(0, first)) || !plain || (version != "HTTP/1.1" && version != "HTTP/1.0")) {
    refuse("malformed request");
  }
  method_ = line.substr(0, first);
  target_ = target;
  old_ = version == "HTTP/1.0";
}

void RequestFrame::read_header(std::string_view line, std::size_t at) {
  if (line.front() == ' ' || line.front() == '\t') refuse("a header is folded, want it on one line");
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !is_token(name)) refuse("a header has no name, or a space before its colon");
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return c != '\t' && is_control(c); })) {
    refuse("a header has a control character");
  }
  if (equal_ignoring_case(name, "Host")) {
    ++hosts_;
    host_ = value;
  } else if (equal_ignoring_case(name, "Content-Length")) {
    if (has_length_) refuse("Content-Length is not one whole number");
    has_length_ = true;
    length_ = number_of(value, 10);
  } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
    if (chunked_ || !equal_ignoring_case(value, "chunked")) refuse("Transfer-Encoding is not chunked alone");
    chunked_ = true;
  } else if (equal_ignoring_case(name, "Expect")) {
    expects_continue_ = equal_ignoring_case(value, "100-continue");
    hidden_.push_back(at);
  } else if (equal_ignoring_case(name, "Range")) {
    hidden_.push_back(at);
  }
}

void RequestFrame::admit_body(bool announced) {
  if (length_ <= limits_.body_bytes || long_body_) {
    if (!long_body_ || length_ <= limits_.long_bodies->bytes()) return;
  }
  LongBodies* const long_bodies = limits_.long_bodies;
  const bool may_be_long = long_bodies != nullptr && long_bodies->allows(target_);
  const std::size_t most = may_be_long ? long_bodies->bytes() : limits_.body_bytes;
  if (length_ > most) {
    throw Rejection{413, announced ? fmt::format("request body has {} bytes, want at most {}", length_, most)
                                   : fmt::format("request body exceeds {} bytes", most)};
  }
  long_body_ = long_bodies->enter();
  if (long_body_) return;
  throw Rejection{503, fmt::format("{} bodies of more than {} bytes are under way, want no more at a time",
                                   long_bodies->most(), limits_.body_bytes)};
}

void RequestFrame::end_head() {
  if (hosts_ > 1 || (hosts_ == 0 && !old_)) refuse(fmt::format("the request has {} Host headers, want one", hosts_));
  if (hosts_ == 1 && host_.empty()) refuse("Host is empty, want the name or address that was asked for");
  if (chunked_ && has_length_) refuse("Transfer-Encoding is not chunked alone");
  admit_body(true);
  if (!may_have_body(method_)) {
    state_ = State::complete;  // what a body there might be is not read: `admit` closes behind it
    end_ = at_;
  } else if (chunked_) {
    state_ = State::chunk_size;
    end_ = at_;  // of the head, until there is more
  } else {
    state_ = State::length;
    end_ = at_ + length_;
  }
}

bool RequestFrame::read_head(std::string_view bytes) {
  std::string_view line;
  while (state_ == State::head) {
    const std::size_t at = at_;
    if (!next_line(bytes, line)) break;
    if (at_ > limits_.head_bytes) throw Rejection{431, "request head is too long"};
    if (method_.empty()) {
      read_request_line(line);
    } else if (!line.empty()) {
      read_header(line, at);
    } else {
      end_head();
    }
  }
  if (state_ == State::head && bytes.size() >= limits_.head_bytes) throw Rejection{431, "request head is too long"};
  return state_ != State::head;
}

void RequestFrame::read_chunks(std::string_view bytes) {
  std::string_view line;
  for (;;) {
    if (state_ == State::chunk_data) {
      constexpr std::size_t kLineEnd = 2;
      if (bytes.size() - at_ < chunk_ + kLineEnd) return;
      if (bytes.substr(at_ + chunk_, kLineEnd) != "\r\n") refuse("a chunk is longer than it says");
      at_ += chunk_ + kLineEnd;
      state_ = State::chunk_size;
    }
    if (!next_line(bytes, line)) {
      if (bytes.size() - at_ > kSizeDigits + 1) refuse(kBadSize);
      return;
    }
    if (state_ == State::last_line) {
      if (!line.empty()) refuse("a chunked body has trailers, want none");
      end_ = at_;
      state_ = State::complete;
      return;
    }
    if (!is_hexadecimal(line) || line.size() > kSizeDigits) refuse(kBadSize);
    chunk_ = number_of(line, 16);
    length_ += chunk_;
    admit_body(false);
    const std::size_t most = long_body_ ? limits_.long_bodies->bytes() : limits_.body_bytes;
    if (at_ - end_ > most + kChunkOverhead) throw Rejection{413, fmt::format("request body exceeds {} bytes", most)};
    state_ = chunk_ == 0 ? State::last_line : State::chunk_data;
  }
}

bool RequestFrame::read(std::string_view bytes) {
  if (state_ == State::head && !read_head(bytes)) return false;
  if (state_ == State::length && bytes.size() >= end_) state_ = State::complete;
  if (state_ == State::chunk_size || state_ == State::chunk_data || state_ == State::last_line) read_chunks(bytes);
  return state_ == State::complete;
}

}  // namespace crossfade::server
