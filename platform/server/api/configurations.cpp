#include "platform/server/api/configurations.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace crossfade::server {

std::string render_configurations(const ConfigurationHistory& history, const std::string& experiment) {
  using Json = nlohmann::ordered_json;
  Json json{{"experiment", experiment}, {"configurations", Json::array()}};
  auto change = history.changes.begin();  // both are in the order of recording, in which a text may come back
  for (const RecordedConfiguration& one : history.configurations) {
    Json changes = Json::array();
    for (; change != history.changes.end() && change->at == one.since && change->checksum == one.checksum; ++change) {
      if (change->experiment == experiment) changes = change->changes;
    }
    Json files = Json::array();
    for (const RecommenderFile& file : one.files) {
      files.push_back({{"recommender", file.recommender}, {"file", file.file}, {"checksum", file.checksum}});
    }
    json["configurations"].push_back({{"since", to_string(one.since)},
                                      {"checksum", one.checksum},
                                      {"current", &one == &history.configurations.back()},
                                      {"text", one.text},
                                      {"files", std::move(files)},
                                      {"changes", std::move(changes)}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace crossfade::server
