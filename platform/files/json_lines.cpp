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

// Lists and objects within one another; the files that are read have three. JSON is parsed without recursion, but
// shown and copied with it.
constexpr std::size_t kDeepest = 32;

// Where a bracket opens that is deeper; nothing where none is, in a text that is JSON.
std::optional<std::size_t> too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if ((c == '[' || c == '{') && ++depth > kDeepest) {
      return at;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::nullopt;
}

// Nothing, and a fault, when `text`, whose first line is `line`, is no JSON.
std::optional<nlohmann::json> parse(std::string_view text, std::size_t line, FileFaults& faults) {
  const auto refuse = [&](std::size_t at, std::string message) {
    const std::string_view before = text.substr(0, at);
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    faults.add(line + lines, std::move(message), column);
  };
  if (const auto at = too_deep(text)) {
    refuse(*at, "more than " + std::to_string(kDeepest) + " lists and objects within one another, want fewer");
    return {};
  }
  // To the parser it is the end of the text, whatever stands behind it.
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    refuse(at, "not JSON from here on");
    return {};
  }
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    refuse(error.byte > 0 ? error.byte - 1 : 0, "not JSON from here on");
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
