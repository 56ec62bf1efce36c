// The largest world of the course, 16 200 tracks x 4 096 dimensions of float16, made up: to read its files, to write it
// as a world, to read that, and the first session and 2 000 of them in it. Target: 3 s to the first session.
//   world_bench [DIMENSIONS]     default: 4 096
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "platform/core/random.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/import/import_course.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/world.h"

namespace {

using namespace crossfade;

constexpr std::size_t kTracks = 16'200;
constexpr std::size_t kListeners = 10'000;

void write_embeddings(const std::filesystem::path& file, std::size_t dimensions) {
  std::string header =
      fmt::format("{{'descr': '<f2', 'fortran_order': False, 'shape': ({}, {}), }}", kTracks, dimensions);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::ofstream out(file, std::ios::binary);
  out << "\x93NUMPY" << '\x01' << '\0' << static_cast<char>(header.size() & 0xff)
      << static_cast<char>(header.size() >> 8) << header;
  Random random{1};
  std::string row(2 * dimensions, '\0');
  for (std::size_t track = 0; track < kTracks; ++track) {
    for (std::size_t i = 0; i < dimensions; ++i) {
      const std::uint64_t drawn = random();  // sign and mantissa; all between 2^-7 and 2^-6
      row[2 * i] = static_cast<char>(drawn & 0xff);
      row[2 * i + 1] = static_cast<char>((drawn >> 8 & 0x83) | 0x20);
    }
    out << row;
  }
}

void write_source(const std::filesystem::path& directory, std::size_t dimensions) {
  std::filesystem::create_directories(directory);
  write_embeddings(directory / "embeddings.npy", dimensions);
  std::ofstream tracks(directory / "tracks.json");
  for (std::size_t i = 0; i < kTracks; ++i) {
    tracks << fmt::format(R"({{"track": {}, "artist": "a{}", "title": "t", "genres": ["x"]}})", i, i / 12) << '\n';
  }
  std::ofstream users(directory / "users.json");
  Random random{2};
  for (std::size_t i = 0; i < kListeners; ++i) {
    users << fmt::format(R"({{"user": {}, "interests": [{}, {}, {}], "consume_bias": 0.1, "consume_sharpness": 9}})", i,
                         random.below(kTracks), random.below(kTracks), random.below(kTracks))
          << '\n';
  }
}

class Stopwatch {
 public:
  // Prints what took the time since the last call.
  void lap(const char* what) {
    const auto now = std::chrono::steady_clock::now();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("{:<28}{:>7.2f} s{:>10} MB at most\n", what, std::chrono::duration<double>(now - begin_).count(),
               used.ru_maxrss / 1000);
    begin_ = std::chrono::steady_clock::now();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

void run(const std::filesystem::path& directory, std::size_t dimensions) {
  write_source(directory / "source", dimensions);
  Stopwatch watch;
  {
    const simulator::CourseImport done = simulator::import_course(directory / "source");
    watch.lap("reading the course's files");
    done.world.write(directory / "world", done.tracks);
    watch.lap("writing the world");
  }
  const simulator::World world = simulator::World::read(directory / "world");
  watch.lap("reading the world");
  for (const std::int64_t sessions : {1, 2'000, 50'000}) {
    simulator::simulate(world, {.sessions = sessions, .threads = 2}, [&](std::size_t) {
      return std::make_unique<simulator::DummyClient>(world.catalogue.size(), 1);
    });
    watch.lap(fmt::format("{} sessions, 2 threads", sessions).c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("crossfade-bench-{}", getpid());
  try {
    run(directory, argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 4'096);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    std::filesystem::remove_all(directory);
    return 1;
  }
  std::filesystem::remove_all(directory);
  return 0;
}
