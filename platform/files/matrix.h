#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace crossfade::files {

// Rows of floats one after the other (C order), as .npy files hold them. A row is the embedding of one track.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> values;  // rows * columns

  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}

  std::span<const float> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
  std::span<float> row(std::size_t i) { return {values.data() + i * columns, columns}; }

  bool operator==(const Matrix&) const = default;
};

// The sum of a[i] b[i], in float32 and in a fixed order of summation (eight interleaved partial sums), so that a
// session is the same on every machine without fused multiply-add. `a` and `b` have the same size.
inline float inner_product(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t width = 8;
  float lanes[width] = {};
  std::size_t i = 0;
  for (; i + width <= a.size(); i += width) {
    for (std::size_t lane = 0; lane < width; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  for (std::size_t lane = 0; i < a.size(); ++i, ++lane) lanes[lane] += a[i] * b[i];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace crossfade::files
