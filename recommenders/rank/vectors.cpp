#include "recommenders/rank/vectors.h"

#include <fmt/format.h>

#include "platform/core/error.h"
#include "platform/files/npy.h"
#include "recommenders/files.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

files::Matrix read_vectors(const Ingredients& of, const std::string& name) {
  const std::string file = text_option(of.spec.options, name).value_or("");
  const std::filesystem::path path = world_file(of.data, file, of.allow_outside);
  files::Matrix vectors = files::read_npy(path);
  if (vectors.columns == 0) throw Error::user(path.string() + ": has rows of 0 values, want at least 1");
  return vectors;
}

files::Matrix read_track_vectors(const Ingredients& of, const std::string& name) {
  files::Matrix vectors = read_vectors(of, name);
  if (vectors.rows != of.catalogue.size()) {
    throw Error::user(fmt::format("{}: has {} rows, want {}: one for each track of the catalogue",
                                  (of.data / text_option(of.spec.options, name).value_or("")).string(), vectors.rows,
                                  of.catalogue.size()));
  }
  return vectors;
}

}  // namespace crossfade::recommenders
