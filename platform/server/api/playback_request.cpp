#include "platform/server/api/playback_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "platform/server/http/content_type.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

constexpr std::size_t kMaximumDepth = 32;
constexpr std::uint64_t kLargestTrack = std::numeric_limits<std::uint32_t>::max();
constexpr const char* kMissing = "Missing required parameter in the JSON body";

struct Other {  // true, null, an array, an object: none of them is a number
  std::string_view what;
};
using Scalar = std::variant<std::uint64_t, std::int64_t, double, std::string, Other>;

// Keeps the two fields of the outermost object and checks the rest, without building a document.
class FieldReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::optional<Scalar> track;
  std::optional<Scalar> time;
  std::optional<BadRequest> fault;

  bool null() override { return value(Other{"null"}); }
  bool boolean(bool value_of) override { return value(Other{value_of ? "true" : "false"}); }
  bool number_integer(std::int64_t number) override { return value(number); }
  bool number_unsigned(std::uint64_t number) override { return value(number); }
  bool number_float(double number, const std::string&) override { return value(number); }
  bool string(std::string& text) override { return value(std::move(text)); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return (depth_ == 0 || value(Other{"an object"})) && deeper(); }
  bool start_array(std::size_t) override { return value(Other{"an array"}) && deeper(); }
  bool end_object() override { return shallower(); }
  bool end_array() override { return shallower(); }

  bool key(std::string& name) override {
    if (depth_ != 1) return true;
    field_ = name == "track" ? &track : name == "time" ? &time : nullptr;
    if (field_ == nullptr || !field_->has_value()) return true;
    fault = BadRequest{name, "given twice"};
    return false;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    fault = BadRequest{"", "request body is not JSON"};
    return false;
  }

 private:
  bool value(Scalar scalar) {
    if (depth_ == 0) {
      fault = BadRequest{"", "request body is not a JSON object"};
      return false;
    }
    if (depth_ == 1 && field_ != nullptr) *field_ = std::move(scalar);
    return true;
  }
  bool deeper() {
    if (++depth_ <= kMaximumDepth) return true;
    fault = BadRequest{"", fmt::format("request body is nested deeper than {}", kMaximumDepth)};
    return false;
  }
  bool shallower() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::optional<Scalar>* field_ = nullptr;
};

// The whole text as a number: "10", "0.3", "1e-1".
template <typename T>
std::optional<T> number_of(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string quoted(const Scalar& scalar) {
  struct Quote {
    std::string operator()(const std::string& text) const {
      return '"' + text.substr(0, kQuotedLength) + (text.size() > kQuotedLength ? "...\"" : "\"");
    }
    std::string operator()(const Other& other) const { return std::string(other.what); }
    std::string operator()(std::uint64_t number) const { return fmt::to_string(number); }
    std::string operator()(std::int64_t number) const { return fmt::to_string(number); }
    std::string operator()(double number) const { return fmt::to_string(number); }
  };
  return std::visit(Quote{}, scalar);
}

std::optional<TrackId> as_track(const Scalar& scalar) {
  std::optional<std::uint64_t> number;
  if (const auto* whole = std::get_if<std::uint64_t>(&scalar)) number = *whole;
  if (const auto* text = std::get_if<std::string>(&scalar)) number = number_of<std::uint64_t>(*text);
  if (const auto* real = std::get_if<double>(&scalar)) {  // 10.0 is 10 in JSON
    if (*real >= 0 && *real <= static_cast<double>(kLargestTrack) && std::floor(*real) == *real) {
      number = static_cast<std::uint64_t>(*real);
    }
  }
  if (!number || *number > kLargestTrack) return std::nullopt;
  return TrackId{static_cast<std::uint32_t>(*number)};
}

std::optional<double> as_fraction(const Scalar& scalar) {
  std::optional<double> number;
  if (const auto* real = std::get_if<double>(&scalar)) number = *real;
  if (const auto* whole = std::get_if<std::uint64_t>(&scalar)) number = static_cast<double>(*whole);
  if (const auto* negative = std::get_if<std::int64_t>(&scalar)) number = static_cast<double>(*negative);  // or "-0"
  if (const auto* text = std::get_if<std::string>(&scalar)) number = number_of<double>(*text);
  if (!number || std::isnan(*number) || *number < 0 || *number > 1) return std::nullopt;
  return *number + 0.0;  // no negative zero
}

}  // namespace

std::variant<PlaybackRequest, BadRequest> parse_playback(std::string_view content_type, std::string_view body) {
  if (auto wrong = not_json(content_type, body)) return BadRequest{"", *std::move(wrong)};
  FieldReader fields;
  if (!nlohmann::json::sax_parse(body.begin(), body.end(), &fields)) {
    return fields.fault.value_or(BadRequest{"", "request body is not JSON"});
  }
  if (!fields.track) return BadRequest{"track", kMissing};
  if (!fields.time) return BadRequest{"time", kMissing};
  const auto track = as_track(*fields.track);
  if (!track) {
    return BadRequest{"track", quoted(*fields.track) + " is no track, want a whole number from 0 to 4294967295"};
  }
  const auto fraction = as_fraction(*fields.time);
  if (!fraction) {
    return BadRequest{"time", quoted(*fields.time) + " is no fraction of a track, want a number from 0 to 1"};
  }
  return PlaybackRequest{*track, *fraction};
}

}  // namespace crossfade::server
