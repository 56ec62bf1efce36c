#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

// The calculator: sufficient statistics in, the platform's statistics out, as JSON.
namespace crossfade::calculator {

// The result of one case {"id", "method", "input"}: its id and status, "ok" with the method's numbers, "undefined" with
// a reason, or "unsupported" for a method that nobody knows. Never throws. Methods that read a file find it below
// `directory`.
nlohmann::json evaluate(const nlohmann::json& one_case, const std::filesystem::path& directory = ".");

// Reads {"schema_version": 1, "cases": [...]} and writes {"schema_version": 1, "results": [...]} in the same order,
// case by case: memory is that of the largest case. `name` is how messages call the input. Throws Error with line and
// column when the input is not JSON or has another form. Returns the number of cases.
std::size_t calculate(std::istream& in, std::string_view name, const std::filesystem::path& directory,
                      std::ostream& out);

}  // namespace crossfade::calculator
