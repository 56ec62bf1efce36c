#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

template <typename T>
std::optional<T> option(const Values& options, const std::string& name) {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  return std::get<T>(found->second);
}

}  // namespace

std::int64_t integer_option(const Values& options, const std::string& name, std::int64_t otherwise) {
  return option<std::int64_t>(options, name).value_or(otherwise);
}

double number_option(const Values& options, const std::string& name, double otherwise) {
  const auto found = options.find(name);
  if (found == options.end()) return otherwise;
  if (const auto* const whole = std::get_if<std::int64_t>(&found->second)) return static_cast<double>(*whole);
  return std::get<double>(found->second);
}

bool boolean_option(const Values& options, const std::string& name, bool otherwise) {
  return option<bool>(options, name).value_or(otherwise);
}

std::optional<std::string> text_option(const Values& options, const std::string& name) {
  return option<std::string>(options, name);
}

}  // namespace crossfade::recommenders
