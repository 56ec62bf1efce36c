#include "platform/service/active_configuration.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <system_error>
#include <variant>

#include "platform/core/error.h"
#include "platform/core/json_text.h"

namespace crossfade::service {

namespace {

// The one parameter that the service itself reads.
const std::string kRecommender = "recommender";

// A listener's id as conditions see it: a number where it is written as one that a double holds.
JsonValue id_of(std::string_view unit) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(unit.data(), unit.data() + unit.size(), number);
  const bool whole = error == std::errc{} && end == unit.data() + unit.size() && number >= -exact && number <= exact;
  if (whole && std::to_string(number) == unit) return {static_cast<double>(number)};
  return {std::string(unit)};
}

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
  if (recommends()) require_recommender(shared_parameters(configuration_), "the parameters outside every experiment");
  for (std::size_t i = 0; i < configuration_.experiments.size(); ++i) {
    const Experiment& experiment = configuration_.experiments[i];
    if (experiment.status != Status::running) continue;
    for (const Variant& variant : experiment.variants) {
      if (recommends() && variant.parameters.contains(kRecommender)) {
        require_recommender(variant.parameters, "variant " + variant.key + " of " + experiment.key);
      }
      numbers_[&variant] = numbers.number_of(experiment.key, experiment.version, variant.key);
    }
    // One whose variants set nothing compares like with like: everybody is in it.
    const std::set<std::string> varied = varied_parameters(experiment);
    if (experiment.holdout || !(varied.empty() || varied.contains(kRecommender))) continue;
    decide_recommender_.push_back(i);
    // Prerequisites may be targeted, too.
    if (experiment.targeting != JsonValue{} || !experiment.prerequisites.empty()) targets_listeners_ = true;
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
  JsonValue known;
  if (targets_listeners_) known.value = JsonValue::Object{{.name = configuration_.unit, .value = id_of(unit)}};
  const std::vector<assignment::Assignment> assignments = assigner_.assignments({unit, &known}, decide_recommender_);
  Treatment treatment;
  if (recommends()) treatment.recommender = &std::get<std::string>(*assigner_.parameter(kRecommender, assignments));
  treatment.exposed.reserve(assignments.size());
  for (const assignment::Assignment& assigned : assignments) {
    if (assigned.overridden) continue;
    treatment.exposed.push_back(
        {.experiment = assigned.experiment, .variant = assigned.variant, .number = numbers_.at(assigned.variant)});
  }
  return treatment;
}

AssignmentAnswer ActiveConfiguration::assign(const AssignmentRequest& request, Timestamp at, EventBatch& batch) const {
  const std::vector<Experiment>& all = configuration_.experiments;
  std::vector<std::size_t> asked;
  for (const std::string& key : request.experiments) {
    const auto found = std::ranges::find(all, key, &Experiment::key);
    if (found == all.end() || found->holdout) throw Error::user("unknown experiment \"" + key + "\"");
    asked.push_back(static_cast<std::size_t>(found - all.begin()));
  }
  for (std::size_t i = 0; request.experiments.empty() && i < all.size(); ++i) {
    if (!all[i].holdout && all[i].status == Status::running) asked.push_back(i);
  }
  // Conditions may name the unit by its kind, as an attribute.
  JsonValue attributes = request.attributes;
  if (attributes.object() == nullptr) attributes.value = JsonValue::Object{};
  if (attributes.find(configuration_.unit) == nullptr) {
    std::get<JsonValue::Object>(attributes.value).push_back({.name = configuration_.unit, .value = request.id});
  }
  const assignment::Context context{request.unit.value, &attributes};
  const bool any_given = request.attributes.object() != nullptr && !request.attributes.object()->empty();
  const std::string known = request.expose && any_given ? to_json(request.attributes) : "";
  const auto expose = [&](const Experiment& experiment, const std::string& unit, const Variant& variant) {
    batch.exposures.push_back({.unit = {unit},
                               .experiment = experiment.key,
                               .version = experiment.version,
                               .variant = variant.key,
                               .first_seen = at,
                               .attributes = known});
  };
  AssignmentAnswer answer;
  answer.experiments.reserve(asked.size());
  std::set<std::size_t> held;  // holdouts that the unit counts for
  std::vector<assignment::Assignment> given;
  for (const std::size_t position : asked) {
    const Experiment& experiment = all[position];
    const assignment::Decision decision = assigner_.decide(position, context);
    AssignedExperiment& one = answer.experiments.emplace_back();
    one = {.experiment = &experiment, .variant = decision.variant, .reason = decision.reason};
    if (decision.variant != nullptr) given.push_back({&experiment, decision.variant});
    const bool split = decision.reason == assignment::Reason::split;
    if (!request.expose || !(split || decision.reason == assignment::Reason::holdout)) continue;
    held.insert(assigner_.holdouts_of(position).begin(), assigner_.holdouts_of(position).end());
    one.exposed = split;
    if (split) expose(experiment, decision.unit, *decision.variant);
  }
  for (const std::size_t position : held) {
    const assignment::Decision decision = assigner_.decide(position, context);
    if (decision.variant != nullptr) expose(all[position], decision.unit, *decision.variant);
  }
  // Where two set a parameter, the later one in the file counts, whatever the order of the request.
  std::ranges::sort(given, {}, &assignment::Assignment::experiment);
  answer.parameters = assigner_.parameters(given);
  return answer;
}

}  // namespace crossfade::service
