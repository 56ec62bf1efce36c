#include "platform/import/csv_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "platform/core/error.h"
#include "platform/files/csv_reader.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

class Files {
 public:
  std::filesystem::path write(const std::string& text) const {
    std::ofstream(directory_ / "t.csv", std::ios::binary) << text;
    return directory_ / "t.csv";
  }
  // All rows; or what is wrong, without the directory.
  std::vector<std::vector<std::string>> rows(const std::string& text) const {
    files::CsvReader csv(write(text));
    std::vector<std::vector<std::string>> rows;
    while (const auto row = csv.next()) rows.emplace_back(row->begin(), row->end());
    return rows;
  }
  template <class Work>
  std::string fault_of(Work work) const {
    try {
      work();
    } catch (const Error& error) {
      CHECK(error.kind() == Error::Kind::user);
      std::string text = error.what();
      const std::string prefix = (directory_ / "").string();
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      return text;
    }
    return "no fault";
  }
  std::string fault(const std::string& text) const {
    return fault_of([&] { rows(text); });
  }

 private:
  TemporaryDirectory directory_;
};

using Rows = std::vector<std::vector<std::string>>;

MetricDefinition metric(const std::string& name, MetricType type = MetricType::mean) {
  MetricDefinition result;
  result.name = name;
  result.type = type;
  return result;
}

imports::CsvTableQuery query(const std::filesystem::path& file) {
  return {.file = file,
          .unit = "user",
          .variant = "arm",
          .metrics = {metric("spent"), metric("back", MetricType::proportion)},
          .dimensions = {"country"}};
}

}  // namespace

TEST_CASE("csv: fields may be quoted, hold commas, quotes and line breaks", "[storage]") {
  const Files files;
  CHECK(files.rows("a,b\n1,2\n") == Rows{{"1", "2"}});
  CHECK(files.rows("\xEF\xBB\xBF"
                   "a,b\r\n1,2\r\n\r\n3,") == Rows{{"1", "2"}, {"3", ""}});
  CHECK(files.rows("a,b,c\nplain,\"x, \"\"y\"\"\",\"two\nlines\"\n,,\n") ==
        Rows{{"plain", "x, \"y\"", "two\nlines"}, {"", "", ""}});
  CHECK(files.rows("a,b\n\"1\r\n2\r\n3\",4\r\n") == Rows{{"1\r\n2\r\n3", "4"}});
  CHECK(files.rows("a\n\"\"\n") == Rows{{""}});
}

TEST_CASE("csv: what is no table is named by line and column", "[storage]") {
  const Files files;
  CHECK(files.fault("") == "t.csv:1:1: empty, want a header");
  CHECK(files.fault("a,b,a\n") == "t.csv:1:5: column \"a\" stands twice, want it once");
  CHECK(files.fault("a,b\n1,2\n1\n") == "t.csv:3:2: 1 field, want one for each of the 2 columns");
  CHECK(files.fault("a,b\n1,2,3\n") == "t.csv:2:5: 3 fields, want one for each of the 2 columns");
  CHECK(files.fault("a,b\n1,\"2\n3\n") == "t.csv:2:3: a quote that is opened and never closed");
  CHECK(files.fault("a,b\n1,2\"\n") ==
        "t.csv:2:4: a quote inside a field that is not quoted, want the whole field in quotes");
  CHECK(files.fault("a,b\n\"1\"x,2\n") == "t.csv:2:4: text behind a closing quote, want a comma");
}

TEST_CASE("csv table: rows of a unit add up, in any order", "[storage]") {
  const Files files;
  const auto table =
      imports::read_csv_table(query(files.write("user,arm,spent,back,country\n"
                                                "u2,b,5,FALSE,DE\n"
                                                "u1,a,1.5,FALSE,FI\n"
                                                "u1,a,2,TRUE,FI\n"
                                                "u3,b,,true,DE\n"
                                                "u4,b,9,0,FI\n"
                                                "u4,a,9,0,FI\n"
                                                "u5,a,-1,1,\"DE\"\n"
                                                "u5,a,0,no,FI\n")));
  const auto aggregate = summarise(table);
  CHECK(aggregate.experiment == "t.csv");
  CHECK(aggregate.multiple_variants == 1);  // u4
  REQUIRE(aggregate.variants.size() == 2);
  CHECK(aggregate.variants[0].variant == "a");
  CHECK(aggregate.variants[0].units == 2);
  CHECK(aggregate.variants[0].metrics[0].moments.marginal(0) == stats::Moments(2, 1.25, 10.125));  // 3.5, -1
  CHECK(aggregate.variants[0].metrics[1].moments.mean(0) == 1);  // both were back once
  CHECK(aggregate.variants[1].units == 2);
  CHECK(aggregate.variants[1].metrics[0].moments.n() == 1);  // u3 has no value
  CHECK(aggregate.variants[1].metrics[1].moments.mean(0) == 0.5);
  const auto& country = aggregate.dimensions.at(0);
  CHECK(country.levels.at(0).level == "DE");
  CHECK(country.levels.at(0).variants.at(0).units == 0);  // u5 is in two
  CHECK(country.levels.at(0).variants.at(1).units == 2);
  CHECK(country.levels.at(1).variants.at(0).units == 1);
}

TEST_CASE("csv table: every bad field is named", "[storage]") {
  const Files files;
  const auto fault = [&](const std::string& text) {
    const auto file = files.write(text);
    return files.fault_of([&] { imports::read_csv_table(query(file)); });
  };
  CHECK(fault("user,arm,spent,country\n") == "t.csv:1:1: no column \"back\"; it has user, arm, spent, country");
  CHECK(fault("usr,arm,spent,back,country\n") == "t.csv:1:1: no column \"user\"; did you mean \"usr\"?");
  CHECK(fault("user,arm,spent,back,country\n1,a,x,TRUE,DE\n2,b,nan,maybe,DE\n,a,1,1,DE\n3,,1,1,DE\n") ==
        "t.csv:2:5: spent is \"x\", want a number\n"
        "t.csv:3:5: spent is \"nan\", want a number\n"
        "t.csv:3:9: back is \"maybe\", want TRUE or FALSE\n"
        "t.csv:4:1: no user, want one in each row\n"
        "t.csv:5:3: no arm, want one in each row");
  CHECK(fault("user,arm,spent,back,country\n1,a,-1.7e308,TRUE,DE\n") ==
        "t.csv:2:5: spent is \"-1.7e308\", want a number within 1e+15");
  std::string many = "user,arm,spent,back,country\n";
  for (int i = 0; i < 101; ++i) many += "u" + std::to_string(i) + ",v" + std::to_string(i) + ",1,1,DE\n";
  CHECK(fault(many).find("more than 100 variants") != std::string::npos);
}

TEST_CASE("csv table: of many bad fields the first twenty are named and the rest counted", "[storage]") {
  const Files files;
  std::string text = "user,arm,spent,back,country\n";
  for (int i = 0; i < 15; ++i) text += "u" + std::to_string(i) + ",a,x,y,DE\n";
  const auto file = files.write(text);
  const std::string message = files.fault_of([&] { imports::read_csv_table(query(file)); });
  CHECK(std::count(message.begin(), message.end(), '\n') == 20);
  CHECK(message.ends_with("t.csv:11:8: back is \"y\", want TRUE or FALSE\nt.csv:12: and 10 more"));
}

TEST_CASE("csv table: a row that ends the reading is told with the faults before it", "[storage]") {
  const Files files;
  const auto file = files.write("user,arm,spent,back,country\n1,a,x,TRUE,DE\n2,b,1,TRUE\n3,b,y,TRUE,DE\n");
  const std::string message = files.fault_of([&] { imports::read_csv_table(query(file)); });
  CHECK(message.find("t.csv:2:5: spent is \"x\", want a number\nt.csv:3") != std::string::npos);
  CHECK(message.find("spent is \"y\"") == std::string::npos);
}

TEST_CASE("csv summary: the last snapshot of each experiment counts", "[storage]") {
  const Files files;
  const auto summaries =
      imports::read_csv_summary(files.write("experiment,metric,variant,snapshot,n,mean,variance\n"
                                            "x,clicks,c,10,5,2,1\n"
                                            "x,clicks,c,9,4,1,1\n"
                                            "x,clicks,t,10,6,3,2\n"
                                            "y,sales,c,1,2,0.5,0\n"));
  REQUIRE(summaries.size() == 2);
  CHECK(summaries[0].metrics == std::vector<std::string>{"clicks"});
  CHECK(summaries[1].metrics == std::vector<std::string>{"sales"});
  const ExperimentAggregate& x = summaries[0].aggregate;
  CHECK(x.experiment == "x");
  CHECK(x.variants.at(0).units == 5);
  CHECK(x.variants.at(0).metrics.at(0).moments.marginal(0) == stats::Moments(5, 2, 4));
  CHECK(x.variants.at(1).metrics.at(0).moments.marginal(0) == stats::Moments(6, 3, 10));
  const auto file = files.write("metric,variant,n,mean,variance\nm,c,1.5,2,1\nm,t,3,x,-1\nm,t,3,1,1\nm,u,1e300,1,1\n");
  CHECK(files.fault_of([&] { imports::read_csv_summary(file); }) ==
        "t.csv:2:5: n is \"1.5\", want a whole number of units\n"
        "t.csv:3:7: mean is \"x\", want a number\n"
        "t.csv:3:9: variance is \"-1\", want a number of at least 0\n"
        "t.csv:4:1: metric m of variant t stands twice, want it once\n"
        "t.csv:5:5: n is \"1e300\", want a whole number of units");
}
