#include <algorithm>

#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/policy/among_parts.h"
#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

namespace {

// The first candidates of one part, then those of the next, and so on; of the last one all. What this session has
// played is left out, and counts for nobody.
class Cascade final : public Recommender, public Ranker {
 public:
  Cascade(std::span<const Part> parts, std::size_t first) : parts_(parts.begin(), parts.end()), first_(first) {}

  std::optional<Choice> recommend(const Request& request, Random&) const override {
    for (const Part& part : parts_) {
      const std::vector<Candidate> best = unheard_candidates(*part.recommender.ranker(), request, 1);
      if (best.empty()) continue;
      return Choice{.track = best.front().track, .propensity = 1, .part = part.name};
    }
    return std::nullopt;
  }

  std::optional<double> propensity(const Request& request, TrackId track) const override {
    const std::vector<Candidate> best = rank(request, 1);
    return propensity_of_one(best.empty() ? std::nullopt : std::optional(best.front().track), track);
  }

  const Ranker* ranker() const override { return this; }
  void learn(const Feedback& feedback) const override { pass_on(parts_, feedback); }

  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    std::vector<Candidate> candidates;
    for (const Part& part : parts_) {
      const bool is_last = &part == &parts_.back();
      // As many as are wanted, were all that are there already among them.
      const std::size_t wanted = is_last ? most + candidates.size() : std::min(first_, most + candidates.size());
      for (const Candidate& one : unheard_candidates(*part.recommender.ranker(), request, wanted)) {
        if (candidates.size() >= most) return candidates;
        if (std::ranges::find(candidates, one.track, &Candidate::track) != candidates.end()) continue;
        candidates.push_back({.track = one.track, .score = 1.0 / static_cast<double>(1 + candidates.size())});
      }
    }
    return candidates;
  }

 private:
  std::vector<Part> parts_;
  std::size_t first_;
};

std::unique_ptr<Recommender> make_cascade(const Ingredients& of) {
  const auto first = static_cast<std::size_t>(integer_option(of.spec.options, "first", 10));
  return std::make_unique<Cascade>(of.parts_of("of"), first);
}

}  // namespace

Type cascade_type() {
  return {.name = "cascade",
          .options = {{.name = "of",
                       .kind = Option::Kind::recommenders,
                       .required = true,
                       .allowed = {},
                       .candidates = true,
                       .help = "names of recommenders that give candidates, [a, b], the first to be served first"},
                      {.name = "first",
                       .kind = Option::Kind::integer,
                       .allowed = {},
                       .least = 1,
                       .most = kMostCandidates,
                       .help = "how many candidates of each but the last, 10 by default: who asks this one for "
                               "candidates sees the next one's behind them"}},
          .make = make_cascade,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
