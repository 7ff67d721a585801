#include "people/form_shares.hpp"

namespace belfry::people {

std::optional<FormShares::Share> FormShares::take(const base::IpAddress& address) {
  const std::uint64_t key = hash_(address);
  const std::lock_guard lock{mutex_};
  std::size_t& taken = taken_[key];
  if (taken >= kFormsPerAddress) return std::nullopt;
  ++taken;
  return Share{*this, key};
}

void FormShares::give_back(std::uint64_t key) {
  const std::lock_guard lock{mutex_};
  const auto found = taken_.find(key);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace belfry::people
