#include "recommenders/choose.h"

#include <algorithm>

#include "recommenders/options.h"

namespace crossfade::recommenders {

Option order_option(Order standard) {
  const std::string_view shuffled = standard == Order::shuffled ? "shuffled (default)" : "shuffled";
  const std::string_view in_order = standard == Order::in_order ? "in_order (default)" : "in_order";
  return {.name = "order",
          .kind = Option::Kind::text,
          .allowed = {"shuffled", "in_order"},
          .help = std::string(shuffled) + ": any track of the list, uniform; " + std::string(in_order) +
                  ": its first track that was not heard in this session"};
}

Order order_of(const Values& options, Order standard) {
  const auto order = text_option(options, "order");
  if (!order) return standard;
  return *order == "in_order" ? Order::in_order : Order::shuffled;
}

std::optional<Choice> draw(std::span<const TrackId> list, Random& random) {
  if (list.empty()) return std::nullopt;
  return Choice{.track = list[random.below(list.size())], .propensity = 1.0 / static_cast<double>(list.size())};
}

bool is_heard(TrackId track, const Request& request) {
  return track == request.previous || std::ranges::find(request.heard, track, &Listen::track) != request.heard.end();
}

namespace {

std::optional<TrackId> first_unheard(std::span<const TrackId> list, const Request& request) {
  const auto first = std::ranges::find_if(list, [&](TrackId track) { return !is_heard(track, request); });
  return first == list.end() ? std::nullopt : std::optional(*first);
}

}  // namespace

std::optional<double> propensity_of_one(std::optional<TrackId> answer, TrackId track) {
  if (!answer) return std::nullopt;
  return *answer == track ? 1 : 0;
}

std::optional<Choice> choose(Order order, std::span<const TrackId> list, const Request& request, Random& random) {
  if (order == Order::shuffled) return draw(list, random);
  const auto first = first_unheard(list, request);
  if (!first) return std::nullopt;
  return Choice{.track = *first, .propensity = 1};
}

std::optional<double> propensity_of(Order order, std::span<const TrackId> list, const Request& request, TrackId track) {
  if (order == Order::in_order) return propensity_of_one(first_unheard(list, request), track);
  if (list.empty()) return std::nullopt;
  return std::ranges::find(list, track) == list.end() ? 0 : 1.0 / static_cast<double>(list.size());
}

std::vector<Candidate> candidates_of(Order order, std::span<const TrackId> list, const Request& request,
                                     std::size_t most) {
  std::vector<Candidate> candidates;
  candidates.reserve(std::min(most, list.size()));
  for (std::size_t place = 0; place < list.size() && candidates.size() < most; ++place) {
    if (order == Order::in_order && is_heard(list[place], request)) continue;
    candidates.push_back({.track = list[place], .score = 1.0 / static_cast<double>(1 + place)});
  }
  return candidates;
}

}  // namespace crossfade::recommenders
