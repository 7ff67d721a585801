#pragma once

// How Belfry speaks TLS, as one SSL_CTX: versions 1.2 and 1.3, forward-secret AEAD suites, ALPN, stateless tickets
// under shared keys, no renegotiation, no compression, no 0-RTT. One for each thread, used on that thread alone:
// sessions that share an SSL_CTX across cores wait for its locks.
//
// What a client asks for by SNI does not choose the certificate: an unknown name gets the only one there is, and is
// answered by the guard on the request's host.

#include "edge/certificates.hpp"
#include "edge/ticket_keys.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace belfry::edge {

enum class Protocol : std::uint8_t { Http11, Http2 };

struct SslFree {
  void operator()(ssl_st* session) const;
};
using SslPointer = std::unique_ptr<ssl_st, SslFree>;

// What a context agrees to with a client: versions, suites, groups, signatures, renegotiation. false: this OpenSSL
// cannot do it.
using TlsPolicy = bool (*)(ssl_ctx_st* context);

// The one that Belfry keeps: TLS 1.2 and 1.3, forward secrecy and AEAD only, no renegotiation, no compression.
bool strong_tls_policy(ssl_ctx_st* context);

class TlsContext {
 public:
  // `tickets` must outlive the context and its sessions. An error means that this OpenSSL cannot do what is asked of it
  // or that it does not accept the certificate; its text says so.
  static std::expected<TlsContext, std::string> create(const Certificate& certificate, const TicketKeys& tickets,
                                                       TlsPolicy policy = &strong_tls_policy);
  ~TlsContext();
  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;

  // From now on, new sessions get this certificate; those that exist keep theirs. On failure the old one stays.
  std::expected<void, std::string> use(const Certificate& certificate);

  // A new session in accept state, without a transport: the caller gives it a BIO or a descriptor. Must not outlive the
  // context. Throws std::bad_alloc where there is no memory.
  SslPointer new_session() const;

  ssl_ctx_st* native() const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// After the handshake. Without ALPN from the client: Http11.
Protocol negotiated_protocol(const ssl_st* session);
// "TLSv1.3" or "TLSv1.2"; static text.
std::string_view negotiated_version(const ssl_st* session);

}  // namespace belfry::edge
