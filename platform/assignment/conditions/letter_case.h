#pragma once

#include <string>
#include <string_view>

namespace crossfade::assignment {

// JavaScript's toLowerCase, which knows no locale: Unicode's lower case, and of a capital sigma at the end of a word
// the final one. `text` is UTF-8. O(text), but for each sigma the marks around it.
std::string lower_case(std::string_view text);

}  // namespace crossfade::assignment
