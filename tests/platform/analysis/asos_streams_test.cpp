// The 396 streams of effects of ASOS (Liu, Cardoso, Couturier, McCoy, NeurIPS 2021), looked at whenever they were
// published: what the verdicts say along the way.
#include <zlib.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "platform/analysis/analyze.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/support/shared_data.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

struct Published {
  Timestamp at;
  stats::Moments control;
  stats::Moments treatment;
};

// By experiment, variant and metric; of the looks that have a variance.
std::map<std::string, std::vector<Published>> streams_in(const std::filesystem::path& file) {
  std::map<std::string, std::vector<Published>> streams;
  gzFile input = gzopen(file.c_str(), "rb");
  REQUIRE(input != nullptr);
  std::array<char, 4096> line{};
  gzgets(input, line.data(), static_cast<int>(line.size()));  // the heads
  while (gzgets(input, line.data(), static_cast<int>(line.size())) != nullptr) {
    std::istringstream fields{std::string(line.data())};
    std::array<std::string, 10> field;
    for (std::string& one : field) std::getline(fields, one, ',');
    if (field[8].empty() || field[9].empty() || field[9] == "\n") continue;
    const auto number = [&](std::size_t i) { return std::stod(field[i]); };
    const auto arm = [&](std::size_t count, std::size_t mean, std::size_t variance) {
      return stats::Moments(static_cast<std::int64_t>(number(count)), number(mean),
                            number(variance) * (number(count) - 1));
    };
    streams[field[0] + "/" + field[1] + "/" + field[2]].push_back(
        {.at = {static_cast<std::int64_t>(number(3) * static_cast<double>(kMsPerDay))},
         .control = arm(4, 6, 8),
         .treatment = arm(5, 7, 9)});
  }
  gzclose(input);
  return streams;
}

// A stream as a store of which it says what was published by a time.
class StreamStore final : public storage::NullStore {
 public:
  explicit StreamStore(const std::vector<Published>& stream) : stream_(stream) {}

  std::size_t published = 0;

  std::vector<std::string> known_experiments() const override { return {"e"}; }
  std::vector<storage::ExperimentAggregate> aggregate(const storage::AggregateQuery& query) const override {
    std::size_t last = published;
    while (query.until && last > 0 && stream_[last - 1].at >= *query.until) --last;
    const Published& seen = stream_.at(last - 1);
    storage::ExperimentAggregate result;
    result.experiment = "e";
    for (const auto& [variant, moments] :
         {std::pair("control", seen.control), std::pair("treatment", seen.treatment)}) {
      const std::vector<storage::MetricAggregate> metrics(query.metrics.size(), of(moments));
      result.variants.push_back({.variant = variant, .units = moments.n(), .metrics = metrics});
    }
    result.first_exposure = Timestamp{0};
    result.last_exposure = result.data_through = seen.at;
    return {result};
  }
  std::string metric_sql(const MetricDefinition& metric, const storage::SqlScope& scope) const override {
    return storage::metric_sql(metric, scope);
  }
  void record_call(const storage::Call& call) override { recorded_.push_back(call); }
  std::vector<storage::Call> calls() const override { return recorded_; }

 private:
  const std::vector<Published>& stream_;
  std::vector<storage::Call> recorded_;
};

bool is_call(Verdict verdict) {
  return verdict == Verdict::ship || verdict == Verdict::stop_harm || verdict == Verdict::invalid;
}

// A call after which another verdict is said: a winner may turn out to harm, and a split to be broken.
bool taken_back(Verdict before, Verdict now) {
  if (!is_call(before) || now == before || now == Verdict::invalid) return false;
  return !(before == Verdict::ship && now == Verdict::stop_harm);
}

}  // namespace

TEST_CASE("asos: over the streams of real experiments no verdict is taken back", "[analysis]") {
  const std::filesystem::path file = shared_data("ab/asos_experiments/asos_digital_experiments_dataset.csv.gz");
  if (file.empty()) return;
  const std::map<std::string, std::vector<Published>> streams = streams_in(file);
  Configuration config = configuration({experiment("e", {"control", "treatment"})});
  config.experiments[0].metrics.primary = "time";
  AnalyzeOptions options;
  options.trend = false;
  options.deciding_only = true;
  int looks = 0;
  std::map<Verdict, int> ever;
  int called = 0;
  int gone = 0;  // what the data of a look called, those of a later one did not
  int back = 0;  // and what was said
  for (const auto& [name, stream] : streams) {
    StreamStore store(stream);
    std::optional<Verdict> before;
    std::vector<CalledTreatment> called_before;
    std::set<Verdict> said;
    bool is_gone = false;
    bool is_back = false;
    for (store.published = 1; store.published <= stream.size(); ++store.published) {
      const Report report = analyze(config, store, options).at(0);
      record_looks({report}, stream[store.published - 1].at, store);
      const Verdict verdict = report.decision.verdict;
      ++looks;
      said.insert(verdict);
      is_back = is_back || (before && taken_back(*before, verdict));
      is_gone = is_gone || (!called_before.empty() && report.calls != called_before);
      before = verdict;
      called_before = report.calls;
    }
    for (const Verdict verdict : said) ++ever[verdict];
    called += std::ranges::any_of(said, is_call) ? 1 : 0;
    gone += is_gone ? 1 : 0;
    back += is_back ? 1 : 0;
  }
  std::printf(
      "asos: %zu streams, %d looks; ever called %d (SHIP %d, STOP_HARM %d, INVALID %d); by a later look's data "
      "alone gone or changed %d, taken back %d\n",
      streams.size(), looks, called, ever[Verdict::ship], ever[Verdict::stop_harm], ever[Verdict::invalid], gone, back);
  CHECK(streams.size() == 381);  // of 396, those with a variance
  CHECK(called > 50);
  CHECK(gone > 20);  // what verdicts would do if calls did not stand
  CHECK(back == 0);
}
