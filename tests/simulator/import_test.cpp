#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/files/npy.h"
#include "simulator/import/hetrec_files.h"
#include "simulator/import/import_course.h"
#include "simulator/import/import_hetrec.h"
#include "simulator/world/description.h"
#include "simulator/world/implicit_als.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

namespace {

// Two scenes of ten artists and twenty users each, who listen within their scene only.
void write_hetrec(const std::filesystem::path& directory) {
  std::string artists = "id\tname\turl\tpictureURL\n";
  std::string plays = "userID\tartistID\tweight\n";
  std::string taggings = "userID\tartistID\ttagID\tday\tmonth\tyear\n";
  for (int artist = 1; artist <= 20; ++artist) {
    artists += std::to_string(artist) + "\tArtist \"" + std::to_string(artist) + "\"\thttp://x\t\n";
  }
  for (int user = 0; user < 40; ++user) {
    const int scene = user % 2;
    for (int i = 0; i < 6; ++i) {
      const int artist = scene * 10 + (user / 2 + i) % 10 + 1;
      plays += std::to_string(100 + user) + "\t" + std::to_string(artist) + "\t" + std::to_string(10 * (i + 1)) + "\n";
      taggings += std::to_string(100 + user) + "\t" + std::to_string(artist) + "\t" + std::to_string(scene + 1) +
                  "\t1\t1\t2010\n";
    }
  }
  write_file(directory / "artists.dat", artists);
  write_file(directory / "tags.dat",
             "tagID\ttagValue\n1\trock\n2\tfran\xe7"
             "ais\n");
  write_file(directory / "user_artists.dat", plays);
  write_file(directory / "user_taggedartists.dat", taggings);
}

}  // namespace

TEST_CASE("course import: the course's own files, plain names or tracks.npy", "[import]") {
  const TemporaryDirectory directory;
  write_file(directory / "tracks.json", "{\"track\": 0, \"artist\": \"A\", \"title\": \"T\"}\n");
  write_file(directory / "users.json", "{\"user\": 5, \"interests\": [0, 0], \"consume_bias\": 2.5}\n");
  files::write_npy(directory / "tracks.npy", files::Matrix(1, 4));
  const World world = import_course(directory.path()).world;
  CHECK(world.origin == Origin{.kind = "import", .name = "course", .seed = 0, .parameters = {}});
  CHECK(world.listeners ==
        std::vector<Listener>{{.unit = {"5"}, .interests = {{0}, {0}}, .bias = 2.5, .sharpness = 1}});
  world.write(directory / "world");
  CHECK(World::read(directory / "world").origin == world.origin);
}

TEST_CASE("course import: what is missing or does not fit is named", "[import]") {
  const TemporaryDirectory directory;
  const auto error = [&] { return error_of([&] { import_course(directory.path()); }); };
  const std::string name = directory.path().string();
  CHECK(error() == name + "/users.json: no such file, nor with .gz behind it");
  write_file(directory / "users.json", "{\"user\": 5, \"interests\": [1]}\n");
  write_file(directory / "tracks.json", "{\"track\": 0, \"artist\": \"A\", \"title\": \"T\"}\n");
  CHECK(error() == name + ": holds neither embeddings.npy nor tracks.npy");
  files::write_npy(directory / "embeddings.npy", files::Matrix(2, 4));
  CHECK(error() == name + "/embeddings.npy: 2 rows, but " + name + "/tracks.json has 1 tracks");
  files::write_npy(directory / "embeddings.npy", files::Matrix(1, 4));
  CHECK(error() == name + "/users.json:1: interest 1 is no track of the catalogue, want 0..0");
}

TEST_CASE("course import: the course's users of 2025 are read from gzip", "[import]") {
  const auto file = shared_data("course/2025/users.json.gz");
  if (file.empty()) return;
  const auto listeners = read_listeners(file, 50'000);
  REQUIRE(listeners.size() == 10'000);
  // The first line of the file.
  CHECK(listeners[0] == Listener{.unit = {"0"},
                                 .interests = {{47252}, {47391}, {47482}},
                                 .bias = 8.923356277832527,
                                 .sharpness = 1.045157050449779});
}

TEST_CASE("implicit als: finds the two scenes, whatever the number of threads", "[import]") {
  std::vector<Interaction> interactions;
  for (std::uint32_t user = 0; user < 40; ++user) {
    for (std::uint32_t i = 0; i < 6; ++i) interactions.push_back({user, user % 2 * 10 + (user / 2 + i) % 10, 1.0});
  }
  AlsOptions options{.factors = 2, .alpha = 10, .regularisation = 1, .iterations = 30};  // a factor for each scene
  const files::Matrix one = item_factors(interactions, 40, 20, options);
  options.threads = 3;
  CHECK(one == item_factors(interactions, 40, 20, options));
  const auto cosine = [&](std::size_t a, std::size_t b) {
    return files::inner_product(one.row(a), one.row(b)) /
           std::sqrt(files::inner_product(one.row(a), one.row(a)) * files::inner_product(one.row(b), one.row(b)));
  };
  float least_within = 1;
  float most_between = 0;
  for (std::size_t a = 0; a < 20; ++a) {
    for (std::size_t b = 0; b < 20; ++b) {
      if (a / 10 == b / 10) least_within = std::min(least_within, cosine(a, b));
      if (a / 10 != b / 10) most_between = std::max(most_between, std::abs(cosine(a, b)));
    }
  }
  CHECK(least_within > 0.95F);
  CHECK(most_between < 0.05F);
}

TEST_CASE("implicit als: one user and one item have the closed form's fixed point", "[import]") {
  // One factor: x = c y / (c y^2 + r), y = c x / (c x^2 + r), with c = 1 + alpha w; at the fixed point x = y and
  // c x^2 + r = c, so x = sqrt(1 - r / c).
  const std::vector<Interaction> one = {{0, 0, 2.0}};
  const files::Matrix factors =
      item_factors(one, 1, 1, {.factors = 1, .alpha = 4, .regularisation = 3, .iterations = 200});
  CHECK(std::abs(factors.values[0]) == Approx(std::sqrt(1 - 3.0 / 9)).epsilon(1e-6));
}

TEST_CASE("hetrec import: artists are items, tags are genres, plays make interests", "[import]") {
  const TemporaryDirectory directory;
  write_hetrec(directory.path());
  const HetrecOptions options{
      .random_time = 3, .min_listeners = 2, .factors = 8, .fitting_sessions = 1000, .seed = 1, .threads = 2};
  const World world = import_hetrec(directory.path(), options);
  CHECK(world.catalogue.size() == 20);
  CHECK(world.catalogue.artists() == 20);
  CHECK(world.catalogue.track({0}).title == "Artist \"1\"");  // of the first line of user_artists.dat
  CHECK(world.catalogue.track({0}).genres == std::vector<std::string>{"rock"});
  CHECK(world.catalogue.track({19}).genres == std::vector<std::string>{"fran\xc3\xa7"
                                                                       "ais"});  // was ISO-8859-1
  CHECK(world.catalogue.track({0}).popularity == 12);  // listeners: 6 of 10 artists by each of 20 users
  REQUIRE(world.listeners.size() == 40);
  CHECK(world.listeners[0].unit == UnitId{"100"});
  for (std::size_t i = 0; i < world.listeners.size(); ++i) {
    for (const TrackId interest : world.listeners[i].interests) {
      const std::string scene = i % 2 == 0 ? "rock"
                                           : "fran\xc3\xa7"
                                             "ais";
      REQUIRE(world.catalogue.track(interest).genres[0] == scene);
    }
  }
  world.write(directory / "world");
  CHECK(World::read(directory / "world").listeners == world.listeners);

  HetrecOptions one_thread = options;
  one_thread.threads = 1;
  const World again = import_hetrec(directory.path(), one_thread);
  CHECK(again.embeddings == world.embeddings);
  CHECK(again.listeners == world.listeners);
}

TEST_CASE("hetrec import: every line that cannot be read is named", "[import]") {
  const TemporaryDirectory directory;
  write_hetrec(directory.path());
  const std::string file = (directory / "user_artists.dat").string();
  write_file(file, "userID\tartistID\tweight\n2\t51\t13883\n2\t52\n2\tx\t-1\n");
  CHECK(error_of([&] { HetrecFiles::read(directory.path()); }) ==
        file + ":3: 2 fields, want 3\n" +                            //
            file + ":4: artistID is \"x\", want a whole number\n" +  //
            file + ":4: weight is \"-1\", want a whole number");
  write_file(file, "user,artist,weight\n");
  CHECK(error_of([&] { HetrecFiles::read(directory.path()); }) ==
        file + ":1: the header is not \"userID artistID weight\" (tabs between)");
}

TEST_CASE("hetrec import: a mean session time that cannot be had is refused", "[import]") {
  const TemporaryDirectory directory;
  write_hetrec(directory.path());
  // With 20 artists and no repetition a session cannot reach a time above 20.
  CHECK(error_of([&] {
          import_hetrec(directory.path(),
                        {.random_time = 50, .min_listeners = 2, .factors = 8, .fitting_sessions = 1000});
        }) == "no bias gives random tracks a mean session time of 50");
}

TEST_CASE("utf-8: kept where it is some, read as ISO-8859-1 where it is none", "[import]") {
  CHECK(as_utf8("Sigur R\xc3\xb3s") == "Sigur R\xc3\xb3s");
  CHECK(as_utf8("Sigur R\xf3s") == "Sigur R\xc3\xb3s");
  CHECK(as_utf8("\xed\xa0\x80") == "\xc3\xad\xc2\xa0\xc2\x80");  // a surrogate is no UTF-8
  CHECK(as_utf8("caf\xc3") == "caf\xc3\x83");
}

TEST_CASE("quantiles: linear between order statistics", "[description]") {
  // numpy.quantile([1, 2, 4, 8], [0, .05, .25, .5, .75, .95, 1])
  const Quantiles expected = {1, 1.15, 1.75, 3, 5, 7.4, 8};
  const Quantiles found = quantiles_of({8, 1, 4, 2});
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i] == Approx(expected[i]));
}
