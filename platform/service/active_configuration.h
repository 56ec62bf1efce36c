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

// What the service does with a unit under one configuration.
struct Treatment {
  struct Exposed {
    const Experiment* experiment = nullptr;
    const Variant* variant = nullptr;
    VariantNumber number = 0;
  };
  const std::string* recommender = nullptr;  // the name of the one that answers
  std::vector<Exposed> exposed;              // the running experiments that the unit is in
};

// One configuration with all that requests need of it. Immutable, hence thread-safe.
class ActiveConfiguration {
 public:
  // Throws Error when a recommender cannot be loaded, and Error (user) when units would have none. `number` tells this
  // configuration from the former ones.
  ActiveConfiguration(std::uint64_t number, const Configuration& configuration,
                      const recommenders::Catalogue& catalogue, const recommenders::Surroundings& around,
                      VariantNumbers& numbers);
  ActiveConfiguration(const ActiveConfiguration&) = delete;
  ActiveConfiguration& operator=(const ActiveConfiguration&) = delete;

  std::uint64_t number() const { return number_; }
  const recommenders::RecommenderSet& recommenders() const { return recommenders_; }
  // A pure function of the unit; what it points to lives as long as this.
  Treatment treatment_of(std::string_view unit) const;

 private:
  void require_recommender(const Values& parameters, const std::string& whose) const;

  const std::uint64_t number_;
  const Configuration configuration_;
  const assignment::Assigner assigner_;
  const recommenders::RecommenderSet recommenders_;
  std::map<const Variant*, VariantNumber> numbers_;  // of the running experiments
};

}  // namespace crossfade::service
