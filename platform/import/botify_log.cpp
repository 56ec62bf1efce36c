#include "platform/import/botify_log.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "platform/core/error.h"
#include "platform/files/file_faults.h"
#include "platform/files/line_reader.h"
#include "platform/import/botify_line.h"

namespace crossfade::imports {

namespace {

constexpr std::size_t kRowsPerBatch = 10'000;
constexpr double kMsPerSecond = 1000;

using Index = std::uint32_t;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
using Interned = std::unordered_map<std::string, Index, TextHash, std::equal_to<>>;

struct LoggedEvent {
  std::int64_t timestamp_ms = 0;
  double time = 0;
  std::optional<double> latency_ms;
  std::optional<std::uint32_t> recommendation;
  std::uint32_t track = 0;
  Index stream = 0;
  bool is_last = false;
};

// The events of one user in one set of experiments.
struct Stream {
  Index unit = 0;
  Index experiments = 0;
};

struct Log {
  std::vector<storage::ImportedFile> files;
  std::size_t negative_latencies = 0;
  std::optional<Fault> first_negative;
  std::size_t left_out = 0;         // lines
  std::vector<Fault> unusable;      // why, by file
  std::vector<LoggedEvent> events;  // in the order of the files
  std::vector<Stream> streams;
  std::vector<UnitId> units;
  std::vector<std::vector<BotifyVariant>> experiments;  // the sets
};

// Reads files into one Log, and collects what is wrong with them.
class LogReader {
 public:
  explicit LogReader(bool lenient) : lenient_(lenient) {}

  void read(const std::filesystem::path& file) {
    files::LineReader lines{file};
    files::FileFaults faults{file};
    const std::size_t before = log_.events.size();
    while (const auto text = lines.next()) {
      if (files::is_blank(*text)) continue;
      const auto line = read_botify_line(*text, lines.line(), faults);
      if (!line || !add(*line, faults)) {
        ++log_.left_out;
        continue;
      }
      if (!line->latency_was_negative) continue;
      ++log_.negative_latencies;
      if (!log_.first_negative) {
        log_.first_negative = Fault{.file = file.string(), .line = lines.line(), .message = "a latency below 0"};
      }
    }
    for (Fault& fault : faults.list()) log_.unusable.push_back(std::move(fault));
    const auto twin = std::ranges::find(log_.files, lines.checksum(), &storage::ImportedFile::checksum);
    if (twin != log_.files.end()) {
      throw Error::user(file.string() + ": has the same content as " + twin->file + ", want each once");
    }
    log_.files.push_back({.file = file.string(),
                          .checksum = lines.checksum(),
                          .events = static_cast<std::int64_t>(log_.events.size() - before),
                          .imported = {}});
  }

  Log finish() {
    const bool usable = lenient_ && !log_.events.empty();
    if (!log_.unusable.empty() && !usable) throw Error::faults(std::move(log_.unusable));
    return std::move(log_);
  }

 private:
  // False, with faults, where its experiments cannot be read.
  bool add(const BotifyLine& line, files::FileFaults& faults) {
    const auto experiments = experiments_of(line, faults);
    if (!experiments) return false;
    const Stream stream{.unit = unit_of(line.user), .experiments = *experiments};
    const auto next = static_cast<Index>(log_.streams.size());
    const std::uint64_t key = (std::uint64_t{stream.unit} << 32) | stream.experiments;
    const auto [entry, is_new] = streams_.try_emplace(key, next);
    if (is_new) log_.streams.push_back(stream);
    log_.events.push_back({.timestamp_ms = line.timestamp_ms,
                           .time = line.time,
                           .latency_ms = line.latency_s ? std::optional(*line.latency_s * kMsPerSecond) : std::nullopt,
                           .recommendation = line.recommendation,
                           .track = line.track,
                           .stream = entry->second,
                           .is_last = line.is_last});
    return true;
  }

  Index unit_of(std::string_view text) {
    const auto found = units_.find(text);
    if (found != units_.end()) return found->second;
    const auto next = static_cast<Index>(log_.units.size());
    units_.emplace(text, next);
    log_.units.push_back({std::string(text)});
    return next;
  }

  // By the text, which is nearly always one of few; sets of the same variants are the same, however they are written.
  std::optional<Index> experiments_of(const BotifyLine& line, files::FileFaults& faults) {
    const auto known = experiment_texts_.find(line.experiments);
    if (known != experiment_texts_.end()) return known->second;
    auto read = read_botify_experiments(line, faults);
    if (!read) return std::nullopt;
    std::vector<BotifyVariant> variants = std::move(*read);
    std::ranges::sort(variants);
    const auto same = std::ranges::find(log_.experiments, variants);
    const auto index = static_cast<Index>(same - log_.experiments.begin());
    if (same == log_.experiments.end()) log_.experiments.push_back(std::move(variants));
    experiment_texts_.emplace(line.experiments, index);
    return index;
  }

  Log log_;
  Interned units_;
  Interned experiment_texts_;
  std::unordered_map<std::uint64_t, Index> streams_;
  bool lenient_;
};

// Cuts the streams of a log into sessions, and gives them out as rows.
class Sessions {
 public:
  Sessions(const Log& log, SessionId last_used) : log_(log), next_session_(last_used.value + 1) { order_events(); }

  // The next rows; false when there are no more.
  bool next_batch(EventBatch& batch) {
    if (!exposed_) {
      batch.exposures = exposures();
      exposed_ = true;
      if (!batch.exposures.empty()) return true;
    }
    while (stream_ < log_.streams.size() && batch.playbacks.size() < kRowsPerBatch) add_stream(stream_++, batch);
    return !batch.empty();
  }

  std::size_t sessions = 0;
  std::size_t dropped_sessions = 0;
  std::size_t dropped_events = 0;

 private:
  const LoggedEvent& event(std::size_t i) const { return log_.events[order_[i]]; }

  // Events of stream s, by time: [first_[s], first_[s + 1]) of order_.
  void order_events() {
    first_.assign(log_.streams.size() + 1, 0);
    for (const LoggedEvent& each : log_.events) ++first_[each.stream + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    order_.resize(log_.events.size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < log_.events.size(); ++i) {
      order_[next[log_.events[i].stream]++] = static_cast<Index>(i);
    }
    const auto time_of = [this](Index i) { return log_.events[i].timestamp_ms; };
    for (std::size_t s = 0; s + 1 < first_.size(); ++s) {
      const std::ranges::subrange stream(order_.begin() + static_cast<std::ptrdiff_t>(first_[s]),
                                         order_.begin() + static_cast<std::ptrdiff_t>(first_[s + 1]));
      if (!std::ranges::is_sorted(stream, {}, time_of)) std::ranges::stable_sort(stream, {}, time_of);
    }
  }

  std::vector<Exposure> exposures() const {
    std::map<std::pair<Index, BotifyVariant>, std::pair<std::int64_t, std::int64_t>> seen;  // first and last time
    for (std::size_t s = 0; s < log_.streams.size(); ++s) {
      const std::int64_t first = event(first_[s]).timestamp_ms;
      const std::int64_t last = event(first_[s + 1] - 1).timestamp_ms;
      for (const BotifyVariant& variant : log_.experiments[log_.streams[s].experiments]) {
        const auto [entry, is_new] = seen.try_emplace({log_.streams[s].unit, variant}, first, last);
        entry->second.first = std::min(entry->second.first, first);
        entry->second.second = std::max(entry->second.second, last);
      }
    }
    std::vector<Exposure> rows;
    rows.reserve(seen.size());
    for (const auto& [key, times] : seen) {
      rows.push_back({.unit = log_.units[key.first],
                      .experiment = key.second.experiment,
                      .version = 1,
                      .variant = key.second.variant,
                      .first_seen = {times.first},
                      .last_seen = Timestamp{times.second}});
    }
    return rows;
  }

  void add_stream(std::size_t stream, EventBatch& batch) {
    std::size_t begin = first_[stream];
    for (std::size_t i = begin; i < first_[stream + 1]; ++i) {
      if (!event(i).is_last) continue;
      add_session(begin, i + 1, log_.units[log_.streams[stream].unit], batch);
      begin = i + 1;
    }
    const std::size_t tail = first_[stream + 1] - begin;
    dropped_events += tail;
    if (tail > 0) ++dropped_sessions;
  }

  void add_session(std::size_t begin, std::size_t end, const UnitId& unit, EventBatch& batch) {
    Session row{.id = {next_session_++},
                .unit = unit,
                .tracks = static_cast<std::int32_t>(end - begin),
                .time = 0,
                .latency_ms = 0,
                .end = SessionEnd::last,
                .started = {event(begin).timestamp_ms},
                .ended = {event(end - 1).timestamp_ms}};
    for (std::size_t i = begin; i < end; ++i) {
      const LoggedEvent& logged = event(i);
      row.time += logged.time;
      row.latency_ms =
          row.latency_ms && logged.latency_ms ? std::optional(*row.latency_ms + *logged.latency_ms) : std::nullopt;
      // The log says neither who chose the recommendation nor how likely it was.
      batch.playbacks.push_back(
          {.unit = unit,
           .session = row.id,
           .position = static_cast<std::int32_t>(i - begin),
           .track = {logged.track},
           .fraction = logged.time,
           .recommended =
               logged.recommendation
                   ? std::optional(Recommended{.track = {*logged.recommendation}, .recommender = {}, .propensity = 0})
                   : std::nullopt,
           .latency_ms = logged.latency_ms,
           .at = {logged.timestamp_ms}});
    }
    batch.sessions.push_back(std::move(row));
    ++sessions;
  }

  const Log& log_;
  std::vector<Index> order_;
  std::vector<std::size_t> first_;
  std::int64_t next_session_;
  std::size_t stream_ = 0;
  bool exposed_ = false;
};

std::vector<std::string> experiments_of(const Log& log) {
  std::set<std::string> names;
  for (const auto& variants : log.experiments) {
    for (const BotifyVariant& variant : variants) names.insert(variant.experiment);
  }
  return {names.begin(), names.end()};
}

}  // namespace

BotifyImport import_botify_log(const std::vector<std::filesystem::path>& files, storage::EventStore& store,
                               Timestamp now, bool lenient) {
  LogReader reader{lenient};
  for (const auto& file : files) reader.read(file);
  Log log = reader.finish();
  for (storage::ImportedFile& file : log.files) file.imported = now;
  Sessions sessions{log, store.last_session()};
  store.import(log.files, [&sessions](EventBatch& batch) { return sessions.next_batch(batch); });
  return {.events = log.events.size(),
          .sessions = sessions.sessions,
          .dropped_sessions = sessions.dropped_sessions,
          .dropped_events = sessions.dropped_events,
          .units = log.units.size(),
          .experiments = experiments_of(log),
          .negative_latencies = log.negative_latencies,
          .first_negative = std::move(log.first_negative),
          .left_out = log.left_out,
          .unusable = std::move(log.unusable)};
}

}  // namespace crossfade::imports
