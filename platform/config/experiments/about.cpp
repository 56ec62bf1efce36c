#include "platform/config/experiments/about.h"

#include <fmt/format.h>

#include <algorithm>

namespace crossfade::config {

namespace {

constexpr std::size_t kMost = 50;  // tags, links

void read_tags(const Entry& entry, Experiment& experiment, Faults& faults) {
  const auto items = entry.list(faults, "tag", "a list of texts");
  if (!items) return;
  if (items->size() > kMost) faults.add(entry.mark, fmt::format("{} tags, want at most {}", items->size(), kMost));
  for (const Entry& item : *items) {
    const auto tag = item.name(faults);
    if (!tag) continue;
    if (std::ranges::find(experiment.tags, *tag) != experiment.tags.end()) {
      faults.add(item.value_mark(), fmt::format("tag {} stands twice, want each once", in_quotes(*tag)));
    } else {
      experiment.tags.push_back(*tag);
    }
  }
}

// Shown as a link: an address that a browser would run is none.
bool is_address(std::string_view text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  return web && text.find_first_of(" \t\r\n\"<>\\^`{|}") == std::string_view::npos;
}

void read_links(const Entry& entry, Experiment& experiment, Faults& faults) {
  const Map map{entry, "in links", {}, faults};
  if (map.entries().size() > kMost) {
    faults.add(entry.mark, fmt::format("{} links, want at most {}", map.entries().size(), kMost));
  }
  for (const Entry& one : map.entries()) {
    const auto text = one.text(faults, "an address such as https://example.org/design");
    if (text && !is_address(*text)) one.refuse(faults, "an address such as https://example.org/design");
    if (text) experiment.links.emplace(one.key, *text);
  }
}

}  // namespace

void read_about(const Map& map, Experiment& experiment, Faults& faults) {
  if (const Entry* const text = map.find("name")) experiment.name = text->text(faults).value_or("");
  if (const Entry* const text = map.find("hypothesis")) experiment.hypothesis = text->text(faults).value_or("");
  if (const Entry* const text = map.find("owner")) {
    const auto owner = text->text(faults);
    if (owner && owner->find_first_not_of(" \t\r\n") == std::string::npos) {
      text->refuse(faults, "who answers for it, or no owner at all");
    }
    experiment.owner = owner.value_or("");
  }
  if (const Entry* const tags = map.find("tags")) read_tags(*tags, experiment, faults);
  if (const Entry* const links = map.find("links")) read_links(*links, experiment, faults);
}

}  // namespace crossfade::config
