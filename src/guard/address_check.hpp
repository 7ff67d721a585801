#pragma once

// Refuses addresses of the blocklist. The same list was asked at accept, before TLS; here it is asked of the address
// that a trusted proxy reported, and again on connections that were open when the list changed.

#include "guard/guard.hpp"

#include <memory>

namespace belfry::guard {

class Blocklist;

class AddressCheck final : public Guard {
 public:
  // nullptr throws std::invalid_argument.
  explicit AddressCheck(std::shared_ptr<const Blocklist> blocklist);

  std::string_view name() const override { return "address"; }
  Verdict check(const Subject& subject) const override;

 private:
  std::shared_ptr<const Blocklist> blocklist_;
};

}  // namespace belfry::guard
