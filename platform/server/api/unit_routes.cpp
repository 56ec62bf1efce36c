#include "platform/server/api/unit_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "platform/analysis/render/json_values.h"
#include "platform/core/error.h"
#include "platform/server/api/answers.h"
#include "platform/server/api/api_query.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostSessionsShown = 500;

UnitHistoryLimits limits_of(const std::string& target) {
  UnitHistoryLimits limits;
  bool given = false;
  for (const auto& [name, value] : query_parameters(target)) {
    if (name != "sessions") {
      throw Error::user(fmt::format("the query has {}, want sessions", name.substr(0, kQuotedLength)));
    }
    if (std::exchange(given, true)) throw Error::user("sessions is given twice");
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limits.sessions);
    if (error != std::errc{} || end != value.data() + value.size() || limits.sessions < 1 ||
        limits.sessions > kMostSessionsShown) {
      throw Error::user(fmt::format("sessions is {}, want a whole number from 1 to {}", value.substr(0, kQuotedLength),
                                    kMostSessionsShown));
    }
  }
  return limits;
}

class Rendering {
 public:
  explicit Rendering(const recommenders::Catalogue& catalogue) : catalogue_(catalogue) {}

  Json session(const SessionHistory& session) const {
    Json end = nullptr;
    if (session.end) end = *session.end == SessionEnd::last ? "last" : "timeout";
    Json playbacks = Json::array();
    for (const Playback& one : session.playbacks) playbacks.push_back(playback(one));
    return {{"session", session.id.value},
            {"started", to_string(session.started)},
            {"ended", analysis::or_null(session.ended)},
            {"end", std::move(end)},
            {"tracks", session.tracks},
            {"time", session.time},
            {"playbacks_total", session.playbacks_total},
            {"playbacks", std::move(playbacks)}};
  }

 private:
  // A track that the catalogue lacks was played all the same.
  void add_track(Json& json, TrackId track) const {
    const bool known = catalogue_.contains(track);
    json["track"] = track.value;
    json["artist"] = known ? Json(catalogue_.artist_of(track)) : Json(nullptr);
    json["title"] = known ? Json(catalogue_.track(track).title) : Json(nullptr);
  }

  Json playback(const Playback& playback) const {
    Json json{{"position", playback.position}, {"at", to_string(playback.at)}};
    add_track(json, playback.track);
    json["fraction"] = playback.fraction;
    json["latency_ms"] = analysis::or_null(playback.latency_ms);
    json["recommended"] = nullptr;
    if (const auto& recommended = playback.recommended) {
      Json& next = json["recommended"] = Json::object();
      add_track(next, recommended->track);
      // An imported log says neither who chose nor how likely it was.
      next["recommender"] = analysis::or_null(recommended->recommender);
      next["propensity"] = recommended->propensity > 0 ? Json(recommended->propensity) : Json(nullptr);
    }
    return json;
  }

  const recommenders::Catalogue& catalogue_;
};

Json exposure_of(const Exposure& exposure) {
  return {{"experiment", exposure.experiment},
          {"version", exposure.version},
          {"variant", exposure.variant},
          {"first_seen", to_string(exposure.first_seen)},
          {"last_seen", analysis::or_null(exposure.last_seen)}};
}

std::string history_json(const std::string& id, const std::vector<UnitAssignment>& assignments,
                         const UnitHistory& history, const recommenders::Catalogue& catalogue) {
  Json json{{"unit", id}, {"assignments", Json::array()}, {"exposures", Json::array()}};
  for (const UnitAssignment& one : assignments) {
    json["assignments"].push_back({{"experiment", one.experiment},
                                   {"status", to_string(one.status)},
                                   {"variant", analysis::or_null(one.variant)}});
  }
  for (const Exposure& exposure : history.exposures) json["exposures"].push_back(exposure_of(exposure));
  json["sessions_total"] = history.sessions_total;
  json["sessions"] = Json::array();
  const Rendering rendering(catalogue);
  for (const SessionHistory& session : history.sessions) json["sessions"].push_back(rendering.session(session));
  json["events_total"] = history.events_total;
  json["events"] = Json::array();
  for (const CustomEvent& event : history.events) {
    json["events"].push_back({{"name", event.name}, {"value", event.value}, {"at", to_string(event.at)}});
  }
  // A title of another encoding must not cost the answer.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

void UnitRoutes::unit(const std::string& id, const httplib::Request& request, httplib::Response& response) {
  const UnitHistoryLimits limits = limits_of(request.target);
  const auto answer = cache_.get(fmt::format("{}|{}", limits.sessions, id), [&]() -> Answer {
    const UnitId unit{id};
    return {.body = history_json(id, backend_.assignments(unit), backend_.unit_history(unit, limits), catalogue_)};
  });
  send_answer(*answer, request, response);
}

}  // namespace crossfade::server
