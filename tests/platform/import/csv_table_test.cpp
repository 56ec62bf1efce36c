#include "platform/import/csv_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
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

imports::TableMetric metric(const std::string& name, MetricType type = MetricType::mean) {
  imports::TableMetric result{.definition = {}, .numerator = name};
  result.definition.name = name;
  result.definition.type = type;
  return result;
}

imports::TableMetric quotient(const std::string& numerator, const std::string& denominator, MetricType type) {
  imports::TableMetric result = metric(numerator, type);
  result.denominator = denominator;
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
  const storage::UnitTable table = imports::read_csv_table(query(files.write("user,arm,spent,back,country\n"
                                                                             "u2,b,5,FALSE,DE\n"
                                                                             "u1,a,1.5,FALSE,FI\n"
                                                                             "u1,a,2,TRUE,FI\n"
                                                                             "u3,b,,true,DE\n"
                                                                             "u4,b,9,0,FI\n"
                                                                             "u4,a,9,0,FI\n"
                                                                             "u5,a,-1,1,\"DE\"\n"
                                                                             "u5,a,0,no,FI\n")))
                                       .units;
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
  CHECK(country.several_values == 1);
  CHECK(country.without_value == 0);
}

TEST_CASE("csv table: every bad field is named", "[storage]") {
  const Files files;
  const auto fault = [&](const std::string& text) {
    const auto file = files.write(text);
    return files.fault_of([&] { imports::read_csv_table(query(file)); });
  };
  CHECK(fault("user,arm,spent,country\n") == "t.csv:1:1: no column \"back\"; it has user, arm, spent, country");
  CHECK(fault("usr,arm,spent,back,country\n") == "t.csv:1:1: no column \"user\"; did you mean \"usr\"?");
  CHECK(fault("user,arm,spent,back,country\n1,a,x,TRUE,DE\n2,b,inf,maybe,DE\n,a,1,1,DE\n3,,1,1,DE\n") ==
        "t.csv:2:5: spent is \"x\", want a number\n"
        "t.csv:3:5: spent is \"inf\", want a number\n"
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
  for (int i = 0; i < 15; ++i) text += "u" + std::to_string(i) + ",a,x,z,DE\n";
  const auto file = files.write(text);
  const std::string message = files.fault_of([&] { imports::read_csv_table(query(file)); });
  CHECK(std::count(message.begin(), message.end(), '\n') == 20);
  CHECK(message.ends_with("t.csv:11:8: back is \"z\", want TRUE or FALSE\nt.csv:12: and 10 more"));
}

TEST_CASE("csv table: a row of another number of fields is one fault among others", "[storage]") {
  const Files files;
  const auto file = files.write("user,arm,spent,back,country\n1,a,x,TRUE,DE\n2,b,1,TRUE\n3,b,y,TRUE,DE\n");
  CHECK(files.fault_of([&] { imports::read_csv_table(query(file)); }) ==
        "t.csv:2:5: spent is \"x\", want a number\n"
        "t.csv:3:11: 4 fields, want one for each of the 5 columns\n"
        "t.csv:4:5: spent is \"y\", want a number");
}

TEST_CASE("csv table: lenient reading leaves rows out and counts them", "[storage]") {
  const Files files;
  imports::CsvTableQuery lenient =
      query(files.write("user,arm,spent,back,country\n1,a,x,maybe,DE\n2,b,1,TRUE\n3,b,2,TRUE,DE\n4,a,1,no,\n"));
  lenient.lenient = true;
  const imports::CsvTable table = imports::read_csv_table(lenient);
  CHECK(table.units.units == std::vector<UnitId>{{"3"}, {"4"}});
  REQUIRE(table.warnings.size() == 1);
  CHECK(table.warnings[0].starts_with("2 of 4 rows were left out, the first for: "));
  CHECK(table.warnings[0].ends_with("t.csv:2:5: spent is \"x\", want a number."));
  CHECK(summarise(table.units).dimensions[0].without_value == 1);

  lenient.file = files.write("user,arm,spent,back,country\n1,a,x,TRUE,DE\n");
  CHECK(files.fault_of([&] { imports::read_csv_table(lenient); }) ==
        "none of 1 rows can be used: t.csv:2:5: spent is \"x\", want a number");
}

TEST_CASE("csv table: without a column of units a row is one", "[storage]") {
  const Files files;
  imports::CsvTableQuery rows = query(files.write("arm,spent,back,country\na,1,1,DE\na,1,0,DE\nb,2,1,FI\n"));
  rows.unit = "";
  const auto aggregate = summarise(imports::read_csv_table(rows).units);
  CHECK(aggregate.variants[0].units == 2);
  CHECK(aggregate.variants[1].metrics[0].moments.mean(0) == 2);
}

TEST_CASE("csv table: variants that are nearly one name are pointed out", "[storage]") {
  const Files files;
  const auto table = imports::read_csv_table(
      query(files.write("user,arm,spent,back,country\n1,a,1,1,DE\n2,A,1,1,DE\n3, a,1,1,DE\n4,b,1,1,DE\n")));
  CHECK(table.warnings ==
        std::vector<std::string>{"Variants \" a\", \"A\", \"a\" differ in case or spaces only, and are "
                                 "counted as 3: are they one?"});
}

TEST_CASE("csv table: trials are summed up, and successes are among them", "[storage]") {
  const Files files;
  imports::CsvTableQuery trials =
      query(files.write("user,arm,won,played\n1,a,3,10\n1,a,1,5\n2,a,0,\n3,a,0,5\n4,b,5,5\n"));
  trials.metrics = {quotient("won", "played", MetricType::proportion)};
  trials.dimensions = {};
  const auto aggregate = summarise(imports::read_csv_table(trials).units);
  const MetricAggregate& a = aggregate.variants[0].metrics[0];
  CHECK(a.moments.n() == 20);
  CHECK(a.moments.mean(0) == Approx(0.2));
  CHECK(a.moments.c2(0, 0) == Approx(20 * 0.2 * 0.8));  // of twenty zeros and ones
  CHECK(a.units_with_trials == 2);                      // 2 has no trials
  CHECK(aggregate.variants[0].units == 3);

  trials.file = files.write("user,arm,won,played\n1,a,3,2\n2,a,0.5,1\n3,b,-1,1\n");
  CHECK(files.fault_of([&] { imports::read_csv_table(trials); }) ==
        "t.csv:2:5: won is 3, want at most the 2 of played\n"
        "t.csv:3:5: won is 0.5, want a whole number of at least 0\n"
        "t.csv:4:5: won is -1, want a whole number of at least 0");
}

TEST_CASE("csv table: a ratio is of sums over the rows that have both", "[storage]") {
  const Files files;
  imports::CsvTableQuery ratio = query(files.write("user,arm,paid,clicks\n1,a,3,10\n1,a,,7\n2,a,1,2\n3,b,1,1\n"));
  ratio.metrics = {quotient("paid", "clicks", MetricType::ratio)};
  ratio.dimensions = {};
  const auto aggregate = summarise(imports::read_csv_table(ratio).units);
  CHECK(aggregate.variants[0].metrics[0].moments.mean(0) == 2);
  CHECK(aggregate.variants[0].metrics[0].moments.mean(1) == 6);
}

TEST_CASE("csv table: covariates are of units, whatever their rows", "[storage]") {
  const Files files;
  imports::CsvTableQuery with =
      query(files.write("user,arm,spent,before,age\n1,a,3,10,30\n1,a,1,20,30\n2,a,1,,40\n3,b,2,5,NA\n"));
  with.metrics = {metric("spent")};
  with.dimensions = {};
  with.covariates = {"before"};
  const auto one = summarise(imports::read_csv_table(with).units);
  CHECK(one.variants[0].metrics[0].moments.mean(1) == 7.5);  // (15 + 0) / 2
  CHECK(one.variants[0].metrics[0].moments.mean(2) == 0.5);  // has one or not

  with.covariates = {"before", "age"};
  const auto several = summarise(imports::read_csv_table(with).units);
  const auto& rows = several.variants[0].metrics[0].rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == std::vector<double>{4, 0, 15, 30});
  CHECK(std::isnan(rows[1][2]));
  CHECK(std::isnan(several.variants[1].metrics[0].rows[0][3]));
}

TEST_CASE("csv table: what variants have in a block is summed up there", "[storage]") {
  const Files files;
  imports::CsvTableQuery blocks =
      query(files.write("user,arm,spent,day\n1,a,3,mon\n2,a,1,mon\n3,a,5,tue\n4,b,2,tue\n5,b,2,wed\n"));
  blocks.metrics = {metric("spent")};
  blocks.dimensions = {};
  blocks.block = "day";
  const auto aggregate = summarise(imports::read_csv_table(blocks).units);
  using Blocks = std::vector<stats::BlockSums>;
  CHECK(aggregate.variants[0].metrics[0].blocks == Blocks{{4, 2}, {5, 1}, {0, 0}});
  CHECK(aggregate.variants[1].metrics[0].blocks == Blocks{{0, 0}, {2, 1}, {2, 1}});

  blocks.file = files.write("user,arm,spent,day\n1,a,3,mon\n1,a,1,tue\n2,b,1,mon\n");
  CHECK(files.fault_of([&] { imports::read_csv_table(blocks); }) ==
        "t.csv:3:7: user \"1\" was in another day before, want one; without --unit a row is a unit");
}

TEST_CASE("csv table: how it was read is one line", "[storage]") {
  const Files files;
  const auto table = imports::read_csv_table(
      query(files.write("user;arm;spent;back;country\n1;a;1.234,5;TRUE;DE\n2;b;NA;FALSE;DE\n3;b;na;FALSE;DE\n")));
  CHECK(table.dialect ==
        "separated by semicolons, decimal commas, points between thousands, 1 field \"NA\" taken for no value, 1 field "
        "\"na\" taken for no value");
  CHECK(summarise(table.units).variants[0].metrics[0].moments.mean(0) == 1234.5);
}
