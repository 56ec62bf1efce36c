#include "platform/core/logged_id.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace crossfade {

namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they stand");

class SipHash128 {
 public:
  void add(std::string_view bytes) {
    length_ += bytes.size();
    while (!bytes.empty()) {
      const std::size_t n = std::min(bytes.size(), sizeof(word_) - filled_);
      std::memcpy(reinterpret_cast<unsigned char*>(&word_) + filled_, bytes.data(), n);
      filled_ += n;
      bytes.remove_prefix(n);
      if (filled_ == sizeof(word_)) absorb();
    }
  }
  // Low word first, as the reference writes it.
  std::array<std::uint64_t, 2> finish() {
    word_ |= static_cast<std::uint64_t>(length_ & 0xff) << 56;
    absorb();
    v_[2] ^= 0xee;
    const std::uint64_t first = squeeze();
    v_[1] ^= 0xdd;
    return {first, squeeze()};
  }

 private:
  void absorb() {
    v_[3] ^= word_;
    rounds(2);
    v_[0] ^= word_;
    word_ = 0;
    filled_ = 0;
  }
  std::uint64_t squeeze() {
    rounds(4);
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }
  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v_[0] += v_[1];
      v_[1] = std::rotl(v_[1], 13) ^ v_[0];
      v_[0] = std::rotl(v_[0], 32);
      v_[2] += v_[3];
      v_[3] = std::rotl(v_[3], 16) ^ v_[2];
      v_[0] += v_[3];
      v_[3] = std::rotl(v_[3], 21) ^ v_[0];
      v_[2] += v_[1];
      v_[1] = std::rotl(v_[1], 17) ^ v_[2];
      v_[2] = std::rotl(v_[2], 32);
    }
  }

  // "somepseudorandomlygeneratedbytes", with the mark of 128 bits.
  std::array<std::uint64_t, 4> v_{0x736f6d6570736575, 0x646f72616e646f6d ^ 0xee, 0x6c7967656e657261,
                                  0x7465646279746573};
  std::uint64_t word_ = 0;
  std::size_t filled_ = 0;
  std::size_t length_ = 0;
};

}  // namespace

LoggedId logged_id(Logged kind, std::string_view id, Timestamp at) {
  SipHash128 hash;
  const char number = static_cast<char>(kind);
  hash.add({&number, 1});
  hash.add(id);
  const auto [low, high] = hash.finish();
  return {.high = high, .low = low, .at = at};
}

}  // namespace crossfade
