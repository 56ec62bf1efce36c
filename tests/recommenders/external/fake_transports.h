#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "recommenders/external/transport.h"

namespace crossfade::recommenders::external::test {

// Another process, played by the test: it sees each message, and says what comes back when it likes.
class FakeTransports final : public Transports {
 public:
  struct Message {
    std::uint64_t sent = 0;
    std::string text;
  };

  explicit FakeTransports(bool strict = false) : strict_(strict) {}

  std::unique_ptr<Transport> process(const Process& process, Receiver& receiver) override {
    return connect(process.most_messages, receiver);
  }
  std::unique_ptr<Transport> http(const Http& http, Receiver& receiver) override {
    return connect(http.most_messages, receiver);
  }
  Figures& figures(const std::string& recommender) override { return figures_.of(recommender); }
  void log(const std::string& line) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  bool strict() const override { return strict_; }
  bool ending() const override { return ends; }

  // Waits until so many messages were sent, and returns them all.
  std::vector<Message> sent(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sent_.size() >= count; });
    return sent_;
  }
  std::vector<std::uint64_t> abandoned() const {
    const std::lock_guard lock(mutex_);
    return abandoned_;
  }
  std::vector<std::string> replaced() const {
    const std::lock_guard lock(mutex_);
    return replaced_;
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::size_t connections() const { return connections_; }
  // Of the transport that was made last.
  Receiver& receiver() const { return *receiver_; }

  std::atomic<bool> ends = false;
  // Called with each message on the thread that sends it, where it must not answer; none: nothing happens.
  std::function<void(const Message&)> on_send = nullptr;

 private:
  class One final : public Transport {
   public:
    One(FakeTransports& all, std::size_t most) : all_(all), most_(most) {}
    ~One() override { --all_.connections_; }
    One(const One&) = delete;
    One& operator=(const One&) = delete;
    void send(std::uint64_t sent, std::string message) override {
      const Message one{.sent = sent, .text = std::move(message)};
      if (all_.on_send) all_.on_send(one);
      const std::lock_guard lock(all_.mutex_);
      all_.sent_.push_back(one);
      all_.changed_.notify_all();
    }
    void abandon(std::uint64_t sent) override {
      const std::lock_guard lock(all_.mutex_);
      all_.abandoned_.push_back(sent);
    }
    void replace(const std::string& why) override {
      const std::lock_guard lock(all_.mutex_);
      all_.replaced_.push_back(why);
    }
    std::size_t most_messages() const override { return most_; }

   private:
    FakeTransports& all_;
    const std::size_t most_;
  };

  std::unique_ptr<Transport> connect(std::size_t most, Receiver& receiver) {
    receiver_ = &receiver;
    ++connections_;
    return std::make_unique<One>(*this, most);
  }

  const bool strict_;
  AllFigures figures_;
  std::atomic<Receiver*> receiver_ = nullptr;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Message> sent_;
  std::vector<std::uint64_t> abandoned_;
  std::vector<std::string> replaced_;
  std::vector<std::string> lines_;
};

}  // namespace crossfade::recommenders::external::test
