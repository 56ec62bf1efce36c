#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/core/mutex.h"

namespace crossfade::server {

// The replies of one connection that a ReplyQueue still holds.
class PendingReplies {
 public:
  explicit PendingReplies(int socket) : socket_(socket) {}
  // Whether one was refused: its answer said that the connection closes, and nothing may follow it.
  bool refused() const { return refused_.load(std::memory_order_acquire); }
  // Only the thread that pushes may rely on `false`.
  bool any() const { return count_.load(std::memory_order_acquire) > 0; }

 private:
  friend class ReplyQueue;

  const int socket_;
  std::atomic<std::uint32_t> count_ = 0;  // written under the queue's mutex
  std::atomic<bool> refused_ = false;     // written by the queue's thread
};

// Sends each reply once what it tells is durable, in the order in which they were pushed. One thread waits for the
// commits on behalf of all connections: to wake a thread for each reply instead costs a third of the requests a second
// (bench/next_bench). Thread-safe.
class ReplyQueue {
 public:
  using Ticket = std::uint64_t;
  struct Options {
    // Returns when what the ticket stands for is durable, throws when it never will be.
    std::function<void(Ticket)> wait;

    // The whole answer that takes the place of a reply when `wait` has thrown. It is the connection's last: replies
    // behind it are not sent, and who reads requests from it is woken (see PendingReplies::refused).
    std::function<std::string(std::string_view)> instead;
  };

  explicit ReplyQueue(Options options);
  ~ReplyQueue();  // after all replies are sent
  ReplyQueue(const ReplyQueue&) = delete;
  ReplyQueue& operator=(const ReplyQueue&) = delete;

  // `replies` must live until wait_until_sent has returned. A connection that does not read its replies is broken off.
  void push(PendingReplies& replies, std::string bytes, Ticket ticket);
  void wait_until_sent(PendingReplies& replies);

 private:
  struct Reply {
    PendingReplies* to;
    std::string bytes;
    Ticket ticket;
  };
  void run();
  void send(Reply& reply) const;

  const Options options_;
  Mutex mutex_;
  Condition work_;
  Condition sent_;
  std::vector<Reply> waiting_ CROSSFADE_GUARDED_BY(mutex_);
  std::size_t closing_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // threads in wait_until_sent
  bool sleeping_ CROSSFADE_GUARDED_BY(mutex_) = false;
  bool stopping_ CROSSFADE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace crossfade::server
