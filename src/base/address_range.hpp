#pragma once

// A run of addresses of one family, both ends inclusive: what "192.0.2.0/24" or a single address names.

#include "base/ip_address.hpp"

#include <optional>
#include <string_view>

namespace belfry::base {

struct AddressRange {
  IpAddress first;
  IpAddress last;

  // A CIDR ("192.0.2.0/24", "2001:db8::/32") or a single address. Host bits that are set are an error: what the writer
  // meant is not clear. An IPv4-mapped CIDR of /96 or longer is folded to IPv4; a shorter one is an error.
  static std::optional<AddressRange> parse(std::string_view text);

  bool contains(const IpAddress& address) const { return first <= address && address <= last; }
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

}  // namespace belfry::base
