#pragma once

// A certificate authority of this machine alone, for trying Belfry out: made on first start, kept in a directory, and
// fit for nothing but *.localhost. Its certificate is name-constrained (RFC 5280, section 4.2.1.10) to localhost with
// all IP addresses excluded, so that whoever trusts it gives nothing else away, even should its key be stolen.
//
// Files: authority.pem, authority.key, site.pem (the leaf), site.key; keys with mode 0600.

#include "base/clock.hpp"
#include "edge/options.hpp"

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace belfry::edge {

class LocalAuthority {
 public:
  static constexpr std::chrono::days kAuthorityLifetime{730};
  static constexpr std::chrono::days kLeafLifetime{90};
  static constexpr std::chrono::days kRenewBefore{30};

  // Makes the authority where `directory` has none, else takes the one that is there; one with less than
  // kLeafLifetime left gets a new certificate for the same key. The error text is for the operator.
  static std::expected<LocalAuthority, std::string> open(std::filesystem::path directory, const base::Clock& clock);
  ~LocalAuthority();
  LocalAuthority(LocalAuthority&&) noexcept;
  LocalAuthority& operator=(LocalAuthority&&) noexcept;

  // What a browser is told to trust (PEM).
  std::filesystem::path certificate_file() const;

  // The files of a certificate for exactly these names ("localhost" or below ".localhost", at least one). Issued anew
  // where there is none, where the names differ, where another authority signed it, or where less than kRenewBefore is
  // left; call it daily.
  std::expected<TlsOptions, std::string> ensure_leaf(const std::vector<std::string>& names);

 private:
  struct State;
  explicit LocalAuthority(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace belfry::edge
