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
  return track == request.previous || std::ranges::find(request.heard, track) != request.heard.end();
}

std::optional<Choice> choose(Order order, std::span<const TrackId> list, const Request& request, Random& random) {
  if (order == Order::shuffled) return draw(list, random);
  const auto first = std::ranges::find_if(list, [&](TrackId track) { return !is_heard(track, request); });
  if (first == list.end()) return std::nullopt;
  return Choice{.track = *first, .propensity = 1};
}

}  // namespace crossfade::recommenders
