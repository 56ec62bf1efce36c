#include "platform/runtime/live_configuration.h"

#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/runtime/load.h"

namespace crossfade::runtime {
namespace {

// The one that was active when the store was last served; nothing for a store that never was.
std::optional<Configuration> last_recorded(const storage::EventStore& store) {
  const auto recorded = store.configurations();
  if (recorded.empty()) return std::nullopt;
  try {
    return config::load(recorded.back().text, "the store's last configuration", known_recommender_types());
  } catch (const Error& error) {
    // Written by a program with other rules. To refuse to start would not bring back what cannot be compared.
    log_line(std::string(error.what()) + "\ncrossfade: so whether weights have changed since then was not checked");
    return std::nullopt;
  }
}

void refuse_moves(const Configuration& before, const Configuration& after, const std::filesystem::path& file) {
  auto faults = config::changes_refused(before, after, file.string());
  if (!faults.empty()) throw Error::faults(std::move(faults));
}

}  // namespace

LiveConfiguration::LiveConfiguration(std::filesystem::path file, service::Service& service, storage::EventStore& store,
                                     const Clock& clock)
    : file_(std::move(file)),
      service_(service),
      store_(store),
      clock_(clock),
      stamp_(stamp_of(file_)),
      recorded_(store) {
  Configuration first = read_configuration(file_);
  if (const auto before = last_recorded(store_)) refuse_moves(*before, first, file_);
  activate(std::move(first));
}

std::shared_ptr<const Configuration> LiveConfiguration::current() const {
  const MutexLock lock(mutex_);
  return current_;
}

std::shared_ptr<const ConfigurationHistory> LiveConfiguration::history() const {
  const MutexLock lock(mutex_);
  return history_;
}

void LiveConfiguration::reload() {
  // Before it is read: a change in between is seen the next time.
  const Stamp former = std::exchange(stamp_, stamp_of(file_));
  try {
    Configuration next = read_configuration(file_);
    refuse_moves(*current(), next, file_);
    activate(std::move(next));
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::unavailable) stamp_ = former;
    throw;
  }
}

bool LiveConfiguration::changed() const {
  const Stamp now = stamp_of(file_);
  return now != Stamp{} && now != stamp_;
}

// In this order: units are only ever exposed to what the store knows, and nothing has to be undone.
void LiveConfiguration::activate(Configuration configuration) {
  const service::Service::Prepared prepared = service_.prepare(configuration);
  const Timestamp since = clock_.now();
  store_.record_configuration({.checksum = configuration.checksum, .text = configuration.text, .since = since});
  recorded_.add(configuration, since);
  auto next = std::make_shared<const Configuration>(std::move(configuration));
  auto history = std::make_shared<const ConfigurationHistory>(recorded_.history());
  service_.activate(prepared);
  {
    const MutexLock lock(mutex_);
    current_ = std::move(next);
    history_ = std::move(history);
  }
  ++generation_;  // last: from here on answers by the former configuration are not given any more
}

LiveConfiguration::Stamp LiveConfiguration::stamp_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return {};
  const auto size = std::filesystem::file_size(file, error);
  return error ? Stamp{} : Stamp{written, size};
}

}  // namespace crossfade::runtime
