#pragma once

#include <httplib.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/core/mutex.h"
#include "platform/server/http/connection.h"
#include "platform/server/http/reply_queue.h"
#include "platform/server/http/task_queue.h"

namespace crossfade::server {

// httplib's server with its own connections, threads and limits; every request goes to one handler, which routes by
// hand (httplib matches a list of std::regex). What httplib 0.11 should not read is refused first: see admission.h.
class HttpServer final : private httplib::Server {
 public:
  struct Options {
    // The address to listen on; the default is seen from this machine only.
    std::string host = "127.0.0.1";

    // 0: any free one.
    int port = 0;

    // Threads that are kept ready; there are more while more connections are open.
    std::size_t threads = 8;

    // Connections that are served at the same time; see TaskQueue for what happens to more.
    std::size_t maximum_connections = 1024;

    // A connection without a request for so long is closed. Longer spares clients a handshake, and holds a thread.
    int idle_timeout_s = 15;

    // A longer target is refused with 414.
    std::size_t target_bytes = 2048;

    // What a client may send, and how slowly.
    Connection::Limits limits{};

    // After stop: requests that are not done by then are broken off.
    std::chrono::milliseconds drain_timeout{3000};
  };
  // The request is as `admit` leaves it. Must not throw.
  // Returns the ticket of the commit that the answer tells of; nothing when it may be sent at once.
  using Handler =
      std::function<std::optional<ReplyQueue::Ticket>(const httplib::Request& request, httplib::Response& response)>;

  // Binds and listens; throws Error (user) when it cannot. Connections are accepted by run.
  HttpServer(Options options, const Handler& handler, ReplyQueue::Options replies);
  ~HttpServer() override;

  int port() const { return port_; }
  // Serves until stop is called; then answers the requests under way and returns. Throws Error (internal) when the
  // listening socket fails.
  void run();
  // From any thread, at any time, more than once; not from a signal handler.
  void stop();
  bool draining() const { return open_.draining(); }

 private:
  bool process_and_close_socket(socket_t socket) override;
  bool serve_one(Connection& connection);
  void configure(const Handler& handler);
  void abort_after_drain_timeout();

  const Options options_;
  int port_ = 0;
  OpenConnections open_;
  ReplyQueue replies_;
  TaskQueue* queue_ = nullptr;  // httplib's; there while connections are
  Mutex stop_mutex_;
  Condition stop_changed_;
  int listening_ CROSSFADE_GUARDED_BY(stop_mutex_) = -1;
  bool stopped_ CROSSFADE_GUARDED_BY(stop_mutex_) = false;
  bool ended_ CROSSFADE_GUARDED_BY(stop_mutex_) = false;
};

}  // namespace crossfade::server
