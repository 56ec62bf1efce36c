#pragma once

#include <cstdint>
#include <span>

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What one variant has in a block: a day, a market, a matched pair. Of a mean the denominator counts its units.
struct BlockSums {
  double numerator = 0;
  double denominator = 0;  // 0: the variant has nothing there

  bool operator==(const BlockSums&) const = default;
};

struct PairedBlocks {
  CoMoments<2> pairs;           // of the blocks: 0 = control, 1 = treatment
  std::int64_t incomplete = 0;  // blocks in which one of the two has nothing: left out
};

// Two variants that were measured in the same blocks, block by block. The value of a variant is the ratio of its sums
// over all blocks; what a block adds to it is (numerator - ratio x denominator) / mean denominator, to first order, so
// that the error of the difference is that of the mean of the blocks' differences: what both variants share in a block
// is no error. With one unit of each variant in a block that is the paired t-test exactly. Ratios: W. G. Cochran,
// Sampling Techniques (1977), section 6.4 (the difference of two ratios from the same clusters).
// insufficient_data: fewer than two blocks with both; zero_denominator: denominators that sum up to 0; invalid_input:
// spans of different sizes, or what is not finite.
Result<PairedBlocks> paired_blocks(std::span<const BlockSums> control, std::span<const BlockSums> treatment);

// Treatment - weight x control of such pairs, as two samples whose Welch test is the paired one: the control's is its
// value times the weight, without an error, the treatment's has all of it.
struct PairedContrast {
  Moments control;
  Moments treatment;
};
PairedContrast paired_contrast(const CoMoments<2>& pairs, double weight = 1);

}  // namespace crossfade::stats
