#include "platform/runtime/live_configuration.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

#include "platform/config/experiments/in_time.h"
#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/runtime/load.h"
#include "platform/service/active_configuration.h"
#include "recommenders/registry.h"

namespace crossfade::runtime {

LiveConfiguration::LiveConfiguration(std::filesystem::path file, service::Service& service, storage::EventStore& store,
                                     const Clock& clock)
    : file_(std::move(file)),
      service_(service),
      store_(store),
      clock_(clock),
      stamp_(stamp_of(file_)),
      recorded_(store) {
  Configuration first = read_configuration(file_);
  // Written by a program with other rules. To refuse to start would not bring back what cannot be compared.
  if (!recorded_.unread().empty()) {
    log_line(recorded_.unread() + "\ncrossfade: so whether weights have changed since then was not checked");
  }
  files_ = files_of(first);
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

std::vector<Fault> LiveConfiguration::reload() {
  // Before it is read: a change in between is seen the next time.
  const Stamp former = std::exchange(stamp_, stamp_of(file_));
  const std::vector<Seen> former_files = files_;
  for (Seen& seen : files_) seen.read = stamp_of(seen.file);  // also where the configuration cannot be read
  try {
    Configuration next = read_configuration(file_);
    files_ = files_of(next);
    return activate(std::move(next));
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::unavailable) {
      stamp_ = former;
      files_ = former_files;
    }
    throw;
  }
}

bool LiveConfiguration::changed() {
  const Stamp now = stamp_of(file_);
  bool changed = now != Stamp{} && now != stamp_;
  for (Seen& seen : files_) {
    const Stamp last = std::exchange(seen.last, stamp_of(seen.file));
    changed = changed || (seen.last != Stamp{} && seen.last != seen.read && seen.last == last);
  }
  return changed;
}

std::vector<LiveConfiguration::Seen> LiveConfiguration::files_of(const Configuration& configuration) const {
  std::vector<Seen> all;
  for (const RecommenderSpec& spec : configuration.recommenders) {
    const auto type = std::ranges::find(recommenders::types(), spec.type, &recommenders::Type::name);
    if (type == recommenders::types().end()) continue;
    for (const recommenders::Option& option : type->options) {
      const auto value = spec.options.find(option.name);
      if (option.kind != recommenders::Option::Kind::file || value == spec.options.end()) continue;
      const std::filesystem::path file = service_.data() / std::get<std::string>(value->second);
      const Stamp stamp = stamp_of(file);
      all.push_back({.file = file, .read = stamp, .last = stamp});
    }
  }
  return all;
}

bool LiveConfiguration::step() {
  const auto next = config::next_step(loaded_, in_time_as_of_);
  if (!next || clock_.now() < *next) return false;
  activate(loaded_);
  return true;
}

LiveConfiguration::Held LiveConfiguration::held_back(const Configuration& next) const {
  Held held;
  const auto active = current();
  if (!active || active->text != next.text) return held;
  Configuration probe = next;  // in which the files of one recommender alone are other ones
  for (const RecommenderSpec& spec : next.recommenders) {
    if (spec.updates) continue;
    try {
      probe.files = service_.files_of(spec);
    } catch (const Error&) {
      continue;  // who loads it says what is wrong
    }
    std::vector<Fault> faults = recorded_.refused(probe, file_);
    if (faults.empty()) continue;
    held.recommenders.insert(spec.name);
    std::ranges::move(faults, std::back_inserter(held.faults));
  }
  return held;
}

// In this order: units are only ever exposed to what the store knows, and nothing has to be undone.
std::vector<Fault> LiveConfiguration::activate(Configuration loaded) {
  const Timestamp since = clock_.now();
  Configuration configuration = config::in_time(loaded, since);
  recorded_.require_may_follow(configuration, file_);  // what can be told before files are loaded, which takes time
  Held held = held_back(configuration);
  const service::Service::Prepared prepared = service_.prepare(configuration, held.recommenders);
  configuration.files = prepared->recommenders().files();
  recorded_.require_may_follow(configuration, file_);
  const auto active = current();
  const bool nothing_else =
      active && configuration.files == active->files && configuration.checksum == active->checksum;
  if (!held.faults.empty() && nothing_else) throw Error::faults(std::move(held.faults));
  store_.record_configuration(
      {.checksum = configuration.checksum, .text = configuration.text, .since = since, .files = configuration.files});
  recorded_.add(configuration, since);
  store_.end_experiments(recorded_.ends());
  auto next = std::make_shared<const Configuration>(std::move(configuration));
  auto history = std::make_shared<const ConfigurationHistory>(recorded_.history());
  service_.activate(prepared);
  {
    const MutexLock lock(mutex_);
    current_ = std::move(next);
    history_ = std::move(history);
  }
  loaded_ = std::move(loaded);
  in_time_as_of_ = since;
  ++generation_;  // last: from here on answers by the former configuration are not given any more
  return held.faults;
}

LiveConfiguration::Stamp LiveConfiguration::stamp_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return {};
  const auto size = std::filesystem::file_size(file, error);
  return error ? Stamp{} : Stamp{written, size};
}

}  // namespace crossfade::runtime
