#include "simulator/import/import_hetrec.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <cmath>
#include <set>
#include <unordered_map>

#include "platform/core/error.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/import/hetrec_files.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/description.h"
#include "simulator/world/generate.h"
#include "simulator/world/implicit_als.h"

namespace crossfade::simulator {

namespace {

// Who listened to what, numbered from 0: artists by their first appearance in the file, users too.
struct Plays {
  std::vector<std::uint32_t> artists;  // the files' ids
  std::vector<std::uint32_t> users;
  std::vector<Interaction> interactions;  // weight = plays
  std::vector<double> listeners;          // of each artist
};

std::uint32_t number_of(std::uint32_t id, std::unordered_map<std::uint32_t, std::uint32_t>& known,
                        std::vector<std::uint32_t>& ids) {
  const auto [found, is_new] = known.try_emplace(id, static_cast<std::uint32_t>(ids.size()));
  if (is_new) ids.push_back(id);
  return found->second;
}

Plays collect_plays(const HetrecFiles& files, std::size_t min_listeners) {
  std::unordered_map<std::uint32_t, std::size_t> listeners;
  for (const auto& one : files.listenings) ++listeners[one.artist];
  Plays plays;
  std::unordered_map<std::uint32_t, std::uint32_t> artist_numbers;
  std::unordered_map<std::uint32_t, std::uint32_t> user_numbers;
  for (const auto& one : files.listenings) {
    if (listeners[one.artist] < min_listeners || one.plays <= 0) continue;
    plays.interactions.push_back({.user = number_of(one.user, user_numbers, plays.users),
                                  .item = number_of(one.artist, artist_numbers, plays.artists),
                                  .weight = one.plays});
  }
  for (const std::uint32_t artist : plays.artists) {
    plays.listeners.push_back(static_cast<double>(listeners[artist]));
  }
  return plays;
}

// The three tags that most users gave an artist, most first, ties by the tag's id; of tags that one user gave, one.
std::vector<std::string> genres_of(const std::unordered_map<std::uint32_t, std::map<std::uint32_t, int>>& tags_of,
                                   std::uint32_t artist, const std::map<std::uint32_t, std::string>& names) {
  constexpr std::size_t most = 3;
  const auto given = tags_of.find(artist);
  if (given == tags_of.end()) return {};
  std::vector<std::pair<std::uint32_t, int>> tags(given->second.begin(), given->second.end());
  std::ranges::stable_sort(tags, std::ranges::greater{}, &std::pair<std::uint32_t, int>::second);
  std::vector<std::string> genres;
  for (const auto& [tag, users] : tags) {
    const auto name = names.find(tag);
    if (genres.size() == most || (users < 2 && !genres.empty())) break;
    if (name != names.end()) genres.push_back(name->second);
  }
  return genres;
}

recommenders::Catalogue make_catalogue(const HetrecFiles& files, const Plays& plays) {
  std::unordered_map<std::uint32_t, std::map<std::uint32_t, int>> tags_of;
  for (const auto& tagging : files.taggings) ++tags_of[tagging.artist][tagging.tag];
  std::vector<recommenders::Track> tracks(plays.artists.size());
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    const std::uint32_t id = plays.artists[i];
    const auto known = files.artists.find(id);
    std::string name = known == files.artists.end() ? fmt::format("artist {}", id) : known->second;
    // tracks.json tells artists apart by their names.
    if (!taken.insert(name).second) taken.insert(name += fmt::format(" ({})", id));
    tracks[i] = {.id = {i},
                 .artist = i,
                 .title = name,
                 .genres = genres_of(tags_of, id, files.tags),
                 .popularity = plays.listeners[i],
                 .recommendations = {}};
    names.push_back(std::move(name));
  }
  return {std::move(tracks), std::move(names)};
}

// Rows minus their mean, each of length 1. A row that is the mean itself stays 0.
void centre_and_normalise(files::Matrix& rows) {
  std::vector<double> mean(rows.columns);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    mean[i % rows.columns] += static_cast<double>(rows.values[i]) / static_cast<double>(rows.rows);
  }
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = rows.row(i);
    double squares = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      row[j] = static_cast<float>(static_cast<double>(row[j]) - mean[j]);
      squares += static_cast<double>(row[j]) * static_cast<double>(row[j]);
    }
    if (squares == 0) continue;
    for (float& x : row) x = static_cast<float>(static_cast<double>(x) / std::sqrt(squares));
  }
}

// Multiplies all rows by one number, so that the quantiles of random pairs' inner products come as near as they can to
// those of the synthetic preset (least squares over 5 %, 25 %, median, 75 %, 95 %). Returns the number.
double match_inner_products(files::Matrix& rows) {
  constexpr std::size_t pairs = 200'000;
  const World reference = generate_world(find_preset("course-2026"), 1);
  const Quantiles wanted = quantiles_of(random_inner_products(reference.embeddings, pairs, 1));
  const Quantiles found = quantiles_of(random_inner_products(rows, pairs, 1));
  double products = 0;
  double squares = 0;
  for (std::size_t i = 1; i + 1 < found.size(); ++i) {
    products += wanted[i] * found[i];
    squares += found[i] * found[i];
  }
  const double factor = std::sqrt(std::max(products, 0.0) / squares);
  if (!(factor > 0) || !std::isfinite(factor)) throw Error::user("hetrec: the artists' vectors have no spread");
  for (float& x : rows.values) x = static_cast<float>(static_cast<double>(x) * factor);
  return factor;
}

// 1 + Binomial(5, 1/2) of the user's own artists (all, where there are fewer), drawn by plays.
std::vector<TrackId> draw_interests(std::vector<Interaction> own, Random& random) {
  const auto wanted = 1 + static_cast<std::size_t>(boost::random::binomial_distribution<int, double>(5, 0.5)(random));
  std::vector<TrackId> interests;
  while (interests.size() < wanted && !own.empty()) {
    double total = 0;
    for (const Interaction& one : own) total += one.weight;
    double left = random.uniform() * total;
    std::size_t chosen = 0;
    while (chosen + 1 < own.size() && left >= own[chosen].weight) left -= own[chosen++].weight;
    interests.push_back({own[chosen].item});
    own.erase(own.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  return interests;
}

std::vector<Listener> make_listeners(const Plays& plays, std::uint64_t seed) {
  const Preset& like = find_preset("course-2026");
  const double half_width = (like.bias_high - like.bias_low) / 2;
  std::vector<std::vector<Interaction>> of_user(plays.users.size());
  for (const Interaction& one : plays.interactions) of_user[one.user].push_back(one);
  std::vector<Listener> listeners;
  for (std::size_t i = 0; i < of_user.size(); ++i) {
    Random random{seed, key_of("listener"), plays.users[i]};
    Listener& listener = listeners.emplace_back();
    listener.unit = UnitId{std::to_string(plays.users[i])};
    listener.interests = draw_interests(of_user[i], random);
    listener.bias = (2 * random.uniform() - 1) * half_width;
    listener.sharpness = like.sharpness_low + (like.sharpness_high - like.sharpness_low) * random.uniform();
  }
  return listeners;
}

double mean_time_of_random(const World& world, const HetrecOptions& options) {
  return simulate(world, {.sessions = options.fitting_sessions, .seed = options.seed, .threads = options.threads},
                  [&](std::size_t) { return std::make_unique<DummyClient>(world.catalogue.size(), options.seed); })
      .mean_time;
}

// Moves every listener's bias by the same number, so that random tracks have the wanted mean session time: the secant
// method on the logarithm of the time beyond the first track, which is nearly linear in the bias. Returns the number.
double fit_bias(World& world, const HetrecOptions& options) {
  const auto excess_at = [&](double shift) {
    World shifted = world;
    for (Listener& listener : shifted.listeners) listener.bias += shift;
    return std::log(std::max(mean_time_of_random(shifted, options) - 1, 1e-9) / (options.random_time - 1));
  };
  // As exact as chance allows: the standard deviation of a session's time is about its mean.
  const double tolerance = 1 / std::sqrt(static_cast<double>(options.fitting_sessions));
  constexpr int most_steps = 20;
  double before = 0.1;
  double now = 0.2;
  double excess_before = excess_at(before);
  for (int i = 0; i < most_steps; ++i) {
    const double excess = excess_at(now);
    if (std::abs(excess) < tolerance) {
      for (Listener& listener : world.listeners) listener.bias += now;
      return now;
    }
    // The time falls with the bias; a step is at most 0.5, as far from the root the curve flattens out.
    const double slope = std::min((excess - excess_before) / (now - before), -0.1);
    before = now;
    excess_before = excess;
    now -= std::clamp(excess / slope, -0.5, 0.5);
  }
  throw Error::user(fmt::format("no bias gives random tracks a mean session time of {}", options.random_time));
}

}  // namespace

World import_hetrec(const std::filesystem::path& source, const HetrecOptions& options,
                    const std::function<void(std::string_view)>& step) {
  const auto begin = [&](std::string_view name) {
    if (step) step(name);
  };
  constexpr double alpha = 10;
  constexpr double regularisation = 30;
  constexpr int iterations = 10;
  begin("reading");
  const HetrecFiles files = HetrecFiles::read(source);
  const Plays plays = collect_plays(files, options.min_listeners);
  if (plays.artists.size() < 2) {
    throw Error::user(fmt::format("{}: {} artists have {} listeners or more, want at least 2", source.string(),
                                  plays.artists.size(), options.min_listeners));
  }
  World world{.origin = {.kind = "import", .name = "hetrec", .seed = options.seed, .parameters = {}},
              .rules = {},
              .catalogue = make_catalogue(files, plays),
              .embeddings = {},
              .listeners = {}};

  begin("implicit ALS");
  std::vector<Interaction> interactions = plays.interactions;
  for (Interaction& one : interactions) one.weight = std::log1p(one.weight);
  world.embeddings = item_factors(interactions, plays.users.size(), plays.artists.size(),
                                  {.factors = options.factors,
                                   .alpha = alpha,
                                   .regularisation = regularisation,
                                   .iterations = iterations,
                                   .seed = options.seed,
                                   .threads = options.threads});
  begin("embeddings");
  centre_and_normalise(world.embeddings);
  const double scale = match_inner_products(world.embeddings);

  begin("fitting the bias");
  world.listeners = make_listeners(plays, options.seed);
  const double shift = fit_bias(world, options);
  world.origin.parameters = {{"random_time", options.random_time},
                             {"min_listeners", static_cast<std::int64_t>(options.min_listeners)},
                             {"als_alpha", alpha},
                             {"als_regularisation", regularisation},
                             {"als_iterations", std::int64_t{iterations}},
                             {"embedding_scale", scale},
                             {"bias_shift", shift}};
  return world;
}

}  // namespace crossfade::simulator
