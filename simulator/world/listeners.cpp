#include "simulator/world/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "platform/files/file_faults.h"
#include "platform/files/json_lines.h"

namespace crossfade::simulator {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// One line of users.json.
class ListenerParser {
 public:
  ListenerParser(json& object, std::size_t line, std::size_t tracks, files::FileFaults& faults)
      : object_(object), line_(line), tracks_(tracks), faults_(faults) {}

  Listener read() {
    check_keys();
    Listener listener{.unit = user(), .interests = interests()};
    listener.bias = number("consume_bias", listener.bias);
    listener.sharpness = number("consume_sharpness", listener.sharpness);
    if (listener.sharpness <= 0)
      fault(fmt::format("\"consume_sharpness\" is {}, want more than 0", listener.sharpness));
    listener.session_budget = whole("session_budget");
    listener.interest_neighbours = whole("interest_neighbours");
    listener.artist_discount = share("artist_discount_gamma");
    return listener;
  }

  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  void fault(std::string message) { faults_.add(line_, std::move(message)); }

  void check_keys() {
    static const std::vector<std::string> known = {
        "user",           "interests",           "consume_bias",         "consume_sharpness",
        "session_budget", "interest_neighbours", "artist_discount_gamma"};
    for (const auto& [key, value] : object_.items()) {
      if (std::ranges::find(known, key) != known.end()) continue;
      const std::string near = nearest_name(key, known);
      if (near.empty()) {
        ignored_.push_back(key);
      } else {
        fault(fmt::format("\"{}\" is no member of a user, did you mean \"{}\"?", key, near));
      }
    }
  }

  UnitId user() {
    const json* const value = files::member(object_, "user");
    if (value && value->is_number_unsigned()) return {std::to_string(value->get<std::uint64_t>())};
    fault(value ? fmt::format("\"user\" is {}, want a whole number from 0 on", files::shown(*value))
                : "\"user\" is missing");
    return {};
  }

  std::vector<TrackId> interests() {
    const json* const value = files::member(object_, "interests");
    if (!value || !value->is_array() || value->empty()) {
      fault(value ? fmt::format("\"interests\" is {}, want a list of tracks, at least one", files::shown(*value))
                  : "\"interests\" is missing");
      return {};
    }
    std::vector<TrackId> tracks;
    for (const json& one : *value) {
      if (one.is_number_unsigned() && one.get<std::uint64_t>() < tracks_) {
        tracks.push_back({one.get<std::uint32_t>()});
      } else {
        fault(fmt::format("interest {} is no track of the catalogue, want 0..{}", files::shown(one), tracks_ - 1));
      }
    }
    return tracks;
  }

  double number(const char* key, double otherwise) {
    const json* const value = files::member(object_, key);
    if (!value) return otherwise;
    if (value->is_number()) return value->get<double>();
    fault(fmt::format("\"{}\" is {}, want a number", key, files::shown(*value)));
    return otherwise;
  }

  std::optional<int> whole(const char* key) {
    const json* const value = files::member(object_, key);
    if (!value) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 && value->get<std::uint64_t>() <= kMostOfRule) {
      return value->get<int>();
    }
    fault(fmt::format("\"{}\" is {}, want a whole number from 1 to {}", key, files::shown(*value), kMostOfRule));
    return std::nullopt;
  }

  std::optional<double> share(const char* key) {
    const json* const value = files::member(object_, key);
    if (!value) return std::nullopt;
    if (value->is_number() && value->get<double>() >= 0 && value->get<double>() <= 1) return value->get<double>();
    fault(fmt::format("\"{}\" is {}, want a number from 0 to 1", key, files::shown(*value)));
    return std::nullopt;
  }

  json& object_;
  std::size_t line_;
  std::size_t tracks_;
  files::FileFaults& faults_;
  std::vector<std::string> ignored_;
};

ordered_json line_of(const Listener& listener) {
  ordered_json interests = ordered_json::array();
  for (const TrackId track : listener.interests) interests.push_back(track.value);
  ordered_json line = {{"user", std::stoull(listener.unit.value)},
                       {"interests", std::move(interests)},
                       {"consume_bias", listener.bias},
                       {"consume_sharpness", listener.sharpness}};
  if (listener.session_budget) line["session_budget"] = *listener.session_budget;
  if (listener.interest_neighbours) line["interest_neighbours"] = *listener.interest_neighbours;
  if (listener.artist_discount) line["artist_discount_gamma"] = *listener.artist_discount;
  return line;
}

}  // namespace

ListenerFile read_listener_file(const std::filesystem::path& file, std::size_t tracks, bool lenient) {
  files::FileFaults faults(file);
  ListenerFile read;
  std::unordered_map<UnitId, std::size_t> line_of_unit;
  // A line that is no JSON has its faults before the next one is given.
  std::size_t faults_before = 0;
  const auto count_broken = [&](std::size_t faults_now) { read.left_out += faults_now - faults_before; };
  files::for_each_json_object(file, faults, [&](json& object, std::size_t line) {
    count_broken(faults.size());
    faults_before = faults.size();
    ListenerParser parser(object, line, tracks, faults);
    Listener listener = parser.read();
    for (const std::string& member : parser.ignored()) ++read.ignored[member];
    const auto known = line_of_unit.find(listener.unit);
    if (known != line_of_unit.end() && !listener.unit.value.empty()) {
      faults.add(line, fmt::format("user {} is already described in line {}", listener.unit.value, known->second));
    }
    const bool sound = faults.size() == faults_before;
    faults_before = faults.size();
    if (!sound) ++read.left_out;
    if (sound || !lenient) line_of_unit.try_emplace(listener.unit, line);
    if (sound) read.listeners.push_back(std::move(listener));
  });
  count_broken(faults.size());
  if (faults.empty() && read.listeners.empty()) faults.add(0, "no users, want at least one");
  if (!lenient || read.listeners.empty()) faults.throw_if_any();
  read.faults = faults.list();
  return read;
}

std::vector<Listener> read_listeners(const std::filesystem::path& file, std::size_t tracks) {
  return read_listener_file(file, tracks).listeners;
}

void write_listeners(const std::filesystem::path& file, const std::vector<Listener>& listeners) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (const Listener& listener : listeners) out << line_of(listener).dump() << '\n';
  out.close();
  if (!out) throw Error::internal(file.string() + ": cannot be written");
}

}  // namespace crossfade::simulator
