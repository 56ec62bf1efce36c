#include "recommenders/external/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crossfade::recommenders::external {

namespace {

constexpr std::array<std::string_view, kOutcomes> kNames = {"answered", "no_answer", "invalid",      "late",
                                                            "failed",   "down",      "circuit_open", "busy"};

// A value of a label, as the format wants it.
std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    if (c == '\\' || c == '"') all += '\\';
    if (c == '\n') {
      all += "\\n";
    } else {
      all += c;
    }
  }
  return all;
}

void begin(std::string& to, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(to), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

void Figures::waited(std::chrono::nanoseconds length) {
  const double seconds = std::chrono::duration<double>(length).count();
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  latencies_[static_cast<std::size_t>(bound - kBounds.begin())].fetch_add(1, std::memory_order_relaxed);
  waited_ns_.fetch_add(static_cast<std::uint64_t>(length.count()), std::memory_order_relaxed);
}

Figures& AllFigures::of(const std::string& recommender) {
  const MutexLock lock(mutex_);
  return all_[recommender];
}

std::string AllFigures::prometheus() const {
  const MutexLock lock(mutex_);
  std::string text;
  if (all_.empty()) return text;
  const auto out = std::back_inserter(text);
  begin(text, "crossfade_recommender_requests_total", "counter", "Requests to recommenders in other processes.");
  for (const auto& [name, figures] : all_) {
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      fmt::format_to(out, "crossfade_recommender_requests_total{{recommender=\"{}\",outcome=\"{}\"}} {}\n",
                     escaped(name), kNames[i], figures.outcomes_[i].load());
    }
  }
  begin(text, "crossfade_recommender_latency_seconds", "histogram", "Until the answer, or until it was given up.");
  for (const auto& [name, figures] : all_) {
    const std::string label = escaped(name);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= Figures::kBounds.size(); ++i) {
      sum += figures.latencies_[i].load();
      const std::string bound = i < Figures::kBounds.size() ? fmt::format("{}", Figures::kBounds[i]) : "+Inf";
      fmt::format_to(out, "crossfade_recommender_latency_seconds_bucket{{recommender=\"{}\",le=\"{}\"}} {}\n", label,
                     bound, sum);
    }
    fmt::format_to(out, "crossfade_recommender_latency_seconds_sum{{recommender=\"{}\"}} {}\n", label,
                   static_cast<double>(figures.waited_ns_.load()) / 1e9);
    fmt::format_to(out, "crossfade_recommender_latency_seconds_count{{recommender=\"{}\"}} {}\n", label, sum);
  }
  begin(text, "crossfade_recommender_requests_under_way", "gauge", "Requests that wait for an answer.");
  for (const auto& [name, figures] : all_) {
    fmt::format_to(out, "crossfade_recommender_requests_under_way{{recommender=\"{}\"}} {}\n", escaped(name),
                   figures.under_way_.load());
  }
  begin(text, "crossfade_recommender_circuit_open", "gauge", "1: it has failed, and is left alone for a while.");
  for (const auto& [name, figures] : all_) {
    fmt::format_to(out, "crossfade_recommender_circuit_open{{recommender=\"{}\"}} {}\n", escaped(name),
                   figures.open_.load() ? 1 : 0);
  }
  begin(text, "crossfade_recommender_starts_total", "counter", "Processes that were started.");
  for (const auto& [name, figures] : all_) {
    fmt::format_to(out, "crossfade_recommender_starts_total{{recommender=\"{}\"}} {}\n", escaped(name),
                   figures.starts_.load());
  }
  return text;
}

}  // namespace crossfade::recommenders::external
