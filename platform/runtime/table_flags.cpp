#include "platform/runtime/table_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::runtime {

namespace {

constexpr double kUsualAlpha = 0.05;

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// What stands behind the last colon, which is taken away; nothing, and nothing taken, unless it is one of `words`.
std::optional<std::string> take_suffix(std::string& text, std::initializer_list<std::string_view> words) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string suffix = text.substr(colon + 1);
  if (std::ranges::find(words, suffix) == words.end()) return std::nullopt;
  text.erase(colon);
  return suffix;
}

// COL, or NAME=NUM/DEN, with :mean or :proportion, and :increase or :decrease behind it.
imports::TableMetric metric_of(const MetricFlag& flag, double winsorize) {
  const char* const name = flag.ratio ? "--ratio" : "--metric";
  imports::TableMetric metric;
  MetricDefinition& definition = metric.definition;
  std::string text = flag.text;
  if (take_suffix(text, {"increase", "decrease"}) == "decrease") definition.direction = Direction::decrease;
  const auto type = flag.ratio ? std::nullopt : take_suffix(text, {"mean", "proportion"});
  if (type == "proportion") definition.type = MetricType::proportion;
  if (flag.ratio) definition.type = MetricType::ratio;
  definition.lookback_days = 0;

  const std::size_t equals = text.find('=');
  const std::size_t slash = equals == std::string::npos ? equals : text.find('/', equals);
  definition.name = text.substr(0, equals);
  metric.numerator = equals == std::string::npos ? text : text.substr(equals + 1, slash - equals - 1);
  metric.denominator = slash == std::string::npos ? "" : text.substr(slash + 1);
  const bool whole = !definition.name.empty() && !metric.numerator.empty();
  if (flag.ratio && (!whole || metric.denominator.empty())) {
    throw Error::user(fmt::format("--ratio {}: want NAME=NUM/DEN, such as ctr=clicks/views", flag.text));
  }
  if (!flag.ratio && (!whole || (slash != std::string::npos && metric.denominator.empty()))) {
    throw Error::user(
        fmt::format("{} {}: want COL, COL:mean, COL:proportion or NAME=NUM/DEN:proportion", name, flag.text));
  }
  if (!flag.ratio && !metric.denominator.empty() && definition.type != MetricType::proportion) {
    throw Error::user(
        fmt::format("--metric {}: want {}:proportion for trials and successes, or --ratio {}", flag.text, text, text));
  }
  if (definition.type == MetricType::ratio) {
    definition.description = fmt::format("sum of {} / sum of {}", metric.numerator, metric.denominator);
  } else if (!metric.denominator.empty()) {
    definition.description = fmt::format("share of {}: {}", metric.denominator, metric.numerator);
  } else if (definition.type == MetricType::proportion) {
    definition.description = "share of units";
  } else {
    definition.description = "mean over units of the sum of their rows";
    if (winsorize > 0) definition.winsorize = Winsorization{.upper_quantile = winsorize};
  }
  return metric;
}

std::vector<Guardrail> guardrails_of(const TableFlags& flags, const std::vector<std::string>& metrics) {
  std::vector<Guardrail> guardrails;
  for (const std::string& text : flags.guardrails) {
    const std::size_t colon = text.rfind(':');
    const auto margin = colon == std::string::npos ? std::nullopt : number_of(std::string_view(text).substr(colon + 1));
    // A loss of all that there is (1) or more would guard nothing: a margin of 10 is a slip for 0.1.
    if (!margin || *margin < 0 || *margin >= 1) {
      throw Error::user(
          fmt::format("--guardrail {}: want METRIC:MARGIN, the relative loss that is acceptable, such as "
                      "latency:0.05",
                      text));
    }
    const std::string name = text.substr(0, colon);
    if (std::ranges::find(metrics, name) == metrics.end()) {
      const std::string near = nearest_name(name, metrics);
      throw Error::user(near.empty()
                            ? fmt::format("--guardrail {}: no metric \"{}\", want --metric {}:decrease (or :increase, "
                                          "whichever is better) beside it",
                                          text, name, name)
                            : fmt::format("--guardrail {}: no metric \"{}\"; did you mean \"{}\"?", text, name, near));
    }
    guardrails.push_back({.metric = name, .margin = *margin});
  }
  return guardrails;
}

// The first that is no guardrail decides, the others explain.
MetricRoles roles_of(const TableFlags& flags, const std::vector<std::string>& metrics) {
  MetricRoles roles{.primary = "", .secondary = {}, .guardrails = guardrails_of(flags, metrics)};
  for (const std::string& name : metrics) {
    if (std::ranges::find(roles.guardrails, name, &Guardrail::metric) != roles.guardrails.end()) continue;
    roles.primary.empty() ? void(roles.primary = name) : roles.secondary.push_back(name);
  }
  if (roles.primary.empty()) roles.primary = metrics.front();
  return roles;
}

std::map<std::string, double> weights_of(const std::string& text) {
  std::map<std::string, double> weights;
  double sum = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = std::string_view(text).substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    const auto weight = equals == std::string_view::npos ? std::nullopt : number_of(part.substr(equals + 1));
    if (!weight || *weight <= 0 || equals == 0) {
      throw Error::user(fmt::format("--weights {}: want V=0.9,W=0.1 with a weight above 0 for each variant", text));
    }
    if (!weights.emplace(part.substr(0, equals), *weight).second) {
      throw Error::user(
          fmt::format("--weights {}: variant {} stands twice, want it once", text, part.substr(0, equals)));
    }
    sum += *weight;
    begin = end + 1;
  }
  constexpr double rounding = 1e-6;
  if (!weights.empty() && std::abs(sum - 1) > rounding) {
    throw Error::user(fmt::format("--weights {}: they sum to {:.10g}, want 1", text, sum));
  }
  return weights;
}

std::optional<double> single_look_of(const std::string& plan) {
  if (plan.empty()) return std::nullopt;
  if (plan == "fixed") return kUsualAlpha;
  const auto alpha = plan.starts_with("fixed:") ? number_of(std::string_view(plan).substr(6)) : std::nullopt;
  if (alpha && *alpha > 0 && *alpha < 0.5) return alpha;
  throw Error::user(
      fmt::format("--plan {}: want fixed or fixed:ALPHA, such as fixed:0.05, for one look that was "
                  "declared beforehand",
                  plan));
}

void require(const std::string& value, const char* flag) {
  if (value.empty()) throw Error::user(fmt::format("--csv without {}, want it", flag));
}

[[noreturn]] void refuse_together(const char* one, const char* other, const char* why) {
  throw Error::user(fmt::format("{} beside {}, want one of them: {}", one, other, why));
}

void require_consistent(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  if (flags.block.empty()) return;
  if (!options.by.empty()) refuse_together("--by", "--block", "what is compared block by block is not split again");
  if (!flags.covariates.empty()) {
    refuse_together("--covariate", "--block", "the block takes out what variants have in common");
  }
  if (options.lift == analysis::LiftInterval::delta) {
    refuse_together("--lift delta", "--block", "of blocks the lift is by Fieller, or naive");
  }
}

analysis::TableQuestion question_of(const TableFlags& flags, std::vector<MetricDefinition> metrics) {
  std::vector<std::string> names;
  for (const MetricDefinition& metric : metrics) {
    if (std::ranges::find(names, metric.name) != names.end()) {
      throw Error::user(fmt::format("--metric {} stands twice, want it once", metric.name));
    }
    names.push_back(metric.name);
  }
  analysis::TableQuestion question{.metrics = std::move(metrics), .roles = roles_of(flags, names)};
  question.weights = weights_of(flags.weights);
  question.single_look = single_look_of(flags.plan);
  return question;
}

}  // namespace

TableRequest table_request(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  require(flags.variant, "--variant COL: the column of the variants");
  require(options.control, "--control V: the variant to compare with");
  if (flags.metrics.empty()) throw Error::user("--csv without --metric COL[:mean|proportion], want one at least");
  require_consistent(flags, options);
  imports::CsvTableQuery query{.file = flags.csv,
                               .unit = flags.unit,
                               .variant = flags.variant,
                               .metrics = {},
                               .dimensions = options.by,
                               .covariates = flags.covariates,
                               .block = flags.block,
                               .lenient = flags.lenient};
  std::vector<MetricDefinition> definitions;
  for (const MetricFlag& flag : flags.metrics) {
    imports::TableMetric metric = metric_of(flag, flags.winsorize);
    const bool trials = metric.definition.type == MetricType::proportion && !metric.denominator.empty();
    if (trials && !flags.covariates.empty()) {
      throw Error::user(fmt::format("--covariate beside --metric {}, whose trials have none; --ratio {}={}/{} takes it",
                                    flag.text, metric.definition.name, metric.numerator, metric.denominator));
    }
    definitions.push_back(metric.definition);
    query.metrics.push_back(std::move(metric));
  }
  return {.query = std::move(query), .question = question_of(flags, std::move(definitions))};
}

SummaryRequest summary_request(const TableFlags& flags, const std::vector<std::string>& names) {
  std::vector<MetricFlag> asked = flags.metrics;
  if (asked.empty()) {
    for (const std::string& name : names) asked.push_back({.text = name});
  }
  SummaryRequest request;
  std::vector<MetricDefinition> definitions;
  for (const MetricFlag& flag : asked) {
    const bool as_it_is = std::ranges::find(names, flag.text) != names.end();
    imports::TableMetric metric = as_it_is ? imports::TableMetric{} : metric_of(flag, 0);
    if (as_it_is) metric.definition.name = flag.text;
    if (flag.ratio || !metric.denominator.empty() || metric.definition.type != MetricType::mean) {
      throw Error::user(
          fmt::format("--metric {}: want NAME or NAME:decrease beside --summary, which has means", flag.text));
    }
    const auto found = std::ranges::find(names, metric.definition.name);
    if (found == names.end()) {
      const std::string near = nearest_name(metric.definition.name, names);
      throw Error::user(fmt::format(
          "no metric \"{}\"; {}", metric.definition.name,
          near.empty() ? fmt::format("it has {}", fmt::join(names, ", ")) : fmt::format("did you mean \"{}\"?", near)));
    }
    metric.definition.lookback_days = 0;
    metric.definition.description = "mean over units, from a table of figures";
    request.positions.push_back(static_cast<std::size_t>(found - names.begin()));
    definitions.push_back(std::move(metric.definition));
  }
  request.question = question_of(flags, std::move(definitions));
  return request;
}

}  // namespace crossfade::runtime
