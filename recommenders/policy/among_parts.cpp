#include "recommenders/policy/among_parts.h"

#include <algorithm>
#include <vector>

namespace crossfade::recommenders {

namespace {

// A place in `left`, whose places in `weights` they are.
std::size_t draw_part(const std::vector<std::size_t>& left, std::span<const double> weights, Random& random) {
  double sum = 0;
  for (const std::size_t part : left) sum += weights[part];
  double place = random.uniform() * sum;
  std::size_t drawn = 0;
  for (; drawn + 1 < left.size() && place >= weights[left[drawn]]; ++drawn) place -= weights[left[drawn]];
  return drawn;
}

}  // namespace

std::optional<Choice> choose_among(std::span<const Part> parts, std::span<const double> weights, const Request& request,
                                   Random& random) {
  std::vector<std::size_t> left(parts.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  while (!left.empty()) {
    const std::size_t drawn = draw_part(left, weights, random);
    const Part& part = parts[left[drawn]];
    if (auto choice = part.recommender.recommend(request, random)) {
      choice->propensity =
          know_propensity(parts) ? propensity_among(parts, weights, request, choice->track).value_or(0) : 0;
      choice->part = part_of_choice(part.name, *choice);
      return choice;
    }
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(drawn));
  }
  return std::nullopt;
}

std::optional<double> propensity_among(std::span<const Part> parts, std::span<const double> weights,
                                       const Request& request, TrackId track) {
  double of_track = 0;
  double weight = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto by_part = parts[i].recommender.propensity(request, track);
    if (!by_part) continue;
    of_track += weights[i] * *by_part;
    weight += weights[i];
  }
  return weight > 0 ? std::optional(std::min(1.0, of_track / weight)) : std::nullopt;
}

bool know_propensity(std::span<const Part> parts) {
  return std::ranges::all_of(parts, [](const Part& part) { return part.recommender.knows_propensity(); });
}

std::string part_of_choice(const std::string& name, const Choice& choice) {
  return choice.part.empty() ? name : name + kPartSeparator + choice.part;
}

const Part* part_that_chose(std::span<const Part> parts, const Feedback& feedback) {
  const std::string_view name = feedback.part.substr(0, feedback.part.find(kPartSeparator));
  const auto part = std::ranges::find(parts, name, &Part::name);
  return part == parts.end() ? nullptr : &*part;
}

void pass_on(std::span<const Part> parts, const Feedback& feedback) {
  const Part* const part = part_that_chose(parts, feedback);
  if (part == nullptr) return;
  const std::size_t end = part->name.size() + 1;  // behind the separator
  part->recommender.learn({.request = feedback.request,
                           .track = feedback.track,
                           .fraction = feedback.fraction,
                           .part = feedback.part.substr(std::min(end, feedback.part.size()))});
}

}  // namespace crossfade::recommenders
