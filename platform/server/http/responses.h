#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace httplib {
struct Response;
}

namespace crossfade::server {

// Characters of what a client sent that a refusal repeats.
inline constexpr std::size_t kQuotedLength = 40;

// "Not Found"; "" for a status that is not used here.
std::string_view reason_phrase(int status);

// The bytes of a whole refusal, as `send_refusal` words it, after which the connection is closed. `target` is that of
// the request, "" where none was understood.
std::string closing_refusal(std::string_view target, int status, std::string_view detail);

void send_json(httplib::Response& response, int status, std::string body);
// {"message":"..."} and a newline, as the course's service answers; bytes that are not UTF-8 are replaced.
void send_message(httplib::Response& response, int status, std::string_view message);
// {"message":{"FIELD":"..."}}
void send_field_message(httplib::Response& response, int status, std::string_view field, std::string_view message);
// What kind of problem an answer of this status is: "/problems/not-found". Others rely on it; do not change.
std::string_view problem_type(int status);
// application/problem+json, RFC 9457; the title is the status's own. `type`: of one that has a name of its own,
// otherwise the status's.
void send_problem(httplib::Response& response, int status, std::string_view detail, std::string_view type = {});
// What those who call `target` expect: a problem below /api/, a message elsewhere.
void send_refusal(httplib::Response& response, std::string_view target, int status, std::string_view detail);

}  // namespace crossfade::server
