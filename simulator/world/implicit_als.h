#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "platform/files/matrix.h"

namespace crossfade::simulator {

// One user listened to one item.
struct Interaction {
  std::uint32_t user = 0;
  std::uint32_t item = 0;
  double weight = 0;  // at least 0; the confidence in it is 1 + alpha x weight
};

struct AlsOptions {
  // Dimensions of the vectors. The time grows up to their cube. Default: 48.
  std::size_t factors = 48;

  // What was heard weighs 1 + alpha x weight, all else 1. A larger one follows what was heard more closely.
  // Default: 10.
  double alpha = 10;

  // Of both sides, plain L2. A larger one makes shorter vectors. Default: 30.
  double regularisation = 30;

  // Each solves both sides once. Default: 10.
  int iterations = 10;

  // Of the vectors that the first iteration starts from. Default: 1.
  std::uint64_t seed = 1;

  // The result does not depend on their number. Default: 1.
  std::size_t threads = 1;
};

// The items' factors, one row an item, by alternating least squares on implicit feedback with a Cholesky solve a row:
// Y. Hu, Y. Koren, C. Volinsky: Collaborative filtering for implicit feedback datasets, ICDM 2008.
// O(iterations x (interactions x factors^2 + rows x factors^3)): 2 s at 90 000 interactions, 20 000 rows, 48 factors.
files::Matrix item_factors(std::span<const Interaction> interactions, std::size_t users, std::size_t items,
                           const AlsOptions& options);

}  // namespace crossfade::simulator
