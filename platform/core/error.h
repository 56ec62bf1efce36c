#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// One place in a file that is not as it should be. Lines and columns count from 1; 0 = not known (the whole file is
// meant).
struct Fault {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;  // what is, then the rule: "variant weights sum to 0.9, want 1"

  bool operator==(const Fault&) const = default;
};

// "experiments.yaml:12:5: variant weights sum to 0.9, want 1"; parts that are not known are left out. One line, fit for
// a terminal (printable in text.h).
std::string to_string(const Fault& fault);

// What cannot be done. Caught in two places only: main, and the HTTP handler.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    user,         // a bad flag, file or request: exit code 2, HTTP 400
    unknown,      // the user names what there is not: exit code 2, HTTP 404
    unavailable,  // passes when somebody else lets go or makes room (a lock, a full disk): exit code 1, HTTP 503
    internal,     // ours, or the machine's: exit code 1, HTTP 500
  };

  static Error user(const std::string& message) { return {Kind::user, message, {}}; }
  static Error unknown(const std::string& message) { return {Kind::unknown, message, {}}; }
  static Error unavailable(const std::string& message) { return {Kind::unavailable, message, {}}; }
  static Error internal(const std::string& message) { return {Kind::internal, message, {}}; }
  // All faults of an input, in order of file and line; what() is one line a fault. `faults` must not be empty. Of more
  // than kMostFaults the first ones are told, and how many more there are.
  static constexpr std::size_t kMostFaults = 100;
  static Error faults(std::vector<Fault> faults);

  Kind kind() const { return kind_; }
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  Error(Kind kind, const std::string& message, std::vector<Fault> faults)
      : std::runtime_error(message), kind_(kind), faults_(std::move(faults)) {}

  Kind kind_;
  std::vector<Fault> faults_;
};

// The candidate nearest to `name` by edit distance (insert, delete, replace, swap neighbours), if near enough to be a
// likely slip: at most a third of its letters. "" when there is none, or there are more than 1 000 candidates, or the
// name is longer than 64 bytes. O(candidates x letters squared).
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace crossfade
