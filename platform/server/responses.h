#pragma once

#include <string>
#include <string_view>

namespace httplib {
struct Response;
}

namespace crossfade::server {

// "Not Found"; "" for a status that is not used here.
std::string_view reason_phrase(int status);

// {"message":"..."} and a newline, as the course's service answers; bytes that are not UTF-8 are replaced.
std::string message_json(std::string_view message);

// The bytes of a whole answer with such a message, after which the connection is closed.
std::string closing_answer(int status, std::string_view message);

void send_json(httplib::Response& response, int status, std::string body);
void send_message(httplib::Response& response, int status, std::string_view message);
// {"message":{"FIELD":"..."}}
void send_field_message(httplib::Response& response, int status, std::string_view field, std::string_view message);
// application/problem+json, RFC 9457, of the type "about:blank": the title is the status's own.
void send_problem(httplib::Response& response, int status, std::string_view detail);

}  // namespace crossfade::server
