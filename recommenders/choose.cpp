#include "recommenders/choose.h"

#include <algorithm>

#include "recommenders/options.h"

namespace crossfade::recommenders {

Option order_option() {
  return {.name = "order",
          .kind = Option::Kind::text,
          .allowed = {"shuffled", "in_order"},
          .help =
              "shuffled (default): any track of the list, uniform; in_order: its first track that was not heard "
              "in this session"};
}

Order order_of(const Values& options) {
  return text_option(options, "order") == "in_order" ? Order::in_order : Order::shuffled;
}

std::optional<Choice> draw(std::span<const TrackId> list, Random& random) {
  if (list.empty()) return std::nullopt;
  return Choice{.track = list[random.below(list.size())], .propensity = 1.0 / static_cast<double>(list.size())};
}

bool is_heard(TrackId track, const Request& request) {
  return track == request.previous || std::ranges::find(request.heard, track) != request.heard.end();
}

std::optional<Choice> choose(Order order, std::span<const TrackId> list, const Request& request, Random& random) {
  if (order == Order::shuffled) return draw(list, random);
  const auto first = std::ranges::find_if(list, [&](TrackId track) { return !is_heard(track, request); });
  if (first == list.end()) return std::nullopt;
  return Choice{.track = *first, .propensity = 1};
}

}  // namespace crossfade::recommenders
