#include "guard/host_check.hpp"

namespace belfry::guard {

Verdict HostCheck::check(const Subject& subject) const {
  switch (subject.host_kind) {
    case HostKind::Application:
    case HostKind::Belfry:
      return Admit{};
    case HostKind::Unknown:
      break;
  }
  return Refuse{Reason::UnknownHost};
}

}  // namespace belfry::guard
