#include "platform/server/api/course_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/server/api/playback_request.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

// `digits` without leading zeros matter, as "007" is user 7. Nothing above 2^64 - 1.
std::optional<std::uint64_t> whole_number_of(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

void CourseRoutes::root(const httplib::Request& request, httplib::Response& response) const {
  response.set_header("Vary", "Accept");
  if (request.get_header_value("Accept").find("text/html") != std::string::npos) {
    response.set_redirect("/report");
    return;
  }
  send_json(response, 200, "{\"status\":\"alive\",\"message\":\"Crossfade recommends tracks; see /report\"}\n");
}

void CourseRoutes::track(const std::string& digits, httplib::Response& response) const {
  const auto number = whole_number_of(digits);
  if (!number || *number >= catalogue_.size()) {
    send_message(response, 404, "Track not found");
    return;
  }
  const auto& track = catalogue_.track(TrackId{static_cast<std::uint32_t>(*number)});
  nlohmann::ordered_json json{
      {"track", track.id.value}, {"artist", catalogue_.artist_of(track.id)}, {"title", track.title}};
  auto& recommendations = json["recommendations"] = nlohmann::ordered_json::array();
  for (const TrackId other : track.recommendations) recommendations.push_back(other.value);
  // A title of another encoding must not cost the answer.
  send_json(response, 200, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

std::optional<service::Event> CourseRoutes::playback(const std::string& digits, const httplib::Request& request,
                                                     httplib::Response& response) const {
  const auto user = whole_number_of(digits);
  if (!user) {
    send_message(response, 400,
                 fmt::format("user is {}, want a whole number from 0 to {}", digits.substr(0, 40),
                             std::numeric_limits<std::uint64_t>::max()));
    return std::nullopt;
  }
  const auto parsed = parse_playback(request.get_header_value("Content-Type"), request.body);
  if (const auto* bad = std::get_if<BadRequest>(&parsed)) {
    if (bad->field.empty()) {
      send_message(response, 400, bad->message);
    } else {
      send_field_message(response, 400, bad->field, bad->message);
    }
    return std::nullopt;
  }
  const auto& playback = std::get<PlaybackRequest>(parsed);
  return service::Event{.unit = UnitId{fmt::to_string(*user)},
                        .track = playback.track,
                        .fraction = playback.fraction,
                        .at = clock_.now()};
}

std::optional<service::Service::Ticket> CourseRoutes::last(const std::string& user, const httplib::Request& request,
                                                           httplib::Response& response) const {
  const auto event = playback(user, request, response);
  if (!event) return std::nullopt;
  send_json(response, 200, fmt::format("{{\"user\":{}}}\n", event->unit.value));
  return backend_.last(*event);
}

std::optional<service::Service::Ticket> CourseRoutes::next(const std::string& user, const httplib::Request& request,
                                                           httplib::Response& response) const {
  const auto event = playback(user, request, response);
  if (!event) return std::nullopt;
  const auto begun = backend_.next(*event);
  send_json(response, 200, fmt::format("{{\"user\":{},\"track\":{}}}\n", event->unit.value, begun.track.value));
  return begun.ticket;
}

}  // namespace crossfade::server
