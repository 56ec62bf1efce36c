#pragma once

#include "platform/server/api/answer_cache.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// Sends it with its ETag; a 304 to who has it already.
void send_answer(const Answer& answer, const httplib::Request& request, httplib::Response& response);

}  // namespace crossfade::server
