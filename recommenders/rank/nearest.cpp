#include "recommenders/rank/nearest.h"

// What hnswlib vectorises by hand comes with prefetches that read past the end of a full list of links.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cmath>

namespace crossfade::recommenders {

namespace {

constexpr std::size_t kLinks = 16;
constexpr std::size_t kBreadth = 200;  // of the search, when the index is built and when it is asked
constexpr std::size_t kSeed = 100;

bool is_better(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.track < b.track;
}

double length_of(std::span<const float> vector) {
  double sum = 0;
  for (const float value : vector) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

// 1 - inner product.
class ProductSpace final : public hnswlib::SpaceInterface<float> {
 public:
  explicit ProductSpace(std::size_t columns) : columns_(columns) {}

  std::size_t get_data_size() override { return columns_ * sizeof(float); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void* get_dist_func_param() override { return &columns_; }

 private:
  static float distance(const void* a, const void* b, const void* columns) {
    const std::size_t size = *static_cast<const std::size_t*>(columns);
    return 1 - files::inner_product({static_cast<const float*>(a), size}, {static_cast<const float*>(b), size});
  }

  std::size_t columns_;
};

}  // namespace

struct NearestTracks::Index {
  Index(const files::Matrix& vectors) : space(vectors.columns), graph(&space, vectors.rows, kLinks, kBreadth, kSeed) {
    for (std::size_t i = 0; i < vectors.rows; ++i) graph.addPoint(vectors.row(i).data(), i);
    graph.setEf(kBreadth);
  }

  ProductSpace space;
  hnswlib::HierarchicalNSW<float> graph;
};

void normalise_rows(files::Matrix& matrix) {
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    const double length = length_of(matrix.row(i));
    if (length <= 0) continue;
    for (float& value : matrix.row(i)) value = static_cast<float>(static_cast<double>(value) / length);
  }
}

NearestTracks::NearestTracks(files::Matrix vectors, Similarity similarity, std::size_t most_exact)
    : vectors_(std::move(vectors)), similarity_(similarity) {
  if (similarity_ == Similarity::cosine) normalise_rows(vectors_);
  if (vectors_.rows > most_exact) index_ = std::make_unique<Index>(vectors_);
}

NearestTracks::~NearestTracks() = default;

std::vector<Candidate> NearestTracks::exact(std::span<const float> query, std::size_t most,
                                            std::span<const TrackId> without) const {
  std::vector<Candidate> best;  // a heap, the worst on top
  auto left_out = without.begin();
  for (std::uint32_t id = 0; id < vectors_.rows; ++id) {
    while (left_out != without.end() && left_out->value < id) ++left_out;
    if (left_out != without.end() && left_out->value == id) continue;
    const Candidate one{.track = {id}, .score = static_cast<double>(files::inner_product(vectors_.row(id), query))};
    if (best.size() < most) {
      best.push_back(one);
      std::ranges::push_heap(best, is_better);
    } else if (is_better(one, best.front())) {
      std::ranges::pop_heap(best, is_better);
      best.back() = one;
      std::ranges::push_heap(best, is_better);
    }
  }
  std::ranges::sort(best, is_better);
  return best;
}

std::vector<Candidate> NearestTracks::nearest(std::span<const float> query, std::size_t most,
                                              std::span<const TrackId> without) const {
  if (most == 0) return {};
  std::vector<Candidate> best;
  if (!index_) {
    best = exact(query, most, without);
  } else {
    // Never fewer than the breadth, so that the first ones do not depend on how many are asked for.
    const std::size_t asked = std::min(vectors_.rows, std::max(kBreadth, most + without.size()));
    for (auto found = index_->graph.searchKnn(query.data(), asked); !found.empty(); found.pop()) {
      const TrackId track{static_cast<std::uint32_t>(found.top().second)};
      if (std::ranges::binary_search(without, track)) continue;
      best.push_back({.track = track, .score = 1 - static_cast<double>(found.top().first)});
    }
    std::ranges::sort(best, is_better);
    if (best.size() > most) best.resize(most);
  }
  const double length = similarity_ == Similarity::cosine ? length_of(query) : 1;
  if (length > 0) {
    for (Candidate& one : best) one.score /= length;
  }
  return best;
}

}  // namespace crossfade::recommenders
