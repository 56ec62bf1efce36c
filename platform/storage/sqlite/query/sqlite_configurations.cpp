#include "platform/storage/sqlite/query/sqlite_configurations.h"

#include <map>
#include <string>
#include <utility>

#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

std::vector<StoredConfiguration> configurations(SQLite::Database& database) {
  SQLite::Statement rows{database, "SELECT checksum, text, since_ms, id FROM configurations ORDER BY id"};
  std::vector<StoredConfiguration> all;
  while (rows.executeStep()) {
    all.push_back({.checksum = rows.getColumn(0).getString(),
                   .text = rows.getColumn(1).getString(),
                   .since = {rows.getColumn(2).getInt64()},
                   .files = files_of(database, rows.getColumn(3).getInt64())});
  }
  return all;
}

std::vector<RecommenderFile> files_of(SQLite::Database& database, std::int64_t configuration) {
  std::vector<RecommenderFile> files;
  if (!has_table(database, "configuration_files")) return files;
  SQLite::Statement rows{database,
                         "SELECT recommender, file, checksum FROM configuration_files WHERE configuration = ? "
                         "ORDER BY recommender, file"};
  rows.bind(1, configuration);
  while (rows.executeStep()) {
    files.push_back({.recommender = rows.getColumn(0).getString(),
                     .file = rows.getColumn(1).getString(),
                     .checksum = rows.getColumn(2).getString()});
  }
  return files;
}

std::vector<ServedFile> served_files(SQLite::Database& database) {
  std::vector<ServedFile> all;
  if (!has_table(database, "configuration_files")) return all;
  std::map<std::pair<std::string, std::string>, std::string> latest;  // by recommender and file
  SQLite::Statement rows{database,
                         "SELECT since_ms, recommender, file, configuration_files.checksum FROM configurations "
                         "JOIN configuration_files ON configuration = id ORDER BY id, recommender, file"};
  while (rows.executeStep()) {
    RecommenderFile file{.recommender = rows.getColumn(1).getString(),
                         .file = rows.getColumn(2).getString(),
                         .checksum = rows.getColumn(3).getString()};
    std::string& known = latest[{file.recommender, file.file}];
    if (known == file.checksum) continue;
    known = file.checksum;
    all.push_back({.since = {rows.getColumn(0).getInt64()}, .file = std::move(file)});
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
