#include "platform/config/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/core/text.h"

namespace crossfade::config {

namespace {

constexpr std::string_view kTopLevel = "version, recommenders, parameters and experiments";

// What a text holds, before a tree is made of it: where its documents begin, and how large they are.
class Survey final : public YAML::EventHandler {
 public:
  // Of the first two documents: yaml-cpp's LoadAll takes the "," of a text like ", a" for a document again and again,
  // forever.
  explicit Survey(const std::string& text) {
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    while (starts_.size() < 2 && parser.HandleNextDocument(*this)) {
    }
  }

  const std::vector<YAML::Mark>& starts() const { return starts_; }
  // Where there are more than kMostValues.
  const std::optional<YAML::Mark>& too_many() const { return too_many_; }
  // Where lists and maps are deeper than kDeepest.
  const std::optional<YAML::Mark>& too_deep() const { return too_deep_; }

  void OnDocumentStart(const YAML::Mark& mark) override { starts_.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, 1); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, 0, sizes_[anchor]); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override {
    add(mark, anchor, 1);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YAML::anchor_t anchor = 0;
    std::size_t before = 0;
  };

  // No sum overflows: nothing is added once there are too many.
  void add(const YAML::Mark& mark, YAML::anchor_t anchor, std::size_t size) {
    if (anchor != 0) sizes_[anchor] = size;
    if (too_many_) return;
    values_ += size;
    if (values_ > kMostValues) too_many_ = mark;
  }
  void open(const YAML::Mark& mark, YAML::anchor_t anchor) {
    open_.push_back({.anchor = anchor, .before = values_});
    if (open_.size() > kDeepest && !too_deep_) too_deep_ = mark;
    add(mark, 0, 1);
  }
  void close() {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.anchor != 0) sizes_[closed.anchor] = values_ - closed.before;
  }

  std::vector<YAML::Mark> starts_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, std::size_t> sizes_;  // of what has an anchor
  std::size_t values_ = 0;
  std::optional<YAML::Mark> too_many_;
  std::optional<YAML::Mark> too_deep_;
};

Mark mark_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  return {.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n')),
          .column = newline == std::string_view::npos ? offset + 1 : offset - newline};
}

// yaml-cpp reads UTF-16 and UTF-32, too, and replaces what is no character: a name would not be what stands there.
bool is_text(std::string_view text, Faults& faults) {
  for (const std::string_view mark : {"\xff\xfe", "\xfe\xff"}) {
    if (!text.starts_with(mark)) continue;
    faults.add({.line = 1, .column = 1}, "the file is in UTF-16 or UTF-32, want UTF-8");
    return false;
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    faults.add(mark_at(text, nul), "a byte that is 0, want text in UTF-8");
    return false;
  }
  if (const auto wrong = first_invalid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(text[*wrong]);
    faults.add(mark_at(text, *wrong), fmt::format("byte {:#04x} is no character, want text in UTF-8", byte));
    return false;
  }
  return true;
}

}  // namespace

std::optional<YAML::Node> read_document(std::string_view text, Faults& faults) {
  if (text.size() > kLargestText) {
    faults.add({}, fmt::format("the file has {} bytes, want at most {}", text.size(), kLargestText));
    return std::nullopt;
  }
  if (!is_text(text, faults)) return std::nullopt;
  const auto refuse = [&faults](const YAML::Mark& mark, const std::string& message) {
    faults.add(mark_of(mark), message);
    return std::nullopt;
  };
  const std::string copy{text};
  try {
    const Survey survey{copy};
    const std::vector<YAML::Mark>& starts = survey.starts();
    if (starts.size() > 1 && starts[0].pos == starts[1].pos) {
      return refuse(starts[0], "not YAML: no document can begin like this");
    }
    // "- a" before "b: 1" ends a document without a word, too.
    if (starts.size() > 1) return refuse(starts[1], "a second YAML document begins here, want one");
    if (survey.too_deep()) return refuse(*survey.too_deep(), "not YAML that can be read: nested too deeply");
    if (survey.too_many()) {
      return refuse(
          *survey.too_many(),
          fmt::format("more than {} values up to here, want fewer; an alias counts for all that it stands for",
                      kMostValues));
    }
    YAML::Node document = YAML::Load(copy);
    if (!document.IsNull()) return document;
    faults.add({.line = 1, .column = 1}, fmt::format("the file is empty, want {}", kTopLevel));
  } catch (const YAML::DeepRecursion& error) {
    return refuse(error.mark, "not YAML that can be read: nested too deeply");
  } catch (const YAML::Exception& error) {
    return refuse(error.mark, fmt::format("not YAML: {}", error.msg));
  }
  return std::nullopt;
}

}  // namespace crossfade::config
