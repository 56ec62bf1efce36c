#include <algorithm>

#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"
#include "recommenders/rank/candidates.h"

namespace crossfade::recommenders {

namespace {

// Walks the unit's list: from behind the previous track on to the end, then from the beginning, past what this session
// has played. Where the previous track is not in the list, from behind the latest of the session that is, or else from
// the beginning.
class Sequential final : public BestCandidate {
 public:
  explicit Sequential(UserLists lists) : lists_(std::move(lists)) {}

  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    const std::span<const TrackId> list = lists_.of(request.unit);
    std::vector<Candidate> candidates;
    const std::size_t start = start_of(list, request);
    for (std::size_t i = 0; i < list.size() && candidates.size() < most; ++i) {
      const TrackId track = list[(start + i) % list.size()];
      if (is_heard(track, request)) continue;
      candidates.push_back({.track = track, .score = 1.0 / static_cast<double>(1 + candidates.size())});
    }
    return candidates;
  }

 private:
  static std::size_t start_of(std::span<const TrackId> list, const Request& request) {
    const auto behind = [list](TrackId track) -> std::optional<std::size_t> {
      const auto found = std::ranges::find(list, track);
      if (found == list.end()) return std::nullopt;
      return static_cast<std::size_t>(found - list.begin()) + 1;
    };
    if (const auto place = behind(request.previous)) return *place;
    for (auto heard = request.heard.rbegin(); heard != request.heard.rend(); ++heard) {
      if (const auto place = behind(heard->track)) return *place;
    }
    return 0;
  }

  UserLists lists_;
};

std::unique_ptr<Recommender> make_sequential(const Ingredients& of) {
  const std::string file = text_option(of.spec.options, "file").value_or("");
  return std::make_unique<Sequential>(read_user_lists(world_file(of.data, file, of.allow_outside), of.catalogue));
}

}  // namespace

Type sequential_type() {
  return {.name = "sequential",
          .options = {{.name = "file",
                       .kind = Option::Kind::file,
                       .required = true,
                       .allowed = {},
                       .help = "lines {\"user\", \"tracks\": [...]}, in the order in which they are to be heard"}},
          .make = make_sequential,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
