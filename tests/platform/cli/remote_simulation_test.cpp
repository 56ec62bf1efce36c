// `crossfade simulate --remote` against `crossfade serve`: two programs, and what the store holds of what they said.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/storage/sqlite/playback_reader.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;

namespace {

// The program with these arguments, its output and errors in `output`.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::string& output) {
    std::vector<std::string> words = {test::program_path()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // For reading too: opening a pipe for writing alone would wait for its reader.
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, output.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    const int error = posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(error == 0);
  }
  ~Program() {
    if (pid_ > 0) end(SIGKILL);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Its exit code; the number of the signal that ended it, negative, where one did.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int end(int signal) {
    ::kill(pid_, signal);
    return wait();
  }

 private:
  pid_t pid_ = 0;
};

using Heard = std::map<std::string, int>;  // "unit track fraction" -> how often

Heard heard_in(const std::filesystem::path& store) {
  Heard heard;
  storage::for_each_playback(store, [&](const Playback& playback) {
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, "%.2f", playback.fraction);
    ++heard[playback.unit.value + " " + std::to_string(playback.track.value) + " " + fraction];
  });
  return heard;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A world, and a server in it on a port that was free.
class Served {
 public:
  Served() {
    std::ofstream(path("experiments.yaml"))
        << "version: 1\nrecommenders:\n  random: {type: random}\nparameters: {recommender: random}\n";
    Program generate({"world", "generate", "--preset", "course-2025", "--out", path("world")}, path("generate.txt"));
    REQUIRE(generate.wait() == 0);
    // The server's first line, through a pipe, says where it listens: reading it waits until it does.
    REQUIRE(::mkfifo(path("server.txt").c_str(), 0600) == 0);
    server = std::make_unique<Program>(
        std::vector<std::string>{"serve", "--config", path("experiments.yaml"), "--store", path("crossfade.db"),
                                 "--world", path("world"), "--port", "0"},
        path("server.txt"));
    server_says_.open(path("server.txt"));
    std::string line;
    while (std::getline(server_says_, line) && line.find("http://") == std::string::npos) {
    }
    REQUIRE(line.find("http://") != std::string::npos);
    url = line.substr(line.find("http://"));
  }

  std::vector<std::string> simulate(const std::string& sessions) const {
    return {"simulate", "--world",   path("world"), "--remote",       url,          "--sessions",
            sessions,   "--threads", "4",           "--acknowledged", path("heard")};
  }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  std::string url;
  std::unique_ptr<Program> server;

 private:
  crossfade::TemporaryDirectory directory_;
  std::ifstream server_says_;
};

}  // namespace

TEST_CASE("simulate --remote: the server's store holds what was acknowledged and nothing else", "[simulate]") {
  Served served;
  Program simulation(served.simulate("200"), served.path("simulation.txt"));
  const int code = simulation.wait();
  INFO(text_of(served.path("simulation.txt")));
  REQUIRE(code == 0);
  CHECK(served.server->end(SIGTERM) == 0);

  Heard acknowledged;
  std::ifstream lines(served.path("heard"));
  for (std::string line; std::getline(lines, line);) ++acknowledged[line];
  CHECK(acknowledged.size() > 800);  // 200 sessions of some 7 tracks
  CHECK(heard_in(served.path("crossfade.db")) == acknowledged);
  const storage::SqliteStore store(served.path("crossfade.db"), {});
  CHECK(store.open_sessions().empty());
}

TEST_CASE("simulate --remote: after kill -9 of the server no acknowledged playback is missing", "[simulate]") {
  Served served;
  // What is acknowledged comes through a pipe, so that the server dies in the middle of it, however fast the machine.
  REQUIRE(::mkfifo(served.path("heard").c_str(), 0600) == 0);
  Program simulation(served.simulate("1000000"), served.path("simulation.txt"));
  std::ifstream lines(served.path("heard"));
  Heard acknowledged;
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    ++acknowledged[line];
    if (++count == 2000) REQUIRE(served.server->end(SIGKILL) == -SIGKILL);
  }
  CHECK(simulation.wait() == 1);
  const std::string said = text_of(served.path("simulation.txt"));
  INFO(said);
  CHECK(said.starts_with(served.url + ": "));
  CHECK(said.find(" sessions were complete\n") != std::string::npos);
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);

  const Heard stored = heard_in(served.path("crossfade.db"));
  int missing = 0;
  int in_store = 0;
  for (const auto& [playback, times] : acknowledged) {
    const auto found = stored.find(playback);
    missing += std::max(0, times - (found == stored.end() ? 0 : found->second));
  }
  for (const auto& [playback, times] : stored) in_store += times;
  CHECK(missing == 0);
  // The reply to one request of each thread, at most, was lost.
  CHECK(in_store - count <= 4);
}
