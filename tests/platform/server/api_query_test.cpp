#include "platform/server/api/api_query.h"

#include <catch2/catch.hpp>

#include "platform/core/error.h"

namespace crossfade::server {
namespace {

std::string fault(std::string_view query) {
  try {
    parse_results_query("/x?" + std::string(query));
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    return error.what();
  }
  return "";
}

TEST_CASE("query: parameters are decoded") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(query_parameters("/x") == Pairs{});
  CHECK(query_parameters("/x?") == Pairs{});
  CHECK(query_parameters("/x?a=1&b=x+y%26&&c&d=#e=1") == Pairs{{"a", "1"}, {"b", "x y&"}, {"c", ""}, {"d", ""}});
}

TEST_CASE("query: what is wrong is named, with what it may be") {
  CHECK(fault("confidence_level=1") == "confidence_level is 1, want a number above 0 and below 1");
  CHECK(fault("confidence_level=nan") == "confidence_level is nan, want a number above 0 and below 1");
  CHECK(fault("lift=exact") == "lift is exact, want fieller, delta, naive");
  CHECK(fault("by_day=1") == "by_day is 1, want true or false");
  CHECK(fault("at=monday") == "at is monday, want a time like 2026-01-05 or 2026-01-05T10:00Z");
  CHECK(fault("cuped=true&cuped=false") == "cuped is given twice");
  CHECK(fault("levle=1") ==
        "the query has levle, want at, by, by_day, confidence_level, control, cuped, distributions, force, format, "
        "lift or traffic");
  CHECK(fault("control=%zz") == "the query has a broken escape: %zz");
  CHECK(fault("by=a&by=b") == "");
}

TEST_CASE("query: the same question has the same key, another one another") {
  const auto key = [](const char* query) { return parse_results_query(query).key(); };
  CHECK(key("/x?cuped=false&at=2026-01-05") == key("/y?at=2026-01-05T00:00Z&cuped=false"));
  CHECK(key("/x") == key("/x?format=json"));
  for (const char* other :
       {"/x?format=csv", "/x?force=true", "/x?by=a", "/x?by_day=true", "/x?cuped=false", "/x?distributions=true",
        "/x?traffic=true", "/x?lift=delta", "/x?control=b", "/x?at=2026-01-05", "/x?confidence_level=0.9"}) {
    CHECK(key("/x") != key(other));
  }
  // What separates the parts of a key once came from a part itself, and a report was given for another.
  CHECK(key("/x?by=a&by=b") != key("/x?by=a%0Ab"));
  CHECK(key("/x?by=a&by=b") != key("/x?by=a,b"));
  CHECK(key("/x?by=a&by=b") != key("/x?by=a%2Cb"));
  CHECK(key("/x?control=c%7Ca") != key("/x?control=c&by=a"));
  CHECK(key("/x?control=a%7Cb%7Cfalse") != key("/x?control=a&by=b%7Cfalse"));
}

}  // namespace
}  // namespace crossfade::server
