#pragma once

#include <algorithm>
#include <iterator>
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
  bool empty() const { return changes_.empty(); }
  void add(std::vector<std::string> sentences) { std::ranges::move(sentences, std::back_inserter(changes_)); }
  std::vector<std::string> take() { return std::move(changes_); }

 private:
  std::vector<std::string> changes_;
};

// The one of that name; nullptr: there is none.
template <class Item>
const Item* find_named(const std::vector<Item>& items, std::string_view name, std::string Item::* name_of) {
  const auto found = std::ranges::find(items, name, name_of);
  return found == items.end() ? nullptr : &*found;
}

// "a, b", or "none".
std::string list_of(const std::vector<std::string>& texts);

// "0.5", "sticky", "true".
std::string text_of(const Value& value);

// "a or b of ranker, c of size", or "none".
std::string prerequisites_of(const Experiment& experiment);

// These add what differs. Values are compared by name; `of_whom` (" of control") stands behind each name.
void values_changed(ChangeList& changes, std::string_view of_whom, const Values& now, const Values& then);
// All but `updates`, which changes nothing by itself.
void recommender_changed(ChangeList& changes, const RecommenderSpec& now, const RecommenderSpec& then);
void metric_changed(ChangeList& changes, const MetricDefinition& now, const MetricDefinition& then);

}  // namespace crossfade::config
