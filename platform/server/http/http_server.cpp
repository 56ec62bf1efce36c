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

// From the handler to the connection, which has one thread: httplib has no place for it in a request.
thread_local std::optional<ReplyQueue::Ticket> commit_of_answer;

}  // namespace

HttpServer::HttpServer(Options options, const Handler& handler, ReplyQueue::Options replies)
    : options_(std::move(options)), replies_(std::move(replies)) {
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
  set_read_timeout(options_.idle_timeout_s);
  set_write_timeout(options_.idle_timeout_s);
  set_keep_alive_timeout(options_.idle_timeout_s);
  set_keep_alive_max_count(kManyRequests);
  set_payload_max_length(options_.limits.body_bytes);
  set_idle_interval(0, 100'000);
  new_task_queue = [this] {
    queue_ = new TaskQueue({.ready = options_.threads,
                            .maximum = std::max(options_.maximum_connections, options_.threads),
                            .on_crowded = [this] { open_.close_longest_idle(); }});
    return queue_;  // httplib owns it
  };

  const httplib::Server::Handler handle = [handler](const httplib::Request& request, httplib::Response& response) {
    commit_of_answer = handler(request, response);
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
  const HandlerWithResponse explain = [limit = options_.limits.body_bytes](const httplib::Request& request,
                                                                           httplib::Response& response) {
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

bool HttpServer::serve_one(Connection& connection) {
  const auto head = connection.receive_head();
  if (head == Connection::Head::none) return false;
  const bool close = open_.draining() || queue_->crowded();
  bool client_closes = false;
  bool understood = false;
  std::string target;  // for a refusal
  try {
    commit_of_answer.reset();
    if (head == Connection::Head::too_long) throw Rejection{431, "request head is too long"};
    const bool answered = process_request(connection, close, client_closes, [&](httplib::Request& request) {
      target = request.target;
      admit(request, {.target_bytes = options_.target_bytes, .body_bytes = options_.limits.body_bytes});
      client_closes = client_closes || request.get_header_value("Connection") == "close";
      understood = true;
    });
    if (commit_of_answer) {
      connection.flush_when_durable(*commit_of_answer);
      return answered && !close && !client_closes;
    }
    if (connection.flush() && answered && understood) return !close && !client_closes;
  } catch (const Rejection& rejection) {
    const std::string answer = closing_refusal(target, rejection.status, rejection.message);
    connection.write(answer.data(), answer.size());
    connection.flush();
  }
  connection.linger();
  return false;
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  {
    Connection connection(socket, options_.limits, open_, replies_);
    while (serve_one(connection)) {
    }
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return true;
}

void HttpServer::abort_after_drain_timeout() {
  const MutexLock lock(stop_mutex_);
  while (!stopped_ && !ended_) stop_changed_.wait(stop_mutex_);
  const auto end = std::chrono::steady_clock::now() + options_.drain_timeout;
  while (!ended_ && stop_changed_.wait_until(stop_mutex_, end)) {
  }
  if (!ended_) open_.abort();
}

void HttpServer::run() {
  std::thread watchdog([this] { abort_after_drain_timeout(); });
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
  {
    const MutexLock lock(stop_mutex_);
    stopped_ = true;
    // Not httplib's stop, which does nothing before its loop runs. This makes accept fail, now or whenever it begins.
    if (listening_ >= 0) ::shutdown(listening_, SHUT_RDWR);
  }
  stop_changed_.notify_all();
}

}  // namespace crossfade::server
