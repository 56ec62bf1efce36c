#include "simulator/world/world.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "platform/analysis/report/wording.h"
#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/text.h"
#include "platform/runtime/simulation/publish.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/import/import_course.h"
#include "simulator/import/import_hetrec.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/description.h"
#include "simulator/world/generate.h"

namespace crossfade::cli {

namespace {

std::size_t hardware_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

void print_made(const std::string& directory, const simulator::World& world) {
  fmt::print("{}: {} tracks of {} artists, {} listeners\n", directory, world.catalogue.size(),
             world.catalogue.artists(), world.listeners.size());
}

void print_row(const char* name, const simulator::Quantiles& values, int digits) {
  fmt::print("{:<32}", name);
  for (const double value : values) fmt::print("{:>9.{}f}", value, digits);
  fmt::print("\n");
}

void print_sizes(const simulator::World& world, std::size_t genres) {
  const simulator::Origin& origin = world.origin;
  fmt::print("{} {}, seed {}\n", origin.kind, origin.name, origin.seed);
  fmt::print("{} tracks of {} artists in {} genres, {} dimensions; {} listeners\n", world.catalogue.size(),
             world.catalogue.artists(), genres, world.embeddings.columns, world.listeners.size());
  fmt::print("session budget {}, first track among the {} nearest, artist discount {}\n", world.rules.session_budget,
             world.rules.interest_neighbours, world.rules.artist_discount);
  const auto with_rules = std::ranges::count_if(
      world.listeners, [&](const simulator::Listener& listener) { return listener.rules(world.rules) != world.rules; });
  if (with_rules > 0)
    fmt::print("{} with rules of their own\n", analysis::counted(with_rules, "listener", "listeners"));
  fmt::print("\n");
}

void print_genres(const simulator::Description& description) {
  constexpr std::size_t most = 10;
  std::string line;
  for (const auto& [genre, share] : description.genres) {
    if (&genre == &description.genres[std::min(most, description.genres.size() - 1)].first &&
        description.genres.size() > most) {
      line += fmt::format(" and {} more", description.genres.size() - most);
      break;
    }
    line += fmt::format("{}{} {:.1f} %", line.empty() ? "" : ", ", genre, 100 * share);
  }
  fmt::print("\ngenres, share of tracks: {}\n", printable(line));
}

void describe(const std::string& directory) {
  const simulator::World world = simulator::World::read(directory);
  const simulator::Description description = simulator::describe(world);
  print_sizes(world, description.genres.size());
  fmt::print("{:<32}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "", "least", "5 %", "25 %", "median", "75 %", "95 %",
             "most");
  print_row("tracks of an artist", description.tracks_of_artist, 0);
  print_row("inner product, any two tracks", description.inner_product, 3);
  print_row("inner product, same artist", description.artist_inner_product, 3);
  print_row("interests of a listener", description.interests, 0);
  print_row("consume_bias", description.bias, 3);
  print_row("consume_sharpness", description.sharpness, 3);
  print_genres(description);

  const auto summary = simulator::simulate(
      world, {.sessions = 20'000, .threads = hardware_threads()},
      [&](std::size_t) { return std::make_unique<simulator::DummyClient>(world.catalogue.size(), 1); });
  fmt::print("with random tracks, {} sessions: mean session time {:.2f} +- {:.2f}, tracks per session {:.2f}\n",
             summary.sessions, summary.mean_time, summary.mean_time_error, summary.mean_tracks);
}

std::uint64_t random_seed() {
  std::random_device machine;
  // 63 bits: a store's number has a sign.
  return ((std::uint64_t{machine()} << 32) | machine()) >> 1;
}

std::uint64_t seed_of(const std::string& text) {
  if (text == "random") return random_seed();
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    throw Error::user("--seed " + text + ": want a whole number from 0 on, or random");
  }
  return seed;
}

void add_generate(CLI::App& app) {
  struct Flags {
    std::string preset;
    std::string out;
    std::string seed = "1";
    bool force = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* const command = app.add_subcommand("generate", "Make a synthetic world");
  command->add_option("--preset", flags->preset, "course-2026 or course-2025")->required();
  command->add_option("--out", flags->out, "The directory to make")->required();
  command->add_option("--seed", flags->seed, "Another seed, another world; random: one that nobody guesses")
      ->capture_default_str();
  command->add_flag("--force", flags->force, "Replace a world that was imported, too");
  command->callback([flags] {
    if (!flags->force && simulator::kind_of_world(flags->out) == "import") {
      throw Error::user(flags->out + ": holds a world that was imported, want --force to replace it, or another --out");
    }
    const simulator::World world =
        simulator::generate_world(simulator::find_preset(flags->preset), seed_of(flags->seed));
    world.write(flags->out);
    print_made(flags->out, world);
  });
}

void add_describe(CLI::App& app) {
  auto directory = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("describe", "Print a world's figures");
  command->add_option("DIR", *directory, "The world's directory")->required();
  command->callback([directory] { describe(*directory); });
}

void add_publish(CLI::App& app) {
  struct Flags {
    std::string world;
    std::string out;
    runtime::PublishOptions options;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* const command = app.add_subcommand(
      "publish", "Leave what a recommender may know of a world: catalogue, lists, a log of random sessions");
  command->add_option("DIR", flags->world, "The world's directory")->required();
  command->add_option("--out", flags->out, "The directory to make")->required();
  command->add_option("--sessions", flags->options.sessions, "Sessions in the log")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  command->add_option("--days", flags->options.days, "Days to spread them over")
      ->capture_default_str()
      ->check(CLI::Range(1, 36500));
  CLI::Option* const seed =
      command
          ->add_option(
              "--seed", flags->options.seed,
              "Of the sessions, for the same log again; whoever knows it learns more of the listeners than the "
              "log says (default: drawn, and told to nobody)")
          ->check(CLI::NonNegativeNumber);
  command->callback([flags, seed] {
    if (seed->count() == 0) flags->options.seed = random_seed();
    const runtime::Publication done = runtime::publish_world(flags->world, flags->out, flags->options);
    fmt::print("{}: {} tracks, {}, a log of {} random sessions ({} events)\n", flags->out, done.tracks,
               analysis::counted(done.lists.size(), "file of lists", "files of lists"), done.sessions, done.events);
    for (const std::string& list : done.lists) fmt::print("  {}\n", printable(list));
    for (const runtime::Publication::LeftOut& one : done.left_out) {
      fmt::print(stderr, "{}: left out: {}\n", printable(one.file), one.why);
    }
    if (done.seed_can_be_guessed) {
      fmt::print(stderr,
                 "warning: the world's seed is one that can be guessed: whoever makes worlds of all small seeds finds "
                 "this one, listeners and all; judge by one of --seed random\n");
    }
  });
}

// Says on stderr what is being done, and how long what came before took.
class Steps {
 public:
  void begin(std::string_view name) {
    end();
    name_ = name;
    begin_ = std::chrono::steady_clock::now();
  }
  void end() {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
    if (!name_.empty()) fmt::print(stderr, "{:<20}{:6.2f} s\n", name_, elapsed.count());
    name_.clear();
  }

 private:
  std::string name_;
  std::chrono::steady_clock::time_point begin_;
};

void print_read(const simulator::CourseImport& done) {
  for (const std::string& file : done.read) fmt::print("{}\n", printable(file));
  for (const auto& [member, lines] : done.ignored) {
    fmt::print("passed over: \"{}\" of {}\n", printable(member), analysis::counted(lines, "user", "users"));
  }
  for (const Fault& fault : done.faults) fmt::print(stderr, "left out: {}\n", to_string(fault));
  if (done.left_out > 0) fmt::print("left out: {}\n", analysis::counted(done.left_out, "listener", "listeners"));
}

void add_world_import(CLI::App& app) {
  struct Flags {
    std::string format;
    std::string source;
    std::string out;
    bool lenient = false;
    simulator::HetrecOptions hetrec;
  };
  auto flags = std::make_shared<Flags>();
  flags->hetrec.threads = hardware_threads();
  CLI::App* const command = app.add_subcommand("import", "Make a world of real data");
  command
      ->add_option("--format", flags->format, "course: users.json, tracks.json, embeddings.npy; hetrec: Last.fm 2011")
      ->required()
      ->check(CLI::IsMember({"course", "hetrec"}));
  command->add_option("SOURCE", flags->source, "The directory that holds the data")->required();
  command->add_option("--out", flags->out, "The directory to make")->required();
  CLI::Option* const lenient = command->add_flag(
      "--lenient", flags->lenient, "Of course: leave out listeners that cannot be used, and say how many");
  std::vector<CLI::Option*> hetrec_only = {
      command->add_option("--random-time", flags->hetrec.random_time, "Mean session time of random tracks to fit")
          ->capture_default_str()
          ->check(CLI::Range(1.01, 1000.0)),
      command->add_option("--min-listeners", flags->hetrec.min_listeners, "Leave out artists with fewer")
          ->capture_default_str()
          ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000})),
      command->add_option("--factors", flags->hetrec.factors, "Dimensions of the embeddings")
          ->capture_default_str()
          ->check(CLI::Range(std::size_t{1}, std::size_t{1024})),
      command->add_option("--seed", flags->hetrec.seed, "Of interests, biases and the embeddings' start")
          ->capture_default_str()
          ->check(CLI::NonNegativeNumber)};
  command->callback([flags, hetrec_only, lenient] {
    Steps steps;
    if (flags->format == "course") {
      for (const CLI::Option* const option : hetrec_only) {
        if (option->count() > 0) throw Error::user(option->get_name() + " is for --format hetrec only");
      }
    }
    if (flags->format == "hetrec" && lenient->count() > 0) throw Error::user("--lenient is for --format course only");
    const auto begin = [&steps](std::string_view name) { steps.begin(name); };
    std::filesystem::path tracks;
    const simulator::World world = [&] {
      if (flags->format == "hetrec") return simulator::import_hetrec(flags->source, flags->hetrec, begin);
      simulator::CourseImport done = simulator::import_course(flags->source, flags->lenient, begin);
      print_read(done);
      tracks = done.tracks;
      return std::move(done.world);
    }();
    steps.begin("writing");
    world.write(flags->out, tracks);
    steps.end();
    print_made(flags->out, world);
  });
}

}  // namespace

void add_world(CLI::App& app) {
  CLI::App* const world =
      app.add_subcommand("world", "Make, import, describe or publish a world of tracks and listeners");
  world->require_subcommand(1);
  add_generate(*world);
  add_world_import(*world);
  add_describe(*world);
  add_publish(*world);
}

}  // namespace crossfade::cli
