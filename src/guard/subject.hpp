#pragma once

// What the guards judge: a request whose head is complete, who sent it, and what its route allows. The route is looked
// up first, by a pure function, and decides nothing by itself.

#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "guard/site_hosts.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>

namespace belfry::guard {

// Which methods a route answers.
class MethodSet {
 public:
  constexpr MethodSet() = default;
  constexpr MethodSet(std::initializer_list<http::Method> methods) {
    for (const http::Method method : methods) bits_ |= bit(method);
  }
  static constexpr MethodSet all() {
    MethodSet set;
    set.bits_ = 0xff;
    return set;
  }
  constexpr bool contains(http::Method method) const { return (bits_ & bit(method)) != 0; }
  friend constexpr bool operator==(const MethodSet&, const MethodSet&) = default;

 private:
  static constexpr std::uint8_t bit(http::Method method) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(method));
  }
  std::uint8_t bits_ = 0;
};
static_assert(static_cast<unsigned>(http::Method::Other) < 8);

// What a request takes from its address's bucket, in tenths of a page: limits are written in pages, and a file that a
// page loads costs one tenth.
struct Cost {
  std::uint32_t tenths = 10;

  static constexpr Cost page() { return {10}; }
  static constexpr Cost file() { return {1}; }
  friend constexpr bool operator==(const Cost&, const Cost&) = default;
};

struct RouteTraits {
  MethodSet methods{http::Method::Get, http::Method::Head};
  // Largest request body, inclusive.
  std::uint64_t body_limit = 0;
  // nullopt: judged by what the request says that it is loaded for (see rate_check.hpp), as for an application whose
  // paths we don't know. Belfry's own routes state theirs, which no header of a request can lower.
  std::optional<Cost> cost;
};

struct Subject {
  // Not owned; never null.
  const http::RequestHead* request = nullptr;
  // Behind a trusted proxy: the address that it reported.
  base::IpAddress client;
  HostKind host_kind = HostKind::Unknown;
  RouteTraits route;
  base::SteadyTime now;
};

}  // namespace belfry::guard
