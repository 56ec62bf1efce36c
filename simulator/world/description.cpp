#include "simulator/world/description.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "platform/core/random.h"

namespace crossfade::simulator {

namespace {

constexpr std::size_t kPairs = 100'000;

std::vector<double> inner_products_within_artists(const World& world, std::size_t pairs) {
  Random random{key_of("pairs within artists")};
  std::vector<double> products;
  std::vector<TrackId> with_company;
  for (const recommenders::Track& track : world.catalogue.tracks()) {
    if (world.catalogue.tracks_of_artist(track.artist).size() > 1) with_company.push_back(track.id);
  }
  while (!with_company.empty() && products.size() < pairs) {
    const TrackId a = with_company[random.below(with_company.size())];
    const auto company = world.catalogue.tracks_of_artist(world.catalogue.track(a).artist);
    const TrackId b = company[random.below(company.size())];
    if (a != b) products.push_back(files::inner_product(world.embeddings.row(a.value), world.embeddings.row(b.value)));
  }
  return products;
}

std::vector<std::pair<std::string, double>> genre_shares(const recommenders::Catalogue& catalogue) {
  std::map<std::string, std::size_t> counts;
  for (const recommenders::Track& track : catalogue.tracks()) {
    for (const std::string& genre : track.genres) ++counts[genre];
  }
  std::vector<std::pair<std::string, double>> shares;
  shares.reserve(counts.size());
  for (const auto& [genre, count] : counts) {
    shares.emplace_back(genre, static_cast<double>(count) / static_cast<double>(catalogue.size()));
  }
  std::ranges::stable_sort(shares, std::ranges::greater{}, &std::pair<std::string, double>::second);
  return shares;
}

template <typename Of>
Quantiles quantiles_of_listeners(const World& world, const Of& of) {
  std::vector<double> values;
  values.reserve(world.listeners.size());
  for (const Listener& listener : world.listeners) values.push_back(static_cast<double>(of(listener)));
  return quantiles_of(std::move(values));
}

}  // namespace

Quantiles quantiles_of(std::vector<double> values) {
  std::ranges::sort(values);
  Quantiles quantiles{};
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const double at = kQuantileLevels[i] * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    quantiles[i] = std::lerp(values[below], values[above], at - static_cast<double>(below));
  }
  return quantiles;
}

std::vector<double> random_inner_products(const files::Matrix& embeddings, std::size_t pairs, std::uint64_t seed) {
  if (embeddings.rows < 2) return {};
  Random random{seed, key_of("random pairs")};
  std::vector<double> products(pairs);
  for (double& product : products) {
    const std::size_t a = random.below(embeddings.rows);
    const std::size_t b = (a + 1 + random.below(embeddings.rows - 1)) % embeddings.rows;
    product = files::inner_product(embeddings.row(a), embeddings.row(b));
  }
  return products;
}

Description describe(const World& world) {
  Description description;
  std::vector<double> sizes;
  sizes.reserve(world.catalogue.artists());
  for (std::uint32_t artist = 0; artist < world.catalogue.artists(); ++artist) {
    sizes.push_back(static_cast<double>(world.catalogue.tracks_of_artist(artist).size()));
  }
  description.tracks_of_artist = quantiles_of(std::move(sizes));
  if (auto products = random_inner_products(world.embeddings, kPairs, 0); !products.empty()) {
    description.inner_product = quantiles_of(std::move(products));
  }
  if (auto products = inner_products_within_artists(world, kPairs); !products.empty()) {
    description.artist_inner_product = quantiles_of(std::move(products));
  }
  description.interests = quantiles_of_listeners(world, [](const Listener& l) { return l.interests.size(); });
  description.bias = quantiles_of_listeners(world, [](const Listener& l) { return l.bias; });
  description.sharpness = quantiles_of_listeners(world, [](const Listener& l) { return l.sharpness; });
  description.genres = genre_shares(world.catalogue);
  return description;
}

}  // namespace crossfade::simulator
