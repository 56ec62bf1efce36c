#include "recommenders/policy/learned_sums.h"

#include <nlohmann/json.hpp>

#include "platform/core/error.h"
#include "platform/files/new_file.h"
#include "platform/files/text_file.h"

namespace crossfade::recommenders {

namespace {

// Stored; do not change.
constexpr const char* kStateFormat = "crossfade-learned-state";
constexpr int kStateFormatVersion = 1;

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
    const nlohmann::json json = nlohmann::json::parse(files::read_text(file));
    if (json.at("format") != kStateFormat || json.at("format_version") != kStateFormatVersion) {
      refuse("is no state of a recommender that this program knows, want another name for a new one");
    }
    if (json.at("type") != type || json.at("of") != nlohmann::json(of) || json.at("sums").size() != sums) {
      refuse("was learned by another recommender, or of other parts or tracks, want another name for a new one");
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
