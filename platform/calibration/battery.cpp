#include "platform/calibration/battery.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <iterator>
#include <utility>

#include "platform/calibration/rate.h"

namespace crossfade::calibration {

double band(double rate, double rounds) {
  return kBand * std::sqrt(rate * (1 - rate) / rounds);
}

Check share_check(std::string name, double rate, double rounds, std::function<double()> measure) {
  return {.name = std::move(name),
          .lower = rate - band(rate, rounds),
          .upper = rate + band(rate, rounds),
          .measure = std::move(measure)};
}

std::vector<Check> battery() {
  std::vector<Check> all;
  for (auto checks : {mean_checks, session_checks, look_checks, bayesian_checks, call_checks, sparse_checks}) {
    std::ranges::move(checks(), std::back_inserter(all));
  }
  return all;
}

std::vector<Figure> measure(const std::vector<Check>& checks, int threads) {
  std::vector<Figure> figures(checks.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < checks.size(); i = next++) {
      const double measured = checks[i].measure();
      figures[i] = {
          .check = checks[i], .measured = measured, .kept = measured >= checks[i].lower && measured <= checks[i].upper};
    }
  };
  std::vector<std::future<void>> workers;
  for (int i = 1; i < threads; ++i) workers.push_back(std::async(std::launch::async, work));
  work();
  for (auto& worker : workers) worker.get();
  return figures;
}

}  // namespace crossfade::calibration
