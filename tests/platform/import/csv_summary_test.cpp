// Tables of what others have summed up.
#include "platform/import/csv_summary.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "platform/core/error.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using imports::CsvSummary;

namespace {

class SummaryFile {
 public:
  explicit SummaryFile(const std::string& text) { std::ofstream(directory_ / "t.csv", std::ios::binary) << text; }
  imports::CsvSummaries read() const { return imports::read_csv_summary(directory_ / "t.csv"); }
  std::string fault() const {
    try {
      read();
    } catch (const Error& error) {
      std::string text = error.what();
      const std::string prefix = (directory_ / "").string();
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      return text;
    }
    return "no fault";
  }

 private:
  TemporaryDirectory directory_;
};

const stats::MetricMoments& moments(const imports::SummaryLook& look, std::size_t variant, std::size_t metric = 0) {
  return look.aggregate.variants.at(variant).metrics.at(metric).moments;
}

}  // namespace

TEST_CASE("csv summary: snapshots are looks, in the order of time", "[storage]") {
  const SummaryFile file(
      "experiment,metric,variant,snapshot,n,mean,variance\n"
      "x,clicks,c,10,5,2,1\n"
      "x,clicks,c,9,4,1,1\n"
      "x,clicks,t,10,6,3,2\n"
      "x,clicks,t,9,3,1,2\n"
      "y,sales,c,1,2,0.5,0\n");
  const auto summaries = file.read().experiments;
  REQUIRE(summaries.size() == 2);
  CHECK(summaries[0].metrics == std::vector<std::string>{"clicks"});
  CHECK(summaries[1].metrics == std::vector<std::string>{"sales"});
  const CsvSummary& x = summaries[0];
  REQUIRE(x.looks.size() == 2);
  CHECK(x.looks[0].at == "9");
  CHECK(x.looks[1].at == "10");
  CHECK(x.looks[1].aggregate.experiment == "x");
  CHECK(x.looks[1].aggregate.variants.at(0).units == 5);
  CHECK(moments(x.looks[0], 0).marginal(0) == stats::Moments(4, 1, 3));
  CHECK(moments(x.looks[1], 0).marginal(0) == stats::Moments(5, 2, 4));
  CHECK(moments(x.looks[1], 1).marginal(0) == stats::Moments(6, 3, 10));
}

TEST_CASE("csv summary: what a snapshot does not tell anew stays as it was", "[storage]") {
  const auto summaries = SummaryFile(
                             "metric,variant,date,n,mean,variance\n"
                             "m,c,2026-01-02,4,1,1\nm,t,2026-01-02,4,2,1\nm,c,2026-01-03,8,1,1\n")
                             .read()
                             .experiments;
  REQUIRE(summaries.at(0).looks.size() == 2);
  CHECK(moments(summaries[0].looks[1], 0).n() == 8);
  CHECK(moments(summaries[0].looks[1], 1).n() == 4);
}

TEST_CASE("csv summary: a treatment and its control may stand in a row, as ASOS published them", "[storage]") {
  const auto summaries =
      SummaryFile(
          "experiment_id,variant_id,metric_id,time_since_start,count_c,count_t,mean_c,mean_t,variance_c,variance_t\n"
          "e,1,m,0.5,10.0,11.0,1,2,,\n"
          "e,1,m,1.0,20.0,21.0,1,2,4,9\n"
          "e,2,m,1.0,20.0,22.0,1,3,4,9\n")
          .read()
          .experiments;
  REQUIRE(summaries.at(0).looks.size() == 2);
  const imports::SummaryLook& last = summaries[0].looks[1];
  REQUIRE(last.aggregate.variants.size() == 3);
  CHECK(last.aggregate.variants[0].variant == "1");
  CHECK(last.aggregate.variants[2].variant == "control");
  CHECK(moments(last, 2).marginal(0) == stats::Moments(20, 1, 76));
  CHECK(moments(last, 1).marginal(0) == stats::Moments(22, 3, 189));
  CHECK(summaries[0].looks[0].aggregate.variants[0].units == 11);
  CHECK(moments(summaries[0].looks[0], 0).n() == 0);  // no variance: nothing is known of the metric
}

TEST_CASE("csv summary: standard deviations are as good as variances", "[storage]") {
  const auto summaries = SummaryFile("metric;variant;count;mean;sd\nm;c;3;1,5;2\n").read();
  CHECK(moments(summaries.experiments.at(0).looks.at(0), 0).c2(0, 0) == 8);
  CHECK(summaries.dialect == "separated by semicolons, decimal commas");
}

TEST_CASE("csv summary: every bad field is named", "[storage]") {
  CHECK(SummaryFile("metric,variant,n,mean,variance\nm,c,1.5,2,1\nm,t,3,x,-1\nm,t,3,1,1\nm,t,3,1,1\nm,u,1e300,1,1\n")
            .fault() ==
        "t.csv:2:5: n is \"1.5\", want a whole number of units\n"
        "t.csv:3:7: mean is \"x\", want a number\n"
        "t.csv:3:9: variance is \"-1\", want a number of at least 0\n"
        "t.csv:5:1: metric m of variant t stands twice, want it once\n"
        "t.csv:6:5: n is \"1e300\", want a whole number of units");
  CHECK(SummaryFile("metric,variant,mean,variance\n").fault() ==
        "t.csv:1:1: no column \"n\"; it has metric, variant, mean, variance");
  CHECK(SummaryFile("experiment,variant,metric,n_c,n_t,mean_c,mean_t,sd_c,sd_t\ne,1,m,1,1,1,1,1,1\ne,2,m,2,1,1,1,1,1\n")
            .fault() == "t.csv:3:5: metric m of variant control stands twice, want it once");
}
