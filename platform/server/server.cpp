#include "platform/server/server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/core/error.h"
#include "platform/server/api_routes.h"
#include "platform/server/course_routes.h"
#include "platform/server/event_routes.h"
#include "platform/server/http_server.h"
#include "platform/server/lab_routes.h"
#include "platform/server/page_routes.h"
#include "platform/server/responses.h"
#include "platform/server/routes.h"
#include "platform/server/unit_routes.h"

namespace crossfade::server {
namespace {

constexpr std::string_view kCannotLog = "cannot be logged now";
constexpr std::string_view kIsLab = "this server is a lab: it serves no listeners, and logs nobody's events";
constexpr std::string_view kInternal = "internal error";

}  // namespace

struct Server::State {
  State(Backend backend_of, const recommenders::Catalogue& catalogue, const Clock& clock,
        std::span<const web::Asset> assets, Options options_of)
      : backend(std::move(backend_of)),
        options(std::move(options_of)),
        course(backend, catalogue, clock),
        events(backend, clock),
        api(backend),
        units(backend, catalogue),
        lab(backend),
        page(assets),
        http({.host = options.host,
              .port = options.port,
              .threads = options.threads,
              .maximum_connections = options.maximum_connections,
              .idle_timeout_s = options.idle_timeout_s,
              .drain_timeout = options.drain_timeout},
             [this](const httplib::Request& request, httplib::Response& response) { return handle(request, response); },
             {.wait = [this](service::Service::Ticket ticket) { wait(ticket); },
              .instead = [](std::string_view) { return closing_refusal("", 503, kCannotLog); }}) {}

  // The one place where an exception becomes an answer, with `wait` below for those that come too late.
  std::optional<service::Service::Ticket> handle(const httplib::Request& request, httplib::Response& response) {
    const Match matched = match(request.target);
    const bool logging = logs(matched.route);
    try {
      if (logging && allows(matched.route, request.method)) {
        if (backend.lab) {
          send_refusal(response, request.target, 409, kIsLab);
          return std::nullopt;
        }
        if (matched.route == Route::events) return events.post(request, response);
        return course.playback(matched, request, response);
      }
      dispatch(matched, request, response);
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::internal) {
        send_refusal(response, request.target, error.kind() == Error::Kind::unknown ? 404 : 400, error.what());
      } else {
        if (logging) failing.store(true, std::memory_order_relaxed);
        report(request, error.what());
        send_refusal(response, request.target, logging ? 503 : 500, logging ? kCannotLog : kInternal);
      }
    } catch (const Ending& ending) {
      send_refusal(response, request.target, 503, ending.what());
    } catch (const std::exception& error) {
      report(request, error.what());
      send_refusal(response, request.target, 500, kInternal);
    }
    return std::nullopt;
  }

  void wait(service::Service::Ticket ticket) {
    try {
      backend.wait(ticket);
      failing.store(false, std::memory_order_relaxed);
    } catch (const std::exception& error) {
      failing.store(true, std::memory_order_relaxed);
      if (options.log) options.log(error.what());
      throw;
    }
  }

  void dispatch(const Match& matched, const httplib::Request& request, httplib::Response& response) {
    const web::Asset* asset = nullptr;
    if (matched.route == Route::unknown || matched.route == Route::page) {
      asset = page.find(path_of(request.target));
      if (asset == nullptr) return send_refusal(response, request.target, 404, "Not found");
    }
    if (!allows(matched.route, request.method)) {
      const std::string allowed(allowed_methods(matched.route));
      response.set_header("Allow", allowed);
      return send_refusal(response, request.target, 405, fmt::format("method is {}, want {}", request.method, allowed));
    }
    switch (matched.route) {
      case Route::track:
        return course.track(matched, response);
      case Route::root:
        return course.root(request, response);
      case Route::health:
        return send_json(response, 200, "{\"status\":\"alive\"}\n");
      case Route::ready:
        return ready(response);
      case Route::experiments:
        return api.experiments(request, response);
      case Route::results:
        return api.results(matched.argument, request, response);
      case Route::timeline:
        return api.timeline(matched.argument, request, response);
      case Route::configurations:
        return api.configurations(matched.argument, request, response);
      case Route::lab:
        return lab.state(response);
      case Route::lab_simulation:
        return lab.simulation(request, response);
      case Route::unit:
        return units.unit(matched.argument, request, response);
      case Route::next:
      case Route::last:
      case Route::events:  // handled above
      case Route::unknown:
      case Route::page:
        return page.send(*asset, request, response);
    }
  }

  // 503 tells a load balancer to go elsewhere.
  void ready(httplib::Response& response) const {
    if (http.draining()) return send_json(response, 503, "{\"status\":\"draining\"}\n");
    if (failing.load(std::memory_order_relaxed)) return send_json(response, 503, "{\"status\":\"cannot log\"}\n");
    send_json(response, 200, "{\"status\":\"ready\"}\n");
  }

  void report(const httplib::Request& request, std::string_view what) const {
    if (options.log) options.log(fmt::format("{} {}: {}", request.method, request.target, what));
  }

  const Backend backend;
  const Options options;
  CourseRoutes course;
  EventRoutes events;
  ApiRoutes api;
  UnitRoutes units;
  LabRoutes lab;
  PageRoutes page;
  std::atomic<bool> failing = false;  // the latest playback could not be logged
  HttpServer http;                    // last: its threads use all the others
};

Server::Server(Backend backend, const recommenders::Catalogue& catalogue, const Clock& clock,
               std::span<const web::Asset> assets, Options options)
    : state_(std::make_unique<State>(std::move(backend), catalogue, clock, assets, std::move(options))) {}
Server::~Server() = default;

int Server::port() const {
  return state_->http.port();
}
void Server::run() {
  state_->http.run();
}
void Server::stop() {
  state_->http.stop();
  state_->api.stop();  // what waits for its turn would hold up the end
}

}  // namespace crossfade::server
