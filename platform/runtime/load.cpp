#include "platform/runtime/load.h"

#include "platform/config/experiments/in_time.h"
#include "platform/core/time.h"
#include "recommenders/registry.h"

namespace crossfade::runtime {

namespace {

config::RecommenderOption::Kind kind_of(recommenders::Option::Kind kind, bool files_inside) {
  switch (kind) {
    case recommenders::Option::Kind::integer:
      return config::RecommenderOption::Kind::integer;
    case recommenders::Option::Kind::number:
      return config::RecommenderOption::Kind::number;
    case recommenders::Option::Kind::text:
      return config::RecommenderOption::Kind::text;
    case recommenders::Option::Kind::file:
      return files_inside ? config::RecommenderOption::Kind::file : config::RecommenderOption::Kind::text;
    case recommenders::Option::Kind::boolean:
      return config::RecommenderOption::Kind::boolean;
    case recommenders::Option::Kind::recommender:
      return config::RecommenderOption::Kind::recommender;
    case recommenders::Option::Kind::recommenders:
      return config::RecommenderOption::Kind::recommenders;
  }
  return config::RecommenderOption::Kind::text;
}

}  // namespace

std::vector<config::RecommenderType> known_recommender_types(bool files_inside) {
  std::vector<config::RecommenderType> types;
  for (const recommenders::Type& type : recommenders::types()) {
    config::RecommenderType& known = types.emplace_back();
    known.name = type.name;
    known.gives_candidates = type.gives_candidates;
    for (const recommenders::Option& option : type.options) {
      known.options.push_back({.name = option.name,
                               .kind = kind_of(option.kind, files_inside),
                               .required = option.required,
                               .allowed = option.allowed,
                               .least = option.least,
                               .most = option.most,
                               .candidates = option.candidates,
                               .unmet = option.unmet,
                               .weighted = option.weighted});
    }
  }
  return types;
}

Configuration read_configuration(const std::filesystem::path& file, bool files_inside) {
  return config::read(file, known_recommender_types(files_inside));
}

Configuration read_configuration_now(const std::filesystem::path& file) {
  return config::in_time(read_configuration(file), SystemClock().now());
}

Configuration read_configuration_if_any(const std::string& file) {
  if (!file.empty()) return read_configuration_now(file);
  if (std::filesystem::exists(kDefaultConfiguration)) return read_configuration_now(kDefaultConfiguration);
  return {};
}

}  // namespace crossfade::runtime
