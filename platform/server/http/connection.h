#pragma once

#include <httplib.h>

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/server/http/frame/request_frame.h"
#include "platform/server/http/reply_queue.h"

namespace crossfade::server {

class OpenConnections;

// One accepted connection as httplib reads and writes it: a request is buffered whole before httplib sees it (so that a
// client may send several at once, and a slow one holds no thread), an answer leaves in one packet, and what a client
// may send, and how slowly, has limits. One thread at a time uses it, whichever.
class Connection final : public httplib::Stream {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Limits {
    RequestFrame::Limits frame{};
    std::chrono::milliseconds request{10000};  // from the first byte of a request to its last
    std::chrono::milliseconds idle{15000};     // between two requests, and without a byte of an answer taken
  };
  enum class Arrival {
    complete,  // a request: httplib may read it
    awaited,   // the rest, or the first byte
    none,      // the client has left, or was too slow
  };
  // What it waits for while nobody uses it.
  enum class Wait { request, rest_of_request, room, end };

  // The socket has its receive timeout set: a patient read waits for so long. It is closed with the connection.
  Connection(int socket, const Limits& limits, OpenConnections& open, ReplyQueue& replies);
  ~Connection() override;  // after all its replies are sent
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads on until a request is complete. Patient: waits a moment for what has not come. Throws Rejection for what must
  // not be read any further.
  Arrival receive(bool patient);
  // Of the request that `receive` has completed: done with it, or let it be read from its beginning once more.
  void end_request();
  void rewind();
  const RequestFrame& frame() const { return frame_; }

  // Sends what was written, behind the replies that still wait, as far as there is room. False: some is left.
  bool flush();
  // What was written is sent by the queue, once the ticket's commit is durable.
  void flush_when_durable(ReplyQueue::Ticket ticket);
  // What follows once all is sent. Lingering: what the client still sends is read for a while, so that it can read its
  // answer, which an immediate close would take from it.
  enum class Ending { no, at_once, lingering };
  void end_after_answer(Ending ending) { ending_ = ending; }
  Ending ending() const { return ending_; }
  // False once there is nothing left to linger for.
  bool linger();

  Wait waits_for() const { return wait_; }
  // By then what it waits for must have come.
  Time deadline() const;
  bool broken() const { return broken_; }
  bool has_pending_replies() const { return replies_.any(); }
  // The client has closed its side.
  bool client_left() const;
  // From any thread: whoever uses it finds it ended.
  void abort() const;

  bool is_readable() const override { return !broken_; }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  // Nobody asks who it is, and two system calls a request would tell.
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  int socket() const override { return socket_; }

 private:
  enum class Filled { some, nothing_yet, ended };

  std::string_view arrived() const { return {in_.data() + in_begin_, in_end_ - in_begin_}; }
  Filled fill(bool patient);  // appends what arrives to the buffer
  void send_continue();

  const int socket_;
  const Limits& limits_;
  OpenConnections& open_;
  ReplyQueue& queue_;
  PendingReplies replies_;
  RequestFrame frame_;
  std::vector<char> in_;
  std::size_t in_begin_ = 0;  // of the request
  std::size_t in_end_ = 0;
  std::size_t read_ = 0;  // of the request, by httplib
  std::string out_;
  std::size_t sent_ = 0;  // of it
  bool continued_ = false;
  Ending ending_ = Ending::no;
  bool broken_ = false;
  Wait wait_ = Wait::request;
  Time waits_since_;
  Time request_deadline_;
  const std::list<Connection*>::iterator place_;
};

}  // namespace crossfade::server
