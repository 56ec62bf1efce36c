#include "platform/config/changes/treatments.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "platform/config/changes/definition_changes.h"

namespace crossfade::config {

namespace {

const std::string kRecommender = "recommender";

// One experiment in one configuration.
struct TreatmentSide {
  const Configuration& configuration;
  const Experiment& experiment;

  // What a unit of the variant gets.
  Values parameters_of(const Variant& variant) const {
    Values parameters = variant.parameters;
    parameters.merge(shared_parameters(configuration));
    return parameters;
  }

  // Those that its variants name, and their parts and fallbacks.
  std::set<std::string> recommenders() const {
    std::vector<std::string> open;
    for (const Variant& variant : experiment.variants) {
      const Values parameters = parameters_of(variant);
      const auto named = parameters.find(kRecommender);
      if (named == parameters.end()) continue;
      if (const auto* name = std::get_if<std::string>(&named->second)) open.push_back(*name);
    }
    std::set<std::string> used;
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      const RecommenderSpec* const spec = find_named(configuration.recommenders, name, &RecommenderSpec::name);
      if (spec == nullptr || !used.insert(name).second) continue;
      if (!spec->fallback.empty()) open.push_back(spec->fallback);
      for (const auto& [option, parts] : spec->parts) {
        for (const RecommenderPart& part : parts) open.push_back(part.recommender);
      }
    }
    return used;
  }
};

class Comparison {
 public:
  Comparison(const TreatmentSide& before, const TreatmentSide& after)
      : before_(before), after_(after), varied_(varied_parameters(before.experiment)) {
    varied_.merge(varied_parameters(after.experiment));
    for (const Variant& variant : after.experiment.variants) compare(variant);
    const std::set<std::string> then = before.recommenders();
    for (const std::string& name : after.recommenders()) {
      if (then.contains(name)) compare(name);  // if not, a variant names it now, which has been said
    }
  }

  TreatmentChanges changes() && {
    return {.definitions = definitions_.take(), .files = files_.take(), .shared = shared_.take()};
  }

 private:
  void compare(const Variant& variant) {
    const Variant* const then = find_named(before_.experiment.variants, variant.key, &Variant::key);
    if (then == nullptr) return;
    const auto [now_varied, now_shared] = parted(after_.parameters_of(variant));
    const auto [then_varied, then_shared] = parted(before_.parameters_of(*then));
    values_changed(definitions_, " of " + variant.key, now_varied, then_varied);
    values_changed(shared_, " of " + variant.key, now_shared, then_shared);
  }

  // Those that a variant sets, and the others.
  std::pair<Values, Values> parted(const Values& all) const {
    std::pair<Values, Values> parts;
    for (const auto& one : all) (varied_.contains(one.first) ? parts.first : parts.second).insert(one);
    return parts;
  }

  void compare(const std::string& recommender) {
    const bool varied = varied_.contains(kRecommender);
    const RecommenderSpec& now = *find_named(after_.configuration.recommenders, recommender, &RecommenderSpec::name);
    const RecommenderSpec& then = *find_named(before_.configuration.recommenders, recommender, &RecommenderSpec::name);
    recommender_changed(varied ? definitions_ : shared_, now, then);
    shared_.is("updates of recommender " + recommender, now.updates ? "true" : "false",
               then.updates ? "true" : "false");
    compare_files(recommender, varied && !now.updates ? files_ : shared_);
  }

  void compare_files(const std::string& recommender, ChangeList& changes) const {
    for (const RecommenderFile& now : after_.configuration.files) {
      if (now.recommender != recommender) continue;
      const auto then = std::ranges::find_if(before_.configuration.files, [&](const RecommenderFile& one) {
        return one.recommender == recommender && one.file == now.file;
      });
      if (then == before_.configuration.files.end()) continue;
      changes.is("content of " + now.file + " of recommender " + recommender, now.checksum, then->checksum);
    }
  }

  const TreatmentSide& before_;
  const TreatmentSide& after_;
  std::set<std::string> varied_;
  ChangeList definitions_;
  ChangeList files_;
  ChangeList shared_;
};

// Whether a unit of `variant` gets another value of one of `names` when it is in `by` too, whose experiment may stand
// later in the file.
bool displaces(const Variant& by, bool later, const Variant& variant, const std::set<std::string>& names,
               const Values& shared) {
  return std::ranges::any_of(by.parameters, [&](const auto& set) {
    const auto& [name, value] = set;
    if (!names.contains(name)) return false;
    const auto own = variant.parameters.find(name);
    if (own != variant.parameters.end()) return later && own->second != value;
    const auto usual = shared.find(name);
    return usual == shared.end() || usual->second != value;
  });
}

}  // namespace

TreatmentChanges treatment_changes(const Configuration& before, const Configuration& after, std::string_view key) {
  const Experiment* const then = find_named(before.experiments, key, &Experiment::key);
  const Experiment* const now = find_named(after.experiments, key, &Experiment::key);
  if (then == nullptr || now == nullptr) return {};
  const TreatmentSide sides[] = {{before, *then}, {after, *now}};
  return Comparison(sides[0], sides[1]).changes();
}

std::set<Displacement> displacements(const Configuration& configuration) {
  std::set<Displacement> all;
  const Values shared = shared_parameters(configuration);
  for (const Experiment& one : configuration.experiments) {
    for (const Experiment& other : configuration.experiments) {
      if (&one == &other || !may_share_units(one, other)) continue;
      if (one.status != Status::running || other.status != Status::running) continue;
      const bool later = &other > &one;
      for (const Variant& variant : one.variants) {
        for (const Variant& by : other.variants) {
          if (!displaces(by, later, variant, varied_parameters(one), shared)) continue;
          all.insert({.experiment = one.key,
                      .version = one.version,
                      .variant = variant.key,
                      .by = other.key,
                      .by_version = other.version,
                      .by_variant = by.key});
        }
      }
    }
  }
  return all;
}

}  // namespace crossfade::config
