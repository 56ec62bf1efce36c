#pragma once

#include <string>
#include <vector>

#include "platform/core/events.h"
#include "platform/import/botify_line.h"

namespace crossfade::imports {

// {"HSTU": "T1"}: BotifyLine::experiments, as Python's json.dumps writes them.
std::string botify_experiments(const std::vector<BotifyVariant>& variants);

// Appends a playback as one line of the course's log, with its end, the way its service writes it (json.dumps):
// read_botify_line reads the same again. Of a `last` nothing was recommended. The unit's text is an integer;
// `experiments` an object of JSON.
void append_botify_line(std::string& text, const Playback& playback, bool is_last, std::string_view experiments);

}  // namespace crossfade::imports
