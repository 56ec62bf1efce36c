#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/events.h"
#include "platform/core/ids.h"
#include "platform/core/random.h"
#include "platform/core/time.h"

namespace crossfade::recommenders {

// What a recommender may know when it answers.
struct Request {
  const UnitId& unit;
  TrackId previous;               // the track that was just played; may be one that the catalogue lacks
  double fraction = 0;            // how much of `previous` was listened to, 0..1
  std::span<const Listen> heard;  // all tracks of this session in order, `previous` last
  // The unit's latest listens over all sessions, newest first, `previous` the first: at least as many as
  // RecommenderSet::history says, as far as there are so many.
  std::span<const Listen> history = {};
  Timestamp at = {};  // when `previous` was played
  // When the request came: by then those who wait for others begin to count. Not known: now.
  std::chrono::steady_clock::time_point since = {};
};

// What a recommender answers.
struct Choice {
  TrackId track;
  double propensity = 0;  // exact probability of this track given the request, in (0, 1]; 0: nobody knows it
  // The part that chose, where a part did and this recommender passed it on; where that one did so too, both, and so
  // on: "which/similar".
  std::string part = {};
};

// What came of an answer: the track that was recommended was played next.
struct Feedback {
  const Request& request;  // that it answered; of its history the oldest listen may be missing
  TrackId track;
  double fraction = 0;         // of it that was heard, 0..1
  std::string_view part = {};  // as Choice::part had it
};

// A track that a recommender might serve.
struct Candidate {
  TrackId track;
  double score = 0;  // finite; on a scale of the ranker's own, a larger one is better

  bool operator==(const Candidate&) const = default;
};

// Gives the tracks among which somebody else chooses. Immutable, as recommenders are.
class Ranker {
 public:
  virtual ~Ranker() = default;
  // At most `most` tracks of the catalogue that it would serve, each once, best first: scores do not rise. A function
  // of the request; the first ones are the same for any `most`. Empty where it has no answer to the request.
  virtual std::vector<Candidate> rank(const Request& request, std::size_t most) const = 0;
};

// Answers "what plays next?". Immutable once made, but for what it learns: recommend takes no lock (who learns: none
// but to copy a pointer) and may run on any number of threads.
class Recommender {
 public:
  virtual ~Recommender() = default;
  // A track of the catalogue, or nothing where this model has no answer: the fallback's turn. Which of the two does not
  // depend on `random`.
  virtual std::optional<Choice> recommend(const Request& request, Random& random) const = 0;
  // The probability that `recommend` gives `track`, whatever it gave: over the catalogue they sum to 1. Nothing where
  // it has no answer to the request. To be asked only where it knows_propensity.
  virtual std::optional<double> propensity(const Request& request, TrackId track) const = 0;
  // Whether it can say that of any track: not so of answers that come from elsewhere.
  virtual bool knows_propensity() const { return true; }
  // How many listens of Request::history it reads.
  virtual std::size_t history() const { return 0; }
  // Where it waits for another process: how many requests it takes at once to keep that one busy. 0: it does not wait.
  virtual std::size_t useful_requests() const { return 0; }

  // Whether it learns from what comes of its answers. One that passes on what another chose lets that one learn.
  virtual bool learns() const { return false; }
  // Takes note of what came of an answer of its own; any number of threads, in any order. It changes no answer before
  // the next `advance`.
  virtual void learn(const Feedback& /*feedback*/) const {}
  // Has what was learned count from now on. To be called at defined moments: between simulated days, when nobody asks;
  // by a server from time to time. Throws Error when its state cannot be saved.
  virtual void advance() const {}
  // Where its type gives_candidates: who gives them. Lives as long as this.
  virtual const Ranker* ranker() const { return nullptr; }
};

}  // namespace crossfade::recommenders
