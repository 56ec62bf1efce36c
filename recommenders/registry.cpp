#include "recommenders/registry.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "platform/core/error.h"
#include "platform/core/graph/recommender_graph.h"
#include "platform/core/log.h"
#include "platform/files/checksum.h"
#include "recommenders/check_specs.h"
#include "recommenders/external/script.h"
#include "recommenders/files.h"
#include "recommenders/manifest.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

std::span<const Type> types() {
  static const std::vector<Type> all = {
      random_type(),
      top_pop_type(),
      sticky_artist_type(),
      user_lists_type(),
      item_to_item_type(),
      mixture_type(),
      history_item_to_item_type(),
      rank_fusion_type(),
      sequential_type(),
      embeddings_type(),
      rerank_type(),
      cascade_type(),
      epsilon_greedy_type(),
      thompson_type(),
      linucb_type(),
      process_type(),
      http_type(),
  };
  return all;
}

namespace {

// Lists that are served with another catalogue than they were made for are no fault, as a catalogue may grow: stderr
// says so.
void tell_of_foreign_lists(const RecommenderSpec& spec, const Type& type, const Catalogue& catalogue,
                           const Surroundings& around) {
  for (const Option& option : type.options) {
    const auto value = spec.options.find(option.name);
    if (option.kind != Option::Kind::file || value == spec.options.end()) continue;
    const auto* const name = std::get_if<std::string>(&value->second);
    if (name == nullptr) continue;
    const auto foreign = foreign_lists(world_file(around.data, *name, around.allow_outside), catalogue);
    if (foreign) log_line("recommender \"" + spec.name + "\": " + *foreign);
  }
}

}  // namespace

std::vector<RecommenderFile> files_of(const RecommenderSpec& spec, const Surroundings& around) {
  std::vector<RecommenderFile> all;
  for (const Option& option : type_of(spec.type)->options) {
    const auto value = spec.options.find(option.name);
    if (value == spec.options.end() || (option.kind != Option::Kind::file && !option.command)) continue;
    const std::string& text = std::get<std::string>(value->second);
    if (option.kind == Option::Kind::file) {
      const auto file = world_file(around.data, text, around.allow_outside);
      all.push_back({.recommender = spec.name, .file = text, .checksum = files::checksum_of(file)});
    } else if (const auto script =
                   around.commands.empty() ? std::nullopt : external::script_of(text, around.commands)) {
      const auto checksum = files::checksum_of(around.commands / *script);
      all.push_back({.recommender = spec.name, .file = *script, .checksum = checksum});
    }
  }
  return all;
}

RecommenderSet::RecommenderSet(std::span<const RecommenderSpec> specs, const Catalogue& catalogue,
                               const Surroundings& around)
    : catalogue_(catalogue) {
  if (specs.empty()) return;
  if (catalogue.size() == 0) {
    throw Error::user("recommenders want a catalogue: tracks.json in the world's directory, when the server starts");
  }
  check_specs(specs);
  std::vector<Fault> faults;
  for (const std::size_t place : graph_of(specs).order) {
    const RecommenderSpec& spec = specs[place];
    try {
      load(spec, around);
    } catch (const Error& error) {
      if (error.faults().empty()) {
        faults.push_back({.file = "", .message = "recommender \"" + spec.name + "\": " + error.what()});
      }
      faults.insert(faults.end(), error.faults().begin(), error.faults().end());
    }
  }
  if (!faults.empty()) throw Error::faults(std::move(faults));
  std::ranges::sort(files_);
  const auto twice = std::ranges::unique(files_);
  files_.erase(twice.begin(), twice.end());
  for (const RecommenderSpec& spec : specs) {
    if (!spec.fallback.empty()) instances_.at(spec.name).fallback = &instances_.at(spec.fallback);
  }
  for (auto& [name, asked] : instances_) {
    useful_requests_ = std::max(useful_requests_, asked.recommender->useful_requests());
    any_waits_ = any_waits_ || asked.asks_others;
  }
  for (auto& [name, asked] : instances_) {
    for (const Instance* one = &asked; one != nullptr; one = one->fallback) {
      asked.waits = asked.waits || one->asks_others;
    }
  }
}

void RecommenderSet::load(const RecommenderSpec& spec, const Surroundings& around) {
  if (around.kept.contains(spec.name)) {
    const Instance& kept = around.former->instance(spec.name);
    instances_.emplace(spec.name, Instance{.name = spec.name, .recommender = kept.recommender})
        .first->second.asks_others = kept.asks_others;
    learns_ = learns_ || kept.recommender->learns();
    std::ranges::copy_if(around.former->files_, std::back_inserter(files_),
                         [&](const RecommenderFile& file) { return file.recommender == spec.name; });
    return;
  }
  const Type& type = *type_of(spec.type);
  Ingredients of{.spec = spec,
                 .catalogue = catalogue_,
                 .data = around.data,
                 .allow_outside = around.allow_outside,
                 .transports = around.transports};
  bool asks_others = false;
  std::vector<std::shared_ptr<const Recommender>> asked;
  for (const auto& [option, parts] : spec.parts) {
    for (const auto& [name, weight] : parts) {
      const auto part = instances_.find(name);
      if (part == instances_.end()) return;  // could not be loaded, which is told
      of.parts[option].push_back({.name = name, .recommender = *part->second.recommender, .weight = weight});
      asked.push_back(part->second.recommender);
      asks_others = asks_others || part->second.asks_others;
    }
  }
  // Before they are read: of a file that is replaced meanwhile the next who loads it finds that it has changed.
  for (RecommenderFile& file : files_of(spec, around)) files_.push_back(std::move(file));
  auto made = type.make(of);
  learns_ = learns_ || made->learns();
  Instance& instance = instances_.emplace(spec.name, Instance{.name = spec.name, .recommender = nullptr}).first->second;
  instance.asks_others = asks_others || made->useful_requests() > 0;
  // What it asks lives as long as itself, whichever set keeps it.
  instance.recommender = std::shared_ptr<const Recommender>(
      made.release(), [asked = std::move(asked)](const Recommender* one) { delete one; });
  tell_of_foreign_lists(spec, type, catalogue_, around);
}

const RecommenderSet::Instance& RecommenderSet::instance(std::string_view name) const {
  const auto found = instances_.find(name);
  if (found == instances_.end()) throw Error::internal("no recommender is called \"" + std::string(name) + "\"");
  return found->second;
}

std::size_t RecommenderSet::history() const {
  std::size_t most = 0;
  for (const auto& [name, instance] : instances_) most = std::max(most, instance.recommender->history());
  return most;
}

void RecommenderSet::learn(std::string_view recorded, Feedback feedback) const {
  const std::size_t end = recorded.find(kPartSeparator);
  const auto found = instances_.find(recorded.substr(0, end));
  if (found == instances_.end()) return;
  if (end != std::string_view::npos) feedback.part = recorded.substr(end + 1);
  found->second.recommender->learn(feedback);
}

void RecommenderSet::advance() const {
  std::vector<Fault> faults;
  for (const auto& [name, instance] : instances_) {
    try {
      instance.recommender->advance();
    } catch (const Error& error) {
      faults.push_back({.file = "", .message = "recommender \"" + name + "\": " + error.what()});
    }
  }
  if (!faults.empty()) throw Error::faults(std::move(faults));
}

Recommended RecommenderSet::ask(const Instance* first, const Request& request, Random& random, bool may_wait) const {
  for (const Instance* one = first; one; one = one->fallback) {
    if (!may_wait && one->asks_others) continue;
    if (const auto choice = one->recommender->recommend(request, random)) {
      assert(catalogue_.contains(choice->track));
      Recommended answer{.track = choice->track, .recommender = one->name, .propensity = choice->propensity};
      if (!choice->part.empty()) (answer.recommender += kPartSeparator) += choice->part;
      return answer;
    }
  }
  return {.track = {static_cast<std::uint32_t>(random.below(catalogue_.size()))},
          .recommender = "fallback",
          .propensity = 1.0 / static_cast<double>(catalogue_.size())};
}

Recommended RecommenderSet::answer(std::string_view name, const Request& request, Random& random, bool may_wait) const {
  return ask(&instance(name), request, random, may_wait);
}

Recommended RecommenderSet::answer_of_fallback(std::string_view name, const Request& request, Random& random,
                                               bool may_wait) const {
  return ask(instance(name).fallback, request, random, may_wait);
}

}  // namespace crossfade::recommenders
