#pragma once

#include <string>
#include <vector>

#include "platform/config/load.h"
#include "platform/core/error.h"

namespace crossfade::config::testing {

// Types of recommenders as this room is told of them: one without options, one with an option of every kind of value,
// and some that name others.
inline std::vector<RecommenderType> types() {
  using Kind = RecommenderOption::Kind;
  return {
      {.name = "random", .options = {}},
      {.name = "lists",
       .gives_candidates = true,
       .options = {{.name = "file", .kind = Kind::text, .required = true, .allowed = {}},
                   {.name = "order", .kind = Kind::text, .allowed = {"shuffled", "ranked"}},
                   {.name = "top", .kind = Kind::integer, .allowed = {}, .least = 1},
                   {.name = "half_life_days", .kind = Kind::number, .allowed = {}, .least = 0.5},
                   {.name = "unheard", .kind = Kind::boolean, .allowed = {}}}},
      {.name = "ranges",
       .options = {{.name = "count", .kind = Kind::integer, .allowed = {}, .least = 1, .most = 100},
                   {.name = "share", .kind = Kind::number, .allowed = {}, .least = 0, .most = 1}}},
      {.name = "one",
       .gives_candidates = true,
       .options = {{.name = "from", .kind = Kind::recommender, .required = true, .allowed = {}, .candidates = true}}},
      {.name = "several",
       .gives_candidates = true,
       .options = {{.name = "of", .kind = Kind::recommenders, .required = true, .allowed = {}}}},
      {.name = "weighted",
       .options = {{.name = "of", .kind = Kind::recommenders, .required = true, .allowed = {}, .weighted = true}}}};
}

// All faults of `text` as they are printed; empty when there is none.
inline std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> messages;
  try {
    load(text, "e.yaml", types());
  } catch (const Error& error) {
    for (const Fault& fault : error.faults()) messages.push_back(to_string(fault));
  }
  return messages;
}

// What every file needs, four lines; what follows begins in line 5.
inline std::string with_head(const std::string& rest) {
  return "version: 1\n"
         "recommenders: {random: {type: random}, lists: {type: lists, file: lists.jsonl}}\n"
         "parameters: {recommender: random, depth: 10, share: 0.5}\n"
         "layers: {ranking: {salt: r-2026}, search: {salt: s-2026}}\n" +
         rest;
}

// One experiment, whose further lines begin in line 7.
inline std::string with_experiment(const std::string& lines) {
  return with_head("experiments:\n  - key: e\n" + lines);
}

// The variants of an experiment, in one line.
inline const std::string kVariants = "    variants: [{key: a, weight: 0.5, control: true}, {key: b, weight: 0.5}]\n";

using Faults = std::vector<std::string>;

}  // namespace crossfade::config::testing
