#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "platform/core/metric.h"
#include "platform/storage/contract/unit_table.h"

// The units of a table as they are dealt to a control and a treatment, with or without an effect on the treated ones.
namespace crossfade::calibration {

// The rows of a table in the order in which their units were first exposed (in that of the table where it knows no
// times), without units seen in several variants.
std::vector<std::size_t> order_of_entry(const storage::UnitTable& table);

// Those that have a value of one metric, in that order.
class MetricUnits {
 public:
  MetricUnits(const storage::UnitTable& table, const storage::MetricColumns& metric,
              std::span<const std::size_t> order);

  std::size_t size() const { return row_.size(); }
  std::size_t row(std::size_t i) const { return row_[i]; }    // of the table
  std::size_t rank(std::size_t i) const { return rank_[i]; }  // in the order of entry
  MetricType type() const { return type_; }

  // As position `i` has it, within the limits of winsorised metrics.
  void add_to(storage::MetricAggregate& aggregate, std::size_t i) const;
  // The value alone, of all but quantiles.
  double value(std::size_t i) const { return numbers_[i][0]; }
  // All of them.
  storage::MetricAggregate all() const;

  // Of the values of a mean; none where they do not vary.
  std::optional<double> skewness() const;

 private:
  MetricType type_;
  std::vector<std::size_t> row_;
  std::vector<std::size_t> rank_;
  std::vector<stats::MetricMoments::Values> numbers_;
  std::vector<std::vector<double>> events_;  // of quantiles, instead
};

// What every treated unit gets, so that the treatment's true mean is 1 + lift times that of all units (of a negative
// mean, further from 0 below it). Shares of units get theirs by turning zeros into ones, or ones into zeros, at random.
class Effect {
 public:
  // `mean`: of all units; of a quantile, theirs. None where a share cannot get there.
  static std::optional<Effect> of(MetricType type, double mean, double lift);

  // Whether values are turned one by one; if not, `apply` moves all of them at once.
  bool turns() const { return turns_; }
  // `coin`: the unit's, uniform in [0, 1).
  double turned(double value, double coin) const { return value != target_ && coin < chance_ ? target_ : value; }
  storage::MetricAggregate apply(const storage::MetricAggregate& untouched) const;

 private:
  MetricType type_ = MetricType::mean;
  bool turns_ = false;
  double added_ = 0;   // to a value; of a ratio, to the numerator for each 1 of the denominator
  double target_ = 0;  // 1 or 0
  double chance_ = 0;
};

enum class Side : std::uint8_t { none, control, treatment };

// The two variants of a split, as far as units have been added to them.
class Variants {
 public:
  // `salt`: of the coins, which are the unit's own, whatever the order of units.
  Variants(const MetricUnits& units, std::span<const Effect> effects, std::uint64_t salt);

  void add(std::size_t i, Side side);

  const storage::MetricAggregate& control() const { return control_; }
  const storage::MetricAggregate& treatment() const { return treatment_; }
  storage::MetricAggregate treatment_with(std::size_t effect) const;

 private:
  const MetricUnits& units_;
  std::span<const Effect> effects_;
  std::uint64_t salt_;
  storage::MetricAggregate control_;
  storage::MetricAggregate treatment_;
  std::vector<storage::MetricAggregate> turned_;  // of the effects that turn values
};

}  // namespace crossfade::calibration
