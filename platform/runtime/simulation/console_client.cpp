#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/text.h"
#include "platform/runtime/simulation/clients.h"

namespace crossfade::runtime {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  // ASCII only: other letters are compared as they are.
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string name_of(const recommenders::Catalogue& catalogue, TrackId track) {
  return printable(fmt::format("{} - {}", catalogue.artist_of(track), catalogue.track(track).title));
}

std::vector<TrackId> matches(const recommenders::Catalogue& catalogue, std::string_view text) {
  const std::string wanted = lower(text);
  std::vector<TrackId> found;
  for (const recommenders::Track& track : catalogue.tracks()) {
    if (lower(name_of(catalogue, track.id)).find(wanted) != std::string::npos) found.push_back(track.id);
  }
  return found;
}

// The track that `line` means; otherwise says why there is none.
std::optional<TrackId> understand(const recommenders::Catalogue& catalogue, std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (std::ranges::all_of(line, [](char c) { return c >= '0' && c <= '9'; })) {
    TrackId track;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), track.value);
    if (error == std::errc() && catalogue.contains(track)) return track;
    fmt::print("  there is no track {}, want 0..{}\n", line, catalogue.size() - 1);
    return std::nullopt;
  }
  const std::vector<TrackId> found = matches(catalogue, line);
  if (found.size() == 1) return found[0];
  constexpr std::size_t most = 12;
  if (found.empty()) fmt::print("  no title or artist holds \"{}\"\n", line);
  for (const TrackId track : std::span(found).first(std::min(most, found.size()))) {
    fmt::print("  {:>7}  {}\n", track.value, name_of(catalogue, track));
  }
  if (found.size() > most) fmt::print("  and {} more\n", found.size() - most);
  return std::nullopt;
}

}  // namespace

void ConsoleClient::show_playback(const UnitId& unit, TrackId track, double fraction) {
  if (unit_ != unit || tracks_ == 0) {
    fmt::print("\nlistener {} comes in, and plays a track of their own choice\n", unit.value);
    unit_ = unit;
    tracks_ = 0;
    time_ = 0;
  }
  ++tracks_;
  time_ += fraction;
  fmt::print("{:3} %  {} ({}; track {})\n", std::lround(100 * fraction), name_of(catalogue_, track),
             fmt::join(catalogue_.track(track).genres, ", "), track.value);
}

TrackId ConsoleClient::next(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) {
  show_playback(unit, track, fraction);
  std::string line;
  while (true) {
    fmt::print("next (a track's number, part of a title or artist, q to leave)> ");
    std::fflush(stdout);
    if (!std::getline(std::cin, line) || trimmed(line) == "q") {
      fmt::print("\n");
      throw simulator::Leave();
    }
    if (const auto chosen = understand(catalogue_, trimmed(line))) return *chosen;
  }
}

void ConsoleClient::last(const UnitId& unit, TrackId track, double fraction, Timestamp /*at*/) {
  show_playback(unit, track, fraction);
  fmt::print("listener {} leaves: {} tracks, time {:.2f}\n", unit.value, tracks_, time_);
  tracks_ = 0;
}

}  // namespace crossfade::runtime
