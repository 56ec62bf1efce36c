#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "platform/core/error.h"
#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/rank/candidates.h"
#include "recommenders/similar_tracks.h"

namespace crossfade::recommenders {

namespace {

constexpr double kLeastOffset = 1e-6;    // so that scores are finite
constexpr std::size_t kMostByHeap = 32;  // so many are sorted out one by one; more are parted from the others first
constexpr std::size_t kTracksOfCacheLine = 64 / sizeof(TrackId);

// Sums by track, one after the other as the tracks come, and a table of open addresses that says where each is: what is
// looked at again and again stays small, and nobody walks over the places that are free.
class TrackScores {
 public:
  // For at most `tracks` different ones.
  explicit TrackScores(std::size_t tracks) : places_(std::bit_ceil(2 * tracks + 1), kFree) { sums_.reserve(tracks); }

  void add(TrackId track, double score) {
    std::uint32_t& place = place_of(track);
    if (place != kFree) {
      sums_[place].score += score;
      return;
    }
    place = static_cast<std::uint32_t>(sums_.size());
    sums_.push_back({.track = track, .score = score});
  }
  // The track is none of them; nothing is added behind this.
  void drop(TrackId track) {
    if (const std::uint32_t place = place_of(track); place != kFree) sums_[place].score = kDropped;
  }

  std::vector<Candidate> take() {
    std::erase_if(sums_, [](const Candidate& one) { return one.score <= 0; });
    return std::move(sums_);
  }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  static constexpr double kDropped = -1;

  // Its own, or the free one where it belongs. Fibonacci hashing: the high bits of a product, which all bits of the id
  // reach.
  std::uint32_t& place_of(TrackId track) {
    const std::uint64_t mixed = (track.value + std::uint64_t{1}) * 0x9e3779b97f4a7c15ULL;
    std::size_t place = (mixed >> 32) & (places_.size() - 1);
    while (places_[place] != kFree && sums_[places_[place]].track != track) place = (place + 1) & (places_.size() - 1);
    return places_[place];
  }

  std::vector<std::uint32_t> places_;  // in sums_
  std::vector<Candidate> sums_;
};

// Fuses the lists of all tracks that this session has liked: a track's score is the sum over them of the fraction that
// was heard / (offset + its place in the list, from 0). Reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009)
// with the fractions as weights.
class RankFusion final : public BestCandidate {
 public:
  RankFusion(TrackRows similar, double min_fraction, double offset)
      : similar_(std::move(similar)), min_fraction_(min_fraction), offset_(offset) {}

  // Of equal scores the lower id first.
  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    std::vector<Listen> liked;
    for (const Listen& one : request.heard) add_liked(one, liked);
    if (request.heard.empty()) add_liked({.track = request.previous, .fraction = request.fraction}, liked);
    std::size_t tracks = 0;
    for (const Listen& one : liked) {
      const std::span<const TrackId> list = similar_[one.track.value];
      tracks += list.size();
      // All over the memory: they come while the sums are made ready.
      for (std::size_t i = 0; i < list.size(); i += kTracksOfCacheLine) __builtin_prefetch(&list[i]);
    }
    TrackScores scores(tracks);
    for (const auto& [track, fraction, at] : liked) {
      const std::span<const TrackId> list = similar_[track.value];
      for (std::size_t place = 0; place < list.size(); ++place) {
        scores.add(list[place], fraction / (offset_ + static_cast<double>(place)));
      }
    }
    scores.drop(request.previous);
    for (const Listen& one : request.heard) scores.drop(one.track);
    std::vector<Candidate> candidates = scores.take();
    const auto better = [](const Candidate& a, const Candidate& b) {
      return a.score != b.score ? a.score > b.score : a.track < b.track;
    };
    const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(std::min(most, candidates.size()));
    if (most <= kMostByHeap) {
      std::ranges::partial_sort(candidates, end, better);
      candidates.erase(end, candidates.end());
    } else {
      if (end != candidates.end()) std::ranges::nth_element(candidates, end, better);
      candidates.erase(end, candidates.end());
      std::ranges::sort(candidates, better);
    }
    return candidates;
  }

 private:
  void add_liked(const Listen& listen, std::vector<Listen>& liked) const {
    if (listen.fraction > min_fraction_ && listen.track.value < similar_.size()) liked.push_back(listen);
  }

  TrackRows similar_;  // by track of the catalogue
  double min_fraction_;
  double offset_;
};

std::unique_ptr<Recommender> make_rank_fusion(const Ingredients& of) {
  const double offset = number_option(of.spec.options, "offset", 10);
  if (offset < kLeastOffset) throw Error::user(fmt::format("\"offset\" is {}, want at least {}", offset, kLeastOffset));
  return std::make_unique<RankFusion>(similar_tracks(of), number_option(of.spec.options, "min_fraction", 0.2), offset);
}

}  // namespace

Type rank_fusion_type() {
  return {
      .name = "rank_fusion",
      .options = {similar_tracks_option(),
                  {.name = "min_fraction",
                   .kind = Option::Kind::number,
                   .allowed = {},
                   .least = 0,
                   .most = 1,
                   .help = "only tracks of which more than this was heard count, 0..1; 0.2 by default"},
                  {.name = "offset",
                   .kind = Option::Kind::number,
                   .allowed = {},
                   .least = 0,
                   .help = "added to the place in a list: the larger, the less the order of a list counts; above 0, "
                           "10 by default"}},
      .make = make_rank_fusion,
      .gives_candidates = true};
}

}  // namespace crossfade::recommenders
