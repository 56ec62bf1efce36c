#include "platform/server/api/api_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "platform/analysis/render/render.h"
#include "platform/analysis/withhold.h"
#include "platform/core/error.h"
#include "platform/server/api/answers.h"
#include "platform/server/api/api_query.h"
#include "platform/server/api/configurations.h"

namespace crossfade::server {
namespace {

// A key of an experiment as a file's name: whatever a header or a file system might take for more becomes "_".
std::string file_name(std::string_view key, std::string_view extension) {
  std::string name(key);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  std::ranges::replace_if(name, [&](char c) { return !plain(c); }, '_');
  return fmt::format("{}.{}", name, extension);
}

Answer answer_of(const analysis::Report& report, Format format) {
  const std::span one(&report, 1);
  switch (format) {
    case Format::csv:
      return {.body = analysis::render_csv(one),
              .content_type = "text/csv; charset=utf-8",
              .file_name = file_name(report.experiment, "csv")};
    case Format::markdown:
      return {.body = analysis::render_markdown(one),
              .content_type = "text/markdown; charset=utf-8",
              .file_name = file_name(report.experiment, "md")};
    case Format::json:
      break;
  }
  return {.body = analysis::render_json(report)};
}

}  // namespace

void ApiRoutes::experiments(const httplib::Request& request, httplib::Response& response) {
  const auto answer = reports_.get("experiments", [&]() -> Answer {
    analysis::AnalyzeOptions options;
    options.interactions = false;  // the list shows none, and no more metrics either
    options.deciding_only = true;
    auto reports = backend_.reports(options);
    analysis::withhold_invalid(reports);
    return {.body = analysis::render_overview(reports)};
  });
  send_answer(*answer, request, response);
}

void ApiRoutes::results(const std::string& experiment, const httplib::Request& request, httplib::Response& response) {
  const ResultsQuery query = parse_results_query(request.target);
  AnswerCache& cache = query.options.traffic ? passes_ : reports_;
  const auto answer = cache.get("results|" + query.key() + "|" + experiment, [&] {
    analysis::AnalyzeOptions options = query.options;
    options.experiments = {experiment};
    auto reports = backend_.reports(options);
    if (!query.force) analysis::withhold_invalid(reports);
    return answer_of(reports.at(0), query.format);
  });
  send_answer(*answer, request, response);
}

void ApiRoutes::look(const std::string& experiment, httplib::Response& response) {
  turns_.require();
  backend_.look(experiment);
  response.status = 204;
}

void ApiRoutes::timeline(const std::string& experiment, const httplib::Request& request, httplib::Response& response) {
  const ResultsQuery query = parse_results_query(request.target);
  const analysis::AnalyzeOptions& asked = query.options;
  if (query.format != Format::json || asked.by_day || !asked.by.empty() || asked.distributions || asked.traffic) {
    throw Error::user("a timeline has no by, by_day, distributions, format or traffic");
  }
  const auto answer = passes_.get("timeline|" + query.key() + "|" + experiment, [&]() -> Answer {
    analysis::AnalyzeOptions options = query.options;
    options.experiments = {experiment};
    return {.body = analysis::render_json(backend_.timeline(options, query.force))};
  });
  send_answer(*answer, request, response);
}

void ApiRoutes::configurations(const std::string& experiment, const httplib::Request& request,
                               httplib::Response& response) {
  parse_results_query(request.target);
  const auto answer = configurations_.get(
      experiment, [&]() -> Answer { return {.body = render_configurations(*backend_.configurations(), experiment)}; });
  send_answer(*answer, request, response);
}

}  // namespace crossfade::server
