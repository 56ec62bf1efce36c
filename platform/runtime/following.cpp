#include "platform/runtime/following.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/assignment/assigner.h"
#include "platform/config/changes/definition_changes.h"
#include "platform/config/changes/history.h"
#include "platform/core/json_text.h"

namespace crossfade::runtime {

namespace {

// One experiment in one configuration, and who is in it there.
class Side {
 public:
  Side(const Configuration& configuration, const assignment::Assigner& assigner, std::string_view key)
      : assigner_(assigner), unit_(configuration.unit) {
    const auto found = std::ranges::find(configuration.experiments, key, &Experiment::key);
    if (found == configuration.experiments.end()) return;
    experiment_ = &*found;
    position_ = static_cast<std::size_t>(found - configuration.experiments.begin());
  }

  const Experiment* experiment() const { return experiment_; }
  bool runs() const { return experiment_ != nullptr && experiment_->status == Status::running; }
  bool asks_for_attributes() const { return runs() && experiment_->targeting != JsonValue{}; }
  // As analyses see it: who is forced into a variant is in none. Of units of another kind the hash is known, no more.
  std::string_view variant_of(const assignment::Context& unit) const {
    if (!runs()) return "";
    if (experiment_->unit != unit_) {
      const auto variant = assigner_.variant_of(position_, unit.unit);
      return variant ? std::string_view(experiment_->variants[*variant].key) : "";
    }
    const assignment::Decision decision = assigner_.decide(position_, unit);
    return decision.reason == assignment::Reason::split ? std::string_view(decision.variant->key) : "";
  }

 private:
  const assignment::Assigner& assigner_;
  std::string_view unit_;
  const Experiment* experiment_ = nullptr;
  std::size_t position_ = 0;
};

bool splits_alike(const Experiment& then, const Experiment& now) {
  const auto same = [](const Variant& a, const Variant& b) { return a.key == b.key && a.weight == b.weight; };
  return then.salt == now.salt && then.hash == now.hash && std::ranges::equal(then.variants, now.variants, same);
}

struct Followed {
  Side before;
  Side after;
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t> moves;
};

struct FollowedParameter {
  std::string name;
  std::int64_t units = 0;
};

// Those of everybody that both have, with other values.
std::vector<FollowedParameter> changed_parameters(const Values& before, const Values& after) {
  std::vector<FollowedParameter> changed;
  for (const auto& [name, value] : after) {
    const auto found = before.find(name);
    if (found != before.end() && found->second != value) changed.push_back({.name = name});
  }
  return changed;
}

}  // namespace

Following following(const RecordedHistory& recorded, const storage::EventStore& store, const Configuration& next,
                    const std::filesystem::path& file) {
  Following result;
  result.refused = recorded.refused(next, file);
  const Configuration& latest = recorded.latest();
  const assignment::Assigner before(latest);
  const assignment::Assigner after(next);
  std::vector<Followed> followed;
  for (ConfigurationChange& change : config::changes_of(latest, next, {})) {
    ExperimentFollowing& one = result.experiments.emplace_back();
    one.experiment = std::move(change.experiment);
    one.changes = std::move(change.changes);
    followed.push_back(
        {.before = {latest, before, one.experiment}, .after = {next, after, one.experiment}, .moves = {}});
    const auto& [then, now, moves] = followed.back();
    one.ends = then.runs() && !(now.runs() && now.experiment()->version == then.experiment()->version);
    if (now.experiment() != nullptr) one.version = now.experiment()->version;
    const Experiment* const ran = recorded.latest_run(one.experiment);
    one.same_split = ran != nullptr && now.runs() && now.experiment()->version > ran->version &&
                     splits_alike(*ran, *now.experiment());
  }
  const Values shared_before = shared_parameters(latest);
  const Values shared_after = shared_parameters(next);
  std::vector<FollowedParameter> parameters = changed_parameters(shared_before, shared_after);
  std::int64_t without_attributes = 0;
  store.visit_units([&](const UnitId& unit, const std::string& attributes) {
    ++result.units;
    const std::optional<JsonValue> known = attributes.empty() ? std::nullopt : parse_json(attributes);
    if (!known) ++without_attributes;
    const assignment::Context context(unit.value, known ? &*known : nullptr);
    for (Followed& one : followed) {
      const auto from = one.before.variant_of(context);
      const auto to = one.after.variant_of(context);
      if (from != to) ++one.moves[{from, to}];
    }
    if (parameters.empty()) return;
    const Values values = after.parameters_of(context);
    const Values former = before.parameters_of(context);
    for (FollowedParameter& one : parameters) one.units += values.at(one.name) != former.at(one.name) ? 1 : 0;
  });
  for (const FollowedParameter& one : parameters) {
    result.parameters.push_back(
        {.change = fmt::format("{} is {}, was {}", one.name, config::text_of(shared_after.at(one.name)),
                               config::text_of(shared_before.at(one.name))),
         .units = one.units});
  }
  const auto asks = [](const Followed& one) {
    return one.before.asks_for_attributes() || one.after.asks_for_attributes();
  };
  if (std::ranges::any_of(followed, asks)) result.without_attributes = without_attributes;
  for (std::size_t i = 0; i < followed.size(); ++i) {
    for (const auto& [move, units] : followed[i].moves) {
      result.experiments[i].moves.push_back(
          {.from = std::string(move.first), .to = std::string(move.second), .units = units});
    }
  }
  return result;
}

}  // namespace crossfade::runtime
