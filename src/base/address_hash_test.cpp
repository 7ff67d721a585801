#include "base/address_hash.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace belfry::base {
namespace {

IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(SipHash, GivesTheVectorsOfItsAuthors) {
  // https://github.com/veorq/SipHash, vectors.h: key 00..0f, message 00, 01, … of the length that is the index.
  const SipKey key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
  std::vector<std::uint8_t> message(15);
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  EXPECT_EQ(sip_hash(key, {}), 0x726fdb47dd0e0e31ULL);
  EXPECT_EQ(sip_hash(key, std::span{message}.first(1)), 0x74f839c593dc67fdULL);
  EXPECT_EQ(sip_hash(key, std::span{message}.first(8)), 0x93f5f5799a932462ULL);
  // Appendix A of the paper.
  EXPECT_EQ(sip_hash(key, message), 0xa129ca6149be45e5ULL);
}

TEST(AddressHash, TakesOneIpv6NetworkOf64BitsForOneParty) {
  FakeRandom random;
  const AddressHash hash{random};
  EXPECT_EQ(hash(address("2001:db8:1:2::1")), hash(address("2001:db8:1:2:ffff:ffff:ffff:ffff")));
  EXPECT_NE(hash(address("2001:db8:1:2::1")), hash(address("2001:db8:1:3::1")));
}

TEST(AddressHash, TellsIpv4AddressesApart) {
  FakeRandom random;
  const AddressHash hash{random};
  EXPECT_NE(hash(address("192.0.2.1")), hash(address("192.0.2.2")));
  EXPECT_EQ(hash(address("192.0.2.1")), hash(address("::ffff:192.0.2.1")));
}

TEST(AddressHash, CannotBePredictedWithoutTheKey) {
  FakeRandom one{1};
  FakeRandom two{2};
  EXPECT_NE(AddressHash{one}(address("192.0.2.1")), AddressHash{two}(address("192.0.2.1")));
}

}  // namespace
}  // namespace belfry::base
