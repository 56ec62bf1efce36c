#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/core/configuration.h"

// Sentences about what changed in the definitions that experiments use.
namespace crossfade::config {

// Gathers "WHAT is NOW, was THEN" where the two differ. An empty text is "none".
class ChangeList {
 public:
  void is(std::string_view what, std::string_view now, std::string_view then);
  void are(std::string_view what, std::string_view now, std::string_view then);
  std::vector<std::string> take() { return std::move(changes_); }

 private:
  std::vector<std::string> changes_;
};

// "a, b", or "none".
std::string list_of(const std::vector<std::string>& texts);

// These add what differs. Values are compared by name; `of_whom` (" of control") stands behind each name.
void values_changed(ChangeList& changes, std::string_view of_whom, const Values& now, const Values& then);
void recommender_changed(ChangeList& changes, const RecommenderSpec& now, const RecommenderSpec& then);
void metric_changed(ChangeList& changes, const MetricDefinition& now, const MetricDefinition& then);

}  // namespace crossfade::config
