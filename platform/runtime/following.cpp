#include "platform/runtime/following.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/assignment/assigner.h"
#include "platform/config/changes/history.h"

namespace crossfade::runtime {

namespace {

// One experiment in one configuration, and who is in it there.
class Side {
 public:
  Side(const Configuration& configuration, const assignment::Assigner& assigner, std::string_view key)
      : assigner_(assigner) {
    const auto found = std::ranges::find(configuration.experiments, key, &Experiment::key);
    if (found == configuration.experiments.end()) return;
    experiment_ = &*found;
    position_ = static_cast<std::size_t>(found - configuration.experiments.begin());
  }

  const Experiment* experiment() const { return experiment_; }
  bool runs() const { return experiment_ != nullptr && experiment_->status == Status::running; }
  std::string_view variant_of(const UnitId& unit) const {
    if (!runs()) return "";
    const auto variant = assigner_.variant_of(position_, unit.value);
    return variant ? std::string_view(experiment_->variants[*variant].key) : "";
  }

 private:
  const assignment::Assigner& assigner_;
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

}  // namespace

Following following(const RecordedHistory& recorded, const storage::EventStore& store, const Configuration& next,
                    const std::filesystem::path& file) {
  Following result{.refused = recorded.refused(next, file), .units = 0, .experiments = {}};
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
  store.visit_units([&](const UnitId& unit) {
    ++result.units;
    for (Followed& one : followed) {
      const auto from = one.before.variant_of(unit);
      const auto to = one.after.variant_of(unit);
      if (from != to) ++one.moves[{from, to}];
    }
  });
  for (std::size_t i = 0; i < followed.size(); ++i) {
    for (const auto& [move, units] : followed[i].moves) {
      result.experiments[i].moves.push_back(
          {.from = std::string(move.first), .to = std::string(move.second), .units = units});
    }
  }
  return result;
}

}  // namespace crossfade::runtime
