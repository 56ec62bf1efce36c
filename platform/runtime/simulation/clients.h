#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "platform/core/mutex.h"
#include "platform/runtime/http_client.h"
#include "platform/service/service.h"
#include "recommenders/catalogue.h"
#include "simulator/clients/client.h"

// Whom simulated listeners play tracks from.
namespace crossfade::runtime {

// The service in this process. Thread-safe as the service is: one object may serve one thread each, or all.
class ServiceClient final : public simulator::Client {
 public:
  explicit ServiceClient(service::Service& service) : service_(service) {}  // `service` must outlive it
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;

 private:
  service::Service& service_;
};

// A server over HTTP, whose own clock counts. A request that fails is never sent again, because it may have been
// logged: its session is aborted. The next session begins when the server answers again, at most `retry_s` seconds
// later; after that, and when three sessions in a row fail at a server that does answer, Error ends the simulation.
class RemoteClient final : public simulator::Client {
 public:
  RemoteClient(std::string url, double retry_s);
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;

 private:
  void wait_until_it_answers();
  [[noreturn]] void abort_session(const std::string& reason);

  std::string url_;
  double retry_s_;
  HttpClient http_;
  bool answers_ = false;
  int failures_in_a_row_ = 0;
};

// A file of the playbacks that were acknowledged, one "unit track fraction" a line, each flushed before the next
// request, so that a store can be compared with it after a crash. Thread-safe.
class AcknowledgedFile {
 public:
  explicit AcknowledgedFile(const std::filesystem::path& file);  // appended to; throws Error when it cannot be
  void write(const UnitId& unit, TrackId track, double fraction);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string name_;
  Mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_ CROSSFADE_GUARDED_BY(mutex_);
};

// Writes down what another client acknowledges.
class AcknowledgingClient final : public simulator::Client {
 public:
  AcknowledgingClient(std::unique_ptr<simulator::Client> client, AcknowledgedFile& file)
      : client_(std::move(client)), file_(file) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;

 private:
  std::unique_ptr<simulator::Client> client_;
  AcknowledgedFile& file_;
};

// A person, who sees what the listener heard and types what comes next. Reads stdin, a terminal or a pipe.
class ConsoleClient final : public simulator::Client {
 public:
  explicit ConsoleClient(const recommenders::Catalogue& catalogue) : catalogue_(catalogue) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override;

 private:
  void show_playback(const UnitId& unit, TrackId track, double fraction);

  const recommenders::Catalogue& catalogue_;
  UnitId unit_;  // of the session that is under way; "" between sessions
  int tracks_ = 0;
  double time_ = 0;
};

}  // namespace crossfade::runtime
