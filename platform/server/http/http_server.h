#pragma once

#include <httplib.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/mutex.h"
#include "platform/server/http/connection.h"
#include "platform/server/http/open_connections.h"
#include "platform/server/http/origins.h"
#include "platform/server/http/reply_queue.h"
#include "platform/server/http/task_queue.h"
#include "platform/server/http/turns.h"

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

    // Threads that are kept ready; there are more while more requests are under way.
    std::size_t threads = 8;

    // Connections at a time. Where there are more, those that wait for nothing but their client are ended, the longest
    // silent first, and each answer ends its connection.
    std::size_t maximum_connections = 4096;

    // A longer target is refused with 414.
    std::size_t target_bytes = 2048;

    // What a client may send, and how slowly.
    Connection::Limits limits{};

    // Names besides localhost that it answers to; see Origins.
    std::vector<std::string> names{};

    // Where the handler lets requests wait for their turn; must outlive the server.
    std::vector<Turns*> turns{};

    // After stop: requests that are not done by then are broken off.
    std::chrono::milliseconds drain_timeout{2000};

    // Called at half of that time: ends the computations under way, if there are any.
    std::function<void()> interrupt = nullptr;
  };
  struct Outcome {
    // The commit that the answer tells of; nothing when it may be sent at once.
    std::optional<ReplyQueue::Ticket> commit = std::nullopt;

    // Where the request must wait for its turn, and then be handled once more; null: it is answered.
    Turns* turns = nullptr;
  };
  // The request is as `admit` leaves it. Must not throw.
  using Handler = std::function<Outcome(const httplib::Request& request, httplib::Response& response)>;

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
  const Origins& origins() const { return origins_; }

 private:
  using Owned = OpenConnections::Owned;

  bool process_and_close_socket(socket_t socket) override;
  // For as long as the client keeps a thread busy; then it is parked, waits for its turn, or ends.
  void serve(Owned connection);
  // The one request that has arrived. Returns where it must wait for its turn; null: it is answered.
  Turns* answer(Connection& connection);
  void process(Connection& connection, bool& understood, bool& ends);
  void wait_for_turn(Owned connection, Turns& turns);
  // To a thread that serves connections: `first` if it is not null, then `serve`.
  void hand_over(Owned connection, std::function<void(Connection&)> first = nullptr);
  // Until there are no connections, and nobody is about to hand one over.
  void wait_until_served();
  void configure(const Handler& handler);
  void end_after_drain_timeout();

  const Options options_;
  int port_ = 0;
  ReplyQueue replies_;
  TaskQueue* queue_ = nullptr;  // httplib's; there while connections are
  const Origins origins_;
  OpenConnections open_;
  Mutex stop_mutex_;
  Condition stop_changed_;
  int listening_ CROSSFADE_GUARDED_BY(stop_mutex_) = -1;
  bool stopped_ CROSSFADE_GUARDED_BY(stop_mutex_) = false;
  bool ended_ CROSSFADE_GUARDED_BY(stop_mutex_) = false;
  int handing_over_ CROSSFADE_GUARDED_BY(stop_mutex_) = 0;  // threads
};

}  // namespace crossfade::server
