#include "net/tls_probe.hpp"

#include "base/ip_address.hpp"
#include "net/certificate_facts.hpp"
#include "net/client_connection.hpp"
#include "net/openssl_handles.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace belfry::net {

namespace {

// All that OpenSSL still knows, with a certificate: what is wanted is an answer.
constexpr const char* kCiphers = "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0";

TlsProbeError failure(NetError error) {
  return {.error = error, .detail = std::string{to_string(error)}};
}

// What OpenSSL says of the last call; its queue is emptied.
TlsProbeError tls_failure() {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  return {.error = NetError::TlsFailed, .detail = reason == nullptr ? "the handshake failed" : reason};
}

SslContextHandle make_context(const TlsProbeRequest& request) {
  SslContextHandle context{SSL_CTX_new(TLS_client_method())};
  if (!context) throw std::bad_alloc{};
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_security_level(context.get(), 0);
  // Servers without RFC 5746 are to be seen too; and a renegotiation with one is what is tried.
  SSL_CTX_set_options(context.get(), SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
  const bool any = request.versions == TlsProbeRequest::Versions::Any;
  if (SSL_CTX_set_cipher_list(context.get(), kCiphers) != 1 ||
      SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), any ? TLS1_3_VERSION : TLS1_2_VERSION) != 1) {
    throw std::bad_alloc{};
  }
  return context;
}

// RFC 7301, section 3.1: each name with its length before it.
std::string protocol_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    if (protocol.empty() || protocol.size() > 255) continue;
    list += static_cast<char>(protocol.size());
    list += protocol;
  }
  return list;
}

// A TLS session whose records go by a ClientConnection, so that every wait has its deadline.
class Session {
 public:
  Session(ClientConnection connection, SSL_CTX* context, const TlsProbeRequest& request)
      : connection_{std::move(connection)}, ssl_{SSL_new(context)} {
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    if (!ssl_ || in == nullptr || out == nullptr) {
      BIO_free(in);
      BIO_free(out);
      throw std::bad_alloc{};
    }
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl_.get(), in, out);
    SSL_set_connect_state(ssl_.get());
    const bool is_name = !request.server_name.empty() && !base::IpAddress::parse(request.server_name);
    // A name that is too long for SNI is left out, and the certificate will not match it.
    if (is_name) SSL_set_tlsext_host_name(ssl_.get(), request.server_name.c_str());
    SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
    const std::string protocols = protocol_list(request.protocols);
    if (!protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
    }
  }

  SSL* get() const { return ssl_.get(); }

  // Repeats `step`, a call of OpenSSL, until it gives 1 or more; moves bytes between. 0 where `enough` came first.
  std::expected<int, TlsProbeError> drive(auto step, auto enough) {
    for (;;) {
      ERR_clear_error();
      const int result = step(ssl_.get());
      const int wanted = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
      if (const auto sent = flush(); !sent) return std::unexpected{failure(sent.error())};
      if (result > 0) return result;
      if (enough()) return 0;
      if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) return std::unexpected{tls_failure()};
      if (const auto filled = fill(); !filled) return std::unexpected{failure(filled.error())};
    }
  }
  std::expected<int, TlsProbeError> drive(auto step) {
    return drive(step, [] { return false; });
  }

  // Says close_notify, without which OpenSSL does not resume a session; whether it arrives is of no account.
  void close() {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
    [[maybe_unused]] const auto sent = flush();
  }

 private:
  NetResult<void> flush() {
    std::array<char, 16384> piece;
    for (;;) {
      const int got = BIO_read(SSL_get_wbio(ssl_.get()), piece.data(), static_cast<int>(piece.size()));
      if (got <= 0) return {};
      const auto sent = connection_.send({piece.data(), static_cast<std::size_t>(got)});
      if (!sent) return sent;
    }
  }

  NetResult<void> fill() {
    const auto got = connection_.receive();
    if (!got) return std::unexpected{got.error()};
    if (got->empty()) return std::unexpected{NetError::Closed};
    received_ += got->size();
    // More than any handshake, and any answer to a HEAD, has to say.
    if (received_ > kReceiveLimit) return std::unexpected{NetError::TlsFailed};
    const int taken = BIO_write(SSL_get_rbio(ssl_.get()), got->data(), static_cast<int>(got->size()));
    if (taken != static_cast<int>(got->size())) throw std::bad_alloc{};
    return {};
  }

  static constexpr std::size_t kReceiveLimit = std::size_t{1} << 20;

  ClientConnection connection_;
  SslHandle ssl_;
  std::size_t received_ = 0;
};

std::expected<Session, TlsProbeError> connect(const TlsProbeRequest& request, SSL_CTX* context,
                                              const base::Clock& clock, base::SteadyTime until,
                                              SSL_SESSION* resume = nullptr) {
  auto connection = ClientConnection::open(request.way, clock, until);
  if (!connection) return std::unexpected{failure(connection.error())};
  Session session{std::move(*connection), context, request};
  if (resume != nullptr) SSL_set_session(session.get(), resume);
  auto shaken = session.drive(SSL_connect);
  if (!shaken) return std::unexpected{std::move(shaken.error())};
  return session;
}

std::string group_of(SSL* ssl) {
  EVP_PKEY* raw = nullptr;
  if (SSL_get_peer_tmp_key(ssl, static_cast<void*>(&raw)) != 1) {
    ERR_clear_error();
    return "";
  }
  const KeyHandle key{raw};
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_X25519:
      return "X25519";
    case EVP_PKEY_X448:
      return "X448";
    case EVP_PKEY_DH:
      return "DH " + std::to_string(EVP_PKEY_get_bits(key.get()));
    default:
      break;
  }
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key.get(), name.data(), name.size(), &size) != 1) return "";
  const std::string_view group{name.data(), size};
  if (group == "prime256v1") return "P-256";
  if (group == "secp384r1") return "P-384";
  if (group == "secp521r1") return "P-521";
  return std::string{group};
}

HandshakeFacts facts_of(SSL* ssl, const TlsProbeRequest& request, base::WallTime now) {
  HandshakeFacts facts;
  facts.version = static_cast<std::uint16_t>(SSL_version(ssl));
  facts.suite = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl));
  facts.group = group_of(ssl);
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  if (size > 0) facts.protocol.assign(reinterpret_cast<const char*>(name), size);
  facts.secure_renegotiation = SSL_get_secure_renegotiation_support(ssl) == 1;
  const unsigned char* response = nullptr;
  facts.ocsp_stapled = SSL_get_tlsext_status_ocsp_resp(ssl, static_cast<void*>(&response)) > 0;
  STACK_OF(X509)* const sent = SSL_get_peer_cert_chain(ssl);
  facts.chain = judge_chain(sent, request.server_name, request.ca_file, now);
  return facts;
}

// Keeps the newest session that a server gives, until it is taken.
int keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* const kept = static_cast<SessionHandle*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  kept->reset(session);
  return 1;
}

// TLS 1.3 sends its tickets behind the handshake, and before anything else: the answer to a request ends the wait.
void await_ticket(Session& session, const TlsProbeRequest& request, const SessionHandle& kept) {
  const bool sendable = std::ranges::all_of(request.server_name, [](char byte) { return byte > ' ' && byte <= '~'; });
  const std::string host = sendable ? request.server_name : std::string{};
  const std::string head = "HEAD " + request.path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  if (!session.drive([&](SSL* ssl) { return SSL_write(ssl, head.data(), static_cast<int>(head.size())); })) return;
  std::array<char, 4096> piece;
  [[maybe_unused]] const auto answered =
      session.drive([&](SSL* ssl) { return SSL_read(ssl, piece.data(), static_cast<int>(piece.size())); },
                    [&] { return kept != nullptr; });
}

// Whether a call that failed means that the peer would not go on with the handshake.
bool is_refusal(const TlsProbeError& error) {
  return error.error == NetError::TlsFailed || error.error == NetError::Closed;
}

}  // namespace

std::expected<HandshakeFacts, TlsProbeError> probe_handshake(const TlsProbeRequest& request, const base::Clock& clock,
                                                             base::SteadyTime until) {
  const SslContextHandle context = make_context(request);
  auto session = connect(request, context.get(), clock, until);
  if (!session) return std::unexpected{std::move(session.error())};
  const STACK_OF(X509)* const sent = SSL_get_peer_cert_chain(session->get());
  if (sent == nullptr || sk_X509_num(sent) < 1) {
    return std::unexpected{TlsProbeError{.error = NetError::TlsFailed, .detail = "no certificate came"}};
  }
  HandshakeFacts facts = facts_of(session->get(), request, clock.wall_now());
  session->close();
  return facts;
}

std::expected<ResumptionFacts, TlsProbeError> probe_resumption(const TlsProbeRequest& request, const base::Clock& clock,
                                                               base::SteadyTime until) {
  SessionHandle kept;
  const SslContextHandle context = make_context(request);
  SSL_CTX_set_app_data(context.get(), &kept);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context.get(), keep_session);

  TlsProbeRequest first = request;
  first.protocols = {"http/1.1"};
  ResumptionFacts facts;
  {
    auto session = connect(first, context.get(), clock, until);
    if (!session) return std::unexpected{std::move(session.error())};
    if (!kept && SSL_version(session->get()) >= TLS1_3_VERSION) await_ticket(*session, first, kept);
    session->close();
  }
  if (!kept || SSL_SESSION_is_resumable(kept.get()) != 1) return facts;
  facts.ticket = true;
  if (SSL_SESSION_has_ticket(kept.get()) == 1) {
    const unsigned long hint = SSL_SESSION_get_ticket_lifetime_hint(kept.get());
    facts.ticket_lifetime =
        static_cast<std::uint32_t>(std::min<unsigned long>(hint, std::numeric_limits<std::uint32_t>::max()));
  }
  // The callback may replace what is kept while it is used.
  const SessionHandle resumed = std::move(kept);
  kept.reset();
  auto again = connect(first, context.get(), clock, until, resumed.get());
  if (!again) return std::unexpected{std::move(again.error())};
  facts.resumed = SSL_session_reused(again->get()) == 1;
  again->close();
  return facts;
}

std::expected<Renegotiation, TlsProbeError> probe_renegotiation(const TlsProbeRequest& request,
                                                                const base::Clock& clock, base::SteadyTime until) {
  TlsProbeRequest old = request;
  old.versions = TlsProbeRequest::Versions::Tls12AtMost;
  // Without ALPN the server speaks HTTP/1.1 and waits for a request, so that nothing of HTTP comes in between.
  old.protocols.clear();
  const SslContextHandle context = make_context(old);
  auto session = connect(old, context.get(), clock, until);
  if (!session) {
    if (session.error().error == NetError::TlsFailed) return Renegotiation::NotApplicable;
    return std::unexpected{std::move(session.error())};
  }
  if (SSL_renegotiate(session->get()) != 1) {
    ERR_clear_error();
    return Renegotiation::Refused;
  }
  const auto again = session->drive(SSL_do_handshake);
  if (!again) {
    if (is_refusal(again.error())) return Renegotiation::Refused;
    return Renegotiation::Unclear;
  }
  return SSL_num_renegotiations(session->get()) > 0 ? Renegotiation::Accepted : Renegotiation::Refused;
}

}  // namespace belfry::net
