#include "simulator/world/nearest.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <utility>

namespace crossfade::simulator {

namespace {

// So many queries are compared with a track at once: their partial sums stay in registers.
constexpr std::size_t kLanes = NearestTracks::kAtOnce;
using Scores = std::array<float, kLanes>;

// Rows and columns that are worked on at once: their sums, and the queries' part of 64 x 32 values, stay in the cache.
constexpr std::size_t kRowsAtOnce = 64;
constexpr std::size_t kColumnsAtOnce = 64;

// Compiled for AVX2 too, chosen when the program starts; without fused multiply-add, so that both give the same bits.
// Sanitizers cannot run such a choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CROSSFADE_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define CROSSFADE_WIDE
#endif

// sums[q] of each row += inner product of its `columns` values and those of query q, added up in the order of the
// columns whatever their number; `queries` holds kLanes values a column. Rows lie `stride` values apart.
CROSSFADE_WIDE void add_products(const float* rows, std::size_t count, std::size_t stride, std::size_t columns,
                                 const float* queries, Scores* sums) {
  std::size_t row = 0;
  for (; row + 2 <= count; row += 2) {  // two, so that what is read of the queries serves twice
    const float* const a = rows + row * stride;
    const float* const b = a + stride;
    float of_a[kLanes];
    float of_b[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) of_a[lane] = sums[row][lane];
    for (std::size_t lane = 0; lane < kLanes; ++lane) of_b[lane] = sums[row + 1][lane];
    for (std::size_t column = 0; column < columns; ++column) {
      const float* const of_column = queries + column * kLanes;
      const float value_a = a[column];
      const float value_b = b[column];
      for (std::size_t lane = 0; lane < kLanes; ++lane) of_a[lane] += value_a * of_column[lane];
      for (std::size_t lane = 0; lane < kLanes; ++lane) of_b[lane] += value_b * of_column[lane];
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[row][lane] = of_a[lane];
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[row + 1][lane] = of_b[lane];
  }
  for (; row < count; ++row) {
    const float* const a = rows + row * stride;
    float of_a[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) of_a[lane] = sums[row][lane];
    for (std::size_t column = 0; column < columns; ++column) {
      const float value = a[column];
      const float* const of_column = queries + column * kLanes;
      for (std::size_t lane = 0; lane < kLanes; ++lane) of_a[lane] += value * of_column[lane];
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[row][lane] = of_a[lane];
  }
}

// Whether one of the scores is above its threshold.
CROSSFADE_WIDE bool any_above(const Scores& scores, const Scores& thresholds) {
  int above = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) above |= scores[lane] > thresholds[lane] ? 1 : 0;
  return above != 0;
}

struct Scored {
  float score = 0;
  TrackId track;
};

// The best `count` of one query so far, best first.
class Best {
 public:
  explicit Best(std::size_t count) : count_(count) { kept_.reserve(count + 1); }

  void add(Scored candidate) {
    const auto place = std::ranges::upper_bound(kept_, candidate.score, std::ranges::greater{}, &Scored::score);
    kept_.insert(place, candidate);
    if (kept_.size() > count_) kept_.pop_back();
  }
  // What a later track must exceed to be kept.
  float threshold() const {
    return kept_.size() < count_ ? -std::numeric_limits<float>::infinity() : kept_.back().score;
  }
  const std::vector<Scored>& kept() const { return kept_; }

 private:
  std::size_t count_;
  std::vector<Scored> kept_;
};

// The best of up to kLanes queries, as rows of scores come in.
class BestOfQueries {
 public:
  explicit BestOfQueries(std::span<const std::size_t> counts) {
    thresholds_.fill(std::numeric_limits<float>::infinity());
    std::fill_n(thresholds_.begin(), counts.size(), -std::numeric_limits<float>::infinity());
    best_.reserve(counts.size());
    for (const std::size_t count : counts) best_.emplace_back(count);
  }

  void add(TrackId track, const Scores& scores) {
    if (!any_above(scores, thresholds_)) return;
    for (std::size_t lane = 0; lane < best_.size(); ++lane) {
      if (!(scores[lane] > thresholds_[lane])) continue;
      best_[lane].add({scores[lane], track});
      thresholds_[lane] = best_[lane].threshold();
    }
  }

  const std::vector<Best>& best() const { return best_; }

 private:
  std::vector<Best> best_;
  Scores thresholds_{};
};

// The values of the queries, kLanes a column; 0 where there are fewer.
std::vector<float> transposed(const files::Matrix& embeddings, std::span<const TrackId> queries) {
  std::vector<float> block(embeddings.columns * kLanes);
  for (std::size_t lane = 0; lane < queries.size(); ++lane) {
    const std::span<const float> row = embeddings.row(queries[lane].value);
    for (std::size_t column = 0; column < row.size(); ++column) block[column * kLanes + lane] = row[column];
  }
  return block;
}

// Appends `count` tracks to `all`. Products of numbers near the largest are no numbers, and nobody's best: tracks of
// theirs come last, by id.
void add_tracks(const Best& best, std::size_t count, std::vector<TrackId>& all) {
  const std::size_t begin = all.size();
  for (const Scored& scored : best.kept()) all.push_back(scored.track);
  for (TrackId next{0}; all.size() < begin + count; ++next.value) {
    const auto known = std::ranges::find(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(), next);
    if (known == all.end()) all.push_back(next);
  }
}

}  // namespace

NearestTracks::NearestTracks(const files::Matrix& embeddings, std::size_t count)
    : NearestTracks(embeddings, std::vector<std::uint32_t>(
                                    embeddings.rows, static_cast<std::uint32_t>(std::min(count, embeddings.rows)))) {}

NearestTracks::NearestTracks(const files::Matrix& embeddings, std::vector<std::uint32_t> counts)
    : embeddings_(embeddings), counts_(std::move(counts)), nearest_(embeddings.rows), claimed_(embeddings.rows) {
  assert(counts_.size() == embeddings.rows);
  for (std::uint32_t& count : counts_) count = std::min(count, static_cast<std::uint32_t>(embeddings.rows));
}

std::span<const TrackId> NearestTracks::of(TrackId track) const {
  assert(counts_[track.value] > 0);
  while (!has(track)) {
    find({&track, 1});
    const MutexLock lock(mutex_);  // another thread may be at it
    while (!has(track) && claimed_[track.value]) searched_.wait(mutex_);
  }
  return {nearest_[track.value].load(std::memory_order_acquire), counts_[track.value]};
}

bool NearestTracks::knows(TrackId track) const {
  if (has(track)) return true;
  const MutexLock lock(mutex_);
  return claimed_[track.value];
}

void NearestTracks::find(std::span<const TrackId> tracks) const {
  while (!tracks.empty()) {
    const std::vector<TrackId> claimed = claim(tracks);
    if (claimed.empty()) continue;
    try {
      search(claimed);
    } catch (...) {  // of memory: others may try again
      const MutexLock lock(mutex_);
      for (const TrackId track : claimed) claimed_[track.value] = false;
      searched_.notify_all();
      throw;
    }
  }
}

std::vector<TrackId> NearestTracks::claim(std::span<const TrackId>& tracks) const {
  std::vector<TrackId> claimed;
  claimed.reserve(kAtOnce);
  const MutexLock lock(mutex_);
  while (!tracks.empty() && claimed.size() < kAtOnce) {
    const TrackId track = tracks.front();
    tracks = tracks.subspan(1);
    if (claimed_[track.value] || counts_[track.value] == 0) continue;
    claimed_[track.value] = true;
    claimed.push_back(track);
  }
  return claimed;
}

void NearestTracks::search(std::span<const TrackId> claimed) const {
  const std::vector<float> queries = transposed(embeddings_, claimed);
  std::vector<std::size_t> counts;
  for (const TrackId track : claimed) counts.push_back(counts_[track.value]);
  BestOfQueries best(counts);
  std::vector<Scores> scores(kRowsAtOnce);
  for (std::size_t row = 0; row < embeddings_.rows; row += kRowsAtOnce) {
    const std::size_t rows = std::min(kRowsAtOnce, embeddings_.rows - row);
    for (Scores& one : scores) one.fill(0);
    for (std::size_t column = 0; column < embeddings_.columns; column += kColumnsAtOnce) {
      add_products(embeddings_.row(row).data() + column, rows, embeddings_.columns,
                   std::min(kColumnsAtOnce, embeddings_.columns - column), queries.data() + column * kLanes,
                   scores.data());
    }
    for (std::size_t i = 0; i < rows; ++i) best.add({static_cast<std::uint32_t>(row + i)}, scores[i]);
  }
  std::vector<TrackId> found;
  for (std::size_t i = 0; i < claimed.size(); ++i) add_tracks(best.best()[i], counts[i], found);
  const MutexLock lock(mutex_);
  const TrackId* nearest = found_.emplace_back(std::move(found)).data();
  for (const TrackId track : claimed) {
    nearest_[track.value].store(nearest, std::memory_order_release);
    nearest += counts_[track.value];
  }
  searched_.notify_all();
}

}  // namespace crossfade::simulator
