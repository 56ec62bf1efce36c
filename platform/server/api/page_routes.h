#pragma once

#include <span>

#include "web/assets.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// The report page, its files and the description of the routes, as they are embedded in the program.
class PageRoutes {
 public:
  explicit PageRoutes(std::span<const web::Asset> assets) : assets_(assets) {}

  std::span<const web::Asset> assets() const { return assets_; }
  // The page itself, which reads what follows its path: /report/KEY.
  static bool is_page(const web::Asset& asset) { return asset.path == "/report"; }
  // A hash of its content is in its name.
  static bool never_changes(const web::Asset& asset) { return asset.path.starts_with("/assets/"); }
  // Compressed for those who take it; 304 for those who have it.
  void send(const web::Asset& asset, const httplib::Request& request, httplib::Response& response) const;

 private:
  std::span<const web::Asset> assets_;
};

}  // namespace crossfade::server
