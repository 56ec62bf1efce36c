#include "platform/analysis/findings/traffic_report.h"

#include <algorithm>
#include <cmath>

#include "platform/analysis/findings/normal_interval.h"
#include "platform/stats/ratios/ratio.h"

namespace crossfade::analysis {

namespace {

// The parameter that says who recommends.
const std::string kRecommender = "recommender";

std::string text_of(const Values& parameters) {
  const auto found = parameters.find(kRecommender);
  const auto* text = found == parameters.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? "" : *text;
}

std::string recommender_of(const ExperimentData& data, const std::string& key, const Configuration& configuration) {
  if (data.configured == nullptr) return "";
  const auto variant = std::ranges::find(data.configured->variants, key, &Variant::key);
  if (variant == data.configured->variants.end()) return "";
  const std::string own = text_of(variant->parameters);
  return own.empty() ? text_of(configuration.parameters) : own;
}

struct Share {
  std::optional<double> value;
  std::optional<double> standard_error;
};

// Sum of quantity `numerator` / sum of playbacks, with units as clusters.
Share share_of(const stats::MetricMoments& units, std::size_t numerator) {
  constexpr std::size_t kPlaybacks = 1;
  const stats::RatioMoments ratio{units.n(),
                                  {units.mean(numerator), units.mean(kPlaybacks)},
                                  {{{units.c2(numerator, numerator), units.c2(numerator, kPlaybacks)},
                                    {units.c2(numerator, kPlaybacks), units.c2(kPlaybacks, kPlaybacks)}}}};
  const auto moments = stats::ratio_moments(ratio);
  Share share;
  if (!moments) return share;
  share.value = moments->mean();
  if (moments->n() > 1) share.standard_error = std::sqrt(moments->variance() / static_cast<double>(moments->n()));
  return share;
}

std::optional<Interval> interval_of(const Share& share, double confidence_level) {
  const auto interval = normal_interval(share.value, share.standard_error, confidence_level);
  if (!interval) return std::nullopt;
  return Interval{.lower = std::max(0.0, interval->lower), .upper = std::min(1.0, interval->upper)};
}

PositionShare position_of(const storage::PositionTraffic& traffic, double confidence_level) {
  const Share skipped = share_of(traffic.units, 0);
  const Share listened = share_of(traffic.units, 2);
  return {.playbacks = traffic.playbacks,
          .skipped = skipped.value,
          .skipped_standard_error = skipped.standard_error,
          .skipped_interval = interval_of(skipped, confidence_level),
          .listened = listened.value,
          .listened_standard_error = listened.standard_error,
          .listened_interval = interval_of(listened, confidence_level)};
}

void add_answers(VariantTraffic& variant, const std::vector<storage::Answers>& answers) {
  std::int64_t all = 0, known = 0, own = 0;
  for (const storage::Answers& one : answers) {
    all += one.answers;
    if (!one.recommender.empty()) known += one.answers;
    if (is_answer_of(one.recommender, variant.recommender)) own += one.answers;
  }
  for (const storage::Answers& one : answers) {
    variant.answers.push_back({.recommender = one.recommender,
                               .answers = one.answers,
                               .share = static_cast<double>(one.answers) / static_cast<double>(all)});
  }
  if (variant.recommender.empty()) {
    variant.reason = "nobody configured a recommender";
  } else if (known == 0) {
    variant.reason = all == 0 ? "no answers" : "the log does not say who answered";
  } else {
    variant.fallback_share = 1 - static_cast<double>(own) / static_cast<double>(known);
  }
}

}  // namespace

std::vector<VariantTraffic> traffic_report(const ExperimentData& data, const storage::Traffic& traffic,
                                           const Configuration& configuration, double confidence_level) {
  std::vector<VariantTraffic> report;
  std::vector<storage::DayTraffic> no_traffic;  // days on which nothing happened
  if (!traffic.variants.empty()) {
    for (const storage::DayTraffic& day : traffic.variants.front().days) no_traffic.emplace_back().day = day.day;
  }
  for (const VariantData& variant : data.variants) {
    VariantTraffic& one = report.emplace_back();
    one.variant = variant.key;
    one.recommender = recommender_of(data, variant.key, configuration);
    const auto seen = std::ranges::find(traffic.variants, variant.key, &storage::VariantCounts::variant);
    if (seen == traffic.variants.end() || traffic.version != data.version) {
      add_answers(one, {});
      one.days = no_traffic;
      continue;
    }
    add_answers(one, seen->answers);
    one.days = seen->days;
    for (const storage::PositionTraffic& position : seen->positions) {
      one.positions.push_back(position_of(position, confidence_level));
    }
  }
  return report;
}

}  // namespace crossfade::analysis
