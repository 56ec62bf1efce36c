#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "platform/core/error.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/rank/candidates.h"
#include "recommenders/rank/nearest.h"
#include "recommenders/rank/vectors.h"

namespace crossfade::recommenders {

namespace {

enum class QueryVectors {
  track,         // that of the previous track
  session_mean,  // of the tracks of this session, weighted by the fractions heard
  user,          // the unit's own
};

// The row that a unit's text names: a decimal number as people write it, without zeros before it.
std::optional<std::size_t> row_of(const UnitId& unit, std::size_t rows) {
  const std::string& text = unit.value;
  std::size_t row = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), row);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || (text.size() > 1 && text[0] == '0') || row >= rows) return std::nullopt;
  return row;
}

// The tracks whose vectors are most similar to one of a track, a session or a unit, past what this session has played.
class Embeddings final : public BestCandidate {
 public:
  Embeddings(files::Matrix tracks, Similarity similarity, QueryVectors queries, files::Matrix users)
      : size_(tracks.rows), tracks_(std::move(tracks), similarity), queries_(queries), users_(std::move(users)) {}

  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    const std::optional<std::vector<float>> query = query_of(request);
    if (!query) return {};
    std::vector<TrackId> heard = {request.previous};
    for (const Listen& one : request.heard) heard.push_back(one.track);
    std::ranges::sort(heard);
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    return tracks_.nearest(*query, most, heard);
  }

 private:
  std::optional<std::vector<float>> query_of(const Request& request) const {
    switch (queries_) {
      case QueryVectors::track:
        if (request.previous.value >= size_) return std::nullopt;
        return copy(tracks_.of(request.previous));
      case QueryVectors::session_mean:
        return session_mean(request.heard);
      case QueryVectors::user:
        break;
    }
    const auto row = row_of(request.unit, users_.rows);
    return row ? std::optional(copy(users_.row(*row))) : std::nullopt;
  }

  // Nothing where nothing was heard.
  std::optional<std::vector<float>> session_mean(std::span<const Listen> heard) const {
    std::vector<float> mean(tracks_.columns(), 0);
    double sum = 0;
    for (const Listen& one : heard) {
      if (one.track.value < size_) sum += one.fraction;
    }
    if (sum <= 0) return std::nullopt;
    for (const Listen& one : heard) {
      if (one.track.value >= size_) continue;
      const auto weight = static_cast<float>(one.fraction / sum);
      const std::span<const float> vector = tracks_.of(one.track);
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += weight * vector[i];
    }
    return mean;
  }

  static std::vector<float> copy(std::span<const float> vector) { return {vector.begin(), vector.end()}; }

  std::size_t size_;
  NearestTracks tracks_;
  QueryVectors queries_;
  files::Matrix users_;  // empty unless the queries are the units'
};

std::unique_ptr<Recommender> make_embeddings(const Ingredients& of) {
  const std::string vectors = text_option(of.spec.options, "vectors").value_or("track");
  const bool by_user = vectors == "user";
  if (by_user != of.spec.options.contains("users")) {
    throw Error::user(by_user ? "vectors are of the user, want the option \"users\""
                              : "\"users\" is there, want it with vectors: user only");
  }
  const std::string similarity = text_option(of.spec.options, "similarity").value_or("inner_product");
  files::Matrix tracks = read_track_vectors(of, "file");
  files::Matrix users = by_user ? read_vectors(of, "users") : files::Matrix{};
  if (by_user && users.columns != tracks.columns) {
    throw Error::user(
        fmt::format("vectors of users have {} values, want {}, as those of tracks", users.columns, tracks.columns));
  }
  return std::make_unique<Embeddings>(
      std::move(tracks), similarity == "cosine" ? Similarity::cosine : Similarity::inner_product,
      by_user ? QueryVectors::user : (vectors == "track" ? QueryVectors::track : QueryVectors::session_mean),
      std::move(users));
}

}  // namespace

Type embeddings_type() {
  return {.name = "embeddings",
          .options = {{.name = "file",
                       .kind = Option::Kind::file,
                       .required = true,
                       .allowed = {},
                       .help = "vectors of the tracks: a .npy file, float32 or float16, a row for each track"},
                      {.name = "vectors",
                       .kind = Option::Kind::text,
                       .allowed = {"track", "session_mean", "user"},
                       .help = "near to what: track (default): the previous track; session_mean: the mean of this "
                               "session's tracks, weighted by the fractions heard; user: the unit's own vector"},
                      {.name = "users",
                       .kind = Option::Kind::file,
                       .allowed = {},
                       .help = "with vectors: user, those of the units: a .npy file, row 7 is that of unit \"7\""},
                      {.name = "similarity",
                       .kind = Option::Kind::text,
                       .allowed = {"inner_product", "cosine"},
                       .help = "inner_product (default) or cosine"}},
          .make = make_embeddings,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
