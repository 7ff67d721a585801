#include "accounts/csrf_token.hpp"

#include "crypto/digest.hpp"
#include "crypto/encode.hpp"
#include "crypto/sealed_box.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace belfry::accounts {

namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kRandomBytes = 16;
constexpr std::size_t kHeadBytes = kTimeBytes + kRandomBytes;
constexpr std::size_t kTokenBytes = kHeadBytes + sizeof(crypto::Sha256Digest);
constexpr std::size_t kTokenText = 75;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string_view to_string(CsrfError error) {
  switch (error) {
    case CsrfError::Missing:
      return "missing";
    case CsrfError::Malformed:
      return "malformed";
    case CsrfError::Foreign:
      return "foreign";
    case CsrfError::Stale:
      return "stale";
  }
  return {};
}

CsrfTokens::CsrfTokens(base::Random& random, const base::Clock& clock, std::chrono::milliseconds lifetime)
    : random_{random},
      clock_{clock},
      lifetime_{lifetime},
      key_{crypto::Key256::random(random)},
      began_{clock.steady_now() - lifetime} {}

// All but the action, which stands last, has one length: no two messages read alike.
crypto::Sha256Digest CsrfTokens::sign(std::string_view head, const CsrfBinding& binding,
                                      std::string_view action) const {
  std::string message{head};
  message += binding.kind_;
  message += as_text(binding.secret_.digest());
  message += action;
  return crypto::keyed_hash(key_, message);
}

std::string CsrfTokens::issue(const CsrfBinding& binding, std::string_view action) const {
  return issue_at(clock_.steady_now(), binding, action);
}

std::string CsrfTokens::issue_stale(const CsrfBinding& binding, std::string_view action) const {
  return issue_at(clock_.steady_now() - lifetime_, binding, action);
}

std::string CsrfTokens::issue_at(base::SteadyTime time, const CsrfBinding& binding, std::string_view action) const {
  std::array<std::byte, kTokenBytes> token;
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time - began_);
  auto milliseconds = static_cast<std::uint64_t>(since.count());
  for (std::size_t i = kTimeBytes; i > 0; --i, milliseconds >>= 8) token[i - 1] = std::byte(milliseconds & 0xFFU);
  random_.fill(std::span{token}.subspan<kTimeBytes, kRandomBytes>());
  std::ranges::copy(sign(as_text(std::span{token}.first<kHeadBytes>()), binding, action), token.begin() + kHeadBytes);
  return crypto::to_base64url(token);
}

std::expected<void, CsrfError> CsrfTokens::check(std::string_view token, const CsrfBinding& binding,
                                                 std::string_view action) const {
  if (token.empty()) return std::unexpected{CsrfError::Missing};
  if (token.size() != kTokenText) return std::unexpected{CsrfError::Malformed};
  const auto bytes = crypto::from_base64url(token);
  if (!bytes || bytes->size() != kTokenBytes) return std::unexpected{CsrfError::Malformed};
  const auto head = std::span{*bytes}.first<kHeadBytes>();
  const auto signature = sign(as_text(head), binding, action);
  if (!crypto::equal_in_constant_time(std::span{*bytes}.subspan<kHeadBytes>(), signature)) {
    return std::unexpected{CsrfError::Foreign};
  }
  std::uint64_t issued = 0;
  for (const std::byte byte : head.first<kTimeBytes>()) issued = issued << 8 | std::to_integer<std::uint64_t>(byte);
  const auto age = clock_.steady_now() - began_ - std::chrono::milliseconds{static_cast<std::int64_t>(issued)};
  if (age >= lifetime_) return std::unexpected{CsrfError::Stale};
  return {};
}

}  // namespace belfry::accounts
