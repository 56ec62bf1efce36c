#include "platform/config/metric_definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "platform/config/event_aggregates.h"
#include "platform/config/keys.h"
#include "platform/core/time.h"

namespace crossfade::config {

namespace {

constexpr std::string_view kDuration = "a duration such as 7d, 12h, 30m or 45s";
// Of a window: longer ones are a slip.
constexpr std::int64_t kLongestMs = 3650 * kMsPerDay;

std::optional<MetricType> read_metric_type(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "mean, ratio, proportion, quantile or retention");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const auto type :
       {MetricType::mean, MetricType::ratio, MetricType::proportion, MetricType::quantile, MetricType::retention}) {
    if (*name == to_string(type)) return type;
    known.emplace_back(to_string(type));
  }
  faults.add(entry.value_mark(), unknown_name("type", *name, known));
  return std::nullopt;
}

std::optional<Direction> read_direction(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "increase, decrease or none");
  if (!name) return std::nullopt;
  for (const auto direction : {Direction::increase, Direction::decrease, Direction::none}) {
    if (*name == to_string(direction)) return direction;
  }
  faults.add(entry.value_mark(), unknown_name("direction", *name, {"increase", "decrease", "none"}));
  return std::nullopt;
}

class MetricReader {
 public:
  MetricReader(const Entry& entry, Faults& faults)
      : entry_(entry),
        faults_(faults),
        map_(entry, fmt::format("in metric {}", in_quotes(entry.key)), key_names_of(Section::metric), faults) {}

  std::optional<MetricDefinition> read() {
    const std::size_t before = faults_.size();
    metric_.name = entry_.key;
    const Entry* const type = map_.require("type", "mean, ratio, proportion, quantile or retention", faults_);
    const auto known = type ? read_metric_type(*type, faults_) : std::nullopt;
    if (!known) return std::nullopt;
    metric_.type = *known;
    read_numerator();
    read_denominator();
    read_quantile();
    read_window();
    read_winsorization();
    read_words();
    read_lookback();
    if (const Entry* const mde = map_.find("mde")) {
      metric_.target_mde = mde->share(faults_, "a relative effect between 0 and 1, such as 0.02");
    }
    if (faults_.size() > before) return std::nullopt;
    return metric_;
  }

 private:
  AggregateRule rule() const {
    switch (metric_.type) {
      case MetricType::proportion:
      case MetricType::retention:
        return {.without_value = Aggregation::any};
      case MetricType::quantile:
        return {.without_value = Aggregation::sum, .with_value = Aggregation::sum, .fixed = true};
      case MetricType::mean:
      case MetricType::ratio:
        break;
    }
    return {};
  }

  void read_numerator() {
    const Entry* const numerator = map_.find("numerator");
    std::vector<std::string> direct;
    for (const std::string& key : key_names_of(Section::aggregate)) {
      if (map_.find(key)) direct.push_back(key);
    }
    if (numerator && !direct.empty()) {
      faults_.add(map_.find(direct.front())->mark,
                  fmt::format("{} stands beside numerator, want it in it", direct.front()));
      return;
    }
    const auto found = numerator
                           ? read_aggregate(Map{*numerator, "in numerator", key_names_of(Section::aggregate), faults_},
                                            rule(), faults_)
                           : read_aggregate(map_, rule(), faults_);
    if (!found) return;
    metric_.numerator = *found;
    refuse_mean(numerator ? *numerator : entry_, metric_.numerator);
  }

  void read_denominator() {
    const Entry* const denominator = map_.find("denominator");
    const bool allowed = metric_.type == MetricType::ratio || metric_.type == MetricType::mean;
    if (!denominator) {
      if (metric_.type == MetricType::ratio) map_.require("denominator", "one", faults_);
      return;
    }
    if (!allowed) return refuse(*denominator);
    const auto found =
        read_aggregate(Map{*denominator, "in denominator", key_names_of(Section::aggregate), faults_}, {}, faults_);
    if (!found) return;
    metric_.denominator = *found;
    refuse_mean(*denominator, *found);
  }

  // A ratio adds up over units: means do not.
  void refuse_mean(const Entry& entry, const EventAggregate& aggregate) {
    if (metric_.type == MetricType::ratio && aggregate.aggregate == Aggregation::mean) {
      faults_.add(entry.mark, "a ratio of means, want sum, count, max or any: numerators and denominators add up");
    }
  }

  void refuse(const Entry& entry) {
    faults_.add(entry.mark, fmt::format("{} in a {}, want none", entry.key, to_string(metric_.type)));
  }

  void read_quantile() {
    const Entry* level = map_.find("quantile");
    if (metric_.type != MetricType::quantile) {
      if (level) refuse(*level);
      return;
    }
    level = map_.require("quantile", "a level between 0 and 1, such as 0.9", faults_);
    if (level) metric_.quantile = level->number(faults_, is_share, "a number between 0 and 1").value_or(0.5);
  }

  void read_window() {
    const bool retention = metric_.type == MetricType::retention;
    const Entry* const window = retention
                                    ? map_.require("window", "[begin, end] after exposure, such as [7d, 14d]", faults_)
                                    : map_.find("window");
    if (!window) return;
    if (!window->value.IsSequence()) {
      const auto duration = read_duration(*window, faults_);
      if (!duration) return;
      (retention ? metric_.window.begin_ms : metric_.window.end_ms.emplace()) = *duration;
      return;
    }
    const auto items = window->list(faults_, "time in a window", "a duration, or [begin, end]");
    if (items->size() != 2) {
      faults_.add(window->value_mark(), fmt::format("window has {} times, want [begin, end]", items->size()));
      return;
    }
    const auto begin = read_duration((*items)[0], faults_);
    const auto end = read_duration((*items)[1], faults_);
    if (!begin || !end) return;
    if (*begin >= *end) {
      faults_.add(window->value_mark(), "window is empty, want begin < end");
    } else if (retention && *begin == 0) {
      faults_.add(window->value_mark(), "retention from exposure on, want a later begin: everybody is there at first");
    }
    metric_.window = {.begin_ms = *begin, .end_ms = *end};
  }

  void read_winsorization() {
    const Entry* const entry = map_.find("winsorize");
    if (!entry) return;
    if (metric_.type != MetricType::mean) return refuse(*entry);
    Winsorization limits;
    const auto level = [&](const Entry& one) { return one.number(faults_, is_share, "a quantile between 0 and 1"); };
    if (!entry->value.IsMap()) {
      limits.upper_quantile = level(*entry);
      metric_.winsorize = limits;
      return;
    }
    const Map map{*entry, "in winsorize", key_names_of(Section::winsorize), faults_};
    const auto any = [](double) { return true; };
    if (const Entry* const one = map.find("lower_quantile")) limits.lower_quantile = level(*one);
    if (const Entry* const one = map.find("upper_quantile")) limits.upper_quantile = level(*one);
    if (const Entry* const one = map.find("lower")) limits.lower = one->number(faults_, any, "a number");
    if (const Entry* const one = map.find("upper")) limits.upper = one->number(faults_, any, "a number");
    if (limits == Winsorization{} && map.valid() && map.entries().empty()) {
      faults_.add(entry->mark, "winsorize says nothing, want an upper_quantile, or limits");
    }
    if ((limits.lower && limits.lower_quantile) || (limits.upper && limits.upper_quantile)) {
      faults_.add(entry->mark, "winsorize has a limit and a quantile of one side, want one of them");
    }
    if ((limits.lower && limits.upper && *limits.lower >= *limits.upper) ||
        (limits.lower_quantile && limits.upper_quantile && *limits.lower_quantile >= *limits.upper_quantile)) {
      faults_.add(entry->mark, "winsorize leaves nothing, want lower < upper");
    }
    metric_.winsorize = limits;
  }

  void read_words() {
    if (const Entry* const one = map_.find("direction")) {
      metric_.direction = read_direction(*one, faults_).value_or(Direction::none);
    }
    if (const Entry* const one = map_.find("unit")) metric_.unit = one->text(faults_).value_or("");
    if (const Entry* const one = map_.find("description")) metric_.description = one->text(faults_).value_or("");
  }

  void read_lookback() {
    const Entry* const cuped = map_.find("cuped");
    const bool adjustable = metric_.type == MetricType::mean || metric_.type == MetricType::ratio;
    if (!adjustable) metric_.lookback_days = 0;
    if (!cuped) return;
    if (!adjustable) return refuse(*cuped);
    const auto off = scalar_of(cuped->value);
    const auto* const text = off ? std::get_if<std::string>(&*off) : nullptr;
    if (text && *text == "off") {
      metric_.lookback_days = 0;
    } else {
      metric_.lookback_days = read_days(*cuped, faults_).value_or(0);
    }
  }

  const Entry& entry_;
  Faults& faults_;
  Map map_;
  MetricDefinition metric_;
};

std::vector<std::string> default_labels(const std::vector<double>& breaks) {
  std::vector<std::string> labels = {fmt::format("below {}", breaks.front())};
  for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
    labels.push_back(fmt::format("{} to below {}", breaks[i], breaks[i + 1]));
  }
  labels.push_back(fmt::format("{} and more", breaks.back()));
  return labels;
}

void read_breaks(const Entry& entry, Dimension& dimension, Faults& faults) {
  const auto items = entry.list(faults, "break", "a list of increasing numbers");
  if (!items) return;
  for (const Entry& item : *items) {
    const auto value = item.number(faults, [](double) { return true; }, "a number");
    if (value) dimension.breaks.push_back(*value);
  }
  if (items->empty()) faults.add(entry.value_mark(), "breaks are empty, want at least one: where a level ends");
  if (std::ranges::adjacent_find(dimension.breaks, std::greater_equal{}) != dimension.breaks.end()) {
    faults.add(entry.value_mark(), "breaks do not increase, want them to");
  }
}

void read_labels(const Entry& entry, Dimension& dimension, Faults& faults) {
  const auto items = entry.list(faults, "label", "a list of texts");
  if (!items) return;
  for (const Entry& item : *items) {
    if (const auto label = item.text(faults)) dimension.labels.push_back(*label);
  }
  if (items->size() != dimension.breaks.size() + 1) {
    faults.add(entry.value_mark(), fmt::format("{} labels for {} breaks, want one more than breaks", items->size(),
                                               dimension.breaks.size()));
  }
}

// Names with dots between them.
bool is_path(std::string_view path) {
  return path.front() != '.' && path.back() != '.' && path.find("..") == std::string_view::npos;
}

// Of an attribute no events are read.
void refuse_event_keys(const Map& map, Faults& faults) {
  for (const char* key : {"event", "where", "value", "aggregate", "lookback"}) {
    if (const Entry* const entry = map.find(key)) {
      faults.add(entry->mark, fmt::format("{} stands beside attribute, want one of them", key));
    }
  }
}

std::optional<Dimension> read_dimension(const Entry& entry, Faults& faults) {
  const std::size_t before = faults.size();
  const Map map{entry, fmt::format("in dimension {}", in_quotes(entry.key)), key_names_of(Section::dimension), faults};
  Dimension dimension;
  dimension.name = entry.key;
  const Entry* const attribute = map.find("attribute");
  if (attribute) {
    constexpr std::string_view kPath = "the path of an attribute, such as country or plan.name";
    dimension.attribute = attribute->text(faults, kPath).value_or("");
    if (!dimension.attribute.empty() && !is_path(dimension.attribute)) attribute->refuse(faults, kPath);
    refuse_event_keys(map, faults);
  } else if (auto aggregate = read_aggregate(map, {}, faults)) {
    dimension.of = *std::move(aggregate);
  }
  if (const Entry* const days = map.find("lookback")) dimension.lookback_days = read_days(*days, faults).value_or(1);
  const Entry* const breaks =
      attribute ? map.find("breaks") : map.require("breaks", "a list of increasing numbers", faults);
  if (breaks) read_breaks(*breaks, dimension, faults);
  const Entry* const labels = map.find("labels");
  if (labels && attribute && !breaks) {
    faults.add(labels->mark, "labels without breaks, want breaks, or no labels: each value is a level");
  } else if (labels) {
    read_labels(*labels, dimension, faults);
  } else if (!dimension.breaks.empty()) {
    dimension.labels = default_labels(dimension.breaks);
  }
  if (faults.size() > before) return std::nullopt;
  return dimension;
}

}  // namespace

std::optional<std::int64_t> read_duration(const Entry& entry, Faults& faults) {
  const std::string text = entry.value.IsScalar() ? entry.value.Scalar() : "";
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t ms = unit == "d" ? kMsPerDay : unit == "h" ? 3'600'000 : unit == "m" ? 60'000 : 1000;
  const bool known = unit == "d" || unit == "h" || unit == "m" || unit == "s" || (number == 0 && text == "0");
  if (error != std::errc() || !known || number < 0 || number > kLongestMs / ms) {
    entry.refuse(faults, kDuration);
    return std::nullopt;
  }
  return number * ms;
}

std::optional<int> read_days(const Entry& entry, Faults& faults) {
  const auto ms = read_duration(entry, faults);
  if (!ms) return std::nullopt;
  if (*ms >= kMsPerDay && *ms % kMsPerDay == 0) return static_cast<int>(*ms / kMsPerDay);
  entry.refuse(faults, "whole days, such as 14d");
  return std::nullopt;
}

MetricDefinitions read_metric_definitions(const Entry& entry, Faults& faults) {
  MetricDefinitions result;
  for (const MetricDefinition& metric : standard_metrics()) result.names.push_back(metric.name);
  const Map all{entry, "in metrics", {}, faults};
  for (const Entry& one : all.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("metric is called {}, want {}", in_quotes(one.key), kNameRule));
    } else if (std::ranges::find(standard_metrics(), one.key, &MetricDefinition::name) != standard_metrics().end()) {
      faults.add(one.mark, fmt::format("metric {} is a standard one, want another name", one.key));
    }
    result.names.push_back(one.key);
    if (auto metric = MetricReader(one, faults).read()) result.metrics.push_back(*std::move(metric));
  }
  return result;
}

std::vector<Dimension> read_dimensions(const Entry& entry, Faults& faults) {
  std::vector<Dimension> dimensions;
  const Map all{entry, "in dimensions", {}, faults};
  for (const Entry& one : all.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("dimension is called {}, want {}", in_quotes(one.key), kNameRule));
    } else if (std::ranges::find(standard_dimensions(), one.key, &Dimension::name) != standard_dimensions().end()) {
      faults.add(one.mark, fmt::format("dimension {} is a standard one, want another name", one.key));
    }
    if (auto dimension = read_dimension(one, faults)) dimensions.push_back(*std::move(dimension));
  }
  return dimensions;
}

}  // namespace crossfade::config
