#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/random.h"
#include "simulator/world/world.h"

namespace crossfade::simulator {

// How the course's simulator answers to one recommended track.
struct Impression {
  float score = 0;       // inner product of the track's embedding and the session's taste
  bool heard = false;    // the track was already played in this session
  int artist_count = 0;  // tracks of its artist that the session already had
};

// The fraction of the track that is listened to, a whole number of hundredths in 0..1: 0 for a track that was already
// heard, else sigmoid((score - bias) sharpness) x discount^artist_count, rounded half to even, in float64 as NumPy
// does.
double fraction_of(const Impression& impression, const Listener& listener, double artist_discount);

// What one listener hears in one session. One object serves one thread, session after session, without allocating.
class ListenerSession {
 public:
  explicit ListenerSession(const World& world);  // `world` must outlive it

  // A session for the taste `interest`, one of the listener's interests. `listener` must live until it ends.
  void begin(const Listener& listener, TrackId interest);
  // The listener's own choice: heard in full.
  void play_first(TrackId track);
  // Plays a recommended track: its fraction, in hundredths 0..100. The track must be one of the world.
  int play(TrackId track);
  // The budget falls by 1 with probability 1 - fraction; true while some is left.
  bool goes_on(int hundredths, Random& random);

  std::int64_t tracks() const { return static_cast<std::int64_t>(heard_.size()); }
  std::int64_t hundredths() const { return hundredths_; }  // of tracks, in all: the session's time x 100
  const SessionRules& rules() const { return rules_; }     // of the session

 private:
  Impression impression_of(TrackId track, std::uint32_t artist) const;

  const World& world_;
  const Listener* listener_ = nullptr;
  std::span<const float> taste_;
  std::vector<std::uint32_t> heard_;    // track ids, in order
  std::vector<std::uint32_t> artists_;  // of each track in heard_
  std::int64_t hundredths_ = 0;
  SessionRules rules_;  // of the listener's sessions
  int budget_ = 0;
};

}  // namespace crossfade::simulator
