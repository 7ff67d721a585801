#pragma once

// Looks up the TXT records of a name (RFC 1035, section 3.3.14) by the C library's resolver, with a deadline. What came
// is read strictly: a message that does not fit its own lengths is no answer.

#include "base/ip_address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::net {

enum class TxtError : std::uint8_t {
  NotFound,   // there is no such name, or it has no TXT record
  NoAnswer,   // none in time, or the servers would not say
  Malformed,  // an answer that cannot be read
};
std::string_view to_string(TxtError error);

// Records and bytes of one record that are taken, inclusive; the rest of a longer answer is left out.
inline constexpr std::size_t kTxtRecords = 64;
inline constexpr std::size_t kTxtBytes = 4096;

// The strings of each record, put together. Records of other names are left out, but for those that a CNAME leads to.
// Pure.
std::expected<std::vector<std::string>, TxtError> parse_txt_answer(std::span<const std::byte> message);

class TxtLookup {
 public:
  virtual ~TxtLookup() = default;
  virtual std::expected<std::vector<std::string>, TxtError> find(const std::string& name) = 0;
};

// By the servers of resolv.conf, or by `server` alone. Blocking, any thread, never a worker's: it asks twice at most
// and waits two seconds for each of three servers at most.
class SystemTxtLookup final : public TxtLookup {
 public:
  SystemTxtLookup() = default;
  // IPv4 alone.
  explicit SystemTxtLookup(base::Endpoint server) : server_{server} {}

  std::expected<std::vector<std::string>, TxtError> find(const std::string& name) override;

 private:
  std::optional<base::Endpoint> server_;
};

}  // namespace belfry::net
