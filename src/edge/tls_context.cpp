#include "edge/tls_context.hpp"

#include "net/openssl_handles.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace belfry::edge {

namespace {

// Forward secrecy and AEAD only. AES-128 first: as safe, and faster on every machine with AES instructions; a client
// without them puts ChaCha20 first and then gets it (SSL_OP_PRIORITIZE_CHACHA).
constexpr const char* kTls12Ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kTls13Ciphers = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
// Without SHA-1 (RFC 9155) and without PKCS #1 v1.5 in TLS 1.3, where it does not exist anyway.
constexpr const char* kSignatureAlgorithms =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512";
constexpr std::string_view kSessionContext = "belfry";

// In our order of preference.
constexpr std::array<std::string_view, 2> kProtocols{"h2", "http/1.1"};

using CipherHandle = std::unique_ptr<EVP_CIPHER, net::OpensslFree<EVP_CIPHER_free>>;

int select_protocol(SSL* /*session*/, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void* /*context*/) {
  for (const std::string_view ours : kProtocols) {
    for (unsigned at = 0; at < offered_size; at += 1U + offered[at]) {
      const std::string_view theirs{reinterpret_cast<const char*>(offered + at + 1), offered[at]};
      if (at + 1 + theirs.size() > offered_size) break;
      if (theirs == ours) {
        *out = offered + at + 1;
        *out_size = offered[at];
        return SSL_TLSEXT_ERR_OK;
      }
    }
  }
  // RFC 7301, section 3.2: "In the event that the server supports no protocols that the client advertises, then the
  // server SHALL respond with a fatal "no_application_protocol" alert." Going on would be the way of ALPACA.
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

bool strong_tls_policy(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // Level 2: no key below 112 bits of strength (RSA below 2048), no SHA-1 in the chain.
  SSL_CTX_set_security_level(context, 2);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kTls12Ciphers) == 1 &&
         SSL_CTX_set_ciphersuites(context, kTls13Ciphers) == 1 && SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         SSL_CTX_set1_sigalgs_list(context, kSignatureAlgorithms) == 1;
}

struct TlsContext::State {
  State(const TicketKeys& keys, TlsPolicy its_policy) : tickets{keys}, policy{its_policy} {}

  int seal_or_open_ticket(SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher_context,
                          EVP_MAC_CTX* mac_context, bool seal);
  bool set_up(SSL_CTX* ctx);
  static bool start_mac(EVP_MAC_CTX* context, const TicketKey& key);

  // Before the context, whose end may still look at them.
  TicketKeys::View tickets;
  TlsPolicy policy;
  CipherHandle ticket_cipher;
  net::SslContextHandle context;
};

bool TlsContext::State::start_mac(EVP_MAC_CTX* context, const TicketKey& key) {
  char digest[] = "SHA256";
  const std::array parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key.mac.data()), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(context, parameters.data()) == 1;
}

// The callback of SSL_CTX_set_tlsext_ticket_key_evp_cb(3): when sealing, 1; when opening, 0 for an unknown key (the
// client makes a full handshake), 1 to resume, 2 to resume and issue a new ticket; -1 for a failure.
int TlsContext::State::seal_or_open_ticket(SSL* session, unsigned char* name, unsigned char* iv,
                                           EVP_CIPHER_CTX* cipher_context, EVP_MAC_CTX* mac_context, bool seal) {
  const TicketKeys::Generation& keys = tickets.now();
  if (seal) {
    const TicketKey& key = keys.current;
    std::memcpy(name, key.name.data(), key.name.size());
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(ticket_cipher.get())) != 1) return -1;
    const bool sealed = EVP_EncryptInit_ex2(cipher_context, ticket_cipher.get(), key.cipher.data(), iv, nullptr) == 1 &&
                        start_mac(mac_context, key);
    return sealed ? 1 : -1;
  }
  const bool current = std::memcmp(name, keys.current.name.data(), keys.current.name.size()) == 0;
  if (!current && std::memcmp(name, keys.previous.name.data(), keys.previous.name.size()) != 0) return 0;
  const TicketKey& key = current ? keys.current : keys.previous;
  const bool opened = start_mac(mac_context, key) &&
                      EVP_DecryptInit_ex2(cipher_context, ticket_cipher.get(), key.cipher.data(), iv, nullptr) == 1;
  if (!opened) return -1;
  // RFC 8446, appendix C.4: "Clients SHOULD NOT reuse a ticket for multiple connections." So each resumption brings a
  // new one.
  return !current || SSL_version(session) >= TLS1_3_VERSION ? 2 : 1;
}

bool TlsContext::State::set_up(SSL_CTX* ctx) {
  // Buffers of a connection that waits are given back (34 KiB each); a write may be partial and may come again from
  // another address, as the caller's buffers move.
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(ctx, std::chrono::seconds{TicketKeys::kTicketLifetime}.count());
  SSL_CTX_set_alpn_select_cb(ctx, select_protocol, nullptr);
  SSL_CTX_set_app_data(ctx, this);
  const auto ticket_callback = [](SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher_context,
                                  EVP_MAC_CTX* mac_context, int seal) -> int {
    auto* state = static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
    return state->seal_or_open_ticket(session, name, iv, cipher_context, mac_context, seal != 0);
  };
  return policy(ctx) &&
         SSL_CTX_set_session_id_context(ctx, reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                        kSessionContext.size()) == 1 &&
         SSL_CTX_set_num_tickets(ctx, 1) == 1 && SSL_CTX_set_max_early_data(ctx, 0) == 1 &&
         SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticket_callback) == 1;
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_{std::move(state)} {}
TlsContext::~TlsContext() = default;
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;

std::expected<TlsContext, std::string> TlsContext::create(const Certificate& certificate, const TicketKeys& tickets,
                                                          TlsPolicy policy) {
  auto state = std::make_unique<State>(tickets, policy);
  state->ticket_cipher.reset(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
  if (!state->ticket_cipher) return std::unexpected{"OpenSSL has no AES-256-CBC: " + net::take_openssl_error()};
  TlsContext context{std::move(state)};
  if (auto used = context.use(certificate); !used) return std::unexpected{std::move(used.error())};
  return context;
}

std::expected<void, std::string> TlsContext::use(const Certificate& certificate) {
  ERR_clear_error();
  // A context of its own: a certificate with another kind of key would else stand beside the old one and not in its
  // place. Sessions hold on to the context that they began with.
  net::SslContextHandle context{SSL_CTX_new(TLS_server_method())};
  if (!context || !state_->set_up(context.get())) {
    return std::unexpected{"OpenSSL cannot be set up: " + net::take_openssl_error()};
  }
  // A copy of the key for each context: threads that sign with one key meet at its locks.
  const net::KeyHandle key{EVP_PKEY_dup(certificate.key())};
  if (!key || SSL_CTX_use_cert_and_key(context.get(), certificate.leaf(), key.get(), nullptr, 1) != 1) {
    return std::unexpected{"OpenSSL does not accept the certificate: " + net::take_openssl_error()};
  }
  for (X509* intermediate : certificate.intermediates()) {
    if (SSL_CTX_add1_chain_cert(context.get(), intermediate) != 1) {
      return std::unexpected{"OpenSSL does not accept the certificate's chain: " + net::take_openssl_error()};
    }
  }
  state_->context = std::move(context);
  return {};
}

SslPointer TlsContext::new_session() const {
  SslPointer session{SSL_new(state_->context.get())};
  if (!session) {
    ERR_clear_error();
    throw std::bad_alloc{};
  }
  SSL_set_accept_state(session.get());
  return session;
}

SSL_CTX* TlsContext::native() const {
  return state_->context.get();
}

void SslFree::operator()(SSL* session) const {
  SSL_free(session);
}

Protocol negotiated_protocol(const SSL* session) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session, &name, &size);
  return std::string_view{reinterpret_cast<const char*>(name), size} == "h2" ? Protocol::Http2 : Protocol::Http11;
}

std::string_view negotiated_version(const SSL* session) {
  return SSL_version(session) == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2";
}

}  // namespace belfry::edge
