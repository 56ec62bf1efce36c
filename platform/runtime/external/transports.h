#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/core/mutex.h"
#include "recommenders/external/bounded_log.h"
#include "recommenders/external/figures.h"
#include "recommenders/external/transport.h"

namespace crossfade::runtime::external {

class Pump;

// The processes that a program runs for its recommenders, and its connections to those of others. Ends what it has
// started when it ends, at the latest. Thread-safe.
class ProgramTransports final : public recommenders::external::Transports {
 public:
  struct Options {
    std::filesystem::path directory;  // that commands run in: the configuration's
    std::filesystem::path catalogue;  // the file, which they find in CROSSFADE_CATALOGUE
    bool strict = false;
    recommenders::external::BoundedLog::Say say = nullptr;
  };

  explicit ProgramTransports(Options options);
  ~ProgramTransports() override;
  ProgramTransports(const ProgramTransports&) = delete;
  ProgramTransports& operator=(const ProgramTransports&) = delete;

  std::unique_ptr<recommenders::external::Transport> process(const Process& process,
                                                             recommenders::external::Receiver& receiver) override;
  std::unique_ptr<recommenders::external::Transport> http(const Http& http,
                                                          recommenders::external::Receiver& receiver) override;
  recommenders::external::Figures& figures(const std::string& recommender) override { return figures_.of(recommender); }
  void log(const std::string& line) noexcept override;
  bool strict() const override { return options_.strict; }
  bool ending() const override { return ending_; }
  // Requests that wait are answered by the fallback soon, and later ones at once: the program ends.
  void end_waits() { ending_ = true; }

  // For /metrics.
  std::string prometheus() const { return figures_.prometheus(); }

 private:
  const Options options_;
  recommenders::external::AllFigures figures_;
  std::atomic<bool> ending_ = false;
  Mutex mutex_;
  std::vector<std::shared_ptr<Pump>> pumps_ CROSSFADE_GUARDED_BY(mutex_);
};

// The directory that a configuration's commands run in.
std::filesystem::path directory_of(const std::filesystem::path& configuration);

}  // namespace crossfade::runtime::external
