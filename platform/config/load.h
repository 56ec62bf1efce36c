#pragma once

#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"

namespace crossfade::config {

// What experiments.yaml may say of a recommender of one type, besides type, fallback and updates. This room knows no
// recommender: whoever does tells it.
struct RecommenderOption {
  // file: a text, the name of a file below the world's directory. recommender, recommenders: names of others, which
  // RecommenderSpec::parts holds.
  enum class Kind { integer, number, text, boolean, file, recommender, recommenders };
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  std::vector<std::string> allowed;                       // for texts; empty: any that is not empty
  double least = 0;                                       // for integers and numbers: the smallest that is allowed
  double most = std::numeric_limits<double>::infinity();  // and the largest
  bool candidates = false;                                // for recommenders: only those whose type gives candidates
  // For texts: empty, or what is wanted that the text is not. None: any text will do.
  std::string (*unmet)(const std::string& text) = nullptr;
  bool weighted = false;  // for several recommenders: whether they may have weights
};

struct RecommenderType {
  std::string name;
  bool gives_candidates = false;  // to others, which may choose among them
  std::vector<RecommenderOption> options;
};

enum class Rules {
  all,
  recorded,  // without those that earlier programs had not: for what a store recorded, which has run whatever is said
             // now
};

// Weights of an experiment may miss 1 by so much, which is far below a bucket (1e-4).
inline constexpr double kWeightTolerance = 1e-9;

// Reads `text`, the content of an experiments.yaml, strictly. Scalars have the types of YAML 1.2's core schema: `1` is
// a number, `"1"` a text, `yes` a text. Throws Error (user) with all the faults, in order of line, each as
// "file:line:col: what is, want what"; only a fault of YAML's syntax hides those behind it.
// `rules`: see Rules.
Configuration load(std::string_view text, std::string_view file_name, std::span<const RecommenderType> known_types,
                   Rules rules = Rules::all);

// `load` of a file's text; also throws Error (user) when it cannot be read.
Configuration read(const std::filesystem::path& file, std::span<const RecommenderType> known_types);

}  // namespace crossfade::config
