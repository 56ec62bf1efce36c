#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"
#include "platform/core/time.h"

namespace crossfade::config {

// A version of an experiment as it last ran.
struct PastRun {
  Experiment experiment;
  std::shared_ptr<const Configuration> configuration;  // shared by all that ran in it; without its text
  std::optional<Timestamp> ended = std::nullopt;       // none: it still runs
};

// What ran in one configuration after another, and when it ended: by its status, or because it was taken out of the
// file, or by a higher version.
class PastRuns {
 public:
  // `next` is active from `since` on.
  void follow(const Configuration& next, Timestamp since);

  // Every version that ever ran, oldest first.
  const std::vector<PastRun>& all() const { return runs_; }
  // The version of an experiment that ran last; null: none did.
  const PastRun* latest(std::string_view key) const;

 private:
  std::vector<PastRun> runs_;
};

// Why `after` may not follow: it would move units of an experiment to another variant, or out of it (variants, weights,
// salt, hash, layer salt, narrower range or coverage, targeting), or make a variant another treatment
// (treatment_changes), under the version that it had when it last ran; or that version has ended, and what its units
// did in between was not in it. Empty when it may. A higher `version` allows anything; a lower one is refused. Lines
// are those of `after.text`.
std::vector<Fault> changes_refused(const PastRuns& past, const Configuration& after, std::string_view file_name);

}  // namespace crossfade::config
