#include "recommenders/policy/learner.h"

#include "platform/core/error.h"
#include "platform/core/log.h"
#include "recommenders/files.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

Option state_option() {
  return {.name = "state",
          .kind = Option::Kind::text,
          .allowed = {},
          .help = "a file below the world's directory in which what was learned is kept; without it a restart forgets"};
}

std::optional<std::filesystem::path> state_file(const Ingredients& of) {
  if (!of.spec.updates) throw Error::user("learns as it serves, want updates: true beside its type");
  const auto name = text_option(of.spec.options, "state");
  if (!name) return std::nullopt;
  return world_file(of.data, *name, of.allow_outside);
}

void tell_of_state(const std::string& recommender, const LearnedState& state) {
  log_line("recommender \"" + recommender + "\": state " + std::to_string(state.version) + " counts from now on");
}

}  // namespace crossfade::recommenders
