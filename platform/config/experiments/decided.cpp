#include "platform/config/experiments/decided.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/config/keys.h"
#include "platform/core/time.h"

namespace crossfade::config {

void read_decided(const Entry& entry, Experiment& experiment, Faults& faults) {
  const Map map{entry, "in decided", key_names_of(Section::decided), faults};
  if (!map.valid()) return;
  Decided decided;
  if (const Entry* const variant = map.require("variant", "the one that units get from now on", faults)) {
    decided.variant = variant->text(faults, "the key of a variant").value_or("");
    std::vector<std::string> keys;
    for (const Variant& one : experiment.variants) keys.push_back(one.key);
    // Without any there was a fault already.
    if (!decided.variant.empty() && !keys.empty() && std::ranges::find(keys, decided.variant) == keys.end()) {
      faults.add(variant->value_mark(), unknown_name("variant", decided.variant, keys));
    }
  }
  if (const Entry* const on = map.require("on", "the day, such as 2026-12-15", faults)) {
    const auto text = on->text(faults, "a day such as 2026-12-15");
    const auto time = text ? parse_timestamp(*text) : std::nullopt;
    if (text && (!time || !is_plausible(*time))) on->refuse(faults, "a day such as 2026-12-15");
    decided.on = time.value_or(Timestamp{});
  }
  if (const Entry* const why = map.find("why")) decided.why = why->text(faults).value_or("");
  if (const Entry* const learned = map.find("learned")) decided.learned = learned->text(faults).value_or("");
  if (experiment.status != Status::stopped) {
    faults.add(entry.mark,
               fmt::format("decided in an experiment that is {}, want status: stopped: while it runs, units "
                           "get their variants'",
                           to_string(experiment.status)));
  }
  experiment.decided = std::move(decided);
}

}  // namespace crossfade::config
