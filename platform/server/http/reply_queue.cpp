#include "platform/server/http/reply_queue.h"

#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <utility>

namespace crossfade::server {

ReplyQueue::ReplyQueue(Options options) : options_(std::move(options)), thread_([this] { run(); }) {}

ReplyQueue::~ReplyQueue() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void ReplyQueue::push(PendingReplies& replies, std::string bytes, Ticket ticket) {
  bool wakes = false;
  {
    const MutexLock lock(mutex_);
    replies.count_.fetch_add(1, std::memory_order_relaxed);
    waiting_.push_back({&replies, std::move(bytes), ticket});
    wakes = std::exchange(sleeping_, false);
  }
  if (wakes) work_.notify_one();
}

void ReplyQueue::wait_until_sent(PendingReplies& replies) {
  if (!replies.any()) return;
  const MutexLock lock(mutex_);
  ++closing_;
  while (replies.any()) sent_.wait(mutex_);
  --closing_;
}

void ReplyQueue::run() {
  std::vector<Reply> sending;
  MutexLock lock(mutex_);
  for (;;) {
    while (waiting_.empty() && !stopping_) {
      sleeping_ = true;
      work_.wait(mutex_);
    }
    sleeping_ = false;
    if (waiting_.empty()) return;
    sending.swap(waiting_);
    lock.unlock();
    for (Reply& reply : sending) send(reply);
    lock.lock();
    for (const Reply& reply : sending) reply.to->count_.fetch_sub(1, std::memory_order_release);
    sending.clear();
    if (closing_ > 0) sent_.notify_all();
  }
}

void ReplyQueue::send(Reply& reply) const {
  if (reply.to->refused()) return;
  try {
    options_.wait(reply.ticket);
  } catch (const std::exception& error) {
    reply.bytes = options_.instead(error.what());
    reply.to->refused_.store(true, std::memory_order_release);
  }
  std::string_view left = reply.bytes;
  while (!left.empty()) {
    // Without waiting: a client that lets thousands of replies lie must not hold up the others.
    const ssize_t n = ::send(reply.to->socket_, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      ::shutdown(reply.to->socket_, SHUT_RDWR);  // its thread notices
      return;
    }
  }
  if (reply.to->refused()) ::shutdown(reply.to->socket_, SHUT_RD);
}

}  // namespace crossfade::server
