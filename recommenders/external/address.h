#pragma once

#include <string>

namespace crossfade::recommenders::external {

// Where an external recommender is asked over HTTP.
struct Address {
  std::string base;  // scheme://host:port
  std::string path;  // from the first slash on, with a query
};

// Throws Error (user) where `url` is no http://HOST:PORT/PATH; without a path it is "/".
Address address_of(const std::string& url);
// Empty, or what is wanted that `url` is not.
std::string unmet_address(const std::string& url);

}  // namespace crossfade::recommenders::external
