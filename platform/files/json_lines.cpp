#include "platform/files/json_lines.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace crossfade::files {

void FileFaults::add(std::size_t line, std::string message, std::size_t column) {
  if (faults_.size() < kMost) {
    faults_.push_back({.file = file_, .line = line, .column = column, .message = std::move(message)});
  } else if (unlisted_++ == 0) {
    first_unlisted_ = line;
  }
}

void FileFaults::throw_if_any() const {
  if (faults_.empty()) return;
  std::vector<Fault> all = faults_;
  if (unlisted_ > 0) {
    all.push_back({.file = file_, .line = first_unlisted_, .message = "and " + std::to_string(unlisted_) + " more"});
  }
  throw Error::faults(std::move(all));
}

namespace {

constexpr unsigned kPiece = 1 << 18;    // bytes
constexpr std::size_t kMostShown = 30;  // characters of a value in a message

// Text of a file, plain or gzip (zlib tells them apart), piece by piece.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& file) {
    errno = 0;
    if (std::filesystem::is_directory(file)) {
      throw Error::user(file.string() + ": is a directory, want a file");
    }
    file_.reset(gzopen(file.c_str(), "rb"));
    if (!file_) throw Error::user(file.string() + ": cannot be opened: " + std::strerror(errno));
    gzbuffer(file_.get(), 1 << 17);
  }

  // Adds the next piece to `text`; false at the end of the file.
  bool append_to(std::string& text) {
    const std::size_t size = text.size();
    text.resize(size + kPiece);
    const int got = gzread(file_.get(), text.data() + size, kPiece);
    text.resize(size + static_cast<std::size_t>(std::max(got, 0)));
    return got > 0;
  }

  // Empty, or why the file was not read to its end. A gzip that breaks off counts as read to its end until it is
  // closed.
  std::string close() {
    int code = 0;
    std::string why = gzerror(file_.get(), &code);
    if (code != Z_OK) return why;
    return gzclose(file_.release()) == Z_OK ? "" : "the gzip breaks off";
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::unique_ptr<gzFile_s, Close> file_;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

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
  TextFile text(file);
  std::string buffer;
  std::size_t number = 0;
  const auto handle = [&](std::string_view line) {
    ++number;
    if (is_blank(line)) return;
    std::optional<nlohmann::json> object = parse(line, number, faults);
    if (!object) return;
    if (object->is_object()) {
      take(*object, number);
    } else {
      faults.add(number, shown(*object) + " is not a JSON object");
    }
  };
  bool more = true;
  while (more) {
    more = text.append_to(buffer);
    std::size_t begin = 0;
    for (std::size_t end; (end = buffer.find('\n', begin)) != std::string::npos; begin = end + 1) {
      handle(std::string_view(buffer).substr(begin, end - begin));
    }
    buffer.erase(0, begin);
  }
  if (!buffer.empty()) handle(buffer);
  if (const std::string why = text.close(); !why.empty()) faults.add(number + 1, "cannot be read any further: " + why);
}

nlohmann::json read_json(const std::filesystem::path& file, FileFaults& faults) {
  TextFile text(file);
  std::string all;
  while (text.append_to(all)) {
  }
  if (const std::string why = text.close(); !why.empty()) {
    faults.add(0, "cannot be read to its end: " + why);
    return {};
  }
  return parse(all, 1, faults).value_or(nullptr);
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
