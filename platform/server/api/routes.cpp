#include "platform/server/api/routes.h"

#include <httplib.h>

#include <string>
#include <utility>

#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

// Of what answers at once.
template <class Answer>
RouteHandler at_once(Answer answer) {
  return [answer = std::move(answer)](const httplib::Request& request, const std::string& argument,
                                      httplib::Response& response) -> std::optional<ReplyQueue::Ticket> {
    answer(request, argument, response);
    return std::nullopt;
  };
}

}  // namespace

std::vector<Route> routes_of(const Endpoints& to) {
  using Request = const httplib::Request&;
  using Text = const std::string&;
  using Response = httplib::Response&;
  std::vector<Route> routes{
      {"POST", "/next/{number}",
       [&course = to.course](Request in, Text user, Response out) { return course.next(user, in, out); }, Touches::log,
       "next"},
      {"POST", "/last/{number}",
       [&course = to.course](Request in, Text user, Response out) { return course.last(user, in, out); }, Touches::log,
       "last"},
      {"POST", "/api/v1/assignments",
       [&assignments = to.assignments](Request in, Text, Response out) { return assignments.post(in, out); },
       Touches::log, "assignments"},
      {"POST", "/api/v1/exposures",
       [&rows = to.rows](Request in, Text, Response out) { return rows.exposures(in, out); }, Touches::log,
       "exposures"},
      {"POST", "/api/v1/events", [&rows = to.rows](Request in, Text, Response out) { return rows.events(in, out); },
       Touches::log, "events"},
      {"POST", "/api/v1/sessions", [&rows = to.rows](Request in, Text, Response out) { return rows.sessions(in, out); },
       Touches::log, "sessions"},
      {"GET", "/track/{number}",
       at_once([&course = to.course](Request, Text track, Response out) { course.track(track, out); }),
       Touches::nothing, "track"},
      {"GET", "/", at_once([&course = to.course](Request in, Text, Response out) { course.root(in, out); }),
       Touches::nothing, "root"},
      {"GET", "/healthz", at_once([](Request, Text, Response out) { send_json(out, 200, "{\"status\":\"alive\"}\n"); }),
       Touches::nothing, "health"},
      {"GET", "/readyz", at_once([ready = to.ready](Request, Text, Response out) { ready(out); }), Touches::nothing,
       "ready"},
      {"GET", "/metrics", at_once([metrics = to.metrics](Request, Text, Response out) { metrics(out); }),
       Touches::nothing, "metrics"},
      {"GET", "/api/v1/experiments",
       at_once([&api = to.api](Request in, Text, Response out) { api.experiments(in, out); }), Touches::store,
       "experiments"},
      {"GET", "/api/v1/experiments/{text}/results",
       at_once([&api = to.api](Request in, Text key, Response out) { api.results(key, in, out); }), Touches::store,
       "results"},
      {"POST", "/api/v1/experiments/{text}/looks",
       at_once([&api = to.api](Request, Text key, Response out) { api.look(key, out); }), Touches::store, "looks"},
      {"GET", "/api/v1/experiments/{text}/timeline",
       at_once([&api = to.api](Request in, Text key, Response out) { api.timeline(key, in, out); }), Touches::store,
       "timeline"},
      {"GET", "/api/v1/experiments/{text}/configurations",
       at_once([&api = to.api](Request in, Text key, Response out) { api.configurations(key, in, out); }),
       Touches::store, "configurations"},
      {"GET", "/api/v1/units/{text}",
       at_once([&units = to.units](Request in, Text id, Response out) { units.unit(id, in, out); }), Touches::store,
       "unit"},
      {"GET", "/api/v1/lab", at_once([&lab = to.lab](Request, Text, Response out) { lab.state(out); }),
       Touches::simulator, "lab"},
      {"POST", "/api/v1/lab/simulation",
       at_once([&lab = to.lab](Request in, Text, Response out) { lab.start(in, out); }), Touches::simulator,
       "lab_start"},
      {"DELETE", "/api/v1/lab/simulation", at_once([&lab = to.lab](Request, Text, Response out) { lab.cancel(out); }),
       Touches::simulator, "lab_cancel"},
  };
  // The files of the page and the description of all these, each under its own address, and the page for every address
  // below its own.
  const auto send = [&page = to.page](const web::Asset& asset) {
    return at_once([&page, &asset](Request in, Text, Response out) { page.send(asset, in, out); });
  };
  for (const web::Asset& asset : to.page.assets()) {
    routes.push_back({"GET", std::string(asset.path), send(asset), Touches::nothing, "page"});
    if (PageRoutes::is_page(asset)) {
      routes.push_back({"GET", std::string(asset.path) + "/{rest}", send(asset), Touches::nothing, "page"});
    }
  }
  return routes;
}

}  // namespace crossfade::server
