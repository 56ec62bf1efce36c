#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/analysis/analyze.h"

namespace crossfade::server {

enum class Format { json, csv, markdown };

// What stands behind the "?" of an experiment's results.
struct ResultsQuery {
  analysis::AnalyzeOptions options;  // without `experiments`
  Format format = Format::json;
  bool force = false;  // the effects of an INVALID experiment too

  // The same query always gives the same text, in whatever order it was asked: names a cached answer.
  std::string key() const;
};

// "a=1&b=x+y" as pairs, percent-encoding resolved. Throws Error (user) for a broken escape.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view target);

// confidence_level, lift, control, by (may be repeated), by_day, cuped, distributions, traffic, force, at, format; the
// flags of `crossfade analyze`. Throws Error (user) that names the parameter and what it may be, also for one that
// there is not or that is given twice.
ResultsQuery parse_results_query(std::string_view target);

}  // namespace crossfade::server
