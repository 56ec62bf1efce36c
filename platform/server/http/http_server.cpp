#include "platform/server/http/http_server.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

#include "platform/core/error.h"
#include "platform/server/http/admission.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

constexpr int kBacklog = 1024;  // httplib's own is 5
constexpr std::size_t kManyRequests = 1'000'000;
constexpr std::size_t kMostThreads = 256;

// For so long a thread waits for what a client is likely to send: the next request, or the rest of one. To hand a
// connection over to another thread instead costs more than a request does. Longer, and idle clients hold threads.
constexpr int kPatienceUs = 20'000;

// From the handler to the connection, which has one thread at a time: httplib has no place for it in a request.
thread_local HttpServer::Outcome outcome_of_thread;

// The answer to what must not be read any further.
void refuse(Connection& connection, const Rejection& rejection) {
  connection.rewind();
  const std::string answer = closing_refusal(connection.frame().target(), rejection.status, rejection.message);
  connection.write(answer.data(), answer.size());
  connection.end_after_answer(Connection::Ending::lingering);
}

}  // namespace

HttpServer::HttpServer(Options options, const Handler& handler, ReplyQueue::Options replies)
    : options_(std::move(options)),
      replies_(std::move(replies)),
      origins_(options_.names),
      open_({.on_ready = [this](Owned connection) { hand_over(std::move(connection)); },
             .on_tick =
                 [this] {
                   for (Turns* const turns : options_.turns) turns->expire();
                 }}) {
  configure(handler);
  errno = 0;
  if (options_.port == 0) {
    port_ = bind_to_any_port(options_.host);
  } else {
    port_ = bind_to_port(options_.host, options_.port) ? options_.port : -1;
  }
  if (port_ <= 0) {
    const char* const reason = errno == 0 ? "no such address" : std::strerror(errno);
    throw Error::user(fmt::format("cannot listen on {}:{}: {}", options_.host, options_.port, reason));
  }
  ::listen(listening_, kBacklog);
}

HttpServer::~HttpServer() {
  if (listening_ >= 0) ::close(listening_);
}

void HttpServer::configure(const Handler& handler) {
  set_tcp_nodelay(true);
  set_socket_options([this](socket_t socket) {
    // Not httplib's SO_REUSEPORT, by which two servers can share a port without knowing of each other.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    const MutexLock lock(stop_mutex_);
    listening_ = socket;
  });
  set_read_timeout(0, kPatienceUs);
  set_keep_alive_max_count(kManyRequests);
  const LongBodies* const long_bodies = options_.limits.frame.long_bodies;
  const std::size_t longest = std::max(options_.limits.frame.body_bytes, long_bodies ? long_bodies->bytes() : 0);
  set_payload_max_length(longest);
  new_task_queue = [this] {
    queue_ = new TaskQueue({.ready = options_.threads,
                            .maximum = std::max(kMostThreads, options_.threads),
                            .before_shutdown = [this] { wait_until_served(); }});
    return queue_;  // httplib owns it
  };

  const httplib::Server::Handler handle = [handler](const httplib::Request& request, httplib::Response& response) {
    outcome_of_thread = handler(request, response);
  };
  set_pre_routing_handler([handle](const httplib::Request& request, httplib::Response& response) {
    if (may_have_body(request.method)) return HandlerResponse::Unhandled;  // its body is read first
    handle(request, response);
    return HandlerResponse::Handled;
  });
  Post("/", handle);
  Put("/", handle);
  Patch("/", handle);
  Delete("/", handle);
  const HandlerWithResponse explain = [limit = longest](const httplib::Request& request, httplib::Response& response) {
    if (response.has_header("Content-Type")) return HandlerResponse::Unhandled;
    // httplib's own refusals come without a body, and a chunked body that is too long as a 400.
    if (response.status == 400 && request.body.size() >= limit) response.status = 413;
    send_refusal(response, request.target, response.status,
                 response.status == 413 ? fmt::format("request body exceeds {} bytes", limit) : "malformed request");
    return HandlerResponse::Handled;
  };
  set_error_handler(explain);
  set_post_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (request.method != "POST") response.set_header("X-Content-Type-Options", "nosniff");  // no page reads a POST
    if (response.status == 304) response.headers.erase("Content-Length");
  });
}

void HttpServer::process(Connection& connection, bool& understood, bool& ends) {
  bool client_closes = false;
  outcome_of_thread = {};
  const bool answered = process_request(connection, ends, client_closes, [&](httplib::Request& request) {
    admit(request);
    client_closes = client_closes || request.get_header_value("Connection") == "close";
    understood = true;
  });
  ends = ends || client_closes || !answered || !understood;
}

Turns* HttpServer::answer(Connection& connection) {
  bool understood = false;
  bool ends = open_.draining() || open_.size() > options_.maximum_connections;
  try {
    // Before httplib reads it, whose own refusal of a very long one knows no target, and so not who asks.
    if (const std::size_t bytes = connection.frame().target().size(); bytes > options_.target_bytes) {
      throw Rejection{414, fmt::format("request target has {} bytes, want at most {}", bytes, options_.target_bytes)};
    }
    const std::string& host = connection.frame().host();
    if (!origins_.answers_to(host)) {
      throw Rejection{421, fmt::format("Host is {}, want localhost, an address, or a name that --allow-host gives",
                                       host.substr(0, kQuotedLength))};
    }
    process(connection, understood, ends);
  } catch (const Rejection& rejection) {
    refuse(connection, rejection);
    return nullptr;
  }
  const Outcome outcome = outcome_of_thread;
  if (outcome.turns != nullptr) {
    connection.rewind();
    return outcome.turns;
  }
  connection.end_request();
  if (outcome.commit) connection.flush_when_durable(*outcome.commit);
  if (ends) connection.end_after_answer(understood ? Connection::Ending::at_once : Connection::Ending::lingering);
  return nullptr;
}

void HttpServer::serve(Owned connection) {
  const TurnScope scope(Turn::none);
  for (bool patient = false;; patient = true) {
    if (!connection->flush()) return open_.park(std::move(connection));
    if (connection->broken() || connection->ending() == Connection::Ending::at_once) return;
    if (connection->ending() == Connection::Ending::lingering) {
      if (connection->linger()) open_.park(std::move(connection));
      return;
    }
    try {
      switch (connection->receive(patient && !queue_->crowded() && !open_.draining())) {
        case Connection::Arrival::awaited:
          return open_.park(std::move(connection));
        case Connection::Arrival::none:
          return;
        case Connection::Arrival::complete:
          break;
      }
    } catch (const Rejection& rejection) {
      refuse(*connection, rejection);
      continue;
    }
    if (Turns* const turns = answer(*connection)) return wait_for_turn(std::move(connection), *turns);
  }
}

void HttpServer::wait_for_turn(Owned connection, Turns& turns) {
  std::string group = connection->frame().target();
  turns.wait(std::move(group), [this, raw = connection.release()](Turn turn) {
    Owned waiting(raw);
    if (turn != Turn::taken) {
      hand_over(std::move(waiting), [this, turn](Connection& refused) {
        const TurnScope scope(turn);
        answer(refused);
      });
    } else if (!waiting->client_left()) {  // else what it asked for is nobody's any more
      answer(*waiting);
      hand_over(std::move(waiting));
    }
  });
}

void HttpServer::hand_over(Owned connection, std::function<void(Connection&)> first) {
  // The queue ends as soon as there are no connections: not before this thread is done with it, though.
  {
    const MutexLock lock(stop_mutex_);
    ++handing_over_;
  }
  queue_->enqueue([this, first = std::move(first), raw = connection.release()] {
    Owned own(raw);
    if (first) first(*own);
    serve(std::move(own));
  });
  const MutexLock lock(stop_mutex_);
  --handing_over_;
  stop_changed_.notify_all();
}

void HttpServer::wait_until_served() {
  open_.wait_until_none();
  const MutexLock lock(stop_mutex_);
  while (handing_over_ > 0) stop_changed_.wait(stop_mutex_);
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  auto connection = std::make_unique<Connection>(socket, options_.limits, open_, replies_);
  if (open_.size() > options_.maximum_connections) open_.make_room();
  serve(std::move(connection));
  return true;
}

void HttpServer::end_after_drain_timeout() {
  const MutexLock lock(stop_mutex_);
  while (!stopped_ && !ended_) stop_changed_.wait(stop_mutex_);
  const auto half = std::chrono::steady_clock::now() + options_.drain_timeout / 2;
  while (!ended_ && stop_changed_.wait_until(stop_mutex_, half)) {
  }
  if (!ended_ && options_.interrupt) options_.interrupt();
  const auto end = half + options_.drain_timeout / 2;
  while (!ended_ && stop_changed_.wait_until(stop_mutex_, end)) {
  }
  if (!ended_) open_.abort();
}

void HttpServer::run() {
  std::thread watchdog([this] { end_after_drain_timeout(); });
  listen_after_bind();
  const bool asked_for = [this] {
    const MutexLock lock(stop_mutex_);
    listening_ = -1;  // httplib has closed it
    ended_ = true;
    return stopped_;
  }();
  stop_changed_.notify_all();
  watchdog.join();
  if (!asked_for)
    throw Error::internal(fmt::format("{}:{}: connections can no longer be accepted", options_.host, port_));
}

void HttpServer::stop() {
  open_.drain();
  for (Turns* const turns : options_.turns) turns->stop();
  {
    const MutexLock lock(stop_mutex_);
    stopped_ = true;
    // Not httplib's stop, which does nothing before its loop runs. This makes accept fail, now or whenever it begins.
    if (listening_ >= 0) ::shutdown(listening_, SHUT_RDWR);
  }
  stop_changed_.notify_all();
}

}  // namespace crossfade::server
