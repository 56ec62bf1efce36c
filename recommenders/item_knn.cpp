#include "recommenders/item_knn.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace crossfade::recommenders {

void Neighbours::add(std::span<const Neighbour> row) {
  all_.insert(all_.end(), row.begin(), row.end());
  first_.push_back(all_.size());
}

TrackRows Neighbours::tracks() const {
  TrackRows rows;
  std::vector<TrackId> row;
  for (std::uint32_t track = 0; track < size(); ++track) {
    row.clear();
    for (const Neighbour& one : (*this)[{track}]) row.push_back(one.track);
    rows.add(row);
  }
  return rows;
}

namespace {

// Rows of numbers in one array.
struct Sparse {
  std::vector<std::uint32_t> values;
  std::vector<std::size_t> first = {0};

  std::size_t size() const { return first.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t row) const {
    return std::span(values).subspan(first[row], first[row + 1] - first[row]);
  }
};

// The tracks of each group, each once.
Sparse distinct(std::span<const Likes> groups) {
  Sparse rows;
  for (const Likes& group : groups) {
    for (const TrackId track : group) rows.values.push_back(track.value);
    const auto begin = rows.values.begin() + static_cast<std::ptrdiff_t>(rows.first.back());
    std::sort(begin, rows.values.end());
    rows.values.erase(std::unique(begin, rows.values.end()), rows.values.end());
    rows.first.push_back(rows.values.size());
  }
  return rows;
}

Sparse transposed(const Sparse& rows, std::size_t columns) {
  Sparse turned;
  turned.first.assign(columns + 1, 0);
  turned.values.resize(rows.values.size());
  for (const std::uint32_t column : rows.values) ++turned.first[column + 1];
  for (std::size_t column = 0; column < columns; ++column) turned.first[column + 1] += turned.first[column];
  std::vector<std::size_t> next(turned.first.begin(), turned.first.end() - 1);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const std::uint32_t column : rows[row]) turned.values[next[column]++] = static_cast<std::uint32_t>(row);
  }
  return turned;
}

bool is_better(const Neighbour& a, const Neighbour& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.track < b.track;
}

}  // namespace

Neighbours item_knn(std::span<const Likes> groups, std::size_t tracks, const ItemKnnOptions& options) {
  const Sparse tracks_of = distinct(groups);
  const Sparse groups_of = transposed(tracks_of, tracks);
  Neighbours result;
  std::vector<std::uint32_t> both(tracks, 0);
  std::vector<Neighbour> row;
  for (std::uint32_t track = 0; track < tracks; ++track) {
    row.clear();
    for (const std::uint32_t group : groups_of[track]) {
      for (const std::uint32_t other : tracks_of[group]) {
        if (other != track && both[other]++ == 0) row.push_back({.track = {other}});
      }
    }
    const auto likes = static_cast<double>(groups_of[track].size());
    for (Neighbour& one : row) {
      const double norm = std::sqrt(likes * static_cast<double>(groups_of[one.track.value].size()));
      one.similarity = static_cast<float>(std::exchange(both[one.track.value], 0) / (norm + options.shrinkage));
    }
    const std::size_t kept = std::min(options.neighbours, row.size());
    std::partial_sort(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(kept), row.end(), is_better);
    result.add(std::span(row).first(kept));
  }
  return result;
}

std::vector<TrackId> best_for(const Likes& likes, const Neighbours& neighbours, std::size_t length, bool repeat) {
  Likes distinct_likes = likes;
  std::ranges::sort(distinct_likes);
  distinct_likes.erase(std::unique(distinct_likes.begin(), distinct_likes.end()), distinct_likes.end());
  std::map<TrackId, double> score;
  for (const TrackId liked : distinct_likes) {
    for (const Neighbour& one : neighbours[liked]) score[one.track] += one.similarity;
  }
  if (!repeat) {
    for (const TrackId liked : distinct_likes) score.erase(liked);
  }
  std::vector<std::pair<TrackId, double>> ranked(score.begin(), score.end());
  const auto kept = static_cast<std::ptrdiff_t>(std::min(length, ranked.size()));
  std::partial_sort(ranked.begin(), ranked.begin() + kept, ranked.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::vector<TrackId> best;
  for (const auto& [track, total] : std::span(ranked).first(static_cast<std::size_t>(kept))) best.push_back(track);
  return best;
}

}  // namespace crossfade::recommenders
