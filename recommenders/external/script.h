#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace crossfade::recommenders::external {

// The script of a command that runs in `directory`: the first of its words that names a regular file there or below,
// wherever links lead, as the command names it. Nothing where none does: the command is a program of the machine, or
// does not begin to look for its file there.
std::optional<std::string> script_of(const std::string& command, const std::filesystem::path& directory);

// What a command that runs in `directory` names and is not there: its program (a path, or a name that no directory of
// PATH has), or else the script that it is given, as far as its name ends like that of one. Nothing where all is there,
// and where the command is more than words, of which a shell alone knows what they mean.
std::optional<std::string> missing_in(const std::string& command, const std::filesystem::path& directory);

}  // namespace crossfade::recommenders::external
