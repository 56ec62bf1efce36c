#include <vector>

#include "recommenders/models.h"
#include "recommenders/policy/among_parts.h"

namespace crossfade::recommenders {

namespace {

// One of several parts, drawn at each request.
class Mixture final : public Recommender {
 public:
  explicit Mixture(std::span<const Part> parts) {
    for (const Part& part : parts) {
      if (part.weight <= 0) continue;
      parts_.push_back(part);
      weights_.push_back(part.weight);
    }
  }

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    return choose_among(parts_, weights_, request, random);
  }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    return propensity_among(parts_, weights_, request, track);
  }
  bool knows_propensity() const override { return know_propensity(parts_); }
  void learn(const Feedback& feedback) const override { pass_on(parts_, feedback); }

 private:
  std::vector<Part> parts_;      // of weight above 0
  std::vector<double> weights_;  // of each
};

std::unique_ptr<Recommender> make_mixture(const Ingredients& of) {
  return std::make_unique<Mixture>(of.parts_of("of"));
}

}  // namespace

Type mixture_type() {
  return {
      .name = "mixture",
      .options = {{.name = "of",
                   .kind = Option::Kind::recommenders,
                   .required = true,
                   .allowed = {},
                   .weighted = true,
                   .help = "names of recommenders, [a, b], or their weights, {a: 0.7, b: 0.3}, which count by their "
                           "ratio; equal ones by default"}},
      .make = make_mixture};
}

}  // namespace crossfade::recommenders
