#include "net/interface_addresses.hpp"

#include "net/native_address.hpp"

#include <gtest/gtest.h>
#include <ifaddrs.h>

#include <deque>
#include <string>
#include <vector>

namespace belfry::net {
namespace {

// A list as the kernel would give it.
class Interfaces {
 public:
  void add(const std::string& address) {
    addresses_.push_back(to_native({.address = *base::IpAddress::parse(address), .port = 0}));
    link(addresses_.back().get());
  }
  void add_without_address() { link(nullptr); }
  void add_of_another_family() {
    addresses_.emplace_back();
    addresses_.back().storage.ss_family = AF_PACKET;
    link(addresses_.back().get());
  }
  std::vector<std::string> found() const {
    std::vector<std::string> text;
    for (const base::IpAddress& address : addresses_of(list_.empty() ? nullptr : &list_.front())) {
      text.push_back(address.to_string());
    }
    return text;
  }

 private:
  void link(sockaddr* address) {
    ifaddrs one{};
    one.ifa_addr = address;
    list_.push_back(one);
    if (list_.size() > 1) list_[list_.size() - 2].ifa_next = &list_.back();
  }

  // Their elements stay where they are.
  std::deque<NativeAddress> addresses_;
  std::deque<ifaddrs> list_;
};

TEST(InterfaceAddresses, LeavesOutWhatNoOtherMachineReaches) {
  Interfaces interfaces;
  interfaces.add_without_address();
  interfaces.add_of_another_family();
  for (const char* address : {"127.0.0.1", "192.0.2.7", "192.0.2.7", "169.254.1.1", "::1", "fe80::1", "febf::1",
                              "169.253.0.1", "fec0::1", "2001:db8::7"}) {
    interfaces.add(address);
  }
  EXPECT_EQ(interfaces.found(), (std::vector<std::string>{"192.0.2.7", "169.253.0.1", "fec0::1", "2001:db8::7"}));
  EXPECT_TRUE(Interfaces{}.found().empty());
}

TEST(InterfaceAddresses, KeepsToItsBound) {
  Interfaces interfaces;
  for (std::size_t i = 1; i <= kInterfaceAddresses + 5; ++i) interfaces.add("10.0.0." + std::to_string(i));
  EXPECT_EQ(interfaces.found().size(), kInterfaceAddresses);
}

TEST(InterfaceAddresses, OfThisMachineNoneIsLoopback) {
  for (const base::IpAddress& address : interface_addresses()) EXPECT_FALSE(address.is_loopback());
}

}  // namespace
}  // namespace belfry::net
