#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "platform/files/matrix.h"

namespace crossfade::files {

// Reads a two-dimensional .npy file (NumPy's format 1.0 and 2.0, https://numpy.org/neps/nep-0001-npy-format.html):
// float32 or float16, little endian, C order; float16 is widened. Throws Error (the user's fault) that names the file
// and what is wrong: another type, Fortran order, another number of dimensions, bytes missing or left over, or values
// that are not finite. Memory: the matrix and a block.
Matrix read_npy(const std::filesystem::path& file);
// The same of what such a file holds; `name` is what messages call it.
Matrix parse_npy(std::string_view bytes, const std::string& name);

// Writes float32, C order, format 1.0. Throws Error when the file cannot be written.
void write_npy(const std::filesystem::path& file, const Matrix& matrix);

}  // namespace crossfade::files
