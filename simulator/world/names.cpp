#include "simulator/world/names.h"

#include <array>
#include <cctype>
#include <string_view>
#include <unordered_set>

namespace crossfade::simulator {

namespace {

// Chosen so that any first, middle and last part read as one word.
constexpr std::array<std::string_view, 40> kFirst = {
    "al",  "ama", "bel", "bri", "ca",  "cor", "da",  "del", "el",  "ela", "fa",  "fen", "gala", "gre",
    "ha",  "hol", "il",  "ja",  "jo",  "ka",  "lo",  "lu",  "mar", "mel", "na",  "nor", "o",    "or",
    "pel", "ra",  "ro",  "sa",  "sel", "ta",  "tir", "ul",  "va",  "vel", "wil", "yo"};
constexpr std::array<std::string_view, 24> kMiddle = {"ba", "da", "di", "lan", "le", "li", "lo", "ma",
                                                      "mi", "mo", "na", "ne",  "ra", "ri", "ro", "ru",
                                                      "sa", "se", "si", "ta",  "te", "va", "ve", "vi"};
constexpr std::array<std::string_view, 28> kLast = {
    "ba", "den", "dra", "la",  "lan", "len", "lia", "lin", "lo",  "lora", "mar", "mel", "mi",  "mo",
    "na", "nel", "nia", "nor", "ra",  "rel", "ri",  "ro",  "sha", "sol",  "tha", "va",  "vin", "wen"};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& parts, Random& random) {
  return parts[random.below(N)];
}

std::string invent_word(Random& random) {
  std::string word(pick(kFirst, random));
  if (random.below(5) < 2) word += pick(kMiddle, random);
  word += pick(kLast, random);
  word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

std::string invent_artist(Random& random) {
  switch (random.below(8)) {
    case 0:
      return "The " + invent_word(random) + "s";
    case 1:
      return invent_word(random) + " & " + invent_word(random);
    case 2:
    case 3:
    case 4:
      return invent_word(random);
    default:
      return invent_word(random) + " " + invent_word(random);
  }
}

}  // namespace

std::vector<std::string> invent_artists(std::size_t count, Random& random) {
  std::vector<std::string> names;
  names.reserve(count);
  std::unordered_set<std::string> known;
  while (names.size() < count) {
    std::string name = invent_artist(random);
    if (known.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

std::string invent_title(Random& random) {
  static constexpr std::array<std::string_view, 12> links = {"of", "and", "in", "for",   "by",      "under",
                                                             "to", "at",  "or", "after", "without", "beyond"};
  switch (random.below(6)) {
    case 0:
    case 1:
      return invent_word(random);
    case 2: {
      std::string title = invent_word(random) + " ";
      title += pick(links, random);
      return title + " " + invent_word(random);
    }
    default:
      return invent_word(random) + " " + invent_word(random);
  }
}

const std::vector<std::string>& genre_names() {
  static const std::vector<std::string> names = {
      "pop",     "rock", "electronic", "hip hop", "indie",  "metal", "jazz", "soul",   "folk",  "classical",
      "ambient", "punk", "blues",      "country", "reggae", "disco", "funk", "techno", "latin", "gospel"};
  return names;
}

}  // namespace crossfade::simulator
