#pragma once

#include <memory>
#include <string>

#include "recommenders/external/transport.h"

namespace crossfade::runtime::external {

// Posts messages to a URL over connections that are kept alive, each with a thread of its own, of which there are as
// many as were ever under way at once. What comes back must be a 200 within the timeout.
class HttpTransport final : public recommenders::external::Transport {
 public:
  // Throws Error (user) for what is no http://HOST[:PORT][/PATH].
  HttpTransport(const recommenders::external::Transports::Http& http, recommenders::external::Receiver& receiver);
  ~HttpTransport() override;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  void send(std::uint64_t sent, std::string message) override;
  void abandon(std::uint64_t sent) override;
  void replace(const std::string& why) override;  // nothing: a server is somebody else's
  std::size_t most_messages() const override;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with its threads: one that still waits for a server ends by itself
};

}  // namespace crossfade::runtime::external
