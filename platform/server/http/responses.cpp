#include "platform/server/http/responses.h"

#include <fmt/format.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace crossfade::server {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kProblem = "application/problem+json";

std::string line_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void send(httplib::Response& response, int status, std::string body, const char* content_type) {
  response.status = status;
  response.body = std::move(body);
  response.headers.erase("Content-Type");
  response.headers.emplace("Content-Type", content_type);
}

std::string message_json(std::string_view message) {
  return line_of({{"message", message}});
}

std::string problem_json(int status, std::string_view detail, std::string_view type = {}) {
  return line_of({{"type", type.empty() ? problem_type(status) : type},
                  {"title", reason_phrase(status)},
                  {"status", status},
                  {"detail", detail}});
}

bool wants_problem(std::string_view target) {
  return target.starts_with("/api/");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

std::string_view problem_type(int status) {
  switch (status) {
    case 400:
      return "/problems/bad-request";
    case 403:
      return "/problems/foreign-page";
    case 404:
      return "/problems/not-found";
    case 405:
      return "/problems/method-not-allowed";
    case 409:
      return "/problems/conflict";
    case 413:
      return "/problems/body-too-long";
    case 414:
      return "/problems/target-too-long";
    case 415:
      return "/problems/compressed-body";
    case 421:
      return "/problems/other-host";
    case 429:
      return "/problems/busy";
    case 431:
      return "/problems/head-too-long";
    case 501:
      return "/problems/method-not-supported";
    case 503:
      return "/problems/unavailable";
    default:
      return "/problems/internal";
  }
}

std::string closing_refusal(std::string_view target, int status, std::string_view detail) {
  const bool problem = wants_problem(target);
  const std::string body = problem ? problem_json(status, detail) : message_json(detail);
  return fmt::format("HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Length: {}\r\nContent-Type: {}\r\n{}\r\n{}",
                     status, reason_phrase(status), body.size(), problem ? kProblem : kJson,
                     status == 503 ? "Retry-After: 1\r\n" : "", body);
}

void send_json(httplib::Response& response, int status, std::string body) {
  send(response, status, std::move(body), kJson);
}

void send_message(httplib::Response& response, int status, std::string_view message) {
  send_json(response, status, message_json(message));
}

void send_field_message(httplib::Response& response, int status, std::string_view field, std::string_view message) {
  send_json(response, status, line_of({{"message", {{std::string(field), message}}}}));
}

void send_problem(httplib::Response& response, int status, std::string_view detail, std::string_view type) {
  send(response, status, problem_json(status, detail, type), kProblem);
}

void send_refusal(httplib::Response& response, std::string_view target, int status, std::string_view detail) {
  if (wants_problem(target)) {
    send_problem(response, status, detail);
  } else {
    send_message(response, status, detail);
  }
}

}  // namespace crossfade::server
