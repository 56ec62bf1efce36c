#include "platform/files/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "platform/core/error.h"

namespace crossfade::files {

namespace {

static_assert(std::endian::native == std::endian::little, ".npy files are read and written without swapping bytes");

constexpr std::string_view kMagic = "\x93NUMPY";

// IEEE 754 binary16 -> binary32, exact.
float widen(std::uint16_t half) {
  const bool negative = (half & 0x8000U) != 0;
  const int exponent = (half >> 10) & 0x1f;
  const int mantissa = half & 0x3ff;
  float magnitude = 0;
  if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  } else if (exponent == 0x1f) {
    magnitude = mantissa == 0 ? INFINITY : NAN;
  } else {
    magnitude = std::ldexp(static_cast<float>(mantissa + 0x400), exponent - 25);
  }
  return negative ? -magnitude : magnitude;
}

// What the header's Python dictionary says.
struct Header {
  std::string type;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

// The text behind `'key':`, without leading blanks; nothing when there is no such key.
std::optional<std::string_view> value_of(std::string_view dictionary, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "'";
  std::size_t at = dictionary.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  at = dictionary.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos) return std::nullopt;
  return dictionary.substr(at);
}

// "(3, 4), ..." -> {3, 4}; nothing when it is no tuple of numbers.
std::optional<std::vector<std::size_t>> parse_shape(std::string_view text) {
  const std::size_t close = text.find(')');
  if (text.empty() || text.front() != '(' || close == std::string_view::npos) return std::nullopt;
  std::vector<std::size_t> shape;
  const char* at = text.data() + 1;
  const char* const end = text.data() + close;
  while (at != end) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::size_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    if (error != std::errc()) return std::nullopt;
    shape.push_back(size);
    at = next;
  }
  return shape;
}

std::optional<Header> parse_header(std::string_view dictionary) {
  const auto type = value_of(dictionary, "descr");
  const auto order = value_of(dictionary, "fortran_order");
  const auto shape = value_of(dictionary, "shape");
  if (!type || !order || !shape || type->front() != '\'') return std::nullopt;
  const std::size_t close = type->find('\'', 1);
  const auto sizes = parse_shape(*shape);
  if (close == std::string_view::npos || !sizes) return std::nullopt;
  if (!order->starts_with("True") && !order->starts_with("False")) return std::nullopt;
  return Header{
      .type = std::string(type->substr(1, close - 1)), .fortran_order = order->starts_with("True"), .shape = *sizes};
}

// Where the header's text stands in the file; nothing when the file is no .npy file of format 1.0 or 2.0.
std::optional<std::pair<std::size_t, std::size_t>> header_span(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 12) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t major = byte(6);
  if ((major != 1 && major != 2) || byte(7) != 0) return std::nullopt;
  const std::size_t begin = major == 1 ? 10 : 12;
  std::size_t length = byte(8) | byte(9) << 8;
  if (major == 2) length |= byte(10) << 16 | byte(11) << 24;
  if (length > bytes.size() - begin) return std::nullopt;
  return std::pair{begin, length};
}

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (const std::size_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + ")";
}

// Where the values of a file stand, and what they are.
struct Layout {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t width = 4;   // bytes of a value: float32, or float16
  std::size_t offset = 0;  // of the first value in the file
};

// By the file's first bytes, and their number in all. Throws Error with what is wrong.
Layout layout_of(std::string_view head, std::uint64_t bytes, const std::string& name) {
  const auto fail = [&](const std::string& what) { return Error::user(name + ": " + what); };
  const auto span = header_span(head);
  const auto header = span ? parse_header(head.substr(span->first, span->second)) : std::nullopt;
  if (!header) throw fail("not a .npy file of format 1.0 or 2.0");
  if (header->type != "<f4" && header->type != "<f2") {
    throw fail("the values are of type " + header->type + ", want float32 (<f4) or float16 (<f2)");
  }
  if (header->fortran_order) throw fail("the array is in Fortran order, want C order (numpy.ascontiguousarray)");
  if (header->shape.size() != 2 || header->shape[0] == 0 || header->shape[1] == 0) {
    throw fail("the shape is " + text_of(header->shape) + ", want (tracks, dimensions)");
  }
  const Layout layout{.rows = header->shape[0],
                      .columns = header->shape[1],
                      .width = header->type == "<f4" ? 4U : 2U,
                      .offset = span->first + span->second};
  const std::uint64_t size = bytes - layout.offset;
  if (size / layout.width / layout.columns != layout.rows || size != layout.rows * layout.columns * layout.width) {
    throw fail(std::to_string(size) + " bytes behind the header, want " + std::to_string(layout.rows) + " x " +
               std::to_string(layout.columns) + " x " + std::to_string(layout.width));
  }
  return layout;
}

// The values in `data`, `width` bytes each, as floats from `out` on.
void convert(std::string_view data, std::size_t width, float* out) {
  if (width == 4) {
    std::memcpy(out, data.data(), data.size());
    return;
  }
  static const std::vector<float> wide = [] {
    std::vector<float> all(std::size_t{1} << 16);
    for (std::size_t half = 0; half < all.size(); ++half) all[half] = widen(static_cast<std::uint16_t>(half));
    return all;
  }();
  for (std::size_t at = 0; at + 2 <= data.size(); at += 2) {
    std::uint16_t half = 0;
    std::memcpy(&half, data.data() + at, 2);
    *out++ = wide[half];
  }
}

void require_finite(const Matrix& matrix, const std::string& name) {
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    if (std::isfinite(matrix.values[i])) continue;
    throw Error::user(name + ": the value at [" + std::to_string(i / matrix.columns) + ", " +
                      std::to_string(i % matrix.columns) + "] is not finite");
  }
}

}  // namespace

Matrix parse_npy(std::string_view bytes, const std::string& name) {
  const Layout layout = layout_of(bytes, bytes.size(), name);
  Matrix matrix(layout.rows, layout.columns);
  convert(bytes.substr(layout.offset), layout.width, matrix.values.data());
  require_finite(matrix, name);
  return matrix;
}

Matrix read_npy(const std::filesystem::path& file) {
  constexpr std::size_t block = std::size_t{1} << 20;  // bytes; a header is shorter
  std::error_code unknown;
  const auto status = std::filesystem::status(file, unknown);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error::user(file.string() + ": is no regular file, want one");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error::user(file.string() + ": cannot be opened");
  std::string bytes(block, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(block));
  const auto head = static_cast<std::size_t>(in.gcount());
  in.clear();
  in.seekg(0, std::ios::end);
  const Layout layout =
      layout_of(std::string_view(bytes).substr(0, head), static_cast<std::uint64_t>(in.tellg()), file.string());
  in.seekg(static_cast<std::streamoff>(layout.offset));
  Matrix matrix(layout.rows, layout.columns);
  const std::size_t values = block / layout.width;
  for (std::size_t done = 0; done < matrix.values.size(); done += values) {
    const std::size_t size = std::min(values, matrix.values.size() - done) * layout.width;
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!in) throw Error::internal(file.string() + ": cannot be read");
    convert(std::string_view(bytes).substr(0, size), layout.width, matrix.values.data() + done);
  }
  require_finite(matrix, file.string());
  return matrix;
}

void write_npy(const std::filesystem::path& file, const Matrix& matrix) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(matrix.rows) + ", " +
                       std::to_string(matrix.columns) + "), }";
  // The data begin at a multiple of 64 bytes, the header ends with a newline.
  const std::size_t prefix = kMagic.size() + 4;
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << kMagic << '\x01' << '\0' << static_cast<char>(header.size() & 0xff) << static_cast<char>(header.size() >> 8)
      << header;
  out.write(reinterpret_cast<const char*>(matrix.values.data()),
            static_cast<std::streamsize>(matrix.values.size() * sizeof(float)));
  out.close();
  if (!out) throw Error::internal(file.string() + ": cannot be written");
}

}  // namespace crossfade::files
