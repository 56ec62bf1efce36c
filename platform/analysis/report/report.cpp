#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

std::string_view to_string(LiftInterval method) {
  switch (method) {
    case LiftInterval::fieller:
      return "fieller";
    case LiftInterval::delta:
      return "delta";
    case LiftInterval::naive:
      return "naive";
  }
  return "";
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::primary:
      return "primary";
    case Role::secondary:
      return "secondary";
    case Role::guardrail:
      return "guardrail";
    case Role::other:
      return "other";
  }
  return "";
}

std::string_view to_string(DecidingInterval kind) {
  switch (kind) {
    case DecidingInterval::single_look:
      return "single_look";
    case DecidingInterval::cuped:
      return "cuped";
    case DecidingInterval::always_valid:
      return "always_valid";
    case DecidingInterval::group_sequential:
      return "group_sequential";
  }
  return "";
}

std::string_view to_string(HealthGrade grade) {
  switch (grade) {
    case HealthGrade::ok:
      return "ok";
    case HealthGrade::warning:
      return "warning";
    case HealthGrade::serious:
      return "serious";
  }
  return "";
}

HealthGrade Health::grade() const {
  if (!serious_warnings.empty()) return HealthGrade::serious;
  return warnings.empty() ? HealthGrade::ok : HealthGrade::warning;
}

std::string_view to_string(ExpectedBy by) {
  switch (by) {
    case ExpectedBy::shrinkage:
      return "shrinkage";
    case ExpectedBy::prior:
      return "prior";
  }
  return "";
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::invalid:
      return "INVALID";
    case Verdict::stop_harm:
      return "STOP_HARM";
    case Verdict::guardrail_fail:
      return "GUARDRAIL_FAIL";
    case Verdict::ship:
      return "SHIP";
    case Verdict::no_effect:
      return "NO_EFFECT";
    case Verdict::inconclusive:
      return "INCONCLUSIVE";
    case Verdict::keep_running:
      return "KEEP_RUNNING";
  }
  return "";
}

}  // namespace crossfade::analysis
