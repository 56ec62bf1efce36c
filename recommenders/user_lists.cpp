#include "recommenders/choose.h"
#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

class ListsOfUsers final : public Recommender, public Ranker {
 public:
  ListsOfUsers(UserLists lists, Order order) : lists_(std::move(lists)), order_(order) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    return choose(order_, lists_.of(request.unit), request, random);
  }
  std::optional<double> propensity(const Request& request, TrackId track) const override {
    return propensity_of(order_, lists_.of(request.unit), request, track);
  }
  const Ranker* ranker() const override { return this; }
  std::vector<Candidate> rank(const Request& request, std::size_t most) const override {
    return candidates_of(order_, lists_.of(request.unit), request, most);
  }

 private:
  UserLists lists_;
  Order order_;
};

std::unique_ptr<Recommender> make_user_lists(const Ingredients& of) {
  const std::string file = text_option(of.spec.options, "file").value_or("");
  return std::make_unique<ListsOfUsers>(read_user_lists(world_file(of.data, file, of.allow_outside), of.catalogue),
                                        order_of(of.spec.options, Order::shuffled));
}

}  // namespace

Type user_lists_type() {
  return {.name = "user_lists",
          .options = {{.name = "file",
                       .kind = Option::Kind::file,
                       .required = true,
                       .allowed = {},
                       .help = "lines {\"user\", \"tracks\": [...]}, best first"},
                      order_option(Order::shuffled)},
          .make = make_user_lists,
          .gives_candidates = true};
}

}  // namespace crossfade::recommenders
