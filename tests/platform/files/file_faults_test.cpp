#include "platform/files/file_faults.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/files.h"

using namespace crossfade;

TEST_CASE("file faults: all are counted, twenty are listed", "[files]") {
  files::FileFaults faults{"f"};
  CHECK(faults.empty());
  CHECK(faults.list().empty());
  CHECK_NOTHROW(faults.throw_if_any());
  for (std::size_t line = 1; line <= 20; ++line) faults.add(line, "bad", 7);
  CHECK(faults.size() == 20);
  CHECK(faults.list().size() == 20);
  faults.add({.file = "f", .line = 30, .column = 2, .message = "worse"});
  faults.add(31, "bad");
  CHECK(faults.size() == 22);
  const std::string message = error_of([&] { faults.throw_if_any(); });
  CHECK(message.starts_with("f:1:7: bad\nf:2:7: bad\n"));
  CHECK(message.ends_with("\nf:20:7: bad\nf:30: and 2 more"));
}

TEST_CASE("file faults: the number of the others stands last, in the middle of a line too", "[files]") {
  files::FileFaults faults{"f"};
  for (std::size_t column = 30; column > 0; --column) faults.add(4, "bad", column);
  faults.add(5, "bad", 1);
  const std::string message = error_of([&] { faults.throw_if_any(); });
  CHECK(message.starts_with("f:4:11: bad\nf:4:12: bad\n"));
  CHECK(message.ends_with("\nf:4:30: bad\nf:4:30: and 11 more"));
}
