#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/files/checksum.h"
#include "platform/files/json_lines.h"
#include "recommenders/external/address.h"
#include "recommenders/external/desk.h"
#include "recommenders/external/question.h"
#include "recommenders/models.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

constexpr std::int64_t kHistory = 10;
constexpr std::int64_t kCandidates = 100;
constexpr std::int64_t kTimeoutMs = 500;
constexpr std::int64_t kConcurrency = 32;
constexpr std::int64_t kBatch = 1;
// While one message is answered the next one is on its way; what comes meanwhile fills the one behind it.
constexpr std::size_t kBatchesUnderWay = 2;
constexpr std::size_t kLinesUnderWay = 8;  // that keep a process busy, where each is a request
constexpr std::int64_t kLongestTimeoutMs = 3'600'000;

std::chrono::milliseconds timeout_of(const Values& options) {
  return std::chrono::milliseconds(std::min(integer_option(options, "timeout_ms", kTimeoutMs), kLongestTimeoutMs));
}

// The catalogue's lines by track, each as one line of JSON.
std::vector<std::string> rows_of(const std::filesystem::path& file, const Catalogue& catalogue) {
  if (files::checksum_of(file) != catalogue.checksum()) {
    throw Error::user(fmt::format("{}: has changed since it was read, want it as it was for \"rows\"", file.string()));
  }
  std::vector<std::string> rows(catalogue.size());
  files::FileFaults faults(file);
  files::for_each_json_object(file, faults, [&](nlohmann::json& line, std::size_t) {
    rows.at(line.at("track").get<std::size_t>()) = line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  });
  faults.throw_if_any();
  return rows;
}

// Asks another process. What waits for it is the thread of the request.
class External final : public Recommender {
 public:
  External(const Ingredients& of, const external::Desk::Connect& connect, bool starts)
      : history_(static_cast<std::size_t>(integer_option(of.spec.options, "history", kHistory))),
        batch_(static_cast<std::size_t>(integer_option(of.spec.options, "batch", kBatch))) {
    if (of.transports == nullptr) return;  // only its options are looked at
    if (const Part* const part = of.part_of("candidates_from")) {
      ranker_ = part->recommender.ranker();
      candidates_ = static_cast<std::size_t>(integer_option(of.spec.options, "candidates", kCandidates));
    }
    if (boolean_option(of.spec.options, "rows", false)) rows_ = rows_of(of.data / "tracks.json", of.catalogue);
    desk_ = std::make_unique<external::Desk>(
        external::Desk::Options{
            .recommender = of.spec.name,
            .tracks = of.catalogue.size(),
            .timeout = timeout_of(of.spec.options),
            .batch = batch_,
            .concurrency = static_cast<std::size_t>(integer_option(of.spec.options, "concurrency", kConcurrency)),
            .starts = starts},
        *of.transports, connect);
  }

  std::optional<Choice> recommend(const Request& request, Random& /*random*/) const override {
    if (!desk_) return std::nullopt;
    const auto since = request.since == external::Desk::Time{} ? std::chrono::steady_clock::now() : request.since;
    const auto result = desk_->ask(since, [&](std::uint64_t id) { return question_of(request, id); });
    if (result.outcome != external::Outcome::answered) return std::nullopt;
    return Choice{.track = result.track, .propensity = result.propensity.value_or(0)};
  }
  std::optional<double> propensity(const Request& /*request*/, TrackId /*track*/) const override {
    return std::nullopt;
  }
  bool knows_propensity() const override { return !desk_; }
  std::size_t history() const override { return history_; }
  // Two messages are full while those in the one before are answered.
  std::size_t useful_requests() const override { return batch_ == 1 ? kLinesUnderWay : 4 * batch_; }

 private:
  std::string question_of(const Request& request, std::uint64_t id) const {
    std::vector<external::Candidate> candidates;
    if (ranker_ != nullptr) {
      for (const Candidate& one : ranker_->rank(request, candidates_)) {
        const std::string_view row = rows_.empty() ? std::string_view{} : rows_[one.track.value];
        candidates.push_back({.track = one.track, .score = one.score, .row = row});
      }
    }
    return external::json_of({.unit = request.unit,
                              .previous = request.previous,
                              .fraction = request.fraction,
                              .heard = request.heard,
                              .history = request.history.first(std::min(history_, request.history.size())),
                              .candidates = candidates},
                             id);
  }

  const std::size_t history_;
  const std::size_t batch_;
  std::vector<std::string> rows_;   // by track; empty: not wanted
  const Ranker* ranker_ = nullptr;  // gives candidates; null: nobody does
  std::size_t candidates_ = 0;
  std::unique_ptr<external::Desk> desk_;
};

std::size_t most_messages(const Values& options) {
  const auto batch = integer_option(options, "batch", kBatch);
  const auto concurrency = static_cast<std::size_t>(integer_option(options, "concurrency", kConcurrency));
  return batch == 1 ? concurrency : std::min(kBatchesUnderWay, concurrency);
}

std::unique_ptr<Recommender> make_process(const Ingredients& of) {
  return std::make_unique<External>(
      of,
      [&](external::Transports& transports, external::Receiver& receiver) {
        return transports.process({.recommender = of.spec.name,
                                   .command = text_option(of.spec.options, "command").value(),
                                   .most_messages = most_messages(of.spec.options)},
                                  receiver);
      },
      true);
}

std::unique_ptr<Recommender> make_http(const Ingredients& of) {
  return std::make_unique<External>(
      of,
      [&](external::Transports& transports, external::Receiver& receiver) {
        const auto timeout = timeout_of(of.spec.options);
        const auto batch = integer_option(of.spec.options, "batch", kBatch);
        return transports.http({.recommender = of.spec.name,
                                .url = text_option(of.spec.options, "url").value(),
                                .most_messages = most_messages(of.spec.options),
                                // The desk gives up before; this is for what it does not see.
                                .timeout = timeout * batch + std::chrono::seconds(1)},
                               receiver);
      },
      false);
}

Type external_type(std::string name, Option where, std::unique_ptr<Recommender> (*make)(const Ingredients&)) {
  const auto number = [](std::string option, double least, std::string help) {
    return Option{.name = std::move(option),
                  .kind = Option::Kind::integer,
                  .allowed = {},
                  .least = least,
                  .help = std::move(help)};
  };
  return {.name = std::move(name),
          .options = {std::move(where),
                      {.name = "candidates_from",
                       .kind = Option::Kind::recommender,
                       .allowed = {},
                       .candidates = true,
                       .help = "who puts tracks forward"},
                      number("candidates", 1, fmt::format("so many of them, best first ({})", kCandidates)),
                      {.name = "rows",
                       .kind = Option::Kind::boolean,
                       .allowed = {},
                       .help = "whether each candidate has its line of the catalogue, as \"row\" (false)"},
                      number("history", 0, fmt::format("so many of the unit's latest listens ({})", kHistory)),
                      number("timeout_ms", 1, fmt::format("for the answer, then the fallback's turn ({})", kTimeoutMs)),
                      number("batch", 1, fmt::format("most requests of a message; 1: no batches ({})", kBatch)),
                      number("concurrency", 1, fmt::format("most requests that wait ({})", kConcurrency))},
          .make = make};
}

}  // namespace

Type process_type() {
  return external_type("process",
                       {.name = "command",
                        .required = true,
                        .allowed = {},
                        .command = true,
                        .help = "of a shell, in the directory of the configuration"},
                       make_process);
}

Type http_type() {
  return external_type("http",
                       {.name = "url",
                        .required = true,
                        .allowed = {},
                        .unmet = external::unmet_address,
                        .help = "http://HOST:PORT/PATH to post to"},
                       make_http);
}

}  // namespace crossfade::recommenders
