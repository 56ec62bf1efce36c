#include "platform/server/http/open_connections.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "platform/core/error.h"

namespace crossfade::server {
namespace {

constexpr int kTickMs = 100;
constexpr std::size_t kEventsAtOnce = 256;

// Which goes first where there is no room.
int rank(const Connection& connection) {
  switch (connection.waits_for()) {
    case Connection::Wait::end:
      return 0;
    case Connection::Wait::request:
      return 1;
    case Connection::Wait::rest_of_request:
      return 2;
    case Connection::Wait::room:
      break;
  }
  return 3;
}

}  // namespace

OpenConnections::OpenConnections(Options options)
    : options_(std::move(options)), poll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC)) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  if (poll_ < 0 || wake_ < 0 || ::epoll_ctl(poll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
    throw Error::internal("cannot watch connections");
  }
  thread_ = std::thread([this] { watch(); });
}

OpenConnections::~OpenConnections() {
  ending_.store(true);
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(wake_);
  ::close(poll_);
}

OpenConnections::Place OpenConnections::add(Connection& connection) {
  const MutexLock lock(mutex_);
  ++size_;
  return connections_.insert(connections_.end(), &connection);
}

void OpenConnections::remove(Place place) {
  const MutexLock lock(mutex_);
  connections_.erase(place);
  --size_;
  removed_.notify_all();
}

void OpenConnections::park(Owned connection) {
  // Whoever drains sets its flag first and looks among the parked ones then; here it is the other way round, so that
  // one of the two sees the other.
  const Connection* const waiting = connection.get();
  const int socket = waiting->socket();
  const bool between = waiting->waits_for() == Connection::Wait::request;
  const bool for_room = waiting->waits_for() == Connection::Wait::room;
  Owned failed;
  const MutexLock lock(parking_);
  if (draining() && between && !waiting->has_pending_replies()) return;  // ends it
  const auto parked = parked_.emplace(socket, std::move(connection)).first;
  epoll_event event{.events = static_cast<std::uint32_t>(for_room ? EPOLLOUT : EPOLLIN | EPOLLRDHUP) | EPOLLONESHOT,
                    .data = {.fd = socket}};
  if (::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event) != 0) failed = take(parked);
}

OpenConnections::Owned OpenConnections::take(Parked::iterator parked) {
  ::epoll_ctl(poll_, EPOLL_CTL_DEL, parked->first, nullptr);
  Owned connection = std::move(parked->second);
  parked_.erase(parked);
  return connection;
}

void OpenConnections::make_room() {
  Owned gone;
  const MutexLock lock(parking_);
  auto best = parked_.end();
  for (auto one = parked_.begin(); one != parked_.end(); ++one) {
    if (one->second->has_pending_replies()) continue;
    const auto order = [](const Connection& c) { return std::pair(rank(c), c.deadline()); };
    if (best == parked_.end() || order(*one->second) < order(*best->second)) best = one;
  }
  if (best != parked_.end()) gone = take(best);
}

void OpenConnections::drain() {
  draining_.store(true);
  std::vector<Owned> idle;
  const MutexLock lock(parking_);
  for (auto one = parked_.begin(); one != parked_.end();) {
    const auto next = std::next(one);
    const bool between = one->second->waits_for() == Connection::Wait::request;
    if (between && !one->second->has_pending_replies()) idle.push_back(take(one));
    one = next;
  }
}

void OpenConnections::end_late_ones() {
  std::vector<Owned> late;
  const auto now = std::chrono::steady_clock::now();
  const MutexLock lock(parking_);
  for (auto one = parked_.begin(); one != parked_.end();) {
    const auto next = std::next(one);
    const Connection& connection = *one->second;
    const bool over =
        connection.deadline() < now || (draining() && connection.waits_for() == Connection::Wait::request);
    if (over && !connection.has_pending_replies()) late.push_back(take(one));
    one = next;
  }
}

void OpenConnections::watch() {
  std::array<epoll_event, kEventsAtOnce> events{};
  auto tick = std::chrono::steady_clock::now();
  while (!ending_.load()) {
    const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), kTickMs);
    for (int i = 0; i < ready; ++i) {
      Owned connection;
      {
        const MutexLock lock(parking_);
        if (const auto parked = parked_.find(events[static_cast<std::size_t>(i)].data.fd); parked != parked_.end()) {
          connection = take(parked);
        }
      }
      if (connection) options_.on_ready(std::move(connection));
    }
    if (const auto now = std::chrono::steady_clock::now(); now - tick >= std::chrono::milliseconds(kTickMs)) {
      tick = now;
      end_late_ones();
      options_.on_tick();
    }
  }
}

void OpenConnections::abort() {
  const MutexLock lock(mutex_);
  for (const Connection* connection : connections_) connection->abort();
}

void OpenConnections::wait_until_none() {
  const MutexLock lock(mutex_);
  while (!connections_.empty()) removed_.wait(mutex_);
}

}  // namespace crossfade::server
