#include "recommenders/policy/learned_sums.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "platform/core/error.h"
#include "platform/files/file_faults.h"
#include "platform/files/json_lines.h"
#include "platform/files/new_file.h"

namespace crossfade::recommenders {

namespace {

// Stored; do not change.
constexpr const char* kStateFormat = "crossfade-learned-state";
constexpr int kStateFormatVersion = 1;

// What is learned from is never below 0, and far from what a sum or a version has no room for.
bool is_counted(const nlohmann::json& value) {
  constexpr std::uint64_t most = std::uint64_t{1} << 53;
  return value.is_number_unsigned() && value.get<std::uint64_t>() <= most;
}

}  // namespace

std::vector<std::int64_t> LearnedSums::values() const {
  std::vector<std::int64_t> values(count_);
  for (std::size_t i = 0; i < count_; ++i) values[i] = sums_[i].load(std::memory_order_relaxed);
  return values;
}

void LearnedSums::set(std::span<const std::int64_t> values) {
  for (std::size_t i = 0; i < count_; ++i) sums_[i].store(values[i], std::memory_order_relaxed);
}

std::optional<LearnedState> read_state(const std::filesystem::path& file, const std::string& type,
                                       const std::vector<std::string>& of, std::size_t sums) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const auto refuse = [&file](const std::string& what) { throw Error::user(file.string() + ": " + what); };
  LearnedState state;
  try {
    files::FileFaults faults(file);
    const nlohmann::json json = files::read_json(file, faults);
    faults.throw_if_any();
    if (json.at("format") != kStateFormat || json.at("format_version") != kStateFormatVersion) {
      refuse("is no state of a recommender that this program knows, want another name for a new one");
    }
    if (json.at("type") != type || json.at("of") != nlohmann::json(of) || json.at("sums").size() != sums) {
      refuse("was learned by another recommender, or of other parts or tracks, want another name for a new one");
    }
    if (!is_counted(json.at("version")) || !std::ranges::all_of(json.at("sums"), is_counted)) {
      refuse("has a version or a sum that is no whole number from 0 to 2^53, want it as it was written");
    }
    state.version = json.at("version");
    state.sums = json.at("sums").get<std::vector<std::int64_t>>();
  } catch (const nlohmann::json::exception& exception) {
    refuse(std::string("no state that can be read: ") + exception.what());
  }
  return state;
}

void write_state(const std::filesystem::path& file, const std::string& type, const std::vector<std::string>& of,
                 const LearnedState& state) {
  const nlohmann::ordered_json json{{"format", kStateFormat},
                                    {"format_version", kStateFormatVersion},
                                    {"type", type},
                                    {"of", of},
                                    {"version", state.version},
                                    {"sums", state.sums}};
  files::NewFile out(file);
  out.write(json.dump() + "\n");
  out.commit();
}

}  // namespace crossfade::recommenders
