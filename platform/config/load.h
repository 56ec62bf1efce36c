#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"

namespace crossfade::config {

// What experiments.yaml may say of a recommender of one type, besides type and fallback. This room knows no
// recommender: whoever does tells it.
struct RecommenderOption {
  // file: a text, the name of a file below the world's directory.
  enum class Kind { integer, number, text, boolean, file };
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  std::vector<std::string> allowed;  // for texts; empty: any that is not empty
  double least = 0;                  // for integers and numbers: the smallest that is allowed
};

struct RecommenderType {
  std::string name;
  std::vector<RecommenderOption> options;
};

// Weights of an experiment may miss 1 by so much, which is far below a bucket (1e-4).
inline constexpr double kWeightTolerance = 1e-9;

// Reads `text`, the content of an experiments.yaml, strictly. Scalars have the types of YAML 1.2's core schema: `1` is
// a number, `"1"` a text, `yes` a text. Throws Error (user) with all the faults, in order of line, each as
// "file:line:col: what is, want what"; only a fault of YAML's syntax hides those behind it.
Configuration load(std::string_view text, std::string_view file_name, std::span<const RecommenderType> known_types);

// `load` of a file's text; also throws Error (user) when it cannot be read.
Configuration read(const std::filesystem::path& file, std::span<const RecommenderType> known_types);

// Why `after` may not take the place of `before`: it would move units of a running experiment to another variant, or
// out of it (variants, weights, salt, hash, layer salt, narrower range or coverage), under the same version. Empty when
// it may. A higher `version` allows anything; a lower one is refused. Lines are those of `after.text`.
std::vector<Fault> changes_refused(const Configuration& before, const Configuration& after, std::string_view file_name);

}  // namespace crossfade::config
