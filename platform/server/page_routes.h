#pragma once

#include <span>
#include <string_view>

#include "web/assets.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// The report page and its files, as they are embedded in the program.
class PageRoutes {
 public:
  explicit PageRoutes(std::span<const web::Asset> assets) : assets_(assets) {}

  // The file of this path, or for /report/... the page, which reads the rest of the path itself. Null: there is none.
  const web::Asset* find(std::string_view path) const;
  // Compressed for those who take it; 304 for those who have it.
  void send(const web::Asset& asset, const httplib::Request& request, httplib::Response& response) const;

 private:
  std::span<const web::Asset> assets_;
};

}  // namespace crossfade::server
