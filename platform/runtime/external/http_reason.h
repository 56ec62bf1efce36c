#pragma once

#include <httplib.h>

#include <string>

namespace crossfade::runtime::external {

// Why a request had no answer, for people.
inline std::string http_reason(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
      return "cannot connect";
    case httplib::Error::ConnectionTimeout:
      return "cannot connect in time";
    case httplib::Error::Read:
      return "the connection was closed, or no answer came in time";
    case httplib::Error::Write:
      return "the connection was closed while the request was sent";
    default:
      return httplib::to_string(error);
  }
}

}  // namespace crossfade::runtime::external
