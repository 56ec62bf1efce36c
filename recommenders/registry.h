#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "recommenders/catalogue.h"
#include "recommenders/external/transport.h"
#include "recommenders/recommender.h"

namespace crossfade::recommenders {

// Of Option::most: there is no largest.
inline constexpr double kAnyNumber = std::numeric_limits<double>::infinity();
// Listens that a recommender may read of a unit, or of its session.
inline constexpr double kMostHistory = 100;
// Candidates that one may ask of another.
inline constexpr double kMostCandidates = 1'000;
// Tracks of which a bandit computes how probably each is the best.
inline constexpr double kMostArms = 50;

// What experiments.yaml may say of a recommender of one type, besides type, fallback and updates.
struct Option {
  // file: a text, the name of a file below the world's directory. recommender: the name of another one; recommenders:
  // the names of one or more others, each once. Both are no values, but parts: RecommenderSpec::parts.
  enum class Kind { integer, number, text, boolean, file, recommender, recommenders };
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  std::vector<std::string> allowed;  // for texts; empty: any
  double least = 0;                  // for integers and numbers: the smallest that is allowed
  double most = kAnyNumber;          // and the largest
  bool candidates = false;           // for recommenders: only those whose type gives_candidates
  bool weighted = false;             // for several recommenders: whether they may have weights
  bool command = false;  // for texts: a command of a shell, whose script counts as a file (external::script_of)
  // For texts: empty, or what is wanted that the text is not. None: any text will do.
  std::string (*unmet)(const std::string& text) = nullptr;
  std::string help;  // meaning, unit, default
};

// Another recommender that a spec names.
struct Part {
  std::string name;
  const Recommender& recommender;  // outlives who asks it
  double weight = 1;               // relative to that of the other parts; not negative, one is above 0
};

// What a recommender is made of.
struct Ingredients {
  const RecommenderSpec& spec;  // its options have been checked against Type::options
  const Catalogue& catalogue;   // outlives the recommender
  std::filesystem::path data;   // the world's directory: relative names of files are below it
  bool allow_outside = false;   // whether files may lie elsewhere, too
  // By which other processes are asked; null: nobody is, and who would ask has no answer.
  external::Transports* transports = nullptr;
  std::map<std::string, std::vector<Part>> parts = {};  // by option

  // Those that an option names, in the order of the file; none where it does not stand there.
  std::span<const Part> parts_of(const std::string& option) const {
    const auto found = parts.find(option);
    return found == parts.end() ? std::span<const Part>{} : std::span<const Part>(found->second);
  }
  // The first of them.
  const Part* part_of(const std::string& option) const {
    const std::span<const Part> all = parts_of(option);
    return all.empty() ? nullptr : &all.front();
  }
};

// A kind of recommender, as experiments.yaml names it.
struct Type {
  std::string name;
  std::vector<Option> options;
  std::unique_ptr<Recommender> (*make)(const Ingredients&);  // throws Error with what it misses
  bool gives_candidates = false;                             // whether each has a Recommender::ranker
};

// Every type there is: a new recommender is a new file and one line here.
std::span<const Type> types();

class RecommenderSet;

// Where recommenders find what they are made of.
struct Surroundings {
  std::filesystem::path data;                  // the world's directory: files lie below it, wherever links lead
  bool allow_outside = false;                  // files may lie elsewhere, too
  std::filesystem::path commands = {};         // in which commands run; empty: their scripts are not looked at
  external::Transports* transports = nullptr;  // outlives the recommenders; null: nothing is started or asked
  // Recommenders that are not loaded: `former` has them, and they stay as they are there, with their parts.
  const RecommenderSet* former = nullptr;
  std::set<std::string, std::less<>> kept = {};
};

// What the recommender of `spec` would be loaded from now, with its checksums. Throws Error where that cannot be read.
std::vector<RecommenderFile> files_of(const RecommenderSpec& spec, const Surroundings& around);

// The recommenders of one configuration, by name. Immutable, hence thread-safe.
class RecommenderSet {
 public:
  // Loads them all, each behind its parts. Throws Error with every fault of every spec (check_specs) or else of every
  // file. `catalogue`, which must have a track, outlives the set. Without transports who asks other processes never has
  // an answer.
  RecommenderSet(std::span<const RecommenderSpec> specs, const Catalogue& catalogue, const Surroundings& around);
  // The same without commands.
  RecommenderSet(std::span<const RecommenderSpec> specs, const Catalogue& catalogue, const std::filesystem::path& data,
                 bool allow_outside = false, external::Transports* transports = nullptr)
      : RecommenderSet(specs, catalogue,
                       Surroundings{.data = data, .allow_outside = allow_outside, .transports = transports}) {}

  // Asks `name`, then its fallback, and so on; uniform over the catalogue (recorded as "fallback") when nobody else
  // answers, so there always is an answer. `name` must be one of the specs. Parts are asked without their fallbacks.
  // Unless `may_wait`, those who would wait for another process are passed over.
  Recommended answer(std::string_view name, const Request& request, Random& random, bool may_wait = true) const;
  // The same without asking `name` itself, for a request whose track the catalogue lacks.
  Recommended answer_of_fallback(std::string_view name, const Request& request, Random& random,
                                 bool may_wait = true) const;

  // Whether some of them ask other processes, and whether an answer of `name` may wait for one.
  bool any_waits() const { return any_waits_; }
  bool waits(std::string_view name) const { return any_waits_ && instance(name).waits; }
  // How many requests may be under way at once, so that each message to other processes is full.
  std::size_t useful_requests() const { return useful_requests_; }

  // `name` itself, without its fallback. It must be one of the specs.
  const Recommender& recommender(std::string_view name) const { return *instance(name).recommender; }

  // How many listens of Request::history they read, the one that reads most.
  std::size_t history() const;

  // Whether one of them learns from what comes of its answers.
  bool learns() const { return learns_; }
  // Has whoever is recorded as `recorded` (Recommended::recommender) learn what came of that answer; nobody of whom
  // there is none any more. `feedback` has no part.
  void learn(std::string_view recorded, Feedback feedback) const;
  // Has all of them Recommender::advance. Throws Error with every state that cannot be saved.
  void advance() const;

  // What they were loaded from, sorted.
  const std::vector<RecommenderFile>& files() const { return files_; }

 private:
  struct Instance {
    std::string name;
    std::shared_ptr<const Recommender> recommender;  // shared with the set behind this one, if that keeps it
    const Instance* fallback = nullptr;              // nobody: uniform over the catalogue
    bool asks_others = false;                        // it waits for another process, or a part of it does
    bool waits = false;                              // it does, or who is asked in its place
  };
  const Instance& instance(std::string_view name) const;
  // Makes the one of `spec`, whose parts are made, or keeps the former one.
  void load(const RecommenderSpec& spec, const Surroundings& around);
  // Asks `first`, then its fallback, and so on.
  Recommended ask(const Instance* first, const Request& request, Random& random, bool may_wait) const;

  const Catalogue& catalogue_;
  std::vector<RecommenderFile> files_;
  bool learns_ = false;
  bool any_waits_ = false;
  std::size_t useful_requests_ = 1;
  std::map<std::string, Instance, std::less<>> instances_;
};

}  // namespace crossfade::recommenders
