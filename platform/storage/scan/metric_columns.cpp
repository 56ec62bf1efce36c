#include "platform/storage/scan/metric_columns.h"

#include <algorithm>
#include <cmath>

namespace crossfade::storage {

std::int32_t level_of(const Dimension& dimension, double value) {
  if (!std::isfinite(value)) return Grouping::kNone;
  return static_cast<std::int32_t>(std::ranges::upper_bound(dimension.breaks, value) - dimension.breaks.begin());
}

std::array<FieldValue, 5> fields_of(const Session& session) {
  return {{{.number = static_cast<double>(session.tracks)},
           {.number = session.time},
           {.number = session.latency_ms.value_or(kUnknown)},
           {.number = static_cast<double>(saturated_difference(session.ended.ms, session.started.ms))},
           {.number = 0, .text = to_string(session.end)}}};
}

std::array<FieldValue, 7> fields_of(const Playback& playback) {
  std::array<FieldValue, 7> fields{{{.number = static_cast<double>(playback.track.value)},
                                    {.number = static_cast<double>(playback.position)},
                                    {.number = playback.fraction},
                                    {.number = kUnknown},
                                    {.number = 0, .text = {}},
                                    {.number = kUnknown},
                                    {.number = playback.latency_ms.value_or(kUnknown)}}};
  if (const auto& recommended = playback.recommended) {
    fields[3].number = static_cast<double>(recommended->track.value);
    // An imported log says neither who chose nor how likely it was.
    if (!recommended->recommender.empty()) fields[4].text = recommended->recommender;
    if (recommended->propensity > 0) fields[5].number = recommended->propensity;
  }
  return fields;
}

std::array<FieldValue, 1> fields_of(const CustomEvent& event) {
  return {{{.number = event.value}}};
}

std::string_view to_string(SessionEnd end) {
  return end == SessionEnd::last ? "last" : "timeout";
}

}  // namespace crossfade::storage
