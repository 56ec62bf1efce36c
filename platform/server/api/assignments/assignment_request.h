#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/service/active_configuration.h"

namespace crossfade::server {

inline constexpr std::size_t kMostAssignments = 1000;  // units of one request

struct AssignmentRequests {
  std::vector<service::AssignmentRequest> requests;
  bool many = false;  // {"units":[...]}, whose answer is a list
};
struct BadAssignments {
  std::string message;
};

// The body of POST /api/v1/assignments:
// {"unit":"9f1c","attributes":{"country":"SE"},"experiments":["k"],"expose":true}, or {"units":[...]} with 1 to
// kMostAssignments of these. `unit` is a text or a whole number; the others may be left out. One that is wrong refuses
// all: the message says which ("units[2]: ...").
std::variant<AssignmentRequests, BadAssignments> parse_assignments(std::string_view content_type,
                                                                   std::string_view body);

}  // namespace crossfade::server
