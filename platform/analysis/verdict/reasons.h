#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/analysis/verdict/judge.h"

// The sentences of a decision, for the person who decides.
namespace crossfade::analysis {

// Why nothing can be concluded from this report at all; nothing where one can.
std::optional<std::string> invalid_reason(const Report& report);
// Why there is nothing to compare.
std::optional<std::string> empty_reason(const Report& report);
// That the data are of few days, where nobody waits for more; "" otherwise.
std::string days_advice(const Report& report);
// What is to be known of a treatment, by its state.
std::string reason_of(const JudgedTreatment& treatment);
// The same of one whose call stands: with the look that called it, and what `report`, today's, shows beside it.
std::string called_reason(std::string reason, const Report& report, const JudgedTreatment& treatment);
// One sentence for all: the first reason, and in a few words what the others come to. `treatments` in the order of
// `reasons`, not empty.
std::string summary_of(const Report& report, const std::vector<std::string>& reasons,
                       const std::vector<JudgedTreatment>& treatments);

}  // namespace crossfade::analysis
