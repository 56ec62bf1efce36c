#include "platform/calibration/rerandomise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/question/sample.h"
#include "platform/assignment/hash.h"
#include "platform/calibration/metric_units.h"
#include "platform/calibration/replay.h"
#include "platform/calibration/trust.h"
#include "platform/core/random.h"
#include "platform/stats/counts/srm.h"

namespace crossfade::calibration {

namespace {

// What all splits of a metric added up to.
struct Counts {
  Rate false_positives;
  Rate coverage;
  std::vector<Rate> injected;
  Rate cuped;
  Replay replay;

  void add(const Counts& other) {
    false_positives.add(other.false_positives);
    coverage.add(other.coverage);
    for (std::size_t i = 0; i < injected.size(); ++i) injected[i].add(other.injected[i]);
    cuped.add(other.cuped);
    merge(replay, other.replay);
  }
};

struct AllCounts {
  Rate mismatches;
  std::vector<Counts> metrics;

  void add(const AllCounts& other) {
    mismatches.add(other.mismatches);
    for (std::size_t i = 0; i < metrics.size(); ++i) metrics[i].add(other.metrics[i]);
  }
};

bool covers(const analysis::Interval& interval, double value) {
  return interval.lower <= value && value <= interval.upper;
}

// A metric of the table, and what is done with it.
struct Subject {
  MetricUnits units;
  double mean = 0;  // of all units
  std::vector<double> lifts;
  std::vector<Effect> effects;  // of `lifts`
};

class Splits {
 public:
  Splits(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
         const RerandomiseOptions& options)
      : table_(table),
        metrics_(metrics),
        options_(options),
        order_(order_of_entry(table)),
        looks_(looks_of(order_.size(), options)) {
    for (std::size_t i = 0; i < metrics.size(); ++i) subjects_.push_back(subject_of(i));
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      const auto margin = options.margins.find(metrics[i].name);
      replayers_.emplace_back(metrics[i], subjects_[i].units, looks_, subjects_[i].mean,
                              margin == options.margins.end() ? std::nullopt : std::optional(margin->second));
    }
  }
  Splits(const Splits&) = delete;  // its parts know one another
  Splits& operator=(const Splits&) = delete;

  const Subject& subject(std::size_t metric) const { return subjects_[metric]; }
  int looks() const { return static_cast<int>(looks_.ends.size()); }
  double deciding_alpha() const { return looks_.alpha; }

  // Every `parts`th split, from `part` on: those that are replayed are spread over all parts.
  AllCounts run(int part, int parts) const {
    AllCounts counts = none();
    for (int replication = part; replication < options_.replications; replication += parts) {
      const std::vector<Side> sides = split(replication, counts.mismatches);
      const std::uint64_t salt = Random({options_.seed, static_cast<std::uint64_t>(replication)})();
      for (std::size_t i = 0; i < metrics_.size(); ++i) {
        look_once(i, sides, salt, counts.metrics[i]);
        if (replication < options_.replays && looks() > 0) replayers_[i].add(sides, salt, counts.metrics[i].replay);
      }
    }
    return counts;
  }

  AllCounts none() const {
    AllCounts counts;
    counts.metrics.resize(metrics_.size());
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      counts.metrics[i].injected.resize(subjects_[i].effects.size());
      counts.metrics[i].replay = replayers_[i].nothing();
    }
    return counts;
  }

 private:
  Subject subject_of(std::size_t metric) const {
    Subject subject{.units = MetricUnits(table_, table_.metrics[metric], order_), .lifts = {}, .effects = {}};
    const analysis::Sample all = analysis::sample_of(metrics_[metric], subject.units.all(), alpha());
    if (all.moments) subject.mean = all.moments->mean();
    for (const double lift : options_.lifts) {
      if (const auto effect = Effect::of(subject.units.type(), subject.mean, lift)) {
        subject.lifts.push_back(lift);
        subject.effects.push_back(*effect);
      }
    }
    return subject;
  }

  std::vector<Side> split(int replication, Rate& mismatches) const {
    constexpr double buckets = assignment::kBuckets;
    const double control_end = options_.control_share * buckets;
    const double treatment_begin = buckets - options_.treatment_share * buckets;
    const assignment::Fnv1a32 seeded =
        assignment::Fnv1a32().add(fmt::format("calibrate-{}-{}", options_.seed, replication));
    std::vector<Side> sides(table_.units.size(), Side::none);
    std::array<std::int64_t, 2> sizes{};
    for (const std::size_t row : order_) {
      const double bucket = assignment::bucket_of(seeded, table_.units[row].value);
      if (bucket < control_end) {
        sides[row] = Side::control;
        ++sizes[0];
      } else if (bucket >= treatment_begin) {
        sides[row] = Side::treatment;
        ++sizes[1];
      }
    }
    const std::array<double, 2> shares{options_.control_share, options_.treatment_share};
    if (const auto srm = stats::srm(sizes, shares)) mismatches.add(srm->p_value < alpha());
    return sides;
  }

  double alpha() const { return 1 - options_.confidence_level; }

  void look_once(std::size_t metric, const std::vector<Side>& sides, std::uint64_t salt, Counts& counts) const {
    const Subject& subject = subjects_[metric];
    Variants variants(subject.units, subject.effects, salt);
    for (std::size_t i = 0; i < subject.units.size(); ++i) variants.add(i, sides[subject.units.row(i)]);
    const analysis::Sample untreated = analysis::sample_of(metrics_[metric], variants.control(), alpha());
    const auto compared = [&](const storage::MetricAggregate& aggregate) {
      return analysis::compare(
          untreated, analysis::sample_of(metrics_[metric], aggregate, alpha()),
          {.confidence_level = options_.confidence_level, .direction = metrics_[metric].direction});
    };
    const analysis::Comparison comparison = compared(variants.treatment());
    if (comparison.p_value) counts.false_positives.add(*comparison.p_value < alpha());
    if (comparison.lift_interval) counts.coverage.add(covers(*comparison.lift_interval, 0));
    if (comparison.adjusted && comparison.adjusted->p_value) {
      counts.cuped.add(*comparison.adjusted->p_value < alpha());
    }
    for (std::size_t i = 0; i < counts.injected.size(); ++i) {
      const auto lifted = compared(variants.treatment_with(i));
      if (lifted.lift_interval) counts.injected[i].add(covers(*lifted.lift_interval, subject.lifts[i]));
    }
  }

  const storage::UnitTable& table_;
  const std::vector<MetricDefinition>& metrics_;
  const RerandomiseOptions& options_;
  const std::vector<std::size_t> order_;
  const Looks looks_;
  std::vector<Subject> subjects_;  // replayers refer to them
  std::vector<Replayer> replayers_;
};

AllCounts run(const Splits& splits, int threads) {
  std::vector<std::future<AllCounts>> parts;
  for (int part = 0; part < threads; ++part) {
    parts.push_back(std::async(std::launch::async, [&splits, part, threads] { return splits.run(part, threads); }));
  }
  AllCounts counts = splits.none();
  for (auto& part : parts) counts.add(part.get());
  return counts;
}

}  // namespace

Calibration rerandomise(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
                        const RerandomiseOptions& options) {
  const Splits splits(table, metrics, options);
  const AllCounts counts = run(splits, std::max(1, options.threads));
  Calibration calibration{.experiment = table.experiment,
                          .replications = options.replications,
                          .alpha = 1 - options.confidence_level,
                          .replays = std::min(options.replays, options.replications),
                          .looks = options.replays > 0 ? splits.looks() : 0,
                          .deciding_alpha = splits.deciding_alpha(),
                          .group_sequential = options.group_sequential,
                          .control_share = options.control_share,
                          .treatment_share = options.treatment_share,
                          .mismatches = counts.mismatches,
                          .metrics = {}};
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const Subject& subject = splits.subject(i);
    const Counts& counted = counts.metrics[i];
    MetricCalibration& result = calibration.metrics.emplace_back();
    result.metric = metrics[i].name;
    result.units = static_cast<std::int64_t>(subject.units.size());
    result.skewness = subject.units.skewness();
    result.false_positives = counted.false_positives;
    result.coverage = counted.coverage;
    for (std::size_t k = 0; k < counted.injected.size(); ++k) {
      if (counted.injected[k].of == 0) continue;
      result.injected.push_back({.lift = subject.lifts[k], .covered = counted.injected[k]});
    }
    if (counted.cuped.of > 0) result.cuped_false_positives = counted.cuped;
    if (counted.replay.better.of > 0 || counted.replay.units_needed) result.replay = counted.replay;
    judge(result, calibration);
  }
  return calibration;
}

}  // namespace crossfade::calibration
