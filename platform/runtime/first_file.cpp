#include "platform/runtime/first_file.h"

#include <fmt/format.h>

#include <string_view>

#include "platform/core/error.h"
#include "platform/files/new_file.h"

namespace crossfade::runtime {

namespace {

constexpr std::string_view kMusic =
    R"(# A first experiment on recommenders. `crossfade validate` says what is wrong or missing; docs/experiments.md has the rest.
version: 1
recommenders:
  random: {type: random}
  sticky: {type: sticky_artist, fallback: random}
parameters: {recommender: random}   # what everybody gets who is in no experiment
layers:
  ranking: {salt: ranking-1}
experiments:
  - key: sticky-vs-random
    hypothesis: Staying with an artist keeps people listening longer.
    owner: me
    status: draft                   # running: from the next reload on
    version: 1
    layer: {name: ranking, range: [0.0, 1.0]}
    variants:
      - {key: control, weight: 0.5, control: true, parameters: {recommender: random}}
      - {key: treatment, weight: 0.5, parameters: {recommender: sticky}}
    metrics: {primary: mean_time_per_session}
    plan: {mde: 0.05, duration: 14d}
)";

constexpr std::string_view kService =
    R"(# A first experiment of a service with recommenders of its own. `crossfade validate` says what is wrong or missing;
# docs/service.md has the requests: POST /api/v1/assignments, /exposures, /events, /sessions.
version: 1
defaults: {unit: user}              # who is split: any text or number that stays the same for somebody
parameters: {ranker: current}       # what everybody gets who is in no experiment; the service reads it in the answer
metrics:
  clicks: {type: mean, numerator: {event: {custom: click}, aggregate: count}, unit: clicks, description: clicks of a unit}
  revenue: {type: mean, numerator: {event: {custom: purchase}, aggregate: sum, value: properties.revenue}, unit: EUR, description: what a unit bought}
layers:
  ranking: {salt: ranking-1}
experiments:
  - key: new-ranker
    hypothesis: The new ranker is clicked more often.
    owner: me
    status: draft                   # running: from the next reload on
    version: 1
    layer: {name: ranking, range: [0.0, 1.0]}
    variants:
      - {key: control, weight: 0.5, control: true}
      - {key: treatment, weight: 0.5, parameters: {ranker: new}}
    metrics: {primary: clicks, secondary: [revenue]}
    plan: {mde: 0.05, duration: 14d}
)";

}  // namespace

void write_first_file(const std::filesystem::path& file, bool service) {
  if (std::filesystem::exists(file)) {
    throw Error::user(fmt::format("{}: is there already, and stays as it is", file.string()));
  }
  files::NewFile out(file);
  out.write(service ? kService : kMusic);
  out.commit();
}

}  // namespace crossfade::runtime
