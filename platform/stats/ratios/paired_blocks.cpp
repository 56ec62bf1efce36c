#include "platform/stats/ratios/paired_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace crossfade::stats {

namespace {

// Numerator and denominator, summed up over the blocks.
struct Total {
  double numerator = 0;
  double denominator = 0;

  void add(const BlockSums& block) {
    numerator += block.numerator;
    denominator += block.denominator;
  }
  double ratio() const { return numerator / denominator; }
  // What the block adds to the ratio, beside the ratio itself.
  double linear(const BlockSums& block, double blocks) const {
    return ratio() + (block.numerator - ratio() * block.denominator) / (denominator / blocks);
  }
};

}  // namespace

Result<PairedBlocks> paired_blocks(std::span<const BlockSums> control, std::span<const BlockSums> treatment) {
  if (control.size() != treatment.size()) return Undefined::invalid_input;
  const auto whole = [&](std::size_t i) { return control[i].denominator != 0 && treatment[i].denominator != 0; };
  PairedBlocks found;
  Total of_control, of_treatment;
  std::int64_t blocks = 0;
  for (std::size_t i = 0; i < control.size(); ++i) {
    if (whole(i)) {
      ++blocks;
      of_control.add(control[i]);
      of_treatment.add(treatment[i]);
    } else if (control[i].denominator != 0 || treatment[i].denominator != 0) {
      ++found.incomplete;
    }
  }
  if (blocks < 2) return Undefined::insufficient_data;
  if (of_control.denominator == 0 || of_treatment.denominator == 0) return Undefined::zero_denominator;
  const auto n = static_cast<double>(blocks);
  for (std::size_t i = 0; i < control.size(); ++i) {
    if (!whole(i)) continue;
    const CoMoments<2>::Values pair{of_control.linear(control[i], n), of_treatment.linear(treatment[i], n)};
    if (!std::isfinite(pair[0]) || !std::isfinite(pair[1])) return Undefined::invalid_input;
    found.pairs.add(pair);
  }
  return found;
}

PairedContrast paired_contrast(const CoMoments<2>& pairs, double weight) {
  const double squares = pairs.c2(1, 1) - 2 * weight * pairs.c2(0, 1) + weight * weight * pairs.c2(0, 0);
  return {.control = Moments(pairs.n(), pairs.mean(0), 0),
          .treatment = Moments(pairs.n(), pairs.mean(1), std::max(0.0, squares))};
}

}  // namespace crossfade::stats
