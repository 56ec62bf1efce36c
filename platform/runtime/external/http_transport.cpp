#include "platform/runtime/external/http_transport.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/runtime/external/http_reason.h"
#include "recommenders/external/address.h"

namespace crossfade::runtime::external {

namespace {

constexpr std::size_t kLongestAnswer = std::size_t{4} << 20;  // bytes
constexpr std::chrono::milliseconds kLongestConnect{1000};

std::string reason(httplib::Error error) {
  if (error == httplib::Error::Canceled) return fmt::format("the answer is longer than {} bytes", kLongestAnswer);
  return http_reason(error);
}

}  // namespace

struct HttpTransport::State {
  struct Outgoing {
    std::uint64_t sent = 0;
    std::string message;
  };
  // A connection, by a descriptor of its own: whoever shuts it down needs no lock of httplib's, which is held for as
  // long as it connects. And what is under way on it; 0: nothing.
  struct Connection {
    int socket = -1;
    std::uint64_t sent = 0;
  };

  State(const recommenders::external::Transports::Http& http, recommenders::external::Receiver& told)
      : address(recommenders::external::address_of(http.url)),
        timeout(http.timeout),
        most(http.most_messages),
        receiver(&told) {}

  void work() {
    const auto own = std::make_shared<Connection>();
    {
      const MutexLock lock(mutex);
      connections.push_back(own);
    }
    httplib::Client client(address.base);
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true);
    client.set_connection_timeout(std::min<std::chrono::milliseconds>(timeout, kLongestConnect));
    client.set_read_timeout(timeout);
    client.set_write_timeout(timeout);
    client.set_decompress(false);
    client.set_socket_options([this, own](socket_t socket) {
      const MutexLock lock(mutex);
      if (own->socket >= 0) ::close(own->socket);
      own->socket = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
      if (ending) ::shutdown(own->socket, SHUT_RDWR);
    });
    serve(*own, client);
    const MutexLock lock(mutex);
    if (own->socket >= 0) ::close(own->socket);
    own->socket = -1;
  }

  void serve(Connection& own, httplib::Client& client) {
    for (;;) {
      Outgoing next;
      {
        const MutexLock lock(mutex);
        ++idle;
        while (outgoing.empty() && !ending) changed.wait(mutex);
        --idle;
        if (ending) return;
        next = std::move(outgoing.front());
        outgoing.pop_front();
        own.sent = next.sent;
      }
      exchange(client, next);
      const MutexLock lock(mutex);
      own.sent = 0;
    }
  }

  void exchange(httplib::Client& client, Outgoing& next) {
    std::string body;
    httplib::Request request;
    request.method = "POST";
    request.path = address.path;
    request.set_header("Content-Type", "application/json");
    request.body = std::move(next.message);
    request.content_receiver = [&](const char* data, std::size_t length, std::uint64_t, std::uint64_t) {
      body.append(data, length);
      return body.size() <= kLongestAnswer;
    };
    const httplib::Result result = client.send(request);
    const MutexLock lock(telling);
    if (receiver == nullptr) return;
    if (!result)
      return receiver->over(next.sent, fmt::format("{}{}: {}", address.base, address.path, reason(result.error())));
    if (result->status != 200) {
      return receiver->over(next.sent, fmt::format("{}{}: answered by {}", address.base, address.path, result->status));
    }
    receiver->received(next.sent, body);
    receiver->over(next.sent, fmt::format("{}{}: an answer lacks the id of its request", address.base, address.path));
  }

  const recommenders::external::Address address;
  const std::chrono::milliseconds timeout;
  const std::size_t most;

  Mutex telling CROSSFADE_ACQUIRED_BEFORE(mutex);  // held while the receiver is told
  recommenders::external::Receiver* receiver CROSSFADE_GUARDED_BY(telling);
  Mutex mutex;
  Condition changed;
  std::deque<Outgoing> outgoing CROSSFADE_GUARDED_BY(mutex);
  std::vector<std::shared_ptr<Connection>> connections CROSSFADE_GUARDED_BY(mutex);
  std::vector<std::thread> threads CROSSFADE_GUARDED_BY(mutex);
  std::size_t idle CROSSFADE_GUARDED_BY(mutex) = 0;
  bool ending CROSSFADE_GUARDED_BY(mutex) = false;
};

HttpTransport::HttpTransport(const recommenders::external::Transports::Http& http,
                             recommenders::external::Receiver& receiver)
    : state_(std::make_shared<State>(http, receiver)) {}

HttpTransport::~HttpTransport() {
  {
    const MutexLock lock(state_->telling);
    state_->receiver = nullptr;
  }
  std::vector<std::thread> threads;
  {
    const MutexLock lock(state_->mutex);
    state_->ending = true;
    for (const auto& connection : state_->connections) ::shutdown(connection->socket, SHUT_RDWR);
    threads.swap(state_->threads);
  }
  state_->changed.notify_all();
  for (std::thread& thread : threads) thread.join();
}

void HttpTransport::send(std::uint64_t sent, std::string message) {
  {
    const MutexLock lock(state_->mutex);
    state_->outgoing.push_back({.sent = sent, .message = std::move(message)});
    if (state_->outgoing.size() > state_->idle && state_->threads.size() < state_->most) {
      state_->threads.emplace_back([state = state_] { state->work(); });
    }
  }
  state_->changed.notify_one();
}

void HttpTransport::abandon(std::uint64_t sent) {
  const MutexLock lock(state_->mutex);
  std::erase_if(state_->outgoing, [sent](const State::Outgoing& one) { return one.sent == sent; });
  for (const auto& connection : state_->connections) {
    if (connection->sent == sent) ::shutdown(connection->socket, SHUT_RDWR);
  }
}

void HttpTransport::replace(const std::string& /*why*/) {}

std::size_t HttpTransport::most_messages() const {
  return state_->most;
}

}  // namespace crossfade::runtime::external
