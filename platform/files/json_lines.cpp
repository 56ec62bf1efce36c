#include "platform/files/json_lines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "platform/files/line_reader.h"
#include "platform/files/text_file.h"

namespace crossfade::files {

namespace {

// The next line; a file that cannot be read any further is told with what was wrong before.
std::optional<std::string_view> next_line(LineReader& lines, const FileFaults& faults) {
  try {
    return lines.next();
  } catch (const Error& error) {
    faults.throw_with(error);
  }
}

constexpr std::size_t kMostShown = 30;  // characters of a value in a message

// Nothing, and a fault, when `text`, whose first line is `line`, is no JSON.
std::optional<nlohmann::json> parse(std::string_view text, std::size_t line, FileFaults& faults) {
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    const std::string_view before = text.substr(0, error.byte > 0 ? error.byte - 1 : 0);
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    faults.add(line + lines, "not JSON from here on", column);
  } catch (const nlohmann::json::exception&) {
    faults.add(line, "not JSON: a number is too large");
  }
  return {};
}

}  // namespace

void for_each_json_object(const std::filesystem::path& file, FileFaults& faults,
                          const std::function<void(nlohmann::json& object, std::size_t line)>& take) {
  LineReader lines(file);
  while (const auto line = next_line(lines, faults)) {
    if (is_blank(*line)) continue;
    std::optional<nlohmann::json> object = parse(*line, lines.line(), faults);
    if (!object) continue;
    if (object->is_object()) {
      take(*object, lines.line());
    } else {
      faults.add(lines.line(), shown(*object) + " is not a JSON object");
    }
  }
}

nlohmann::json read_json(const std::filesystem::path& file, FileFaults& faults) {
  return parse(read_text(file), 1, faults).value_or(nullptr);
}

nlohmann::json* member(nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string shown(const nlohmann::json& value) {
  std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() <= kMostShown) return text;
  std::size_t end = kMostShown - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return text.substr(0, end) + "...";
}

}  // namespace crossfade::files
