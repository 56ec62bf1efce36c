#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/server/http/frame/long_bodies.h"

namespace crossfade::server {

// Where a request ends, by the strict grammar of RFC 9112, told from its bytes as they arrive: httplib gets whole
// requests, and never decides itself, as two readers of different minds are how one request hides in another. What
// httplib 0.11 takes and others do not is refused: a line that ends without CR, folded headers, a space before a colon,
// sizes of chunks that strtoul takes and the grammar does not ("0x16", "+16", "16zz"), two lengths, no Host or two.
// O(bytes), however they arrive.
class RequestFrame {
 public:
  struct Limits {
    std::size_t head_bytes = std::size_t{16} * 1024;  // request line and headers
    std::size_t body_bytes = std::size_t{64} * 1024;  // as announced, or as received in chunks
    LongBodies* long_bodies = nullptr;                // of targets that may have more; must outlive the frame
  };

  explicit RequestFrame(const Limits& limits) : limits_(limits) {}

  // `bytes` are all that have come since the request began, and more each time. True when it is complete. Throws
  // Rejection for what must not be read any further.
  bool read(std::string_view bytes);

  // Of a complete request.
  std::size_t size() const { return end_; }
  // Of a request whose head has come, and says how long it is; 0 otherwise.
  std::size_t announced_size() const { return state_ == State::length ? end_ : 0; }
  // "" while it is not known.
  const std::string& target() const { return target_; }
  const std::string& host() const { return host_; }
  // The client waits for "100 Continue" before it sends the body.
  bool awaits_continue() const { return expects_continue_ && state_ != State::head; }
  // Where the names of headers begin that httplib must not see.
  const std::vector<std::size_t>& hidden() const { return hidden_; }

 private:
  enum class State { head, length, chunk_size, chunk_data, last_line, complete };
  enum class Body { none, length, chunked };

  bool read_head(std::string_view bytes);
  void read_request_line(std::string_view line);
  void read_header(std::string_view line, std::size_t at);
  void end_head();
  void read_chunks(std::string_view bytes);
  // The next line, without its end; false while it has not come.
  bool next_line(std::string_view bytes, std::string_view& line);
  // Throws Rejection where the body, of which so much is known, is longer than its target's may be, or where it is a
  // long one and too many are under way.
  void admit_body(bool announced);

  Limits limits_;
  State state_ = State::head;
  std::size_t at_ = 0;        // what is read
  std::size_t searched_ = 0;  // for the end of a line, behind `at_`
  std::size_t end_ = 0;
  std::string method_;
  std::string target_;
  std::string host_;
  int hosts_ = 0;
  bool old_ = false;  // HTTP/1.0
  bool has_length_ = false;
  bool chunked_ = false;
  bool expects_continue_ = false;
  std::size_t length_ = 0;  // of the body, as announced or as received so far
  std::size_t chunk_ = 0;   // bytes of the chunk that is awaited
  std::vector<std::size_t> hidden_;
  std::unique_ptr<LongBodies::Place> long_body_;
};

}  // namespace crossfade::server
