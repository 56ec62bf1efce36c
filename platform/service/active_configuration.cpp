#include "platform/service/active_configuration.h"

#include <algorithm>
#include <variant>

#include "platform/core/error.h"

namespace crossfade::service {

namespace {

// The one parameter that the service itself reads.
const std::string kRecommender = "recommender";

}  // namespace

VariantNumber VariantNumbers::number_of(const std::string& experiment, int version, const std::string& variant) {
  const auto known = numbers_.find(std::tie(experiment, version, variant));
  if (known != numbers_.end()) return known->second;
  const auto next = static_cast<VariantNumber>(numbers_.size());
  return numbers_.try_emplace({experiment, version, variant}, next).first->second;
}

ActiveConfiguration::ActiveConfiguration(std::uint64_t number, const Configuration& configuration,
                                         const recommenders::Catalogue& catalogue,
                                         const recommenders::Surroundings& around, VariantNumbers& numbers)
    : number_(number),
      configuration_(configuration),
      assigner_(configuration_),
      recommenders_(configuration_.recommenders, catalogue, around) {
  require_recommender(shared_parameters(configuration_), "the parameters outside every experiment");
  for (const Experiment& experiment : configuration_.experiments) {
    if (experiment.status != Status::running) continue;
    for (const Variant& variant : experiment.variants) {
      if (variant.parameters.contains(kRecommender)) {
        require_recommender(variant.parameters, "variant " + variant.key + " of " + experiment.key);
      }
      numbers_[&variant] = numbers.number_of(experiment.key, experiment.version, variant.key);
    }
  }
}

void ActiveConfiguration::require_recommender(const Values& parameters, const std::string& whose) const {
  const auto found = parameters.find(kRecommender);
  if (found == parameters.end()) throw Error::user(whose + " name no recommender, want one");
  const auto* const name = std::get_if<std::string>(&found->second);
  const auto& specs = configuration_.recommenders;
  if (name == nullptr || std::ranges::find(specs, *name, &RecommenderSpec::name) == specs.end()) {
    throw Error::user(whose + ": the recommender is " + (name != nullptr ? "\"" + *name + "\"" : "no text") +
                      ", want the name of one that the configuration has");
  }
}

Treatment ActiveConfiguration::treatment_of(std::string_view unit) const {
  const std::vector<assignment::Assignment> assignments = assigner_.assignments(unit);
  Treatment treatment{.recommender = &std::get<std::string>(*assigner_.parameter(kRecommender, assignments)),
                      .exposed = {}};
  treatment.exposed.reserve(assignments.size());
  for (const assignment::Assignment& assigned : assignments) {
    treatment.exposed.push_back(
        {.experiment = assigned.experiment, .variant = assigned.variant, .number = numbers_.at(assigned.variant)});
  }
  return treatment;
}

}  // namespace crossfade::service
