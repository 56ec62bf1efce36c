#include "platform/analysis/findings/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/analysis/findings/health.h"
#include "platform/analysis/report/wording.h"
#include "platform/stats/counts/srm.h"

namespace crossfade::analysis {

namespace {

constexpr std::size_t kMostParts = 20;  // what comes after them contributes little
constexpr const char* kFirstDay = "first_day";

using Counts = std::vector<std::int64_t>;  // of units, by variant
using Days = std::map<std::int64_t, Counts>;

Counts sum_of(const Days& days) {
  Counts sum;
  for (const auto& [day, counts] : days) {
    sum.resize(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) sum[i] += counts[i];
  }
  return sum;
}

Counts difference(Counts all, const Counts& part) {
  for (std::size_t i = 0; i < part.size(); ++i) all[i] -= part[i];
  return all;
}

class SplitSearcher {
 public:
  explicit SplitSearcher(const ExperimentData& data) {
    for (const VariantData& variant : data.variants) {
      if (variant.weight <= 0) continue;
      variants_.push_back(variant.key);
      weights_.push_back(variant.weight);
    }
  }

  std::size_t variants() const { return variants_.size(); }
  // Position of a variant that has a weight; none of another.
  std::optional<std::size_t> place_of(const std::string& variant) const {
    const auto found = std::ranges::find(variants_, variant);
    if (found == variants_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - variants_.begin());
  }

  void add(const std::string& dimension, const std::string& level, std::int64_t day, std::size_t variant,
           std::int64_t units) {
    Counts& counts = parts_[{dimension, level}][day];
    counts.resize(variants_.size());
    counts[variant] += units;
  }

  std::optional<SplitSearch> run(const Counts& all, const Days& days) const {
    SplitSearch search;
    search.variants = variants_;
    search.since = since(days);
    for (const auto& [name, of_part] : parts_) {
      if (auto part = part_of(name.first, name.second, of_part, all)) search.parts.push_back(*std::move(part));
    }
    if (search.parts.empty()) return std::nullopt;
    finish(search);
    return search;
  }

 private:
  std::optional<double> p_of(const Counts& counts) const {
    const auto test = stats::srm(counts, weights_);
    if (!test) return std::nullopt;
    return test->p_value;
  }

  std::optional<SplitPart> part_of(const std::string& dimension, const std::string& level, const Days& days,
                                   const Counts& all) const {
    SplitPart part;
    part.dimension = dimension;
    part.level = level;
    part.observed = sum_of(days);
    const auto test = stats::srm(part.observed, weights_);
    if (!test) return std::nullopt;
    part.expected = test->expected;
    part.statistic = test->statistic;
    part.p_value = test->p_value;
    part.p_value_without = p_of(difference(all, part.observed));
    if (dimension != kFirstDay) part.since = since(days);
    return part;
  }

  // The first of the days from which on the split is worst, where the units before it are split as configured and those
  // after it are not: with a fault that began then, every day before it adds units, and no deviation.
  std::optional<Timestamp> since(const Days& days) const {
    if (days.size() < 2) return std::nullopt;
    Counts later(weights_.size());
    double worst = 0;
    std::int64_t begin = days.begin()->first;
    for (auto day = days.rbegin(); day != days.rend(); ++day) {
      for (std::size_t i = 0; i < later.size(); ++i) later[i] += day->second[i];
      const auto test = stats::srm(later, weights_);
      if (!test || test->statistic <= worst) continue;
      worst = test->statistic;
      begin = day->first;
    }
    const auto from = days.find(begin);
    const auto before = p_of(sum_of(Days(days.begin(), from)));
    const auto after = p_of(sum_of(Days(std::next(from), days.end())));
    if (!before || *before < kMismatchP) return std::nullopt;
    if (after && *after >= kMismatchP) return std::nullopt;  // a fault of that day alone
    return Timestamp{begin * kMsPerDay};
  }

  // Corrects for the number of parts, ranks, and says in words.
  void finish(SplitSearch& search) const {
    std::map<std::string, double> totals;
    for (const SplitPart& part : search.parts) totals[part.dimension] += part.statistic;
    const auto tested = static_cast<double>(search.parts.size());
    for (SplitPart& part : search.parts) {
      part.p_value = std::min(1.0, part.p_value * tested);
      part.contribution = totals[part.dimension] > 0 ? part.statistic / totals[part.dimension] : 0;
      part.text = text_of(part);
    }
    std::ranges::stable_sort(search.parts, std::ranges::greater{}, &SplitPart::statistic);
    if (search.parts.size() > kMostParts) search.parts.resize(kMostParts);
  }

  std::string text_of(const SplitPart& part) const {
    // Of the variant that lacks most: units get lost more often than they come from nowhere.
    std::size_t worst = 0;
    double most = -1;
    for (std::size_t i = 0; i < part.observed.size(); ++i) {
      const double lacking = part.expected[i] - static_cast<double>(part.observed[i]);
      const double size = lacking > 0 ? lacking * lacking / part.expected[i] : 0;
      if (size <= most) continue;
      most = size;
      worst = i;
    }
    std::string text = part.dimension == kFirstDay ? fmt::format("units first seen on {}", part.level)
                                                   : fmt::format("units of {} = {}", part.dimension, part.level);
    text += fmt::format(": {} of {:.0f} expected in {} ({})", part.observed[worst], part.expected[worst],
                        variants_[worst], p_statement(part.p_value));
    if (part.since) text += fmt::format("; since {}", date(*part.since));
    if (part.p_value < kMismatchP && part.p_value_without && *part.p_value_without >= kMismatchP) {
      text += fmt::format("; all others are split as they should be ({})", p_statement(*part.p_value_without));
    }
    return text;
  }

  std::vector<std::string> variants_;
  std::vector<double> weights_;
  std::map<std::pair<std::string, std::string>, Days> parts_;
};

}  // namespace

std::optional<SplitSearch> split_search(const ExperimentData& data, const storage::UnitTable& table) {
  SplitSearcher searcher(data);
  std::vector<std::optional<std::size_t>> places;
  places.reserve(table.variants.size());
  for (const std::string& variant : table.variants) places.push_back(searcher.place_of(variant));
  Days days;
  for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
    if (table.variant[unit] == storage::UnitTable::kSeveral) continue;
    const auto place = places[static_cast<std::size_t>(table.variant[unit])];
    if (!place) continue;
    const Timestamp seen = table.first_seen[unit];
    const std::int64_t day = utc_day(seen);
    Counts& of_day = days[day];
    of_day.resize(searcher.variants());
    ++of_day[*place];
    searcher.add(kFirstDay, date(seen), day, *place, 1);
    for (const storage::Grouping& dimension : table.dimensions) {
      const std::int32_t level = dimension.level[unit];
      if (level < 0) continue;
      searcher.add(dimension.name, dimension.levels[static_cast<std::size_t>(level)], day, *place, 1);
    }
  }
  return searcher.run(sum_of(days), days);
}

std::optional<SplitSearch> split_search(const ExperimentData& data) {
  SplitSearcher searcher(data);
  Counts all;
  for (const VariantData& variant : data.variants) {
    if (variant.weight > 0) all.push_back(variant.units);
  }
  for (const GroupingData& dimension : data.dimensions) {
    for (const LevelData& level : dimension.levels) {
      for (const VariantData& variant : level.variants) {
        if (const auto place = searcher.place_of(variant.key)) {
          searcher.add(dimension.name, level.level, 0, *place, variant.units);
        }
      }
    }
  }
  return searcher.run(all, {});
}

}  // namespace crossfade::analysis
