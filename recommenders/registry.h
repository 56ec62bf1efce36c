#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "recommenders/catalogue.h"
#include "recommenders/recommender.h"

namespace crossfade::recommenders {

// What experiments.yaml may say of a recommender of one type, besides type and fallback.
struct Option {
  // file: a text, the name of a file below the world's directory.
  enum class Kind { integer, number, text, boolean, file };
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  std::vector<std::string> allowed;  // for texts; empty: any
  double least = 0;                  // for integers and numbers: the smallest that is allowed
  std::string help;                  // meaning, unit, default
};

// What a recommender is made of.
struct Ingredients {
  const RecommenderSpec& spec;  // its options have been checked against Type::options
  const Catalogue& catalogue;   // outlives the recommender
  std::filesystem::path data;   // the world's directory: relative names of files are below it
  bool allow_outside = false;   // whether files may lie elsewhere, too
};

// A kind of recommender, as experiments.yaml names it.
struct Type {
  std::string name;
  std::vector<Option> options;
  std::unique_ptr<Recommender> (*make)(const Ingredients&);  // throws Error with what it misses
};

// Every type there is: a new recommender is a new file and one line here.
std::span<const Type> types();

// The recommenders of one configuration, by name. Immutable, hence thread-safe.
class RecommenderSet {
 public:
  // Loads them all. Throws Error with every fault of every spec (unknown type, options that the type does not take, a
  // fallback that is nobody's name or leads back to its beginning) or else of every file. `catalogue`, which must have
  // a track, outlives the set. Files lie below `data`, wherever their links lead, unless `allow_outside`.
  RecommenderSet(std::span<const RecommenderSpec> specs, const Catalogue& catalogue, const std::filesystem::path& data,
                 bool allow_outside = false);

  // Asks `name`, then its fallback, and so on; uniform over the catalogue (recorded as "fallback") when nobody else
  // answers, so there always is an answer. `name` must be one of the specs.
  Recommended answer(std::string_view name, const Request& request, Random& random) const;
  // The same without asking `name` itself, for a request whose track the catalogue lacks.
  Recommended answer_of_fallback(std::string_view name, const Request& request, Random& random) const;

 private:
  struct Instance {
    std::string name;
    std::unique_ptr<Recommender> recommender;
    const Instance* fallback = nullptr;  // nobody: uniform over the catalogue
  };
  const Instance& instance(std::string_view name) const;
  // Asks `first`, then its fallback, and so on.
  Recommended ask(const Instance* first, const Request& request, Random& random) const;

  const Catalogue& catalogue_;
  std::map<std::string, Instance, std::less<>> instances_;
};

}  // namespace crossfade::recommenders
