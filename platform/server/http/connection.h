#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/mutex.h"
#include "platform/server/http/reply_queue.h"

namespace crossfade::server {

class Connection;

// The connections of one server. Thread-safe.
class OpenConnections {
 public:
  // From now on no further request is read; connections between two requests end at once.
  void drain();
  bool draining() const { return draining_.load(); }
  // Ends a connection that has been silent for a second or more, if there is one.
  void close_longest_idle();
  // Breaks those that are left, whatever they do.
  void abort();
  std::size_t size() const;

 private:
  friend class Connection;

  using Place = std::list<Connection*>::iterator;
  Place add(Connection& connection);
  void remove(Place place);

  mutable Mutex mutex_;
  std::list<Connection*> connections_ CROSSFADE_GUARDED_BY(mutex_);
  std::atomic<bool> draining_ = false;
};

// One accepted connection as httplib reads and writes it: what has arrived is buffered across requests (so that a
// client may send several at once), an answer leaves in one packet, and what a client may send, and how slowly, has
// limits.
class Connection final : public httplib::Stream {
 public:
  struct Limits {
    std::size_t head_bytes = std::size_t{16} * 1024;  // request line and headers
    std::size_t body_bytes = std::size_t{64} * 1024;  // as announced, or as received in chunks
    std::chrono::milliseconds request{10000};         // from the first byte of a request to its last
  };
  enum class Head { complete, none, too_long };

  // The socket has its receive timeout set: for so long a connection may stay idle.
  Connection(int socket, const Limits& limits, OpenConnections& open, ReplyQueue& replies);
  ~Connection() override;  // after all its replies are sent
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Waits for the next request and buffers its head, which the reads that follow return. `none`: the client has left,
  // has been silent or too slow, or the server is draining and nothing had arrived yet. A Range header is renamed:
  // nothing here has ranges, and the regular expression by which httplib 0.11 parses them recurses a frame a character,
  // a remote crash on a small stack.
  Head receive_head();
  // Sends what was written, behind the replies that still wait. False when the client is gone.
  bool flush();
  // What was written is sent by the queue, once the ticket's commit is durable.
  void flush_when_durable(ReplyQueue::Ticket ticket);
  // Closes so that a client that is still sending can read the answer: an immediate close would reset it.
  void linger();

  bool is_readable() const override { return !broken_; }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  // Nobody asks who it is, and two system calls a request would tell.
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  int socket() const override { return socket_; }

 private:
  friend class OpenConnections;

  bool fill(int flags = 0);  // appends what arrives to the buffer
  bool wait_for_request();
  void hide_ranges(std::size_t head_end);

  const int socket_;
  const Limits& limits_;
  OpenConnections& open_;
  ReplyQueue& queue_;
  PendingReplies replies_;
  std::vector<char> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::size_t budget_ = 0;  // bytes of this request that may still be read
  std::string out_;
  bool broken_ = false;
  std::chrono::steady_clock::time_point deadline_;
  // Between two requests; written by the thread of the connection, read by whoever closes idle ones.
  std::atomic<bool> idle_ = false;
  std::atomic<std::int64_t> idle_since_ms_ = 0;
  const OpenConnections::Place place_;
};

}  // namespace crossfade::server
