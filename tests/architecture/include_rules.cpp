#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace crossfade::architecture {

Rules crossfade_rules() {
  const std::string core = "platform/core";
  const std::string files = "platform/files";
  const std::string assignment = "platform/assignment";
  const std::string conditions = "platform/assignment/conditions";
  const std::string stats = "platform/stats";
  const std::string moments = "platform/stats/moments";
  const std::string numerics = "platform/stats/numerics";
  const std::string contract = "platform/storage/contract";
  const std::string scan = "platform/storage/scan";
  const std::string database = "platform/storage/sqlite/database";
  const std::string query = "platform/storage/sqlite/query";
  const std::string report = "platform/analysis/report";
  const std::string question = "platform/analysis/question";
  const std::string planning = "platform/analysis/planning";
  const std::string findings = "platform/analysis/findings";
  const std::string render = "platform/analysis/render";
  const std::string analysis = "platform/analysis/";  // its front: questions are put to it there
  // What everybody may know of tracks; models and lists are the recommenders' own. web/assets.h is all that the bundled
  // page consists of.
  const std::string catalogue = "recommenders/catalogue.h";
  const std::string locks = "platform/core/mutex.h";  // what goes around it is not checked
  return {
      .rooms = {{core, {}},
                {files, {core}},
                {"platform/config", {core, conditions}},
                {conditions, {core}},
                {assignment, {core, conditions}},

                {moments, {}},
                {numerics, {moments}},
                {"platform/stats/means", {moments, numerics}},
                {"platform/stats/ratios", {moments, numerics}},
                {"platform/stats/counts", {moments, numerics}},
                {"platform/stats/quantiles", {moments, numerics, "platform/stats/ratios"}},
                {"platform/stats/looks", {moments, numerics, "platform/stats/means"}},
                {"platform/stats/corrections", {numerics}},
                {"platform/stats/segments", {moments, numerics, "platform/stats/means"}},
                {"platform/stats/decisions", {moments, numerics, "platform/stats/means", "platform/stats/looks"}},
                {"platform/stats/regression", {moments, numerics, "platform/stats/means"}},
                {"platform/stats/planning", {moments, numerics, "platform/stats/means", "platform/stats/looks"}},

                {contract, {core, moments, numerics, "platform/stats/ratios"}},
                {scan, {core, moments, contract}},
                {database, {core}},
                {query, {core, moments, contract, scan, database}},
                {"platform/storage/sqlite", {core, contract, database, query}},
                {"platform/import", {core, files, contract}},

                // Data go through them in this order; what is written down of a Report sees nothing but the Report.
                {report, {core, contract}},
                {question, {core, stats, contract, report}},
                {planning, {core, stats, contract, report, question}},
                {findings, {core, stats, contract, report, question, planning}},
                {"platform/analysis/verdict", {core, report, contract}},
                {render, {core, report}},
                {"platform/analysis", {core, stats, contract}},

                {"platform/calculator", {core, stats, files, "platform/import"}},
                // It replays single comparisons, not reports.
                {"platform/calibration", {core, assignment, stats, contract, report, question, findings}},
                {"platform/service", {core, assignment, contract, "recommenders"}},
                {"platform/server/http", {core}},
                {"platform/server/api",
                 {core, "platform/service", analysis, report, render, catalogue, "platform/server/http",
                  "web/assets.h"}},
                {"platform/runtime/external", {core, "recommenders/external"}},
                {"platform/runtime",
                 {core, files, "platform/config", assignment, stats, "platform/storage", "platform/import", analysis,
                  report, "platform/calculator", "platform/calibration", "platform/service", "platform/server",
                  "recommenders", "simulator", "web"}},
                {"platform/cli", {"platform", "recommenders", "simulator", "web"}},

                // The world is what real life hides: a recommender that could read it would cheat.
                {"recommenders/external", {core}},
                {"recommenders", {core, files}},
                {"simulator/world", {core, files, catalogue}},
                {"simulator/clients", {core}},
                {"simulator/listener", {core, "simulator/world", "simulator/clients"}},
                {"simulator/import",
                 {core, files, catalogue, "simulator/world", "simulator/listener", "simulator/clients"}},
                {"web", {}}},
      .owned = {{"yaml-cpp/", {"platform/config"}},
                {"SQLiteCpp/", {"platform/storage/sqlite"}},
                {"sqlite3.h", {"platform/storage/sqlite"}},
                {"httplib.h", {"platform/server", "platform/runtime"}},
                {"zlib.h", {files, "platform/server"}},
                {"CLI/", {"platform/cli"}},
                {"hnswlib/", {"recommenders/rank"}},
                {"re2/", {conditions}},
                {"boost/math/", {"platform/stats"}},
                {"mutex", {locks}},
                {"shared_mutex", {locks}},
                {"condition_variable", {locks}}},
      .owned_names = {{"std::mutex", {locks}},
                      {"std::timed_mutex", {locks}},
                      {"std::recursive_", {locks}},
                      {"std::shared_mutex", {locks}},
                      {"std::shared_timed_mutex", {locks}},
                      {"std::condition_variable", {locks}},
                      {"std::lock_guard", {locks}},
                      {"std::scoped_lock", {locks}},
                      {"std::unique_lock", {locks}},
                      {"std::shared_lock", {locks}},
                      {"pthread_mutex_", {locks}}},
      .longest = 400,
      .too_long = {},
      .most_files = 30,
  };
}

namespace {

struct Include {
  std::size_t line = 0;
  std::string header;
  bool quoted = false;
};

struct File {
  std::string path;  // below the root, with '/'
  std::size_t lines = 0;
  std::vector<Include> includes;
  std::vector<std::pair<std::size_t, const Owned*>> names;  // owned ones, and in which line
};

// The include of a line of source; nothing when there is none.
std::optional<Include> include_of(std::string_view text, std::size_t line) {
  const auto skip_blanks = [&] { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); };
  skip_blanks();
  if (!text.starts_with('#')) return std::nullopt;
  text.remove_prefix(1);
  skip_blanks();
  if (!text.starts_with("include")) return std::nullopt;
  text.remove_prefix(7);
  skip_blanks();
  if (text.empty() || (text[0] != '"' && text[0] != '<')) return std::nullopt;
  const std::size_t end = text.find(text[0] == '"' ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{.line = line, .header = std::string(text.substr(1, end - 1)), .quoted = text[0] == '"'};
}

File read(const std::filesystem::path& root, const std::filesystem::path& file, const Rules& rules) {
  File result{.path = file.lexically_relative(root).generic_string(), .lines = 0, .includes = {}, .names = {}};
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    if (auto include = include_of(text, ++result.lines)) result.includes.push_back(std::move(*include));
    const std::string_view code = std::string_view(text).substr(0, text.find("//"));
    for (const Owned& owned : rules.owned_names) {
      if (code.find(owned.prefix) != std::string_view::npos) result.names.emplace_back(result.lines, &owned);
    }
  }
  return result;
}

// The C++ files of all rooms. What packages a room has installed (node_modules) is not ours.
std::map<std::string, File> read_tree(const std::filesystem::path& root, const Rules& rules) {
  std::set<std::string> tops = {"tests", "bench"};
  for (const Room& room : rules.rooms) tops.insert(room.path.substr(0, room.path.find('/')));
  std::map<std::string, File> files;
  for (const std::string& top : tops) {
    if (!std::filesystem::exists(root / top)) continue;
    auto entry = std::filesystem::recursive_directory_iterator(root / top);
    for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
      const std::filesystem::path& path = entry->path();
      if (path.filename() == "node_modules") entry.disable_recursion_pending();
      if (path.extension() != ".h" && path.extension() != ".cpp") continue;
      File file = read(root, path, rules);
      files.emplace(file.path, std::move(file));
    }
  }
  return files;
}

bool is_below(std::string_view path, std::string_view directory) {
  return path == directory || (path.starts_with(directory) && path[directory.size()] == '/');
}

// Does an entry of the table let a file be included?
bool allows(std::string_view entry, std::string_view header) {
  if (!entry.ends_with('/')) return is_below(header, entry);
  return header.starts_with(entry) && header.find('/', entry.size()) == std::string_view::npos;
}

// The innermost one.
const Room* room_of(std::string_view path, const Rules& rules) {
  const Room* innermost = nullptr;
  for (const Room& room : rules.rooms) {
    if (!is_below(path, room.path)) continue;
    if (innermost == nullptr || room.path.size() > innermost->path.size()) innermost = &room;
  }
  return innermost;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

class Check {
 public:
  Check(const std::filesystem::path& root, const Rules& rules) : rules_(rules), files_(read_tree(root, rules)) {}

  std::vector<std::string> run() {
    for (const auto& [path, file] : files_) {
      check_place(file);
      for (const Include& include : file.includes) check_include(file, include);
      for (const auto& [line, owned] : file.names) check_name(file, line, *owned);
      check_length(file);
    }
    check_exceptions();
    check_folders();
    check_circles_of_files();
    check_circles_of_rooms();
    std::ranges::sort(broken_);
    return std::move(broken_);
  }

 private:
  void add(const File& file, std::size_t line, const std::string& what) {
    broken_.push_back(file.path + ":" + std::to_string(line) + ": " + what);
  }

  void check_place(const File& file) {
    if (room_of(file.path, rules_) || is_below(file.path, "tests") || is_below(file.path, "bench")) return;
    broken_.push_back(file.path + ":0: stands in no room of the table");
  }

  void check_include(const File& file, const Include& include) {
    const Room* const from = room_of(file.path, rules_);
    if (!from) return;  // tests and benchmarks may include anything, also what lies beside them
    const bool ours = include.quoted || room_of(include.header, rules_) != nullptr;
    if (ours && !files_.contains(include.header)) {
      add(file, include.line, "includes " + include.header + "; there is no such file, want its path from the root");
      return;
    }
    if (ours) {
      check_room(file, include, *from);
    } else {
      check_owned(file, include);
    }
  }

  void check_room(const File& file, const Include& include, const Room& from) {
    if (is_below(include.header, from.path)) return;
    const bool allowed =
        std::ranges::any_of(from.rooms, [&](const std::string& one) { return allows(one, include.header); });
    if (allowed) return;
    add(file, include.line,
        "includes " + include.header + "; " + from.path + " may include " +
            (from.rooms.empty() ? "nothing of ours" : joined(from.rooms)));
  }

  static bool is_of(const Owned& owned, const File& file) {
    return std::ranges::any_of(owned.rooms, [&](const auto& room) { return is_below(file.path, room); });
  }

  void check_owned(const File& file, const Include& include) {
    for (const Owned& owned : rules_.owned) {
      if (!include.header.starts_with(owned.prefix) || is_of(owned, file)) continue;
      add(file, include.line, "includes " + include.header + ", which only " + joined(owned.rooms) + " may");
    }
  }

  void check_name(const File& file, std::size_t line, const Owned& owned) {
    if (!room_of(file.path, rules_) || is_of(owned, file)) return;
    add(file, line, "names " + owned.prefix + ", which only " + joined(owned.rooms) + " may");
  }

  bool may_be_longer(const std::string& path) const {
    return std::ranges::find(rules_.too_long, path) != rules_.too_long.end();
  }

  void check_length(const File& file) {
    if (file.lines <= rules_.longest || may_be_longer(file.path)) return;
    add(file, file.lines,
        "has " + std::to_string(file.lines) + " lines; want at most " + std::to_string(rules_.longest) +
            ": ask which two things it is");
  }

  void check_exceptions() {
    for (const std::string& path : rules_.too_long) {
      const auto found = files_.find(path);
      if (found != files_.end() && found->second.lines > rules_.longest) continue;
      broken_.push_back(path + ":0: may be longer than " + std::to_string(rules_.longest) +
                        " lines and is not; want no exception for it");
    }
  }

  void check_folders() {
    std::map<std::string, std::size_t> files;
    for (const auto& [path, file] : files_) {
      if (room_of(path, rules_)) ++files[path.substr(0, path.rfind('/'))];
    }
    for (const auto& [folder, count] : files) {
      if (count <= rules_.most_files) continue;
      broken_.push_back(folder + ":0: has " + std::to_string(count) + " files; want at most " +
                        std::to_string(rules_.most_files) + ": ask which two rooms it is");
    }
  }

  // Depth first; a file that is met while it is still open closes a circle.
  void check_circles_of_files() {
    std::set<std::string> done;
    std::vector<std::string> open;
    for (const auto& [path, file] : files_) visit(file, done, open);
  }

  void visit(const File& file, std::set<std::string>& done, std::vector<std::string>& open) {
    if (done.contains(file.path)) return;
    open.push_back(file.path);
    for (const Include& include : file.includes) {
      const auto next = files_.find(include.header);
      if (next == files_.end()) continue;
      const auto begin = std::ranges::find(open, include.header);
      if (begin == open.end()) {
        visit(next->second, done, open);
      } else {
        std::string circle;
        for (auto one = begin; one != open.end(); ++one) circle += *one + " -> ";
        add(file, include.line, "includes " + include.header + ", which closes a circle: " + circle + include.header);
      }
    }
    open.pop_back();
    done.insert(file.path);
  }

  // Rooms that lean on nobody, taken away again and again: what is left is a circle, or leans on one.
  void check_circles_of_rooms() {
    std::map<std::string, std::set<std::string>> leans;
    for (const Room& room : rules_.rooms) {
      auto& on = leans[room.path];
      for (const std::string& one : room.rooms) {
        const std::string_view place = std::string_view(one).substr(0, one.size() - (one.ends_with('/') ? 1 : 0));
        if (const Room* const other = room_of(place, rules_)) on.insert(other->path);
        for (const Room& other : rules_.rooms) {
          if (is_below(other.path, one)) on.insert(other.path);
        }
      }
      for (const Room& other : rules_.rooms) {
        if (is_below(other.path, room.path)) on.insert(other.path);
      }
      on.erase(room.path);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (auto room = leans.begin(); room != leans.end();) {
        const bool free = std::ranges::none_of(room->second, [&](const auto& on) { return leans.contains(on); });
        changed = changed || free;
        room = free ? leans.erase(room) : std::next(room);
      }
    }
    std::vector<std::string> left;
    left.reserve(leans.size());
    for (const auto& [path, on] : leans) left.push_back(path);
    if (!left.empty()) broken_.push_back("the table: a circle among " + joined(left));
  }

  const Rules& rules_;
  std::map<std::string, File> files_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_rules(const std::filesystem::path& root, const Rules& rules) {
  return Check(root, rules).run();
}

}  // namespace crossfade::architecture
