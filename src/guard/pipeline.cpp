#include "guard/pipeline.hpp"

#include "guard/address_check.hpp"
#include "guard/host_check.hpp"
#include "guard/origin_check.hpp"
#include "guard/rate_check.hpp"
#include "guard/shape_check.hpp"

#include <stdexcept>
#include <utility>

namespace belfry::guard {

GuardList standard_guards(const PipelineParts& parts) {
  GuardList guards;
  // What was not meant for us is told so before anything else is spent on it; every later guard may rely on the host
  // being one of ours.
  guards.push_back(std::make_unique<HostCheck>());
  // A blocked address must not learn anything more, and must not be able to fill the rate table.
  guards.push_back(std::make_unique<AddressCheck>(parts.blocklist));
  // Before everything that looks at the request itself: also a request that is refused further down has its price, or
  // refusals would be free.
  guards.push_back(std::make_unique<RateCheck>(parts.rate_limit));
  // Cheap, and decided by the head alone.
  guards.push_back(std::make_unique<ShapeCheck>());
  // Last of those that need no knowledge of the person: what is behind it (session, access, forms) acts in a visitor's
  // name, and must know that the visitor's own page asked.
  guards.push_back(std::make_unique<OriginCheck>(parts.hosts, parts.origin));
  return guards;
}

Pipeline::Pipeline(GuardList guards) : guards_{std::move(guards)} {
  if (guards_.empty()) throw std::invalid_argument{"a pipeline without guards"};
}

Verdict Pipeline::admit(const Subject& subject) const {
  for (const auto& guard : guards_) {
    if (Verdict verdict = guard->check(subject); !verdict.admitted()) return verdict;
  }
  return Admit{};
}

std::vector<std::string_view> Pipeline::names() const {
  std::vector<std::string_view> names;
  names.reserve(guards_.size());
  for (const auto& guard : guards_) names.push_back(guard->name());
  return names;
}

}  // namespace belfry::guard
