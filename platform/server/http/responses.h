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
// application/problem+json, RFC 9457, of the type "about:blank": the title is the status's own.
void send_problem(httplib::Response& response, int status, std::string_view detail);
// What those who call `target` expect: a problem below /api/, a message elsewhere.
void send_refusal(httplib::Response& response, std::string_view target, int status, std::string_view detail);

}  // namespace crossfade::server
