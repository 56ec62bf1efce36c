#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"

// A strict reader of YAML on top of yaml-cpp, which accepts duplicate and unknown keys and has no types of scalars.
namespace crossfade::config {

// Lines and columns count from 1.
struct Mark {
  std::size_t line = 0;
  std::size_t column = 0;

  bool operator==(const Mark&) const = default;
};

Mark mark_of(const YAML::Node& node);
Mark mark_of(const YAML::Mark& mark);

// Collects what is wrong with one file. All of it is listed: people write the file by hand, and want it right.
class Faults {
 public:
  explicit Faults(std::string_view file) : file_(file) {}

  // The same fault twice (an alias is read in two places) counts once.
  void add(Mark mark, const std::string& message);
  bool empty() const { return faults_.empty(); }
  std::size_t size() const { return faults_.size(); }
  std::vector<Fault> take() { return std::move(faults_); }

 private:
  std::string file_;
  std::vector<Fault> faults_;
  std::set<std::tuple<std::size_t, std::size_t, std::string>> told_;  // line, column, message
};

// "abc" in quotes, control characters escaped, cut after 64 bytes: fit for one line of a message.
std::string in_quotes(std::string_view text);
// "a, b, c"; "a, b and 7 more" where there are more than `most`.
std::string joined(const std::vector<std::string>& texts, std::size_t most = std::string::npos);
// `unknown layer "rankng", want one of ranking, search; did you mean "ranking"?`; `where` stands before the comma.
std::string unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& known,
                         std::string_view where = "");

// The scalar as a value of YAML 1.2's core schema; nothing for null, lists and maps. Integers beyond 64 bits are
// numbers.
std::optional<Value> scalar_of(const YAML::Node& node);
// What stands there, for a message: `0.5`, `the text "0.5"`, `true`, `a list`, `a map`, `empty`.
std::string describe(const YAML::Node& node);

// The value of one key. Reading it as something that it is not is a fault, "<name> is <what is>, want <want>".
struct Entry {
  std::string key;
  Mark mark;  // of the key
  YAML::Node value;

  // Where to point to when the value is wrong: yaml-cpp places an empty value somewhere behind it.
  Mark value_mark() const { return value.IsNull() ? mark : mark_of(value); }
  void refuse(Faults& faults, std::string_view want) const;

  // Without a NUL, which would end it where it is shown or stored.
  std::optional<std::string> text(Faults& faults, std::string_view want = "a text") const;
  // A key of the domain: 1 to 64 letters, digits, ".", "_", "-", the first one a letter or a digit.
  std::optional<std::string> name(Faults& faults) const;
  std::optional<bool> boolean(Faults& faults) const;
  std::optional<std::int64_t> integer(Faults& faults, std::int64_t least, std::int64_t most,
                                      std::string_view want) const;
  // A number within kLargestValue for which `fits` holds.
  std::optional<double> number(Faults& faults, const std::function<bool(double)>& fits, std::string_view want) const;
  // A share between 0 and 1, both excluded. Of 5 it is asked whether 5 % was meant.
  std::optional<double> share(Faults& faults, std::string_view want) const;
  // The items, called "<one>" in faults; nothing (a fault) where this is no list.
  std::optional<std::vector<Entry>> list(Faults& faults, std::string_view one, std::string_view want) const;
};

// Whether `name` may be a key of the domain, and what is wanted of one.
bool is_name(std::string_view name);
inline constexpr std::string_view kNameRule =
    R"(1 to 64 letters, digits, ".", "_" or "-", the first one a letter or a digit)";

// A map whose keys are texts, each of which stands once: what does not is a fault, and left out.
class Map {
 public:
  // `where` completes `unknown key "x"`: "in an experiment". No map: a fault, and an empty map. `known` empty: any key.
  Map(const Entry& entry, std::string_view where, const std::vector<std::string>& known, Faults& faults);

  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<std::string> keys() const;
  const Entry* find(std::string_view key) const;
  // As find; where there is none a fault, "no <key> <where>, want <want>".
  const Entry* require(std::string_view key, std::string_view want, Faults& faults) const;
  // A fault for each key that is not `known`.
  void refuse_unknown(const std::vector<std::string>& known, Faults& faults) const;
  Mark mark() const { return mark_; }
  // False when it was no map at all: what it lacks was said already.
  bool valid() const { return valid_; }

 private:
  std::string where_;
  Mark mark_;
  bool valid_ = true;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> index_;  // into entries_
};

// Whether a number lies between 0 and 1, both excluded.
inline bool is_share(double value) {
  return value > 0 && value < 1;
}

}  // namespace crossfade::config
