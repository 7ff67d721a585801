#include "base/address_hash.hpp"

#include <algorithm>
#include <bit>

namespace belfry::base {
namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// Little-endian, as the paper reads the message; at most eight bytes.
std::uint64_t load_word(std::span<const std::uint8_t> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{bytes[i]} << (8 * i);
  return word;
}

}  // namespace

std::uint64_t sip_hash(const SipKey& key, std::span<const std::uint8_t> message) {
  SipState state{key[0] ^ 0x736f6d6570736575ULL, key[1] ^ 0x646f72616e646f6dULL, key[0] ^ 0x6c7967656e657261ULL,
                 key[1] ^ 0x7465646279746573ULL};
  const std::uint64_t length = message.size();
  while (message.size() >= 8) {
    state.absorb(load_word(message.first(8)));
    message = message.subspan(8);
  }
  state.absorb(load_word(message) | length << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t AddressHash::operator()(const IpAddress& address) const {
  // The families differ in length, so that no address of one stands for one of the other.
  std::array<std::uint8_t, 8> party{};
  if (address.is_v4()) {
    const std::uint32_t value = address.v4_value();
    for (unsigned i = 0; i < 4; ++i) party[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return sip_hash(key_, std::span{party}.first(4));
  }
  std::copy_n(address.v6_bytes().begin(), party.size(), party.begin());
  return sip_hash(key_, party);
}

}  // namespace belfry::base
