#include "simulator/world/nearest.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <limits>
#include <thread>

namespace crossfade::simulator {

namespace {

// So many queries are compared with a track at once: their partial sums stay in registers.
constexpr std::size_t kLanes = 32;
using Scores = std::array<float, kLanes>;

// Compiled for AVX2 too, chosen when the program starts; without fused multiply-add, so that both give the same bits.
// Sanitizers cannot run such a choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CROSSFADE_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define CROSSFADE_WIDE
#endif

// scores[q] = inner product of `row` and query q; `queries` holds kLanes values a dimension. True when one of them is
// above its threshold.
CROSSFADE_WIDE bool score(const float* row, std::size_t columns, const float* queries, const Scores& thresholds,
                          Scores& scores) {
  float sums[kLanes] = {};
  for (std::size_t column = 0; column < columns; ++column) {
    const float value = row[column];
    const float* const of_column = queries + column * kLanes;
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += value * of_column[lane];
  }
  int above = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    scores[lane] = sums[lane];
    above |= sums[lane] > thresholds[lane] ? 1 : 0;
  }
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

// The nearest of `queries` (at most kLanes), written one after the other to `out`.
void search(const files::Matrix& embeddings, std::span<const TrackId> queries, std::size_t count, TrackId* out) {
  std::vector<float> block(embeddings.columns * kLanes);
  for (std::size_t lane = 0; lane < queries.size(); ++lane) {
    const std::span<const float> row = embeddings.row(queries[lane].value);
    for (std::size_t column = 0; column < row.size(); ++column) block[column * kLanes + lane] = row[column];
  }
  std::vector<Best> best(queries.size(), Best(count));
  Scores thresholds;
  thresholds.fill(std::numeric_limits<float>::infinity());
  std::fill_n(thresholds.begin(), queries.size(), -std::numeric_limits<float>::infinity());
  Scores scores{};
  for (std::size_t row = 0; row < embeddings.rows; ++row) {
    if (!score(embeddings.row(row).data(), embeddings.columns, block.data(), thresholds, scores)) continue;
    for (std::size_t lane = 0; lane < queries.size(); ++lane) {
      if (!(scores[lane] > thresholds[lane])) continue;
      best[lane].add({scores[lane], TrackId{static_cast<std::uint32_t>(row)}});
      thresholds[lane] = best[lane].threshold();
    }
  }
  for (const Best& one : best) {
    for (const Scored& scored : one.kept()) *out++ = scored.track;
  }
}

}  // namespace

NearestTracks::NearestTracks(const files::Matrix& embeddings, std::span<const TrackId> tracks, std::size_t count,
                             std::size_t threads)
    : count_(std::min(count, embeddings.rows)), slot_(embeddings.rows) {
  assert(threads > 0);
  std::vector<TrackId> distinct(tracks.begin(), tracks.end());
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  for (std::size_t i = 0; i < distinct.size(); ++i) slot_[distinct[i].value] = static_cast<std::uint32_t>(i);
  nearest_.resize(distinct.size() * count_);

  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t begin; (begin = next.fetch_add(kLanes)) < distinct.size();) {
      const std::size_t size = std::min(kLanes, distinct.size() - begin);
      search(embeddings, std::span(distinct).subspan(begin, size), count_, nearest_.data() + begin * count_);
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

}  // namespace crossfade::simulator
