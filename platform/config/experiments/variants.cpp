#include "platform/config/experiments/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/config/keys.h"
#include "platform/config/load.h"
#include "platform/config/recommenders.h"

namespace crossfade::config {

namespace {

// A share below one bucket of fnv1a-v2 might get nobody at all.
constexpr double kLeastWeight = 1e-4;
// More would be compared in no lifetime.
constexpr std::size_t kMostVariants = 1000;

struct LocatedVariant {
  Variant variant;
  Mark mark;
  std::optional<Mark> key;
  std::optional<Mark> control;  // where `control: true` stands
  bool control_is_sound = true;
  bool has_weight = false;
  bool weight_is_sound = true;
};

LocatedVariant read_variant(const Entry& entry, const Context& context, Faults& faults) {
  LocatedVariant result;
  const Map map{entry, "in a variant", key_names_of(Section::variant), faults};
  result.mark = map.mark();
  if (const Entry* const key = map.require("key", "one", faults)) {
    if (const auto name = key->name(faults)) {
      result.variant.key = *name;
      result.key = key->value_mark();
    }
  }
  if (const Entry* const weight = map.find("weight")) {
    const auto fits = [](double value) { return value >= kLeastWeight && value <= 1; };
    const auto value = weight->number(faults, fits, "a number 0.0001 to 1");
    result.has_weight = true;
    result.weight_is_sound = value.has_value();
    result.variant.weight = value.value_or(0);
  }
  if (const Entry* const control = map.find("control")) {
    const auto fact = control->boolean(faults);
    result.control_is_sound = fact.has_value();
    result.variant.control = fact.value_or(false);
    if (result.variant.control) result.control = control->value_mark();
  }
  if (const Entry* const parameters = map.find("parameters")) {
    result.variant.parameters =
        read_overrides(*parameters, context.parameters, context.parameter_names, context.recommenders, faults);
  }
  return result;
}

void check_variant_keys(const std::vector<LocatedVariant>& variants, Faults& faults) {
  for (auto later = variants.begin(); later != variants.end(); ++later) {
    if (!later->key) continue;
    const auto first = std::find_if(variants.begin(), later, [&](const LocatedVariant& other) {
      return other.key && other.variant.key == later->variant.key;
    });
    if (first == later) continue;
    faults.add(*later->key, fmt::format("variant {} stands twice, first in line {}, want keys that differ",
                                        in_quotes(later->variant.key), first->key->line));
  }
}

void check_control(const Entry& entry, const std::vector<LocatedVariant>& variants, Faults& faults) {
  const LocatedVariant* first = nullptr;
  for (const LocatedVariant& one : variants) {
    if (!one.control) continue;
    if (first) {
      faults.add(*one.control, fmt::format("variant {} is a second control beside {}, want one control",
                                           in_quotes(one.variant.key), in_quotes(first->variant.key)));
    } else {
      first = &one;
    }
  }
  // `control: yes` was told already.
  const bool sound = std::ranges::all_of(variants, &LocatedVariant::control_is_sound);
  if (!first && sound) faults.add(entry.mark, "no variant is the control, want control: true in one");
}

// Fills equal weights in where none is given.
void settle_weights(const Entry& entry, std::vector<LocatedVariant>& variants, Faults& faults) {
  if (std::ranges::none_of(variants, &LocatedVariant::has_weight)) {
    for (LocatedVariant& one : variants) one.variant.weight = 1 / static_cast<double>(variants.size());
    return;
  }
  double sum = 0;
  bool sound = true;
  for (const LocatedVariant& one : variants) {
    if (!one.has_weight) faults.add(one.mark, "no weight in a variant, want one in every variant or in none");
    sound = sound && one.has_weight && one.weight_is_sound;
    sum += one.variant.weight;
  }
  if (sound && std::abs(sum - 1) > kWeightTolerance) {
    faults.add(entry.mark, fmt::format("variant weights sum to {:.10g}, want 1", sum));
  }
}

}  // namespace

std::vector<Variant> read_variants(const Entry& entry, const Context& context, Faults& faults) {
  const auto items = entry.list(faults, "variant", "a list of variants");
  if (!items) return {};
  if (items->size() > kMostVariants) {
    faults.add(entry.mark, fmt::format("{} variants, want at most {}", items->size(), kMostVariants));
    return {};
  }
  std::vector<LocatedVariant> located;
  for (const Entry& item : *items) located.push_back(read_variant(item, context, faults));
  if (located.size() < 2) {
    faults.add(entry.mark,
               fmt::format("{} variant{}, want at least 2", located.size(), located.size() == 1 ? "" : "s"));
    return {};
  }
  check_variant_keys(located, faults);
  check_control(entry, located, faults);
  settle_weights(entry, located, faults);
  std::vector<Variant> variants;
  variants.reserve(located.size());
  for (LocatedVariant& one : located) variants.push_back(std::move(one.variant));
  return variants;
}

}  // namespace crossfade::config
