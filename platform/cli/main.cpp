#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>

#include "platform/cli/command.h"
#include "platform/core/error.h"
#include "platform/core/text.h"
#include "platform/core/version.h"

namespace {

// Exit codes: 0 done, 1 our failure, 2 the user's fault; analyze has 3 for results that are not to be used.
int exit_code_of(crossfade::Error::Kind kind) {
  using Kind = crossfade::Error::Kind;
  return kind == Kind::user || kind == Kind::unknown ? 2 : 1;
}

// Which program, what it was built with, and on what terms it is given.
std::string version_text() {
  const crossfade::Version& version = crossfade::version();
  std::string libraries;
  for (const crossfade::LibraryVersion& library : version.libraries) {
    libraries += fmt::format("{}{} {}", libraries.empty() ? "" : ", ", library.name, library.version);
  }
  return fmt::format("crossfade {}, commit {}\nbuilt with {}\nlicence {}", version.program, version.commit, libraries,
                     version.licence);
}

// As a shell would take it again.
std::string command_line(int argc, char** argv) {
  std::string line = "crossfade";
  for (int i = 1; i < argc; ++i) line += " " + crossfade::shell_quoted(argv[i]);
  return line;
}

int run(int argc, char** argv) {
  const std::string line = command_line(argc, argv);
  CLI::App app{"A/B experiments for recommender systems.", "crossfade"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of every command");
  app.set_version_flag("--version", version_text, "Version, commit, libraries and licence");
  crossfade::cli::add_validate(app);
  crossfade::cli::add_assign(app);
  crossfade::cli::add_analyze(app);
  crossfade::cli::add_calibrate(app);
  crossfade::cli::add_plan(app);
  crossfade::cli::add_stats(app);
  crossfade::cli::add_experiments(app);
  crossfade::cli::add_import(app, line);
  crossfade::cli::add_export(app);
  crossfade::cli::add_train(app, line);
  crossfade::cli::add_report(app);
  crossfade::cli::add_serve(app, line);
  crossfade::cli::add_world(app);
  crossfade::cli::add_simulate(app, line);
  crossfade::cli::add_store(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {  // a command chose its exit code, and has said what there is to say
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::fprintf(stderr, "crossfade: %s (see --help)\n", error.what());
    return 2;
  }
  return 0;
}

void say_out_of_memory() {
  std::fputs("crossfade: out of memory\n", stderr);
}

// Where memory ends while values are taken apart (nlohmann's destructors allocate), no handler is reached.
[[noreturn]] void end_without_memory() {
  try {
    if (const auto cause = std::current_exception()) std::rethrow_exception(cause);
  } catch (const std::bad_alloc&) {
    say_out_of_memory();
    std::_Exit(1);
  } catch (const std::exception& error) {  // a slip of ours: with a core, for its debugger
    std::fprintf(stderr, "crossfade: terminated by %s\n", error.what());
  } catch (...) {
    std::fputs("crossfade: terminated\n", stderr);
  }
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(end_without_memory);
  try {
    return run(argc, argv);
  } catch (const crossfade::Error& error) {
    std::fprintf(stderr, "%s\n", crossfade::printable_lines(error.what()).c_str());
    return exit_code_of(error.kind());
  } catch (const std::bad_alloc&) {
    say_out_of_memory();
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "crossfade: %s\n", crossfade::printable_lines(error.what()).c_str());
    return 1;
  }
}
