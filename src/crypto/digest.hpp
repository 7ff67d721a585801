#pragma once

// SHA-256, SHA-384 and HMAC-SHA-256 by OpenSSL. The algorithms are fetched once and the contexts reused: OpenSSL 3's
// one-shot calls look it up anew each time and take twice as long.

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct evp_md_ctx_st;
struct evp_mac_ctx_st;

namespace belfry::crypto {

using Sha256Digest = std::array<std::byte, 32>;

// Hashes one message after the other. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span{text})); }
  // The digest of what came since the last finish(); the next update() begins a new message.
  Sha256Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Of one message. Any thread.
Sha256Digest sha256(std::span<const std::byte> bytes);
Sha256Digest sha256(std::string_view text);

using Sha384Digest = std::array<std::byte, 48>;

// Of one message, now and then: it looks the algorithm up each time. Any thread.
Sha384Digest sha384(std::string_view text);

// Authenticates messages under one key (RFC 2104). One thread.
class HmacSha256 {
 public:
  explicit HmacSha256(std::span<const std::byte> key);
  ~HmacSha256();
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;

  Sha256Digest sign(std::span<const std::byte> message);
  Sha256Digest sign(std::string_view message) { return sign(std::as_bytes(std::span{message})); }

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

// Takes the same time wherever the two differ; false where the lengths do.
bool equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b);
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace belfry::crypto
