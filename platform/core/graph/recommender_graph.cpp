#include "platform/core/graph/recommender_graph.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();
// A sum of as many as there may be in a file stays far below the largest number.
constexpr std::size_t kMostCounted = 1'000'000;

struct Asked {
  std::size_t fallback = kNobody;
  std::vector<std::size_t> parts;
  std::vector<std::size_t> all;  // both, the fallback first
};

std::vector<Asked> asked_of(std::span<const RecommenderSpec> specs) {
  std::map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < specs.size(); ++i) place.emplace(specs[i].name, i);
  std::vector<Asked> asked(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const auto fallback = place.find(specs[i].fallback);
    if (fallback != place.end()) {
      asked[i].fallback = fallback->second;
      asked[i].all.push_back(fallback->second);
    }
    for (const auto& [option, parts] : specs[i].parts) {
      for (const RecommenderPart& part : parts) {
        const auto named = place.find(part.recommender);
        if (named == place.end()) continue;
        asked[i].parts.push_back(named->second);
        asked[i].all.push_back(named->second);
      }
    }
  }
  return asked;
}

// R. Tarjan: Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972), without recursion: a file may
// hold a chain of any length. Components come out behind those that they lead to.
class Components {
 public:
  explicit Components(const std::vector<Asked>& asked)
      : asked_(asked), number_(asked.size(), 0), low_(asked.size(), 0), open_(asked.size(), false) {
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (number_[i] == 0) search(i);
    }
  }

  std::vector<std::vector<std::size_t>> take() && { return std::move(components_); }

 private:
  struct Visit {
    std::size_t node = 0;
    std::size_t next = 0;  // into its `all`
  };

  void enter(std::size_t node) {
    number_[node] = low_[node] = ++last_;
    open_[node] = true;
    path_.push_back(node);
    visits_.push_back({.node = node});
  }

  void search(std::size_t root) {
    enter(root);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      const std::size_t node = visit.node;
      if (visit.next < asked_[node].all.size()) {
        const std::size_t other = asked_[node].all[visit.next++];
        if (number_[other] == 0) {
          enter(other);
        } else if (open_[other]) {
          low_[node] = std::min(low_[node], number_[other]);
        }
        continue;
      }
      visits_.pop_back();
      if (!visits_.empty()) low_[visits_.back().node] = std::min(low_[visits_.back().node], low_[node]);
      if (low_[node] == number_[node]) close(node);
    }
  }

  void close(std::size_t node) {
    std::vector<std::size_t>& component = components_.emplace_back();
    do {
      component.push_back(path_.back());
      open_[path_.back()] = false;
      path_.pop_back();
    } while (component.back() != node);
    std::ranges::sort(component);
  }

  const std::vector<Asked>& asked_;
  std::vector<std::size_t> number_;  // in order of the search, from 1; 0: not yet seen
  std::vector<std::size_t> low_;
  std::vector<char> open_;
  std::vector<std::size_t> path_;
  std::vector<Visit> visits_;
  std::size_t last_ = 0;
  std::vector<std::vector<std::size_t>> components_;
};

// The shortest way from `start` back to it, which begins with it; empty: there is none.
std::vector<std::size_t> shortest_circle(const std::vector<Asked>& asked, std::size_t start) {
  std::map<std::size_t, std::size_t> from;
  std::vector<std::size_t> queue = {start};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const std::size_t other : asked[queue[i]].all) {
      if (!from.emplace(other, queue[i]).second) continue;
      if (other != start) {
        queue.push_back(other);
        continue;
      }
      std::vector<std::size_t> circle;
      for (std::size_t node = from.at(start); node != start; node = from.at(node)) circle.push_back(node);
      circle.push_back(start);
      std::ranges::reverse(circle);
      return circle;
    }
  }
  return {};
}

}  // namespace

RecommenderGraph graph_of(std::span<const RecommenderSpec> specs) {
  const std::vector<Asked> asked = asked_of(specs);
  RecommenderGraph graph;
  // How many a request asks, without and with its fallback; 0: a circle, which is told.
  std::vector<std::size_t> alone(specs.size(), 0);
  std::vector<std::size_t> with_fallback(specs.size(), 0);
  for (const std::vector<std::size_t>& component : Components(asked).take()) {
    graph.order.insert(graph.order.end(), component.begin(), component.end());
    const std::size_t first = component.front();
    const Asked& by_first = asked[first];
    if (component.size() > 1 || std::ranges::find(by_first.all, first) != by_first.all.end()) {
      graph.circles.push_back(shortest_circle(asked, first));
      continue;
    }
    std::size_t own = 1;
    for (const std::size_t part : by_first.parts) own = std::min(own + alone[part], kMostCounted);
    const std::size_t behind = by_first.fallback == kNobody ? 0 : with_fallback[by_first.fallback];
    alone[first] = own;
    with_fallback[first] = std::min(own + behind, kMostCounted);
    const bool told =
        std::ranges::any_of(by_first.all, [&](std::size_t one) { return with_fallback[one] > kMostAsked; });
    if (with_fallback[first] > kMostAsked && !told) {
      graph.crowds.push_back({.recommender = first, .asked = with_fallback[first]});
    }
  }
  std::ranges::sort(graph.circles);
  std::ranges::sort(graph.crowds, {}, &RecommenderGraph::Crowd::recommender);
  return graph;
}

}  // namespace crossfade
