#include "platform/analysis/timeline.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "platform/analysis/withhold.h"

namespace crossfade::analysis {

namespace {

// Only what the primary metric needs, so that a pass over the store is short.
Configuration reduced(Configuration configuration, const std::string& key) {
  std::erase_if(configuration.experiments, [&](const Experiment& one) { return one.key != key; });
  for (Experiment& experiment : configuration.experiments) experiment.metrics.guardrails.clear();
  return configuration;
}

// Midnights after the first exposure and before the end of the data, some of them where there are many.
std::vector<Timestamp> midnights(Timestamp first, Timestamp end) {
  constexpr std::int64_t kMost = kMostPoints - 1;  // one more is the end
  const std::int64_t first_day = utc_day(first) + 1;
  const std::int64_t days = std::max<std::int64_t>(0, utc_day({saturated_difference(end.ms, 1)}) - first_day + 1);
  std::vector<Timestamp> some;
  for (std::int64_t i = 0; i < std::min(days, kMost); ++i) {
    const std::int64_t day = days <= kMost ? i : i * days / kMost;
    some.push_back({(first_day + day) * kMsPerDay});
  }
  return some;
}

TimelinePoint point_of(Report report, Timestamp until) {
  TimelinePoint point{.until = until, .units = std::move(report.units), .comparisons = {}};
  if (!report.metrics.empty()) point.comparisons = std::move(report.metrics.front().comparisons);
  return point;
}

// f(0) ... f(n - 1), on several threads; throws what one of them threw.
template <typename F>
void for_each_index(std::size_t n, F f) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < n; i = next++) f(i);
  };
  std::vector<std::future<void>> workers;
  const std::size_t threads = std::min<std::size_t>(n, std::max(2U, std::thread::hardware_concurrency()));
  for (std::size_t i = 0; i < threads; ++i) workers.push_back(std::async(std::launch::async, work));
  for (auto& worker : workers) worker.wait();
  for (auto& worker : workers) worker.get();
}

}  // namespace

Timeline timeline(const Configuration& configuration, const storage::EventStore& store, const AnalyzeOptions& options,
                  bool force) {
  const std::string& key = options.experiments.at(0);
  const Configuration small = reduced(configuration, key);
  const auto report_at = [&](std::optional<Timestamp> until) {
    AnalyzeOptions at = options;
    at.until = until;
    at.deciding_only = true;
    at.trend = false;
    auto reports = analyze(small, store, at);
    if (!force) withhold_invalid(reports);
    return std::move(reports.at(0));
  };
  Report whole = report_at(options.until);
  // Of an experiment that is INVALID now no day's effect is shown either, though that day alone may look sound.
  const bool withheld = !force && whole.decision.verdict == Verdict::invalid;
  Timeline result{.experiment = key,
                  .control = whole.control,
                  .metric = {},
                  .unit = {},
                  .confidence_level = whole.confidence_level,
                  .points = {},
                  .looks = {}};
  if (!whole.metrics.empty()) {
    result.metric = whole.metrics.front().metric;
    result.direction = whole.metrics.front().direction;
    result.unit = whole.metrics.front().unit;
  }
  for (storage::Look& look : store.looks()) {
    const bool past = options.until && look.data_through >= *options.until;
    if (look.experiment == key && look.version == whole.version && !past) result.looks.push_back(std::move(look));
  }
  if (!whole.health.first_exposure || !whole.data_through) return result;
  const std::vector<Timestamp> times = midnights(*whole.health.first_exposure, *whole.data_through);
  result.points.resize(times.size());
  for_each_index(times.size(), [&](std::size_t i) {
    Report then = report_at(times[i]);
    if (withheld) withhold_effects(then);
    result.points[i] = point_of(std::move(then), times[i]);
  });
  const Timestamp end{whole.data_through->ms + 1};
  result.points.push_back(point_of(std::move(whole), end));
  return result;
}

}  // namespace crossfade::analysis
