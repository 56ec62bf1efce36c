#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "platform/runtime/live_configuration.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_writer.h"
#include "recommenders/catalogue.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

// A service and its configuration as `crossfade serve` has them, in this process.
namespace crossfade::runtime::testing {

inline constexpr std::int64_t kTimeoutMs = 1000;

// One running experiment; whoever is in it gets what everybody gets: a most popular track of the first `top`.
struct Text {
  std::string hypothesis = "first";
  double control = 0.5;
  int version = 1;
  int top = 1;
  std::string type = "top_pop";
};

inline std::string yaml(const Text& text) {
  return "version: 1\n"
         "recommenders:\n"
         "  top: {type: " +
         text.type + ", top: " + std::to_string(text.top) +
         "}\n"
         "parameters: {recommender: top}\n"
         "experiments:\n"
         "  - key: aa\n"
         "    hypothesis: " +
         text.hypothesis +
         "\n"
         "    status: running\n"
         "    version: " +
         std::to_string(text.version) +
         "\n"
         "    variants:\n"
         "      - {key: control, weight: " +
         std::to_string(text.control) +
         ", control: true}\n"
         "      - {key: treatment, weight: " +
         std::to_string(1 - text.control) + "}\n";
}

inline recommenders::Catalogue twenty_tracks() {
  std::vector<recommenders::Track> tracks(20);
  for (std::uint32_t i = 0; i < 20; ++i) {
    tracks[i].id = {i};
    tracks[i].artist = i % 4;
    tracks[i].popularity = 20.0 - i;
  }
  return {std::move(tracks), {"a", "b", "c", "d"}};
}

// A clock that a test sets.
class SetClock final : public Clock {
 public:
  Timestamp now() const override { return {ms.load()}; }
  std::atomic<std::int64_t> ms = 1000;
};

// On a store of the test's choice.
template <typename Store>
struct Served {
  Served() : file(write_file(directory / "experiments.yaml", yaml({}))), configuration(file, service, store, clock) {}

  void write(const Text& text) const { write_file(file, yaml(text)); }
  std::string hypothesis() const { return configuration.current()->experiments.at(0).hypothesis; }
  TrackId next(const std::string& unit) {
    return service.next({.unit = {unit}, .track = {5}, .fraction = 1, .at = clock.now()});
  }

  TemporaryDirectory directory;
  std::filesystem::path file;
  recommenders::Catalogue tracks = twenty_tracks();
  SetClock clock;
  Store store;
  storage::EventWriter writer{store, {}};
  service::Service service{tracks, store, writer, {.session_timeout_ms = kTimeoutMs, .data = directory.path()}};
  LiveConfiguration configuration;
};

// `work(i)` on so many threads at the same time; returns when all are done.
template <typename Work>
void in_threads(std::size_t count, Work work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace crossfade::runtime::testing
