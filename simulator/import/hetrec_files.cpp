#include "simulator/import/hetrec_files.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <optional>
#include <string_view>

#include "platform/core/error.h"
#include "platform/files/file_faults.h"
#include "platform/files/text_file.h"

namespace crossfade::simulator {

namespace {

using Fields = std::vector<std::string_view>;

Fields split(std::string_view line) {
  Fields fields;
  while (true) {
    const std::size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Calls `take` with the fields of each line behind the header, of which the first `numbers` are read as numbers.
void for_each_row(const std::filesystem::path& file, std::string_view header, std::size_t numbers,
                  const std::function<void(const std::vector<std::uint32_t>&, const Fields&)>& take) {
  const auto found = files::plain_or_gzip(file);
  const std::string text = files::read_text(found);
  const auto lines = files::lines_of(text);
  const std::size_t columns = split(header).size();
  files::FileFaults faults(found);
  if (lines.empty() || lines[0] != header) {
    faults.add(1, fmt::format("the header is not \"{}\" (tabs between)", fmt::join(split(header), " ")));
    faults.throw_if_any();
  }
  std::vector<std::uint32_t> values(numbers);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const Fields fields = split(lines[i]);
    if (fields.size() != columns) {
      faults.add(i + 1, fmt::format("{} fields, want {}", fields.size(), columns));
      continue;
    }
    bool sound = true;
    for (std::size_t j = 0; j < numbers; ++j) {
      const auto value = number(fields[j]);
      if (!value) {
        faults.add(i + 1, fmt::format("{} is \"{}\", want a whole number", split(header)[j], as_utf8(fields[j])));
        sound = false;
      }
      values[j] = value.value_or(0);
    }
    if (sound) take(values, fields);
  }
  faults.throw_if_any();
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) continue;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || i + more >= text.size()) return false;
    for (std::size_t j = 1; j <= more; ++j) {
      if ((static_cast<unsigned char>(text[i + j]) & 0xC0) != 0x80) return false;
    }
    // Overlong forms, surrogates, and what is beyond U+10FFFF.
    const auto second = static_cast<unsigned char>(text[i + 1]);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += more;
  }
  return true;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xC0 | (code >> 6));
      result += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return result;
}

HetrecFiles HetrecFiles::read(const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory)) throw Error::user(directory.string() + ": no such directory");
  HetrecFiles files;
  for_each_row(directory / "artists.dat", "id\tname\turl\tpictureURL", 1,
               [&](const auto& values, const Fields& fields) { files.artists[values[0]] = as_utf8(fields[1]); });
  for_each_row(directory / "tags.dat", "tagID\ttagValue", 1,
               [&](const auto& values, const Fields& fields) { files.tags[values[0]] = as_utf8(fields[1]); });
  for_each_row(directory / "user_artists.dat", "userID\tartistID\tweight", 3, [&](const auto& values, const Fields&) {
    files.listenings.push_back({.user = values[0], .artist = values[1], .plays = static_cast<double>(values[2])});
  });
  for_each_row(
      directory / "user_taggedartists.dat", "userID\tartistID\ttagID\tday\tmonth\tyear", 3,
      [&](const auto& values, const Fields&) { files.taggings.push_back({.artist = values[1], .tag = values[2]}); });
  return files;
}

}  // namespace crossfade::simulator
