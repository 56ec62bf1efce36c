#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// Every key that experiments.yaml may have, in one table: the loader accepts these, `validate --schema` prints them for
// editors, and docs/configuration.md lists them.
namespace crossfade::config {

// The maps of the file that have keys of their own.
enum class Section {
  top,
  defaults,
  prior,
  recommender,  // and the options of its type
  metric,
  aggregate,  // numerator, denominator
  event,
  winsorize,
  dimension,
  layer,
  experiment,
  layer_range,
  variant,
  roles,
  guardrail,
  plan,
  decided,
  prerequisite,
  schedule,
  ramp_step,
  holdout,
};

// What stands behind a key.
enum class Shape {
  text,
  name,    // of something: 1 to 64 letters, digits, ".", "_", "-"
  choice,  // one of the texts of `choices`
  number,
  integer,
  boolean,
  time,      // a day or a time
  duration,  // "7d", or a list of two
  scalar,    // a number, a text, true or false
  expression,
  condition,  // on attributes
  numbers,    // a list
  texts,
  section,         // a map of `section`
  sections,        // a list of them
  named_sections,  // a map from names to them
  named_scalars,   // a map from names to scalars
  named_texts,
  named_lists,
  event,      // session, playback, request, or {custom: NAME}
  winsorize,  // a number, or a map of that section
};

struct Key {
  std::string_view name;
  Shape shape = Shape::text;
  std::string_view help;  // one line for people
  bool required = false;
  Section section = Section::top;  // of shapes with sections
  std::string_view choices = {};   // "draft, running, stopped"
};

// In the order in which people write them.
std::span<const Key> keys_of(Section section);
std::vector<std::string> key_names_of(Section section);
// "in an experiment", of faults and headings.
std::string_view name_of(Section section);
std::span<const Section> all_sections();

}  // namespace crossfade::config
