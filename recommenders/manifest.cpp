#include "recommenders/manifest.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "platform/core/error.h"
#include "platform/files/checksum.h"
#include "platform/files/text_file.h"
#include "recommenders/published.h"

namespace crossfade::recommenders {

namespace {

// Stored; do not change.
constexpr const char* kFormat = "crossfade-manifest";
constexpr int kVersion = 1;

using Json = nlohmann::ordered_json;

}  // namespace

std::filesystem::path manifest_of(const std::filesystem::path& lists) {
  return lists.string() + ".manifest.json";
}

void write_manifest(const std::filesystem::path& lists, Manifest manifest) {
  manifest.file = files::checksum_of(lists);
  const Json json{{"format", kFormat},
                  {"version", kVersion},
                  {"type", manifest.type},
                  {"command", manifest.command},
                  {"program", manifest.program},
                  {"file", manifest.file},
                  {"catalogue", {{"checksum", manifest.catalogue}, {"tracks", manifest.tracks}}}};
  const std::filesystem::path path = manifest_of(lists);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  out.close();
  if (!out) throw Error::user(path.string() + ": cannot be written");
}

std::optional<Manifest> read_manifest(const std::filesystem::path& lists) {
  const std::filesystem::path path = manifest_of(lists);
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    const Json json = Json::parse(files::read_text(path));
    if (json.at("format") != kFormat) throw Error::user("its format is not " + std::string(kFormat));
    if (json.at("version") != kVersion) return std::nullopt;  // of a later program
    Manifest manifest{.type = json.at("type"),
                      .command = json.at("command"),
                      .program = json.at("program"),
                      .file = json.at("file"),
                      .catalogue = json.at("catalogue").at("checksum"),
                      .tracks = json.at("catalogue").at("tracks")};
    if (manifest.file != files::checksum_of(lists)) return std::nullopt;
    return manifest;
  } catch (const std::exception& exception) {  // of the JSON, too
    throw Error::user(fmt::format("{}: no manifest that can be read: {}", path.string(), exception.what()));
  }
}

std::optional<std::string> foreign_lists(const std::filesystem::path& lists, const Catalogue& catalogue) {
  if (catalogue.checksum().empty()) return std::nullopt;
  try {
    const auto manifest = read_manifest(lists);
    if (!manifest || manifest->catalogue == catalogue.checksum()) return std::nullopt;
    if (manifest->catalogue == published_checksum(catalogue)) return std::nullopt;
    return fmt::format(
        "{}: made for another catalogue, of {} tracks (checksum {}), and this one has {} (checksum {}): what they "
        "recommend is not what was learned; train them again",
        lists.string(), manifest->tracks, manifest->catalogue, catalogue.size(), catalogue.checksum());
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace crossfade::recommenders
