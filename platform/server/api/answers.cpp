#include "platform/server/api/answers.h"

#include <fmt/format.h>
#include <httplib.h>

#include <string>

#include "platform/server/http/etag.h"

namespace crossfade::server {

void send_answer(const Answer& answer, const httplib::Request& request, httplib::Response& response) {
  const bool compressed = request.has_header("Accept-Encoding");  // see admission.h
  const std::string etag = compressed ? answer.etag : plain_tag(answer.etag);
  response.set_header("ETag", etag);
  response.set_header("Cache-Control", "no-cache");  // ask again each time: 304 while it is the same
  response.set_header("Vary", "Accept-Encoding");
  if (lists(request.get_header_value("If-None-Match"), etag)) {
    response.status = 304;
    return;
  }
  if (!answer.file_name.empty()) {
    response.set_header("Content-Disposition", fmt::format("attachment; filename=\"{}\"", answer.file_name));
  }
  response.status = 200;
  response.set_content(answer.body, answer.content_type.c_str());
}

}  // namespace crossfade::server
