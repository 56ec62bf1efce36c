#include <catch2/catch.hpp>

#include "platform/config/load.h"
#include "tests/platform/config/support.h"

using namespace crossfade;
using namespace crossfade::config;
using namespace crossfade::config::testing;

namespace {

std::vector<MetricDefinition> metrics_of(const std::string& lines) {
  return load(with_head("metrics:\n" + lines), "e.yaml", types()).metrics;
}

// Of one metric, which stands in line 6 from column 7 on: `  m: {...}`.
Faults faults_of_metric(const std::string& content) {
  return faults_of(with_head("metrics:\n  m: {" + content + "}\n"));
}

Plan plan_of(const std::string& content) {
  const auto configuration = load(with_experiment("    plan: {" + content + "}\n" + kVariants), "e.yaml", types());
  return *configuration.experiments.at(0).plan;
}

Faults faults_of_plan(const std::string& content) {
  return faults_of(with_experiment("    plan: {" + content + "}\n" + kVariants));
}

}  // namespace

TEST_CASE("metric definitions: every type is read as it is written", "[config]") {
  const auto metrics = metrics_of(
      "  skip_rate: {type: ratio, numerator: {event: playback, where: \"fraction < 0.1\", aggregate: count},"
      " denominator: {event: playback, aggregate: count}, direction: decrease}\n"
      "  long_time: {type: mean, event: session, value: time, window: 7d, winsorize: 0.99, unit: lengths,"
      " description: as said, cuped: 28d, mde: 0.02}\n"
      "  finisher: {type: proportion, event: playback, where: fraction >= 0.9}\n"
      "  back: {type: retention, event: session, window: [7d, 14d]}\n"
      "  slow: {type: quantile, event: request, value: latency_ms, quantile: 0.9, direction: decrease}\n"
      "  bought: {type: mean, event: {custom: purchase}, aggregate: sum, cuped: off,"
      " winsorize: {lower: 0, upper: 9.5}}\n");
  REQUIRE(metrics.size() == 6);
  CHECK(metrics[0].type == MetricType::ratio);
  CHECK(metrics[0].numerator.event == EventKind::playback);
  CHECK(metrics[0].numerator.where->text() == "fraction < 0.1");
  CHECK(metrics[0].numerator.aggregate == Aggregation::count);
  CHECK(metrics[0].denominator == EventAggregate{.event = EventKind::playback});
  CHECK(metrics[0].direction == Direction::decrease);
  CHECK(metrics[0].lookback_days == 14);
  CHECK(metrics[1].numerator.aggregate == Aggregation::sum);
  CHECK(metrics[1].numerator.value->text() == "time");
  CHECK(metrics[1].window == Window{.begin_ms = 0, .end_ms = 7 * kMsPerDay});
  CHECK(metrics[1].winsorize == Winsorization{.upper_quantile = 0.99});
  CHECK(metrics[1].unit == "lengths");
  CHECK(metrics[1].description == "as said");
  CHECK(metrics[1].lookback_days == 28);
  CHECK(metrics[1].target_mde == 0.02);
  CHECK(metrics[2].numerator.aggregate == Aggregation::any);
  CHECK(metrics[2].lookback_days == 0);
  CHECK(metrics[3].window == Window{.begin_ms = 7 * kMsPerDay, .end_ms = 14 * kMsPerDay});
  CHECK(metrics[4].quantile == 0.9);
  CHECK(metrics[4].numerator.event == EventKind::request);
  CHECK(metrics[5].numerator.name == "purchase");
  CHECK(metrics[5].numerator.value->text() == "value");
  CHECK(metrics[5].lookback_days == 0);
  CHECK(metrics[5].winsorize == Winsorization{.lower = 0, .upper = 9.5});
}

TEST_CASE("metric definitions: experiments name them", "[config]") {
  const std::string definition = "metrics: {skips: {type: mean, event: playback}}\n";
  const std::string experiment = "experiments:\n  - key: e\n" + kVariants;
  CHECK(faults_of(with_head(definition + experiment + "    metrics: {primary: skips, secondary: [time]}\n")).empty());
  CHECK(faults_of(with_head(definition + experiment + "    metrics: {primary: skip}\n")) ==
        Faults{"e.yaml:9:24: unknown metric \"skip\", want one of time, sessions, mean_request_latency, "
               "mean_tracks_per_session, mean_time_per_session, skips; did you mean \"skips\"?"});
}

TEST_CASE("metric definitions: each fault is told where it stands", "[config]") {
  CHECK(faults_of_metric("type: man, event: session") ==
        Faults{"e.yaml:6:13: unknown type \"man\", want one of mean, ratio, proportion, quantile, retention; did you "
               "mean \"mean\"?"});
  CHECK(faults_of_metric("type: ratio, event: session") ==
        Faults{"e.yaml:6:6: no denominator in metric \"m\", want one"});
  CHECK(faults_of_metric("type: mean, event: sesion, aggregate: count") ==
        Faults{"e.yaml:6:26: unknown event \"sesion\", want one of session, playback, request; did you mean "
               "\"session\"?; an event of your own is {custom: sesion}"});
  CHECK(faults_of_metric("type: mean, event: playback, where: fracton < 1") ==
        Faults{"e.yaml:6:43: where \"fracton < 1\": unknown field \"fracton\", want one of track, position, fraction, "
               "recommended, recommender, propensity, latency_ms; did you mean \"fraction\"?"});
  CHECK(faults_of_metric("type: mean, event: playback, where: \"fraction < recommender\"") ==
        Faults{"e.yaml:6:55: where \"fraction < recommender\": want a number, this is a text"});
  CHECK(faults_of_metric("type: mean, event: session, aggregate: sum") ==
        Faults{"e.yaml:6:35: sum without value, want one: what of the event is taken"});
  CHECK(faults_of_metric("type: mean, event: session, aggregate: count, value: time") ==
        Faults{"e.yaml:6:53: count with a value, want none: it only counts events"});
  CHECK(faults_of_metric("type: mean, event: session, numerator: {event: session}") ==
        Faults{"e.yaml:6:19: event stands beside numerator, want it in it"});
  CHECK(faults_of_metric("type: quantile, event: request, value: latency_ms, quantile: 1") ==
        Faults{"e.yaml:6:68: quantile is 1, want a number between 0 and 1"});
  CHECK(faults_of_metric("type: retention, event: session, window: [0d, 7d]") ==
        Faults{"e.yaml:6:48: retention from exposure on, want a later begin: everybody is there at first"});
  CHECK(faults_of_metric("type: mean, event: session, window: 7 days") ==
        Faults{"e.yaml:6:43: window is the text \"7 days\", want a duration such as 7d, 12h, 30m or 45s"});
  CHECK(faults_of_metric("type: proportion, event: session, winsorize: 0.9") ==
        Faults{"e.yaml:6:41: winsorize in a proportion, want none"});
  CHECK(faults_of(with_head("metrics: {time: {type: mean, event: session}}\n")) ==
        Faults{"e.yaml:5:11: metric time is a standard one, want another name"});
}

TEST_CASE("dimensions: levels are named by their breaks", "[config]") {
  const auto configuration =
      load(with_head("dimensions:\n  activity: {event: session, breaks: [1, 5]}\n"
                     "  taste: {event: playback, value: fraction, aggregate: mean, lookback: 7d, breaks: [0.5],"
                     " labels: [skips, listens]}\n"),
           "e.yaml", types());
  REQUIRE(configuration.dimensions.size() == 2);
  CHECK(configuration.dimensions[0].labels == std::vector<std::string>{"below 1", "1 to below 5", "5 and more"});
  CHECK(configuration.dimensions[1].labels == std::vector<std::string>{"skips", "listens"});
  CHECK(configuration.dimensions[1].lookback_days == 7);
  CHECK(faults_of(with_head("dimensions: {d: {event: session, breaks: [5, 1]}}\n")) ==
        Faults{"e.yaml:5:42: breaks do not increase, want them to"});
}

TEST_CASE("metric definitions: properties of events and sessions, of nothing else", "[config]") {
  const auto metrics = metrics_of(
      "  revenue: {type: mean, event: {custom: purchase}, where: \"properties.plan = 'pro'\", value: "
      "properties.cart.total}\n"
      "  deep: {type: proportion, event: session, where: known(properties.x)}\n");
  REQUIRE(metrics.size() == 2);
  CHECK(metrics[0].numerator.where->properties() == std::vector<Property>{{"plan", Property::Type::text}});
  CHECK(metrics[0].numerator.value->properties() == std::vector<Property>{{"cart.total", Property::Type::number}});
  CHECK(metrics[1].numerator.where->properties() == std::vector<Property>{{"x", Property::Type::any}});
  CHECK(faults_of_metric("type: mean, event: playback, where: properties.x = 1") ==
        Faults{"e.yaml:6:43: where \"properties.x = 1\": unknown field \"properties.x\", want one of track, position, "
               "fraction, recommended, recommender, propensity, latency_ms"});
  CHECK(faults_of_metric("type: mean, event: {custom: a}, where: \"properties.x = 1 or properties.x = 'a'\"") ==
        Faults{"e.yaml:6:46: where \"properties.x = 1 or properties.x = 'a'\": properties.x is used as a text and as a "
               "number, want one of them"});
}

TEST_CASE("dimensions: of an attribute, by its values or by breaks", "[config]") {
  const auto configuration =
      load(with_head("dimensions:\n  country: {attribute: country}\n"
                     "  age: {attribute: profile.age, breaks: [18, 65], labels: [young, grown, old]}\n"),
           "e.yaml", types());
  REQUIRE(configuration.dimensions.size() == 2);
  CHECK(configuration.dimensions[0] == Dimension{.name = "country", .attribute = "country"});
  CHECK(configuration.dimensions[1].attribute == "profile.age");
  CHECK(configuration.dimensions[1].breaks == std::vector<double>{18, 65});
  const auto faults_in = [](const std::string& content) {
    return faults_of(with_head("dimensions: {d: {" + content + "}}\n"));
  };
  CHECK(faults_in("attribute: a, event: session") ==
        Faults{"e.yaml:5:32: event stands beside attribute, want one of them"});
  CHECK(faults_in("attribute: a, labels: [x]") ==
        Faults{"e.yaml:5:32: labels without breaks, want breaks, or no labels: each value is a level"});
  CHECK(
      faults_in("attribute: a..b") ==
      Faults{
          "e.yaml:5:29: attribute is the text \"a..b\", want the path of an attribute, such as country or plan.name"});
  CHECK(faults_in("attribute: 7").size() == 1);
}

TEST_CASE("plan: sizes, looks and modes", "[config]") {
  const Plan plan = plan_of("mde: 0.02, looks: 14, duration: 14d");
  CHECK(plan.alpha == Approx(0.05));
  CHECK(plan.power == 0.8);
  CHECK(plan.mde == 0.02);
  CHECK(plan.looks == 14);
  CHECK(plan.duration_days == 14);
  CHECK(plan.mode == SequentialMode::group_sequential);
  CHECK(plan_of("sample_size: 5000, mode: fixed, alpha: 0.01, power: 0.9") ==
        Plan{.alpha = 0.01, .power = 0.9, .sample_size = 5000, .mode = SequentialMode::fixed});
  CHECK(faults_of_plan("power: 0.9") == Faults{"e.yaml:7:11: plan without a size, want mde, sample_size or duration"});
  CHECK(plan_of("mde: 0.1, mode: fixed").mode == SequentialMode::fixed);
  CHECK(faults_of_plan("mde: 0.1, mode: always_valid, looks: 3") ==
        Faults{"e.yaml:7:42: looks with mode always_valid, want them with group_sequential only"});
  CHECK(faults_of_plan("mde: 5") ==
        Faults{"e.yaml:7:17: mde is 5, want a relative effect between 0 and 1, such as 0.02; is 5 % meant, 0.05?"});
  CHECK(faults_of_plan("mde: 500") ==
        Faults{"e.yaml:7:17: mde is 500, want a relative effect between 0 and 1, such as 0.02"});
  CHECK(faults_of_plan("primary: tim, mde: 0.1").size() == 1);
  CHECK(faults_of(
            with_experiment("    metrics: {primary: time}\n    plan: {primary: sessions, mde: 0.1}\n" + kVariants)) ==
        Faults{"e.yaml:8:21: primary is sessions, want the experiment's primary metric, time"});
}
