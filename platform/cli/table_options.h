#pragma once

#include "platform/runtime/table_flags.h"

namespace CLI {
class App;
}

namespace crossfade::cli {

// The options of anybody's table, the same for every command that takes one. `flags` outlives the command's callback.
void add_table_options(CLI::App& command, runtime::TableFlags& flags);

}  // namespace crossfade::cli
