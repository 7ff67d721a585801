#pragma once

// One thing offered to a site's TLS port, and what it said: good offers, that must be accepted, and weak ones, that
// must not. Each is one connection, made by hand (inspect/tls_hello.hpp); Renegotiation alone is a real handshake by
// OpenSSL.

#include "base/clock.hpp"
#include "inspect/sentence.hpp"
#include "inspect/tls_server_hello.hpp"
#include "net/way.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inspect {

enum class Offer : std::uint8_t {
  // Good.
  Modern13,  // TLS 1.3
  Modern12,  // TLS 1.2, ECDHE with AEAD
  // Weak: old versions, as the highest that is offered.
  Ssl2,
  Ssl3,
  Tls10,
  Tls11,
  // Weak: TLS 1.2 with nothing but these suites.
  StaticRsa,
  Cbc,  // of AES, Camellia, ARIA, SEED; with ECDHE or DHE
  Rc4,
  TripleDes,  // and other ciphers with blocks of 64 bits
  Export,
  Null,
  Anonymous,  // DH_anon, ECDH_anon
  // Weak: ways of doing it.
  Compression,          // DEFLATE is offered; Accepted where it is chosen
  LegacyRenegotiation,  // Accepted where the server does not know RFC 5746
  Renegotiation,        // begun by the client in TLS 1.2; Accepted where a second handshake goes through
  Fallback,             // TLS 1.2 with TLS_FALLBACK_SCSV; Accepted is a weakness only of a server that does TLS 1.3
  Plaintext,            // an HTTP request without TLS
};
std::string_view id_of(Offer offer);  // "tls1.3", "tls1.2", "ssl3", "rsa", "cbc", "3des", "plaintext"; fixed
Sentence name_of(Offer offer);        // "SSL 3.0", "static RSA" / « RSA statique »
std::span<const Offer> good_offers();
std::span<const Offer> weak_offers();

enum class OfferAnswer : std::uint8_t { Refused, Accepted, Unclear };
std::string_view to_string(OfferAnswer answer);  // "refused", "accepted", "unclear"

enum class OfferReason : std::uint8_t {
  // Refused.
  Alert,       // a fatal alert, which `alert` names
  Closed,      // the end of the stream before any byte
  Reset,       // the connection was reset before any byte
  NotChosen,   // the handshake goes on without the weak thing (Compression, LegacyRenegotiation, Renegotiation)
  ErrorReply,  // SSL 2.0: its ERROR. Plaintext: HTTP with 400, 421 or 426, which says that this port wants TLS
  // Accepted.
  Chosen,     // a ServerHello, which `hello` holds
  HttpReply,  // Plaintext: HTTP with any other status: the request was worked on
  Completed,  // Renegotiation: the second handshake went through
  // Unclear.
  ConnectFailed,
  Timeout,
  Garbage,        // what came is no TLS, or chooses what was not offered
  BrokenOff,      // the end of the stream, or a reset, after some bytes that decide nothing
  NotApplicable,  // Renegotiation: no TLS 1.2 could be agreed on to try it
  Unproven,       // Closed or Reset, where a good offer right after it was not accepted either
  NotTried,       // a scan ended before it
};
std::string_view to_string(OfferReason reason);  // "alert", "not_chosen"

// Bytes of an answer that are kept for the record, inclusive.
inline constexpr std::size_t kFirstBytes = 64;

// Closed and Reset count as a refusal only between two good offers that the same server accepted right before and right
// after: a dead port, a full connection limit or a blocked address look the same. That is the caller's to see to;
// scan_tls() does, and makes Unproven of what cannot be told apart.
struct OfferResult {
  Offer offer = Offer::Modern12;
  OfferAnswer answer = OfferAnswer::Unclear;
  OfferReason reason = OfferReason::ConnectFailed;
  std::optional<std::uint8_t> alert;
  std::optional<std::uint16_t> http_status;
  std::optional<ServerHello> hello;
  std::string first_bytes;  // lower-case hex
};

// Blocking, one connection (Renegotiation: one too), ended at `until`. Never on a worker's thread.
OfferResult try_offer(Offer offer, const net::Way& way, std::string_view server_name, const base::Clock& clock,
                      base::SteadyTime until);

// Whether a weak offer was refused for certain: `good` is what the same server said to a good one, and `weak` is of a
// scan, which has seen to a close or reset (above). A renegotiation that
// could not be tried counts as refused by a server that does TLS 1.3, which has none (RFC 8446, section 4.1.2).
bool counts_as_refused(const OfferResult& weak, const OfferResult& good);
// Whether an accepted weak offer is a weakness, which it always is but for Fallback: `modern13` is what the same server
// said to Modern13.
bool counts_as_weakness(const OfferResult& weak, const OfferResult& modern13);

// "refused with the alert handshake_failure", "accepted: TLS 1.0, TLS_RSA_WITH_AES_128_CBC_SHA".
Sentence describe(const OfferResult& result);

}  // namespace belfry::inspect
