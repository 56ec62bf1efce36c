#include "platform/runtime/simulation/clients.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "platform/core/error.h"

namespace crossfade::runtime {

TrackId ServiceClient::next(const UnitId& unit, TrackId track, double fraction, Timestamp at) {
  return service_.next({.unit = unit, .track = track, .fraction = fraction, .at = at});
}

void ServiceClient::last(const UnitId& unit, TrackId track, double fraction, Timestamp at) {
  service_.last({.unit = unit, .track = track, .fraction = fraction, .at = at});
}

RemoteClient::RemoteClient(std::string url, double retry_s) : url_(std::move(url)), retry_s_(retry_s), http_(url_) {}

TrackId RemoteClient::next(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) {
  wait_until_it_answers();
  try {
    const TrackId recommended = http_.next(unit, track, fraction);
    failures_in_a_row_ = 0;
    return recommended;
  } catch (const Error& error) {
    abort_session(error.what());
  }
}

void RemoteClient::last(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) {
  wait_until_it_answers();
  try {
    http_.last(unit, track, fraction);
    failures_in_a_row_ = 0;
  } catch (const Error& error) {
    abort_session(error.what());
  }
}

void RemoteClient::wait_until_it_answers() {
  if (answers_) return;
  using namespace std::chrono;
  const auto until = steady_clock::now() + duration<double>(retry_s_);
  while (true) {
    try {
      http_.ping();
      answers_ = true;
      return;
    } catch (const Error&) {
      if (steady_clock::now() >= until) throw;
    }
    std::this_thread::sleep_for(50ms);
  }
}

void RemoteClient::abort_session(const std::string& reason) {
  constexpr int most_in_a_row = 3;
  answers_ = false;
  if (++failures_in_a_row_ >= most_in_a_row) {
    throw Error::internal(fmt::format("{} ({} sessions in a row)", reason, failures_in_a_row_));
  }
  throw simulator::SessionAborted(reason);
}

AcknowledgedFile::AcknowledgedFile(const std::filesystem::path& file)
    : name_(file.string()), file_(std::fopen(file.c_str(), "a")) {
  if (!file_) throw Error::user(fmt::format("{}: cannot be written: {}", name_, std::strerror(errno)));
}

void AcknowledgedFile::write(const UnitId& unit, TrackId track, double fraction) {
  const MutexLock lock(mutex_);
  fmt::print(file_.get(), "{} {} {:.2f}\n", unit.value, track.value, fraction);
  if (std::fflush(file_.get()) != 0) throw Error::internal(name_ + ": cannot be written");
}

TrackId AcknowledgingClient::next(const UnitId& unit, TrackId track, double fraction, Timestamp at) {
  const TrackId recommended = client_->next(unit, track, fraction, at);
  file_.write(unit, track, fraction);
  return recommended;
}

void AcknowledgingClient::last(const UnitId& unit, TrackId track, double fraction, Timestamp at) {
  client_->last(unit, track, fraction, at);
  file_.write(unit, track, fraction);
}

}  // namespace crossfade::runtime
