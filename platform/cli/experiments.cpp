#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/cli/command.h"
#include "platform/config/changes/definition_changes.h"
#include "platform/config/changes/history.h"
#include "platform/config/experiments/in_time.h"
#include "platform/core/error.h"
#include "platform/core/json_text.h"
#include "platform/core/text.h"
#include "platform/core/time.h"
#include "platform/runtime/first_file.h"
#include "platform/runtime/load.h"
#include "platform/runtime/recorded_history.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ExperimentsFlags {
  std::string config{runtime::kDefaultConfiguration};
  std::string store = "crossfade.db";
  std::string key;
  std::string status;
  std::string tag;
  std::string from;
  std::string to;
  std::string file{runtime::kDefaultConfiguration};
  bool service = false;
  std::string format = "table";

  bool json() const { return format == "json"; }
};

// Nothing where there is no store yet: then nobody was exposed.
std::unique_ptr<storage::SqliteStore> store_of(const ExperimentsFlags& flags) {
  if (!std::filesystem::exists(flags.store)) return nullptr;
  return std::make_unique<storage::SqliteStore>(flags.store, storage::SqliteStore::Options());
}

std::map<std::string, std::int64_t> exposed_units(const storage::SqliteStore* store) {
  std::map<std::string, std::int64_t> units;
  if (store == nullptr) return units;
  for (const storage::ExperimentAggregate& one : store->aggregate({})) {
    for (const storage::VariantAggregate& variant : one.variants) units[one.experiment] += variant.units;
  }
  return units;
}

std::string scope_of(const Experiment& experiment) {
  if (experiment.holdout) {
    return experiment.holdout->layer.empty() ? "holds out of all" : "holds out of " + experiment.holdout->layer;
  }
  if (!experiment.layer) return "-";
  return fmt::format("{} [{}, {}]", experiment.layer->layer, experiment.layer->begin, experiment.layer->end);
}

Json json_of(const Experiment& experiment) {
  Json variants = Json::array();
  for (const Variant& one : experiment.variants) {
    Json parameters = Json::object();
    for (const auto& [name, value] : one.parameters) {
      std::visit([&, &key = name](const auto& of) { parameters[key] = of; }, value);
    }
    variants.push_back(
        {{"key", one.key}, {"weight", one.weight}, {"control", one.control}, {"parameters", parameters}});
  }
  Json json{{"key", experiment.key},
            {"name", experiment.name},
            {"status", to_string(experiment.status)},
            {"version", experiment.version},
            {"hypothesis", experiment.hypothesis},
            {"owner", experiment.owner},
            {"tags", experiment.tags},
            {"links", experiment.links},
            {"unit", experiment.unit},
            {"coverage", experiment.coverage},
            {"variants", std::move(variants)},
            {"primary", experiment.metrics.primary}};
  if (experiment.layer) {
    json["layer"] = {{"name", experiment.layer->layer}, {"range", {experiment.layer->begin, experiment.layer->end}}};
  }
  if (experiment.holdout) json["holds_out"] = experiment.holdout->layer;
  if (experiment.targeting != JsonValue{}) json["targeting"] = Json::parse(to_json(experiment.targeting));
  if (experiment.decided) json["decided"] = experiment.decided->variant;
  return json;
}

void print_rows(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  const auto width_of = [](std::string_view text) {  // characters of UTF-8
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
  };
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += (i == 0 ? "" : "  ") + row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]), ' ');
    }
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

void list(const ExperimentsFlags& flags) {
  const Configuration configuration = runtime::read_configuration_now(flags.config);
  const auto store = store_of(flags);
  std::map<std::string, std::int64_t> units = exposed_units(store.get());
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows{
      {"KEY", "STATUS", "VERSION", "UNITS", "LAYER", "COVERAGE", "PRIMARY", "OWNER"}};
  const bool everything = flags.status.empty() && flags.tag.empty();
  for (const Experiment& one : configuration.experiments) {
    const std::int64_t exposed = units.contains(one.key) ? units.at(one.key) : 0;
    units.erase(one.key);
    if (!flags.status.empty() && to_string(one.status) != flags.status) continue;
    if (!flags.tag.empty() && std::ranges::find(one.tags, flags.tag) == one.tags.end()) continue;
    all.push_back(json_of(one));
    all.back()["units"] = exposed;
    rows.push_back({one.key, std::string(to_string(one.status)), fmt::to_string(one.version), fmt::to_string(exposed),
                    scope_of(one), fmt::format("{}", one.coverage), one.metrics.primary,
                    one.owner.empty() ? "-" : one.owner});
  }
  // Those that only the store knows: imported, or taken out of the file.
  for (const auto& [key, exposed] : units) {
    if (!everything) break;
    all.push_back({{"key", key}, {"status", "gone"}, {"units", exposed}});
    rows.push_back({key, "gone", "-", fmt::to_string(exposed), "-", "-", "-", "-"});
  }
  if (flags.json()) {
    fmt::print("{}\n", Json{{"experiments", std::move(all)}}.dump(2));
  } else if (rows.size() == 1) {
    fmt::print("no experiment{}\n", everything ? "" : " like that");
  } else {
    print_rows(rows);
  }
}

const Experiment& find(const Configuration& configuration, const ExperimentsFlags& flags) {
  const auto found = std::ranges::find(configuration.experiments, flags.key, &Experiment::key);
  if (found != configuration.experiments.end()) return *found;
  std::vector<std::string> keys;
  for (const Experiment& one : configuration.experiments) keys.push_back(one.key);
  const std::string nearest = nearest_name(flags.key, keys);
  throw Error::user(fmt::format("{}: unknown experiment \"{}\"{}", flags.config, flags.key,
                                nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest)));
}

void print_experiment(const Experiment& one) {
  const auto line = [](std::string_view what, const std::string& text) {
    if (!text.empty()) fmt::print("  {:<11}{}\n", what, text);
  };
  fmt::print("{}: {}, version {}{}\n", one.key, to_string(one.status), one.version,
             one.name.empty() ? "" : ", " + one.name);
  line("hypothesis", one.hypothesis);
  line("owner", one.owner);
  line("tags", fmt::format("{}", fmt::join(one.tags, ", ")));
  for (const auto& [name, address] : one.links) line("link", name + ": " + address);
  line("unit", one.unit);
  if (one.layer || one.holdout) line("layer", scope_of(one));
  line("coverage", fmt::format("{}", one.coverage));
  for (const RampStep& step : one.ramp) line("ramp", fmt::format("{} from {}", step.coverage, to_string(step.from)));
  if (one.schedule.start) line("starts", to_string(*one.schedule.start));
  if (one.schedule.end) line("ends", to_string(*one.schedule.end));
  if (one.targeting != JsonValue{}) line("targeting", to_json(one.targeting));
  for (const Prerequisite& required : one.prerequisites) {
    line("requires", fmt::format("{} of {}", fmt::join(required.variants, " or "), required.experiment));
  }
  for (const Override& forced : one.overrides) line("override", forced.unit + " in " + forced.variant);
  for (const Variant& variant : one.variants) {
    std::string parameters;
    for (const auto& [name, value] : variant.parameters)
      parameters += fmt::format(" {}={}", name, config::text_of(value));
    line("variant",
         fmt::format("{} {:.6g}{}{}", variant.key, variant.weight, variant.control ? " (control)" : "", parameters));
  }
  line("primary", one.metrics.primary);
  line("secondary", fmt::format("{}", fmt::join(one.metrics.secondary, ", ")));
  for (const Guardrail& guardrail : one.metrics.guardrails) {
    line("guardrail", fmt::format("{}, margin {}", guardrail.metric, guardrail.margin));
  }
  if (one.decided) line("decided", one.decided->variant + (one.decided->why.empty() ? "" : ": " + one.decided->why));
}

void show(const ExperimentsFlags& flags) {
  const Configuration configuration = runtime::read_configuration_now(flags.config);
  const Experiment& experiment = find(configuration, flags);
  const auto store = store_of(flags);
  Json changes = Json::array();
  std::vector<std::string> lines;
  if (store != nullptr) {
    const runtime::RecordedHistory recorded(*store);
    for (const ConfigurationChange& change : recorded.history().changes) {
      if (change.experiment != experiment.key) continue;
      changes.push_back({{"at", to_string(change.at)}, {"checksum", change.checksum}, {"changes", change.changes}});
      for (const std::string& what : change.changes) {
        lines.push_back(fmt::format("  {}  {}  {}", to_string(change.at), change.checksum, what));
      }
    }
  }
  if (flags.json()) {
    Json json = json_of(experiment);
    json["history"] = std::move(changes);
    fmt::print("{}\n", json.dump(2));
    return;
  }
  print_experiment(experiment);
  if (!lines.empty()) fmt::print("history, by {}\n", flags.store);
  for (const std::string& line : lines) fmt::print("{}\n", line);
}

// A configuration that the store recorded, by the beginning of its checksum; or a file.
Configuration side_of(const std::string& what, const ExperimentsFlags& flags) {
  if (std::filesystem::is_regular_file(what)) return runtime::read_configuration_now(what);
  const auto store = store_of(flags);
  if (store == nullptr) throw Error::user(fmt::format("{}: no such file, and there is no store {}", what, flags.store));
  std::optional<storage::StoredConfiguration> found;
  for (storage::StoredConfiguration& one : store->configurations()) {
    if (what == "latest" || one.checksum.starts_with(what)) found = std::move(one);  // the latest of several
  }
  if (!found) {
    throw Error::user(
        fmt::format("{}: no file, and no configuration of {} whose checksum begins so", what, flags.store));
  }
  Configuration configuration =
      config::in_time(config::load(found->text, "configuration " + found->checksum, runtime::known_recommender_types(),
                                   config::Rules::recorded),
                      found->since);
  configuration.checksum = found->checksum;
  configuration.files = found->files;
  return configuration;
}

void diff(const ExperimentsFlags& flags) {
  const Configuration from = side_of(flags.from.empty() ? "latest" : flags.from, flags);
  Configuration to = side_of(flags.to.empty() ? flags.config : flags.to, flags);
  if (to.files.empty()) to.files = from.files;  // of a file nobody has opened what it names
  const std::vector<ConfigurationChange> changes = config::changes_of(from, to, {});
  if (flags.json()) {
    Json json = Json::array();
    for (const ConfigurationChange& one : changes) {
      json.push_back({{"experiment", one.experiment}, {"changes", one.changes}, {"treatment", one.treatment}});
    }
    fmt::print("{}\n", Json{{"from", from.checksum}, {"to", to.checksum}, {"experiments", std::move(json)}}.dump(2));
    return;
  }
  if (changes.empty()) fmt::print("no experiment changes\n");
  for (const ConfigurationChange& one : changes) {
    fmt::print("{}\n", one.experiment);
    for (const std::string& what : one.changes) fmt::print("  {}\n", what);
    if (one.treatment) fmt::print("  a variant becomes another treatment under the same version\n");
  }
}

void add_common(CLI::App& command, ExperimentsFlags& flags) {
  command.add_option("--config", flags.config, "The configuration")->capture_default_str();
  command.add_option("--store", flags.store, "The store, where there is one")->capture_default_str();
  command.add_option("--format", flags.format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

}  // namespace

void add_experiments(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("experiments", "The experiments of a configuration, and their history");
  command->require_subcommand(1);
  const auto flags = std::make_shared<ExperimentsFlags>();  // lives as long as the callbacks

  CLI::App* const lists = command->add_subcommand("list", "One line an experiment");
  add_common(*lists, *flags);
  lists->add_option("--status", flags->status, "Only those")->check(CLI::IsMember({"draft", "running", "stopped"}));
  lists->add_option("--tag", flags->tag, "Only those that have the tag");
  lists->callback([flags] { list(*flags); });

  CLI::App* const shows = command->add_subcommand("show", "One experiment, and what changed in it since it began");
  shows->add_option("EXPERIMENT", flags->key, "Its key")->required();
  add_common(*shows, *flags);
  shows->callback([flags] { show(*flags); });

  CLI::App* const diffs = command->add_subcommand("diff", "What one configuration changes against another");
  diffs->add_option("FROM", flags->from, "A file, or the beginning of a checksum in the store; default: its latest");
  diffs->add_option("TO", flags->to, "Likewise; default: the configuration");
  add_common(*diffs, *flags);
  diffs->callback([flags] { diff(*flags); });

  CLI::App* const inits = command->add_subcommand("init", "Write a first configuration");
  inits->add_option("FILE", flags->file, "Where; never over a file that is there")->capture_default_str();
  inits->add_flag("--service", flags->service,
                  "Of a service that recommends by itself, with metrics of its own events");
  inits->callback([flags] {
    runtime::write_first_file(flags->file, flags->service);
    fmt::print("{0}: written, with one experiment, a draft; next: crossfade validate {0}\n", flags->file);
  });
}

}  // namespace crossfade::cli
