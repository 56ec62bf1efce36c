#include "platform/calculator/calculator.h"

#include <fmt/format.h>

#include <exception>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>

#include "platform/calculator/input.h"
#include "platform/calculator/methods.h"
#include "platform/calculator/output.h"
#include "platform/core/error.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

constexpr int kSchemaVersion = 1;
// Of a case, in levels of lists and objects; they need five. JSON is parsed without recursion, but copied and written
// with it.
constexpr int kDeepest = 32;

json answer(const json& one_case, const std::filesystem::path& directory) {
  if (!one_case.is_object()) throw BadInput("the case is not an object");
  const auto method = one_case.find("method");
  if (method == one_case.end() || !method->is_string()) throw BadInput("method: is missing");
  const Method function = find_method(method->get_ref<const std::string&>());
  if (function == nullptr) return {{"status", "unsupported"}};
  const auto input = one_case.find("input");
  if (input == one_case.end()) throw BadInput("input: is missing");
  json result = function(Input(*input), directory);
  if (!result.contains("status")) result["status"] = "ok";
  return result;
}

[[noreturn]] void refuse(std::string_view name, std::string_view what) {
  throw Error::user(fmt::format("{}: {}", name, what));
}

// The answer to a case of which what is deeper has been left out.
json nested_too_deeply(const json& one_case) {
  json result = undefined(stats::Undefined::invalid_input);
  result["message"] = fmt::format("the case is nested more than {} deep", kDeepest);
  if (!one_case.is_object()) return result;
  const auto id = one_case.find("id");
  if (id != one_case.end() && id->is_primitive()) result["id"] = *id;
  return result;
}

// Hands over each element of the top-level `cases` and forgets it.
class Reader {
 public:
  Reader(std::string_view name, const std::filesystem::path& directory, std::ostream& out)
      : name_(name), directory_(directory), out_(out) {}

  // The parser's callback: false drops the value.
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    using enum json::parse_event_t;
    if (depth == 0 && event == array_start) refuse(name_, "is an array, want an object with schema_version and cases");
    if (depth == 1 && event == key) key_ = parsed.get<std::string>();
    if (depth == 1 && key_ == "cases") {
      if (event == array_start) cases_ = true;
      if (event == value || event == object_start) refuse(name_, "cases: is not an array");
    }
    if (depth > kDeepest + 2) {
      too_deep_ = true;
      return false;
    }
    const bool whole = event == object_end || event == array_end || event == value;
    if (depth == 1 && whole && key_ == "schema_version") {
      if (parsed != kSchemaVersion) {
        refuse(name_, fmt::format("schema_version: is {}, want {}", parsed.dump(), kSchemaVersion));
      }
      known_ = true;
    }
    if (depth != 2 || !whole || key_ != "cases") return true;
    write(std::exchange(too_deep_, false) ? nested_too_deeply(parsed) : evaluate(parsed, directory_));
    return false;
  }

  bool cases() const { return cases_; }
  std::size_t count() const { return count_; }
  // After the last case: what is still held back, and the end of the list.
  void finish() {
    release();
    out_ << "\n]}\n";
  }

 private:
  // What comes before schema_version is held back: without one there are no results, not half a list of them.
  void write(const json& result) {
    held_ += count_++ == 0 ? "\n" : ",\n";
    held_ += result.dump(-1, ' ', false, json::error_handler_t::replace);
    if (known_) release();
  }

  void release() {
    if (!begun_) out_ << "{\"schema_version\":" << kSchemaVersion << ",\"results\":[";
    begun_ = true;
    out_ << held_;
    held_.clear();
  }

  std::string_view name_;
  const std::filesystem::path& directory_;
  std::ostream& out_;
  std::string key_;
  std::string held_;    // of the answer, not yet written
  bool known_ = false;  // the schema_version
  bool begun_ = false;  // the answer
  bool cases_ = false;
  bool too_deep_ = false;  // the case that is being read
  std::size_t count_ = 0;
};

// nlohmann's message without its own name in front: "parse error at line 3, column 5: ...".
std::string_view message_of(const json::exception& error) {
  const std::string_view text = error.what();
  const auto end = text.find("] ");
  return end == std::string_view::npos ? text : text.substr(end + 2);
}

}  // namespace

json evaluate(const json& one_case, const std::filesystem::path& directory) {
  json result;
  try {
    result = answer(one_case, directory);
  } catch (const std::exception& error) {
    result = undefined(stats::Undefined::invalid_input);
    result["message"] = error.what();
  }
  if (one_case.is_object() && one_case.contains("id")) result["id"] = one_case["id"];
  return result;
}

std::size_t calculate(std::istream& in, std::string_view name, const std::filesystem::path& directory,
                      std::ostream& out) {
  Reader reader(name, directory, out);
  try {
    const json rest = json::parse(in, std::ref(reader));
    if (!rest.is_object() || !rest.contains("schema_version")) refuse(name, "schema_version: is missing, want 1");
  } catch (const json::exception& error) {
    refuse(name, message_of(error));
  }
  if (!reader.cases()) refuse(name, "cases: is missing, want an array");
  reader.finish();
  return reader.count();
}

}  // namespace crossfade::calculator
