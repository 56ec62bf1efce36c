#include "platform/files/npy.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace std::string_literals;

namespace {

// A .npy file as NumPy writes it: `major` is the format's version.
std::string npy(int major, const std::string& dictionary, const std::string& data) {
  std::string header = dictionary;
  const std::size_t prefix = major == 1 ? 10 : 12;
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';
  std::string text = "\x93NUMPY"s + static_cast<char>(major) + '\0';
  for (std::size_t i = 0; i < (major == 1 ? 2U : 4U); ++i) text += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return text + header + data;
}

const std::string kFloats = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";

}  // namespace

TEST_CASE("npy: what is written is read again", "[npy]") {
  const TemporaryDirectory directory;
  files::Matrix matrix(3, 2);
  matrix.values = {0.0F, -1.5F, 3.25F, 1e-30F, std::numeric_limits<float>::max(), 7.0F};
  files::write_npy(directory / "a.npy", matrix);
  CHECK(files::read_npy(directory / "a.npy") == matrix);
}

TEST_CASE("npy: the written header is what numpy.save writes", "[npy]") {
  const TemporaryDirectory directory;
  files::write_npy(directory / "a.npy", files::Matrix(3, 2));
  const std::string text = read_file(directory / "a.npy");
  // NumPy 1.26: numpy.save of numpy.zeros((3, 2), "float32"), its first 128 bytes.
  const std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  CHECK(text == "\x93NUMPY\x01\x00\x76\x00"s + dictionary + std::string(117 - dictionary.size(), ' ') + "\n" +
                    std::string(24, '\0'));
}

TEST_CASE("npy: reads format 1.0 and 2.0", "[npy]") {
  const TemporaryDirectory directory;
  const std::string data = "\x00\x00\x80\x3f\x00\x00\x00\xc0"s;  // 1, -2
  for (const int major : {1, 2}) {
    const files::Matrix matrix = files::read_npy(write_file(directory / "a.npy", npy(major, kFloats, data)));
    CHECK(matrix.rows == 2);
    CHECK(matrix.columns == 1);
    CHECK(matrix.values == std::vector<float>{1, -2});
  }
}

TEST_CASE("npy: float16 is widened exactly", "[npy]") {
  const TemporaryDirectory directory;
  // 1, -2, 65504 (largest), 2^-24 (smallest subnormal), 0.333251953125, -0: IEEE 754 binary16.
  const std::string data = "\x00\x3c\x00\xc0\xff\x7b\x01\x00\x55\x35\x00\x80"s;
  const auto file =
      write_file(directory / "a.npy", npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }", data));
  CHECK(files::read_npy(file).values == std::vector<float>{1, -2, 65504, 0x1p-24F, 0.333251953125F, -0.0F});
}

TEST_CASE("npy: what it cannot read is refused with the reason", "[npy]") {
  const TemporaryDirectory directory;
  const std::string file = (directory / "a.npy").string();
  const auto error = [&](const std::string& text) {
    write_file(file, text);
    return error_of([&] { files::read_npy(file); });
  };
  const std::string data(8, '\0');
  CHECK(error("") == file + ": not a .npy file of format 1.0 or 2.0");
  CHECK(error("\x93NUMPY\x03\x00\x10\x00\x00\x00"s + data) == file + ": not a .npy file of format 1.0 or 2.0");
  CHECK(error(npy(1, kFloats, data).substr(0, 40)) == file + ": not a .npy file of format 1.0 or 2.0");
  CHECK(error(npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", data)) ==
        file + ": the values are of type <f8, want float32 (<f4) or float16 (<f2)");
  CHECK(error(npy(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 1), }", data)) ==
        file + ": the values are of type >f4, want float32 (<f4) or float16 (<f2)");
  CHECK(error(npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }", data)) ==
        file + ": the array is in Fortran order, want C order (numpy.ascontiguousarray)");
  CHECK(error(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", data)) ==
        file + ": the shape is (2), want (tracks, dimensions)");
  CHECK(error(npy(1, kFloats, data.substr(1))) == file + ": 7 bytes behind the header, want 2 x 1 x 4");
  CHECK(error(npy(1, kFloats, data + "x")) == file + ": 9 bytes behind the header, want 2 x 1 x 4");
  // 2^62 x 4 x 4 bytes overflow to 0.
  CHECK(error(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "")) ==
        file + ": 0 bytes behind the header, want 4611686018427387904 x 4 x 4");
  CHECK(error(npy(1, kFloats, "\x00\x00\x00\x00\x00\x00\xc0\x7f"s)) == file + ": the value at [1, 0] is not finite");
  CHECK(error_of([&] { files::read_npy(directory / "none.npy"); }) ==
        (directory / "none.npy").string() + ": cannot be opened");
}
