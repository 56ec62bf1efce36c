#include "platform/runtime/external/transports.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/runtime/external/http_transport.h"
#include "platform/runtime/external/pump.h"

namespace crossfade::runtime::external {

namespace {

// A process as those see it who ask it. When it goes, the pump ends what runs on its own thread.
class PipeTransport final : public recommenders::external::Transport {
 public:
  PipeTransport(std::shared_ptr<Pump> pump, std::size_t most_messages)
      : pump_(std::move(pump)), most_messages_(most_messages) {}
  ~PipeTransport() override { pump_->release(); }
  PipeTransport(const PipeTransport&) = delete;
  PipeTransport& operator=(const PipeTransport&) = delete;

  void send(std::uint64_t sent, std::string message) override { pump_->send(sent, std::move(message)); }
  void abandon(std::uint64_t sent) override { pump_->abandon(sent); }
  void replace(const std::string& why) override { pump_->replace(why); }
  std::size_t most_messages() const override { return most_messages_; }

 private:
  const std::shared_ptr<Pump> pump_;  // shared with ProgramTransports, which waits for its end
  const std::size_t most_messages_;
};

}  // namespace

ProgramTransports::ProgramTransports(Options options) : options_(std::move(options)) {}

ProgramTransports::~ProgramTransports() {
  const MutexLock lock(mutex_);
  for (const auto& pump : pumps_) pump->release();  // all at once; then each is waited for
}

std::unique_ptr<recommenders::external::Transport> ProgramTransports::process(
    const Process& process, recommenders::external::Receiver& receiver) {
  auto pump = std::make_shared<Pump>(
      Pump::Options{.command = process.command,
                    .directory = options_.directory,
                    .environment = {"CROSSFADE_CATALOGUE=" + std::filesystem::absolute(options_.catalogue).string()},
                    .restarts = !options_.strict,
                    .before = fmt::format("recommender \"{}\" says: ", process.recommender),
                    .say = options_.say},
      receiver);
  const MutexLock lock(mutex_);
  std::erase_if(pumps_, [](const auto& one) { return one->finished(); });
  pumps_.push_back(pump);
  return std::make_unique<PipeTransport>(std::move(pump), process.most_messages);
}

std::unique_ptr<recommenders::external::Transport> ProgramTransports::http(const Http& http,
                                                                           recommenders::external::Receiver& receiver) {
  return std::make_unique<HttpTransport>(http, receiver);
}

void ProgramTransports::log(const std::string& line) noexcept {
  if (options_.say) options_.say(line);
}

std::filesystem::path directory_of(const std::filesystem::path& configuration) {
  const std::filesystem::path directory = std::filesystem::absolute(configuration).parent_path();
  return directory.empty() ? std::filesystem::path("/") : directory;
}

}  // namespace crossfade::runtime::external
