// Every reader of text stands on BlockReader: what holds for one holds for all.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/files/csv_reader.h"
#include "platform/files/json_lines.h"
#include "platform/files/line_reader.h"
#include "platform/files/text_file.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  files::LineReader reader(file);
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.emplace_back(*line);
  CHECK(reader.line() == lines.size());
  return lines;
}

using Read = std::function<void(const std::filesystem::path&)>;

const std::vector<Read> kReaders{
    [](const auto& file) { lines_of(file); },
    [](const auto& file) { files::read_text(file); },
    [](const auto& file) {
      files::CsvReader csv(file);
      while (csv.next()) {
      }
    },
    [](const auto& file) {
      files::FileFaults faults(file);
      files::for_each_json_object(file, faults, [](nlohmann::json&, std::size_t) {});
    },
    [](const auto& file) {
      files::FileFaults faults(file);
      files::read_json(file, faults);
    },
};

}  // namespace

TEST_CASE("readers: a file that cannot be read is named, in the same words by all", "[files]") {
  const TemporaryDirectory directory;
  std::string text;
  // A line that every reader takes: an object, and a field.
  for (std::size_t i = 0; i < 200'000; ++i) text += "{" + std::string(i * 7919 % 97, ' ') + "}\n";
  const auto cut = directory.write_gzip("cut.gz", text);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
  // Its content is whole: what is missing is the end of gzip's own trailer.
  const auto no_trailer = directory.write_gzip("no_trailer.gz", "{\"a\": 1}\n");
  std::filesystem::resize_file(no_trailer, std::filesystem::file_size(no_trailer) - 4);
  auto bytes = read_file(directory.write_gzip("changed.gz", text));
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  const auto changed = directory.write("changed.gz", bytes);
  for (const Read& read : kReaders) {
    const auto missing = directory / "missing";
    CHECK(error_of([&] { read(missing); }) == missing.string() + ": cannot be opened: No such file or directory");
    CHECK(error_of([&] { read(directory.path()); }) == directory.path().string() + ": is a directory, want a file");
    CHECK(error_of([&] { read(cut); }) == cut.string() + ": damaged gzip: unexpected end of file");
    CHECK(error_of([&] { read(no_trailer); }) == no_trailer.string() + ": damaged gzip: unexpected end of file");
    CHECK(error_of([&] { read(changed); }).starts_with(changed.string() + ": damaged gzip: "));
  }
}

TEST_CASE("readers: what was wrong before a file broke off is told, too", "[files]") {
  const TemporaryDirectory directory;
  std::string text = "7\n";
  for (int i = 0; i < 200'000; ++i) text += "{\"a\": " + std::to_string(i * 7919) + "}\n";
  const auto cut = directory.write_gzip("cut.gz", text);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
  const auto read = [&] {
    files::FileFaults faults(cut);
    files::for_each_json_object(cut, faults, [](nlohmann::json&, std::size_t) {});
  };
  CHECK(error_of(read) ==
        cut.string() + ": damaged gzip: unexpected end of file\n" + cut.string() + ":1: 7 is not a JSON object");
}

TEST_CASE("readers: lines of any length come whole, plain or gzip", "[files]") {
  const TemporaryDirectory directory;
  // A block is 256 KiB: lines end before, at and behind the ends of blocks.
  std::vector<std::string> lines;
  for (const std::size_t length : {0, 1, 262'143, 262'144, 262'145, 700'000, 3}) {
    lines.emplace_back(length, static_cast<char>('a' + lines.size()));
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  text.pop_back();  // the last line may end without
  for (const std::string end : {"", "\n"}) {
    const auto plain = directory.write("plain", text + end);
    const auto packed = directory.write_gzip("packed", text + end);
    CHECK((lines_of(plain) == lines));  // not printed
    CHECK((lines_of(packed) == lines));
    CHECK((files::read_text(packed) == text + end));
  }
  CHECK(lines_of(directory.write("empty", "")).empty());
  CHECK(lines_of(directory.write_gzip("empty.gz", "")).empty());
}

TEST_CASE("readers: the checksum is of the content, however it is packed", "[files]") {
  const TemporaryDirectory directory;
  const auto checksum_of = [](const std::filesystem::path& file) {
    files::LineReader reader(file);
    while (reader.next()) {
    }
    return reader.checksum();
  };
  // The check value of CRC-32/ISO-HDLC.
  CHECK(checksum_of(directory.write("plain", "123456789")) == "cbf43926-9");
  CHECK(checksum_of(directory.write_gzip("packed", "123456789")) == "cbf43926-9");
}

// A file of 400 KB that holds 400 MB of zeros.
TEST_CASE("readers: gzip that is a bomb is refused", "[files]") {
  const TemporaryDirectory directory;
  const auto bomb = directory.write_gzip("bomb.gz", std::string(std::size_t{70} << 20, ' '));
  for (const Read& read : kReaders) {
    CHECK_THAT(error_of([&] { read(bomb); }),
               Catch::Contains(": gzip that is more than 200 times as large inside (67"));
  }
}

TEST_CASE("readers: a line, a row and a header have an end", "[files]") {
  const TemporaryDirectory directory;
  const auto line = directory.write("line.json", std::string((std::size_t{64} << 20) + 300'000, 'x'));
  CHECK(error_of([&] { lines_of(line); }) ==
        line.string() + ":1: a line of more than 67108864 bytes, want shorter ones");
  std::string lines = "a\n\"";
  for (int i = 0; i < 17; ++i) lines += std::string(std::size_t{1} << 20, 'x') + "\n";
  const auto open = directory.write("open.csv", lines);
  const auto read = [](const auto& file) {
    return error_of([&] {
      files::CsvReader csv(file);
      while (csv.next()) {
      }
    });
  };
  CHECK(read(open) == open.string() + ":2:1: a field of more than 16777216 bytes, want its quote closed before");
  std::string header = "c";
  for (int i = 0; i < 1'000'000; ++i) header += ",c" + std::to_string(i);
  const auto wide = directory.write("wide.csv", header);
  CHECK_THAT(read(wide), Catch::EndsWith(": 1000001 columns, want at most 4096"));
}

// Read without recursion, but shown in a message with it: 100 000 brackets ended the program.
TEST_CASE("readers: JSON that is nested too deeply is a fault", "[files]") {
  const TemporaryDirectory directory;
  const auto file = directory.write("deep.json", "{\"a\": \"[[[\\\"[\"}\n" + std::string(100'000, '[') + "\n");
  const std::string rule = ":33: more than 32 lists and objects within one another, want fewer";
  files::FileFaults faults(file);
  files::for_each_json_object(file, faults, [](nlohmann::json&, std::size_t) {});
  REQUIRE(faults.size() == 1);
  CHECK(to_string(faults.list()[0]) == file.string() + ":2" + rule);
}
