#include "platform/server/api/server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/core/error.h"
#include "platform/server/api/routes.h"
#include "platform/server/http/http_server.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

constexpr std::string_view kCannotLog = "cannot be logged now";
constexpr std::string_view kIsLab = "this server is a lab: it serves no listeners, and logs nobody's events";
constexpr std::string_view kInternal = "internal error";
constexpr std::string_view kUnavailable = "not available now";
constexpr const char* kRetryAfter = "1";  // seconds
constexpr std::size_t kLongBody = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kLongBodies = 4;  // at a time
constexpr std::size_t kReports = 2;     // at a time: one reads while another one computes

}  // namespace

struct Server::State {
  State(Backend backend_of, const recommenders::Catalogue& catalogue, const Clock& clock,
        std::span<const web::Asset> assets, Options options_of)
      : backend(std::move(backend_of)),
        options(std::move(options_of)),
        reports({.threads = kReports, .most_waiting = options.most_waiting, .longest_wait = options.longest_wait}),
        passes({.threads = 1, .most_waiting = options.most_waiting, .longest_wait = options.longest_wait}),
        histories({.threads = 2, .most_waiting = options.most_waiting, .longest_wait = options.longest_wait}),
        simulations({.threads = 1, .most_waiting = options.most_waiting, .longest_wait = options.longest_wait}),
        course(backend, catalogue, clock),
        assignments(backend, clock),
        rows(backend, clock),
        api(backend, reports, passes),
        units(backend, catalogue, histories),
        lab(backend, simulations),
        page(assets),
        router(routes_of({.course = course,
                          .assignments = assignments,
                          .rows = rows,
                          .api = api,
                          .units = units,
                          .lab = lab,
                          .page = page,
                          .ready = [this](httplib::Response& response) { ready(response); },
                          .metrics = [this](httplib::Response& response) { metrics(response); }})),
        http({.host = options.host,
              .port = options.port,
              .threads = options.threads,
              .maximum_connections = options.maximum_connections,
              .limits = {.frame = {.long_bodies = &long_bodies}, .idle = std::chrono::seconds(options.idle_timeout_s)},
              .names = options.names,
              .turns = {&reports, &passes, &histories, &simulations},
              .drain_timeout = options.drain_timeout,
              .interrupt = backend.interrupt},
             [this](const httplib::Request& request, httplib::Response& response) { return handle(request, response); },
             {.wait = [this](service::Service::Ticket ticket) { wait(ticket); },
              .instead = [](std::string_view) { return closing_refusal("", 503, kCannotLog); }}) {}

  // The one place where an exception becomes an answer, with `wait` below for those that come too late.
  HttpServer::Outcome handle(const httplib::Request& request, httplib::Response& response) {
    const Router::Match matched = router.match(request.method, request.target);
    if (matched.route == nullptr) {
      refuse(matched, request, response);
      return {};
    }
    const bool is_page = matched.route->name == "page" || matched.route->name == "root";
    if (const std::string why = http.origins().foreign(request, is_page); !why.empty()) {
      send_refusal(response, request.target, 403, why);
      return {};
    }
    const bool logging = matched.route->touches == Touches::log;
    if (logging && (backend.lab || !backend.refuses_listeners.empty())) {
      send_refusal(response, request.target, 409, backend.lab ? kIsLab : std::string_view(backend.refuses_listeners));
      return {};
    }
    try {
      return {.commit = matched.route->handler(request, matched.argument, response)};
    } catch (const TurnNeeded& needed) {
      return {.turns = &needed.turns};
    } catch (const Busy& busy) {
      response.set_header("Retry-After", kRetryAfter);
      send_refusal(response, request.target, 429, busy.what());
    } catch (const Error& error) {
      answer_failure(error, logging, request, response);
    } catch (const Ending& ending) {
      send_refusal(response, request.target, 503, ending.what());
    } catch (const std::exception& error) {
      report(request, error.what());
      send_refusal(response, request.target, 500, kInternal);
    }
    return {};
  }

  void answer_failure(const Error& error, bool logging, const httplib::Request& request,
                      httplib::Response& response) const {
    using Kind = Error::Kind;
    const Kind kind = error.kind();
    if (kind == Kind::user) return send_refusal(response, request.target, 400, error.what());
    if (kind == Kind::unknown) return send_refusal(response, request.target, 404, error.what());
    if (!logging && http.draining()) {  // it was interrupted, or might as well have been
      return send_refusal(response, request.target, 503, Ending().what());
    }
    // While nothing can be logged each request is refused: who refuses has said so, once.
    if (!logging || kind != Kind::unavailable) report(request, error.what());
    const bool temporary = logging || kind == Kind::unavailable;
    if (temporary) response.set_header("Retry-After", kRetryAfter);
    send_refusal(response, request.target, temporary ? 503 : 500,
                 logging     ? kCannotLog
                 : temporary ? kUnavailable
                             : kInternal);
  }

  static void refuse(const Router::Match& matched, const httplib::Request& request, httplib::Response& response) {
    if (matched.allow.empty()) return send_refusal(response, request.target, 404, "Not found");
    response.set_header("Allow", matched.allow);
    send_refusal(response, request.target, 405, fmt::format("method is {}, want {}", request.method, matched.allow));
  }

  void wait(service::Service::Ticket ticket) {
    try {
      backend.wait(ticket);
    } catch (const Error& error) {
      if (options.log && error.kind() != Error::Kind::unavailable) options.log(error.what());
      throw;
    }
  }

  // 503 tells a load balancer to go elsewhere.
  void ready(httplib::Response& response) const {
    if (http.draining()) return send_json(response, 503, "{\"status\":\"draining\"}\n");
    if (backend.can_log && !backend.can_log()) return send_json(response, 503, "{\"status\":\"cannot log\"}\n");
    send_json(response, 200, "{\"status\":\"ready\"}\n");
  }

  void metrics(httplib::Response& response) const {
    std::string text =
        "# HELP crossfade_can_log Whether playbacks and events are taken.\n# TYPE crossfade_can_log gauge\n";
    text += fmt::format("crossfade_can_log {}\n", !backend.can_log || backend.can_log() ? 1 : 0);
    if (backend.metrics) text += backend.metrics();
    response.set_content(text, "text/plain; version=0.0.4; charset=utf-8");
  }

  void report(const httplib::Request& request, std::string_view what) const {
    if (options.log) options.log(fmt::format("{} {}: {}", request.method, request.target, what));
  }

  const Backend backend;
  const Options options;
  // Of the requests that log rows: .4 GB at the worst, each with its body, a copy of it for httplib and its rows.
  LongBodies long_bodies{
      {"/api/v1/assignments", "/api/v1/exposures", "/api/v1/events", "/api/v1/sessions"}, kLongBody, kLongBodies};
  // Each kind of what takes longer waits for its own kind only.
  Turns reports;
  Turns passes;
  Turns histories;
  Turns simulations;
  CourseRoutes course;
  AssignmentRoutes assignments;
  RowRoutes rows;
  ApiRoutes api;
  UnitRoutes units;
  LabRoutes lab;
  PageRoutes page;
  const Router router;
  HttpServer http;  // last: its threads use all the others
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
}

}  // namespace crossfade::server
