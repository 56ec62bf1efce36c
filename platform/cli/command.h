#pragma once

#include <string>

namespace CLI {
class App;
}

// One file a sub-command: each function below adds its sub-command to `app`, with the callback that runs it. A callback
// prints results to stdout, throws Error for what cannot be done, and returns normally when it is done (exit code 0).
// For another exit code it throws CLI::RuntimeError, which main returns without a word. `line`: the whole command, for
// the record in the store that it writes.
namespace crossfade::cli {

void add_validate(CLI::App& app);
void add_assign(CLI::App& app);
void add_analyze(CLI::App& app);
void add_calibrate(CLI::App& app);
void add_plan(CLI::App& app);
void add_stats(CLI::App& app);
void add_experiments(CLI::App& app);
void add_import(CLI::App& app, const std::string& line);
void add_export(CLI::App& app);
void add_train(CLI::App& app, const std::string& line);
void add_report(CLI::App& app);
void add_serve(CLI::App& app, const std::string& line);
void add_world(CLI::App& app);
void add_simulate(CLI::App& app, const std::string& line);
void add_store(CLI::App& app);

}  // namespace crossfade::cli
