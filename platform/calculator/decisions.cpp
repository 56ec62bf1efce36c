#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/decisions/interleaving.h"
#include "platform/stats/decisions/off_policy.h"

namespace crossfade::calculator {

using nlohmann::json;

json off_policy(const Input& input) {
  const std::vector<double> reward = input.numbers("reward");
  const std::vector<double> logging = input.numbers("logging_propensity");
  const std::vector<double> target = input.numbers("target_propensity");
  const bool modelled = input.has("q_logged") || input.has("v_target");
  const std::vector<double> q = modelled ? input.numbers("q_logged") : std::vector<double>{};
  const std::vector<double> v = modelled ? input.numbers("v_target") : std::vector<double>{};
  stats::OffPolicyOptions options;
  if (input.has("clip")) options.clip = input.number("clip");
  const double minimum = input.number("minimum_ess", 0);
  if (minimum < 0) input.refuse("minimum_ess", "is below 0");
  const auto found = stats::off_policy(
      {.reward = reward, .logging_propensity = logging, .target_propensity = target, .q_logged = q, .v_target = v},
      options);
  if (!found) return undefined(found.reason());
  if (found->ess < minimum) {
    json refused = undefined(stats::Undefined::insufficient_data);
    refused["message"] = fmt::format(
        "{:.1f} of {} decisions count, want {}; the mean weight is {:.2f}, 1 where the propensities are right",
        found->ess, reward.size(), minimum, found->mean_weight);
    return refused;
  }
  json result{{"ips", found->ips},
              {"ips_se", found->ips_se},
              {"snips", found->snips},
              {"snips_se", found->snips_se},
              {"ess", found->ess},
              {"mean_weight", found->mean_weight},
              {"max_weight", found->max_weight}};
  if (found->doubly_robust) {
    result["dr"] = found->doubly_robust->dr;
    result["dr_se"] = found->doubly_robust->dr_se;
    result["dm"] = found->doubly_robust->dm;
  }
  return result;
}

namespace {

struct Row {
  std::string user;
  double credit_a = 0;
  double credit_b = 0;
};

// [user, credit of a, credit of b]; a user is a text or a number.
Row row(const Input& input, const json& session) {
  if (!session.is_array() || session.size() != 3 || !session[1].is_number() || !session[2].is_number() ||
      !(session[0].is_string() || session[0].is_number()))
    input.refuse("sessions", "holds what is not [user, credit_a, credit_b]");
  return {.user = session[0].is_string() ? session[0].get<std::string>() : session[0].dump(),
          .credit_a = session[1].get<double>(),
          .credit_b = session[2].get<double>()};
}

}  // namespace

json interleaving(const Input& input) {
  const json& sessions = input.raw("sessions");
  if (!sessions.is_array()) input.refuse("sessions", "is not an array");
  std::vector<Row> rows;
  rows.reserve(sessions.size());
  for (const json& session : sessions) rows.push_back(row(input, session));
  std::vector<stats::InterleavedSession> views;
  views.reserve(rows.size());
  for (const Row& one : rows) views.push_back({one.user, one.credit_a, one.credit_b});
  const auto found = stats::interleaving(views, test_options(input).alpha);
  if (!found) return undefined(found.reason());
  json result{{"wins_a", found->wins_a},
              {"wins_b", found->wins_b},
              {"ties", found->ties},
              {"delta_ab", found->delta_ab},
              {"sign_test_p", found->sign_test_p},
              {"user_preference", found->user_preference},
              {"user_preference_se", number(found->user_preference_se)},
              {"user_p", number(found->user_p)},
              {"ci_lower", nullptr},
              {"ci_upper", nullptr}};
  if (found->interval) set_bounds(result, *found->interval);
  return result;
}

}  // namespace crossfade::calculator
