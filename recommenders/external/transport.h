#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "recommenders/external/figures.h"

namespace crossfade::recommenders::external {

// What a transport tells, from a thread of its own, never from within a call to it.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // There is somebody to ask, who is perhaps not ready yet: he has just been started.
  virtual void up() = 0;
  // Nobody is there any more; what was sent is lost.
  virtual void down(const std::string& why) = 0;
  // A message came back, one answer or several, for the one that was `sent`; 0: for which is not known.
  virtual void received(std::uint64_t sent, std::string_view message) = 0;
  // Nothing more comes back for this one, because of `why`.
  virtual void over(std::uint64_t sent, const std::string& why) = 0;
};

// The way to another process and back. Thread-safe; no call blocks.
class Transport {
 public:
  virtual ~Transport() = default;  // nothing is told any more once it returns
  // `sent` names it to `over` and `abandon`.
  virtual void send(std::uint64_t sent, std::string message) = 0;
  // Nobody waits for what comes back for it any more.
  virtual void abandon(std::uint64_t sent) = 0;
  // It has not answered for too long: whoever is there is replaced, if that can be done.
  virtual void replace(const std::string& why) = 0;
  // So many may be under way.
  virtual std::size_t most_messages() const = 0;
};

// The transports of a program: they are the platform's, which starts processes and opens connections.
class Transports {
 public:
  struct Process {
    std::string recommender;  // the instance's name, for the log
    std::string command;      // of a shell
    std::size_t most_messages = 1;
  };
  struct Http {
    std::string recommender;
    std::string url;
    std::size_t most_messages = 1;        // connections
    std::chrono::milliseconds timeout{};  // of a message, after which it is `over`
  };

  virtual ~Transports() = default;
  // Throw Error (user) where it cannot be. `receiver` must outlive what is returned.
  virtual std::unique_ptr<Transport> process(const Process& process, Receiver& receiver) = 0;
  virtual std::unique_ptr<Transport> http(const Http& http, Receiver& receiver) = 0;

  // Of the recommender; lives as long as this.
  virtual Figures& figures(const std::string& recommender) = 0;
  virtual void log(const std::string& line) noexcept = 0;
  // Whether a failure is an error of the program, and none that the fallback makes good: in a simulation, whose result
  // must not depend on how fast a machine is.
  virtual bool strict() const = 0;
  // Whether the program ends: nobody is asked any more.
  virtual bool ending() const = 0;
};

}  // namespace crossfade::recommenders::external
