#include "recommenders/choose.h"
#include "recommenders/files.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

class ListsOfUsers final : public Recommender {
 public:
  ListsOfUsers(UserLists lists, Order order) : lists_(std::move(lists)), order_(order) {}

  std::optional<Choice> recommend(const Request& request, Random& random) const override {
    return choose(order_, lists_.of(request.unit), request, random);
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
          .make = make_user_lists};
}

}  // namespace crossfade::recommenders
