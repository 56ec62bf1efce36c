#pragma once

#include <functional>
#include <span>
#include <vector>

#include "platform/server/api/api_routes.h"
#include "platform/server/api/assignments/assignment_routes.h"
#include "platform/server/api/course_routes.h"
#include "platform/server/api/lab_routes.h"
#include "platform/server/api/page_routes.h"
#include "platform/server/api/rows/row_routes.h"
#include "platform/server/api/unit_routes.h"
#include "platform/server/http/router.h"

namespace crossfade::server {

// What answers, by subject; all must outlive the routes.
struct Endpoints {
  CourseRoutes& course;
  AssignmentRoutes& assignments;
  RowRoutes& rows;
  ApiRoutes& api;
  UnitRoutes& units;
  LabRoutes& lab;
  PageRoutes& page;
  std::function<void(httplib::Response&)> ready;    // /readyz
  std::function<void(httplib::Response&)> metrics;  // /metrics
};

// The route table: every address that the server answers, in the one place where it is named.
std::vector<Route> routes_of(const Endpoints& endpoints);

}  // namespace crossfade::server
