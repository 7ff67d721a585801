#include "guard/address_check.hpp"

#include "guard/blocklist.hpp"

#include <stdexcept>
#include <utility>

namespace belfry::guard {

AddressCheck::AddressCheck(std::shared_ptr<const Blocklist> blocklist) : blocklist_{std::move(blocklist)} {
  if (blocklist_ == nullptr) throw std::invalid_argument{"an address check without a blocklist"};
}

Verdict AddressCheck::check(const Subject& subject) const {
  if (blocklist_->blocks(subject.client)) return Refuse{Reason::BlockedAddress};
  return Admit{};
}

}  // namespace belfry::guard
