#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/core/configuration.h"
#include "platform/core/events.h"
#include "recommenders/catalogue.h"
#include "recommenders/registry.h"

namespace crossfade::service {

// A variant of one version of an experiment, as a number: what a unit is exposed to.
using VariantNumber = std::uint32_t;

// Gives numbers to variants, the same one each time.
class VariantNumbers {
 public:
  VariantNumber number_of(const std::string& experiment, int version, const std::string& variant);

 private:
  std::map<std::tuple<std::string, int, std::string>, VariantNumber, std::less<>> numbers_;
};

// Who asks for variants, and of what.
struct AssignmentRequest {
  UnitId unit;
  JsonValue id;                               // the same as the client wrote it, a text or a number
  JsonValue attributes;                       // an object, or null
  std::vector<std::string> experiments = {};  // keys; empty: all that run
  bool expose = false;                        // whether the unit is about to meet what it is assigned
};

// What an experiment answers.
struct AssignedExperiment {
  const Experiment* experiment = nullptr;
  const Variant* variant = nullptr;  // null: in none
  assignment::Reason reason = assignment::Reason::not_running;
  bool exposed = false;
};

// In the order of the configuration, or in that of the request.
struct AssignmentAnswer {
  Values parameters;  // outside every experiment, and over them those of the variants
  std::vector<AssignedExperiment> experiments;
};

// What the service does with a unit under one configuration.
struct Treatment {
  struct Exposed {
    const Experiment* experiment = nullptr;
    const Variant* variant = nullptr;
    VariantNumber number = 0;
  };
  const std::string* recommender = nullptr;  // the name of the one that answers; null: nobody recommends
  std::vector<Exposed> exposed;              // the running experiments that decide about it and that the unit is in
};

// One configuration with all that requests need of it. Immutable, hence thread-safe.
class ActiveConfiguration {
 public:
  // Throws Error when a recommender cannot be loaded, and Error (user) when units would have none, unless the
  // configuration has no recommender at all: then the service assigns, and recommends nothing. `number` tells this
  // configuration from the former ones.
  ActiveConfiguration(std::uint64_t number, const Configuration& configuration,
                      const recommenders::Catalogue& catalogue, const recommenders::Surroundings& around,
                      VariantNumbers& numbers);
  ActiveConfiguration(const ActiveConfiguration&) = delete;
  ActiveConfiguration& operator=(const ActiveConfiguration&) = delete;

  std::uint64_t number() const { return number_; }
  const recommenders::RecommenderSet& recommenders() const { return recommenders_; }
  bool recommends() const { return !configuration_.recommenders.empty(); }
  // Of a listener, of whom nothing is known but the id. A pure function of it; what it points to lives as long as this.
  Treatment treatment_of(std::string_view unit) const;
  // Adds an exposure to `batch` for each variant that the unit is about to meet, and for the holdouts of these
  // experiments. What it points to lives as long as this. Throws Error (user) for an experiment that is not there.
  AssignmentAnswer assign(const AssignmentRequest& request, Timestamp at, EventBatch& batch) const;

 private:
  void require_recommender(const Values& parameters, const std::string& whose) const;

  const std::uint64_t number_;
  const Configuration configuration_;
  const assignment::Assigner assigner_;
  const recommenders::RecommenderSet recommenders_;
  std::map<const Variant*, VariantNumber> numbers_;  // of the running experiments
  bool targets_listeners_ = false;                   // any of those looks at attributes
  std::vector<std::size_t> decide_recommender_;      // positions of those whose parameters a recommendation reads
};

}  // namespace crossfade::service
