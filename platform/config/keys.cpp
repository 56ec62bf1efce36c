#include "platform/config/keys.h"

#include <array>

namespace crossfade::config {

namespace {

constexpr Key kTopKeys[] = {
    {"version", Shape::integer, "of this format: 1", true},
    {"defaults", Shape::section, "what holds unless an experiment says otherwise", false, Section::defaults},
    {"recommenders", Shape::named_sections, "instances that variants name; none: the service recommends by itself",
     false, Section::recommender},
    {"parameters", Shape::named_scalars, "what a unit gets outside every experiment; variants override these"},
    {"metrics", Shape::named_sections, "besides the standard ones", false, Section::metric},
    {"dimensions", Shape::named_sections, "by which units are told apart", false, Section::dimension},
    {"groups", Shape::named_lists, "values that targeting names: $inGroup"},
    {"layers", Shape::named_sections, "experiments of one layer exclude each other", false, Section::layer},
    {"experiments", Shape::sections, "the experiments", false, Section::experiment},
    {"holdouts", Shape::sections, "units that are kept out of experiments", false, Section::holdout},
};

constexpr Key kDefaultsKeys[] = {
    {"unit", Shape::name, "the kind of unit that requests name; user"},
    {"hash", Shape::choice, "how units are split; fnv1a-v2", false, Section::top, "fnv1a-v2, murmur3-mod, fnv1a-v1"},
    {"confidence_level", Shape::number, "of the intervals; 0.95"},
    {"minimum_days", Shape::integer, "days of data that a decision wants where a plan has no duration; 7"},
    {"prior", Shape::section, "what is believed of a lift before there are data", false, Section::prior},
};

constexpr Key kPriorKeys[] = {
    {"mean", Shape::number, "of lifts; 0"},
    {"sd", Shape::number, "of lifts; 0.05", true},
};

constexpr Key kRecommenderKeys[] = {
    {"type", Shape::text, "which recommender; its options stand beside it (docs/recommenders.md)", true},
    {"fallback", Shape::text, "the recommender that answers where this one cannot; any track"},
    {"updates", Shape::boolean, "whether its files change by design; false"},
};

constexpr Key kAggregateKeys[] = {
    {"event", Shape::event, "of which events"},
    {"where", Shape::expression, "which of them count; all"},
    {"value", Shape::expression, "what is aggregated"},
    {"aggregate", Shape::choice, "how a unit's events become one number", false, Section::top,
     "sum, count, mean, max, any"},
};

constexpr Key kMetricKeys[] = {
    {"type", Shape::choice, "what is made of the units' numbers", true, Section::top,
     "mean, ratio, proportion, quantile, retention"},
    {"numerator", Shape::section, "of mean and ratio; or its keys directly", false, Section::aggregate},
    {"denominator", Shape::section, "of ratio; of mean perhaps", false, Section::aggregate},
    {"event", Shape::event, "of which events, without a numerator"},
    {"where", Shape::expression, "which of them count; all"},
    {"value", Shape::expression, "what is aggregated"},
    {"aggregate", Shape::choice, "how a unit's events become one number", false, Section::top,
     "sum, count, mean, max, any"},
    {"quantile", Shape::number, "level of a quantile, such as 0.9"},
    {"window", Shape::duration, "since exposure: a duration, or [begin, end]; as long as the experiment"},
    {"winsorize", Shape::winsorize, "where values are cut off: an upper quantile, or limits", false,
     Section::winsorize},
    {"direction", Shape::choice, "which way is better; increase", false, Section::top, "increase, decrease, none"},
    {"unit", Shape::text, "of measurement, for people"},
    {"description", Shape::text, "one line for people"},
    {"cuped", Shape::scalar, "days before exposure that explain a unit's value, 14d; false: none"},
    {"mde", Shape::number, "the relative effect that matters, such as 0.02"},
};

constexpr Key kEventKeys[] = {
    {"custom", Shape::name, "the name of an event that was logged", true},
};

constexpr Key kWinsorizeKeys[] = {
    {"lower_quantile", Shape::number, "values below this quantile count as it"},
    {"upper_quantile", Shape::number, "values above this quantile count as it"},
    {"lower", Shape::number, "smaller values count as this one"},
    {"upper", Shape::number, "larger values count as this one"},
};

constexpr Key kDimensionKeys[] = {
    {"attribute", Shape::text, "of the unit at its first exposure; or an event's keys:"},
    {"event", Shape::event, "of which events before the first exposure"},
    {"where", Shape::expression, "which of them count; all"},
    {"value", Shape::expression, "what is aggregated"},
    {"aggregate", Shape::choice, "how a unit's events become one number", false, Section::top,
     "sum, count, mean, max, any"},
    {"lookback", Shape::duration, "days before exposure; 14d"},
    {"breaks", Shape::numbers, "increasing: where one level ends and the next begins"},
    {"labels", Shape::texts, "of the levels, one more than breaks"},
};

constexpr Key kLayerKeys[] = {
    {"salt", Shape::text, "says which units fall where", true},
    {"unit", Shape::name, "the kind of unit that it splits; that of defaults"},
    {"hash", Shape::choice, "how units are ordered; fnv1a-v2", false, Section::top, "fnv1a-v2, fnv1a-v1"},
};

constexpr Key kExperimentKeys[] = {
    {"key", Shape::name, "in requests, in the store and on the page; never changes", true},
    {"name", Shape::text, "for people"},
    {"hypothesis", Shape::text, "what the result will say yes or no to"},
    {"owner", Shape::text, "who answers for it"},
    {"tags", Shape::texts, "to find it by"},
    {"links", Shape::named_texts, "what belongs to it: {design: https://...}"},
    {"status", Shape::choice, "draft", false, Section::top, "draft, running, stopped"},
    {"version", Shape::integer, "rises with any change of who gets what; 1"},
    {"salt", Shape::text, "decides who is in which variant; the key"},
    {"hash", Shape::choice, "that of defaults", false, Section::top, "fnv1a-v2, murmur3-mod, fnv1a-v1"},
    {"unit", Shape::name, "the kind of unit that is split; its layer's, or that of defaults"},
    {"layer", Shape::section, "which of a layer's units are eligible; without one all are", false,
     Section::layer_range},
    {"targeting", Shape::condition, "which units are eligible, by their attributes (docs/targeting.md)"},
    {"prerequisites", Shape::sections, "variants of other experiments that a unit must be in", false,
     Section::prerequisite},
    {"overrides", Shape::named_texts, "units that are in a variant whatever the hash says; never analysed"},
    {"schedule", Shape::section, "when it runs, while its status is running", false, Section::schedule},
    {"coverage", Shape::number, "share of the eligible units that take part; 1"},
    {"ramp", Shape::sections, "coverage that rises with time", false, Section::ramp_step},
    {"variants", Shape::sections, "at least two, one of them the control", true, Section::variant},
    {"metrics", Shape::section, "what it is judged by", false, Section::roles},
    {"plan", Shape::section, "when it is decided", false, Section::plan},
    {"decided", Shape::section, "what a stopped one has led to", false, Section::decided},
};

constexpr Key kLayerRangeKeys[] = {
    {"name", Shape::text, "of the layer", true},
    {"range", Shape::numbers, "[begin, end) of its units; [0, 1]"},
};

constexpr Key kVariantKeys[] = {
    {"key", Shape::name, "in requests, in the store and on the page", true},
    {"weight", Shape::number, "share of the units; equal ones where none is given"},
    {"control", Shape::boolean, "what the others are compared with; in one of them"},
    {"parameters", Shape::named_scalars, "what its units get in place of the parameters at the top"},
};

constexpr Key kRolesKeys[] = {
    {"primary", Shape::text, "what decides; mean_time_per_session"},
    {"secondary", Shape::texts, "what is looked at besides"},
    {"guardrails", Shape::sections, "what must not get worse", false, Section::guardrail},
};

constexpr Key kGuardrailKeys[] = {
    {"metric", Shape::text, "which", true},
    {"margin", Shape::number, "the relative loss that is acceptable, such as 0.1", true},
};

constexpr Key kPlanKeys[] = {
    {"primary", Shape::text, "what decides, where metrics do not say it"},
    {"alpha", Shape::number, "two-sided error rate over all treatments; 1 - confidence_level"},
    {"power", Shape::number, "wanted for an effect of mde; 0.8"},
    {"mde", Shape::number, "relative effect to find, such as 0.02"},
    {"sample_size", Shape::integer, "units in all variants together"},
    {"duration", Shape::duration, "days, such as 14d"},
    {"looks", Shape::integer, "planned ones, of group_sequential"},
    {"mode", Shape::choice, "group_sequential", false, Section::top, "fixed, group_sequential, always_valid"},
};

constexpr Key kDecidedKeys[] = {
    {"variant", Shape::text, "whose parameters every unit gets from then on", true},
    {"on", Shape::time, "the day", true},
    {"why", Shape::text, "for the record"},
    {"learned", Shape::text, "also what holds whatever was decided"},
};

constexpr Key kPrerequisiteKeys[] = {
    {"experiment", Shape::text, "the key of another one", true},
    {"variants", Shape::texts, "in any of which a unit must be", true},
};

constexpr Key kScheduleKeys[] = {
    {"start", Shape::time, "from when on it runs"},
    {"end", Shape::time, "from when on it is stopped"},
};

constexpr Key kRampStepKeys[] = {
    {"from", Shape::time, "from when on", true},
    {"coverage", Shape::number, "the share is this", true},
};

constexpr Key kHoldoutKeys[] = {
    {"key", Shape::name, "in the store and on the page; never changes", true},
    {"share", Shape::number, "of the units that are held out, such as 0.05", true},
    {"layer", Shape::text, "out of the experiments of this layer; of all"},
    {"unit", Shape::name, "the kind of unit; that of defaults"},
    {"name", Shape::text, "for people"},
    {"hypothesis", Shape::text, "what the result will say yes or no to"},
    {"owner", Shape::text, "who answers for it"},
    {"tags", Shape::texts, "to find it by"},
    {"links", Shape::named_texts, "what belongs to it"},
    {"status", Shape::choice, "running", false, Section::top, "draft, running, stopped"},
    {"version", Shape::integer, "rises with any change of who is held out; 1"},
    {"salt", Shape::text, "decides who is held out; the key"},
    {"metrics", Shape::section, "what it is judged by", false, Section::roles},
    {"plan", Shape::section, "when it is decided", false, Section::plan},
};

}  // namespace

std::span<const Key> keys_of(Section section) {
  switch (section) {
    case Section::top:
      return kTopKeys;
    case Section::defaults:
      return kDefaultsKeys;
    case Section::prior:
      return kPriorKeys;
    case Section::recommender:
      return kRecommenderKeys;
    case Section::metric:
      return kMetricKeys;
    case Section::aggregate:
      return kAggregateKeys;
    case Section::event:
      return kEventKeys;
    case Section::winsorize:
      return kWinsorizeKeys;
    case Section::dimension:
      return kDimensionKeys;
    case Section::layer:
      return kLayerKeys;
    case Section::experiment:
      return kExperimentKeys;
    case Section::layer_range:
      return kLayerRangeKeys;
    case Section::variant:
      return kVariantKeys;
    case Section::roles:
      return kRolesKeys;
    case Section::guardrail:
      return kGuardrailKeys;
    case Section::plan:
      return kPlanKeys;
    case Section::decided:
      return kDecidedKeys;
    case Section::prerequisite:
      return kPrerequisiteKeys;
    case Section::schedule:
      return kScheduleKeys;
    case Section::ramp_step:
      return kRampStepKeys;
    case Section::holdout:
      return kHoldoutKeys;
  }
  return {};
}

std::vector<std::string> key_names_of(Section section) {
  std::vector<std::string> names;
  for (const Key& key : keys_of(section)) names.emplace_back(key.name);
  return names;
}

std::string_view name_of(Section section) {
  switch (section) {
    case Section::top:
      return "at the top";
    case Section::defaults:
      return "in defaults";
    case Section::prior:
      return "in a prior";
    case Section::recommender:
      return "in a recommender";
    case Section::metric:
      return "in a metric";
    case Section::aggregate:
      return "in numerator and denominator";
    case Section::event:
      return "in event";
    case Section::winsorize:
      return "in winsorize";
    case Section::dimension:
      return "in a dimension";
    case Section::layer:
      return "in a layer";
    case Section::experiment:
      return "in an experiment";
    case Section::layer_range:
      return "in layer of an experiment";
    case Section::variant:
      return "in a variant";
    case Section::roles:
      return "in metrics of an experiment";
    case Section::guardrail:
      return "in a guardrail";
    case Section::plan:
      return "in a plan";
    case Section::decided:
      return "in decided";
    case Section::prerequisite:
      return "in a prerequisite";
    case Section::schedule:
      return "in a schedule";
    case Section::ramp_step:
      return "in a step of a ramp";
    case Section::holdout:
      return "in a holdout";
  }
  return "";
}

std::span<const Section> all_sections() {
  static constexpr std::array sections{
      Section::top,        Section::defaults,    Section::prior,        Section::recommender, Section::metric,
      Section::aggregate,  Section::event,       Section::winsorize,    Section::dimension,   Section::layer,
      Section::experiment, Section::layer_range, Section::variant,      Section::roles,       Section::guardrail,
      Section::plan,       Section::decided,     Section::prerequisite, Section::schedule,    Section::ramp_step,
      Section::holdout};
  return sections;
}

}  // namespace crossfade::config
