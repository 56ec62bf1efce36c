#include "platform/analysis/planning/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "platform/analysis/report/wording.h"
#include "platform/stats/looks/group_sequential.h"

namespace crossfade::analysis {

namespace {

constexpr double kRounding = 1e-9;

// The last session of a day ends before its midnight.
constexpr double kLastHours = 0.1;  // days

double days_between(Timestamp from, Timestamp to) {
  return static_cast<double>(to.ms - from.ms) / static_cast<double>(kMsPerDay);
}

double total_weight(const ExperimentData& data) {
  double total = 0;
  for (const VariantData& variant : data.variants) total += variant.weight;
  return total;
}

std::size_t treatments_of(const ExperimentData& data) {
  return std::max<std::size_t>(1, data.treatments().size());
}

// Of the plan; may be above 1. 0 where that is not known.
double fraction_of(const storage::Look& look, const PlanProgress& progress, const ExperimentData& data) {
  if (progress.planned_units) return static_cast<double>(look.units) / *progress.planned_units;
  if (!progress.plan.duration_days || !data.exposed_from) return 0;
  return days_between(*data.exposed_from, look.data_through) / *progress.plan.duration_days;
}

// Increasing, at most 1, by steps of kLookStep.
std::vector<double> information_of(const std::vector<storage::Look>& looks, const PlanProgress& progress,
                                   const ExperimentData& data) {
  std::set<double> steps;
  for (const storage::Look& look : looks) {
    // What rounding adds to a multiple is no step.
    const double step = std::ceil(fraction_of(look, progress, data) / kLookStep * (1 - kRounding));
    if (step >= 1) steps.insert(std::min(step, std::round(1 / kLookStep)));
  }
  std::vector<double> fractions;
  for (const double step : steps) fractions.push_back(step * kLookStep);
  return fractions;
}

std::string guarantee_of(const PlanProgress& progress) {
  const std::string alpha = share(progress.plan.alpha);
  switch (progress.plan.mode) {
    case SequentialMode::always_valid:
      return fmt::format("The error rate of {} holds for any number of looks.", alpha);
    case SequentialMode::group_sequential: {
      const std::string spent = fmt::format("{} of {} are spent", share(progress.alpha_spent.value_or(0)), alpha);
      if (!progress.plan.looks || progress.looks.size() <= static_cast<std::size_t>(*progress.plan.looks)) {
        return fmt::format("The error rate of {} holds for all looks together: {}.", alpha, spent);
      }
      return fmt::format(
          "{} looks were taken where {} were planned. The error rate of {} still holds, since every look spends its "
          "own "
          "share, as long as nobody chose the time of a look by its results: {}.",
          progress.looks.size(), *progress.plan.looks, alpha, spent);
    }
    case SequentialMode::fixed:
      if (progress.peeks <= 1 && progress.complete) return fmt::format("The error rate of {} holds.", alpha);
      if (!progress.complete) {
        return "This is a peek before the planned end: its p-value is no result. The always-valid interval holds.";
      }
      return fmt::format(
          "{} looks were taken where one was planned. The error rate of {} holds for this one only if no other could "
          "have ended the experiment; the always-valid interval holds anyway.",
          progress.peeks, alpha);
  }
  return "";
}

storage::Look look_now(const ExperimentData& data) {
  return {.experiment = data.key,
          .version = data.version,
          .at = *data.data_through,
          .units = data.units(),
          .data_through = *data.data_through};
}

void set_bound(Progress& progress, std::size_t treatments) {
  PlanProgress& report = progress.report;
  if (report.looks.empty()) return;
  const auto k = static_cast<double>(treatments);
  const auto boundary = stats::group_sequential(report.looks, {.alpha = report.plan.alpha / k});
  if (!boundary) return;
  // Where units were excluded since an earlier look, there are fewer than it saw: their bound is that of their own
  // information.
  const auto own = std::ranges::find_if(
      report.looks, [&](double look) { return look >= report.information_fraction * (1 - kRounding); });
  const auto index = static_cast<std::size_t>(own - report.looks.begin());
  progress.bound = boundary->z_bounds[std::min(index, boundary->z_bounds.size() - 1)];
  report.alpha_spent = boundary->cumulative_alpha.back() * k;
}

}  // namespace

Progress progress_of(const Plan& plan, const ExperimentData& data, const Sizing& sizing,
                     const std::vector<storage::Look>& looks, const storage::Look* closing, bool is_look) {
  Progress progress;
  PlanProgress& report = progress.report;
  report.plan = plan;
  report.units = closing != nullptr ? closing->units : data.units();
  report.planned_units = sizing.units;
  report.size = sizing.size;
  std::vector<storage::Look> all = looks;
  if (data.data_through && closing == nullptr && is_look) {
    const storage::Look now = look_now(data);
    const bool seen = !all.empty() && all.back().units == now.units && all.back().data_through == now.data_through;
    if (!seen) all.push_back(now);
  }
  report.peeks = static_cast<int>(all.size());
  report.looks = information_of(all, report, data);
  const double days =
      data.exposed_from && data.data_through ? std::max(1.0, days_between(*data.exposed_from, *data.data_through)) : 0;
  if (report.planned_units) {
    report.information_fraction = std::min(1.0, static_cast<double>(report.units) / *report.planned_units);
    report.complete = static_cast<double>(report.units) >= *report.planned_units;
    if (!report.complete && report.units > 0) {
      report.days_left = (*report.planned_units / static_cast<double>(report.units) - 1) * days;
    }
    if (total_weight(data) > 0 && !data.treatments().empty()) {
      progress.n_star =
          *report.planned_units * (data.control().weight + data.treatments().front().weight) / total_weight(data);
    }
  } else if (plan.duration_days) {
    report.information_fraction = std::min(1.0, days / *plan.duration_days);
    report.complete = days >= *plan.duration_days - kLastHours;
    if (!report.complete) report.days_left = *plan.duration_days - days;
  }
  if (report.complete) report.days_left = 0;
  if (plan.mode == SequentialMode::group_sequential) set_bound(progress, treatments_of(data));
  report.guarantee = guarantee_of(report);
  return progress;
}

bool look_due(const PlanProgress& progress, const ExperimentData& data, const std::vector<storage::Look>& looks) {
  if (!data.data_through) return false;
  std::vector<storage::Look> all = looks;
  all.push_back(look_now(data));
  return information_of(all, progress, data).size() > information_of(looks, progress, data).size();
}

const storage::Look* closing_look(const PlanProgress& progress, const ExperimentData& data,
                                  const std::vector<storage::Look>& looks) {
  if (progress.plan.mode == SequentialMode::always_valid || !data.data_through) return nullptr;
  const double end = progress.plan.duration_days && !progress.planned_units
                         ? 1 - kLastHours / *progress.plan.duration_days
                         : 1 - kRounding;
  const auto closing =
      std::ranges::find_if(looks, [&](const storage::Look& look) { return fraction_of(look, progress, data) >= end; });
  if (closing == looks.end()) return nullptr;
  const bool now = closing->units == data.units() && closing->data_through == *data.data_through;
  return now ? nullptr : &*closing;
}

}  // namespace crossfade::analysis
