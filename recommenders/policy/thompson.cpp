#include <algorithm>

#include "platform/core/error.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/policy/among_parts.h"
#include "recommenders/policy/best_of.h"
#include "recommenders/policy/learner.h"
#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

namespace {

// Of each arm: how many answers, and the sum of the fractions that were heard of them.
constexpr std::size_t kSumsAnArm = 2;

double sum_of(std::span<const std::int64_t> sums, std::size_t arm, std::size_t which) {
  return static_cast<double>(sums[kSumsAnArm * arm + which]) * LearnedSums::kUnit;
}

Belief belief_in(std::span<const std::int64_t> sums, std::size_t arm) {
  return belief_of(sum_of(sums, arm, 0), sum_of(sums, arm, 1));
}

// Thompson sampling: each arm as often as it is probable that it is the best, by what was heard of its answers so far.
// That probability is computed and drawn by, so that the propensity is exact. Here the arms are recommenders.
class ThompsonOverParts final : public Recommender {
 public:
  using Weights = std::vector<double>;

  explicit ThompsonOverParts(const Ingredients& of)
      : parts_(of.parts_of("of").begin(), of.parts_of("of").end()),
        learner_(of, names(parts_), kSumsAnArm * parts_.size(), weights_of) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    return choose_among(parts_, *learner_.model(), request, random);
  }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    return propensity_among(parts_, *learner_.model(), request, track);
  }
  bool knows_propensity() const override { return know_propensity(parts_); }

  bool learns() const override { return true; }
  void learn(const Feedback& feedback) const override {
    const Part* const part = part_that_chose(parts_, feedback);
    if (part == nullptr) return;
    const auto arm = static_cast<std::size_t>(part - parts_.data());
    learner_.add(kSumsAnArm * arm, 1);
    learner_.add(kSumsAnArm * arm + 1, feedback.fraction);
    pass_on(parts_, feedback);
  }
  void advance() const override { learner_.advance(); }

 private:
  static std::vector<std::string> names(const std::vector<Part>& parts) {
    std::vector<std::string> all;
    for (const Part& part : parts) all.push_back(part.name);
    return all;
  }
  static std::shared_ptr<const Weights> weights_of(std::span<const std::int64_t> sums) {
    std::vector<Belief> beliefs;
    for (std::size_t arm = 0; arm < sums.size() / kSumsAnArm; ++arm) beliefs.push_back(belief_in(sums, arm));
    return std::make_shared<const Weights>(probabilities_of_best(beliefs));
  }

  std::vector<Part> parts_;
  mutable Learner<Weights> learner_;  // its state is not the recommender's definition
};

// The arms are tracks: the best candidates of another recommender.
class ThompsonOverTracks final : public Recommender {
 public:
  using Beliefs = std::vector<Belief>;  // by track

  ThompsonOverTracks(const Ingredients& of, const Ranker& ranker, std::size_t candidates)
      : ranker_(ranker),
        candidates_(candidates),
        learner_(of, {"track 0 to " + std::to_string(of.catalogue.size() - 1)}, kSumsAnArm * of.catalogue.size(),
                 beliefs_of) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    const Arms arms = arms_of(request);
    if (arms.tracks.empty()) return std::nullopt;
    double place = random.uniform();
    std::size_t drawn = 0;
    for (; drawn + 1 < arms.tracks.size() && place >= arms.probabilities[drawn]; ++drawn) {
      place -= arms.probabilities[drawn];
    }
    return Choice{.track = arms.tracks[drawn].track, .propensity = arms.probabilities[drawn]};
  }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    const Arms arms = arms_of(request);
    if (arms.tracks.empty()) return std::nullopt;
    const auto found = std::ranges::find(arms.tracks, track, &Candidate::track);
    if (found == arms.tracks.end()) return 0;
    return arms.probabilities[static_cast<std::size_t>(found - arms.tracks.begin())];
  }

  bool learns() const override { return true; }
  void learn(const Feedback& feedback) const override {
    learner_.add(kSumsAnArm * feedback.track.value, 1);
    learner_.add(kSumsAnArm * feedback.track.value + 1, feedback.fraction);
  }
  void advance() const override { learner_.advance(); }

 private:
  struct Arms {
    std::vector<Candidate> tracks;
    std::vector<double> probabilities;
  };

  Arms arms_of(const Request& request) const {
    Arms arms{.tracks = unheard_candidates(ranker_, request, candidates_), .probabilities = {}};
    const auto model = learner_.model();
    std::vector<Belief> beliefs;
    beliefs.reserve(arms.tracks.size());
    for (const Candidate& one : arms.tracks) beliefs.push_back((*model)[one.track.value]);
    arms.probabilities = probabilities_of_best(beliefs);
    return arms;
  }
  static std::shared_ptr<const Beliefs> beliefs_of(std::span<const std::int64_t> sums) {
    Beliefs beliefs;
    beliefs.reserve(sums.size() / kSumsAnArm);
    for (std::size_t arm = 0; arm < sums.size() / kSumsAnArm; ++arm) beliefs.push_back(belief_in(sums, arm));
    return std::make_shared<const Beliefs>(std::move(beliefs));
  }

  const Ranker& ranker_;
  std::size_t candidates_;
  mutable Learner<Beliefs> learner_;  // its state is not the recommender's definition
};

std::unique_ptr<Recommender> make_thompson(const Ingredients& of) {
  const Part* const from = of.part_of("candidates_from");
  const bool over_parts = !of.parts_of("of").empty();
  if (over_parts == (from != nullptr)) {
    throw Error::user(over_parts ? "both \"of\" and \"candidates_from\" are there, want one of them"
                                 : "neither \"of\" nor \"candidates_from\" is there, want one of them");
  }
  if (over_parts && of.spec.options.contains("candidates")) {
    throw Error::user("\"candidates\" is there, want it with \"candidates_from\" only");
  }
  if (over_parts) return std::make_unique<ThompsonOverParts>(of);
  return std::make_unique<ThompsonOverTracks>(
      of, *from->recommender.ranker(), static_cast<std::size_t>(integer_option(of.spec.options, "candidates", 10)));
}

}  // namespace

Type thompson_type() {
  return {.name = "thompson",
          .options = {{.name = "of",
                       .kind = Option::Kind::recommenders,
                       .allowed = {},
                       .help = "names of recommenders, [a, b]: which of them answers is learned"},
                      {.name = "candidates_from",
                       .kind = Option::Kind::recommender,
                       .allowed = {},
                       .candidates = true,
                       .help = "instead of \"of\": the recommender among whose candidates the best is learned"},
                      {.name = "candidates",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .most = kMostArms,
                       .help = "among how many of its best, 10 by default"},
                      state_option()},
          .make = make_thompson};
}

}  // namespace crossfade::recommenders
