#pragma once

// A server that agrees to whatever a client offers, as far as its first answer: what the twin of `transit.encrypted`
// says to offers that Debian's OpenSSL cannot take up any more (SSL 2.0 and 3.0, RC4, 3DES, export suites, static RSA,
// compression, a fallback, plain HTTP) or would answer better than is wanted (a hand-made TLS 1.2, without the sign of
// a downgrade and without RFC 5746). It proves that the offer was well made: a server that were willing would have said
// so. No key is ever agreed on; the connection ends behind the answer.
//
// Pure and bounded: it reads at most the bytes that it is given and answers with less than 300. Linked into belfry-twin
// alone.

#include <optional>
#include <string>
#include <string_view>

namespace belfry::twin {

// An edge::FirstBytes. Nothing where the offer has something that the twin's OpenSSL speaks (twin_tls_weak.hpp), and
// for what is neither TLS nor HTTP. Looks at one whole ClientHello in one record, and at no less.
std::optional<std::string> agree_to(std::string_view bytes);

}  // namespace belfry::twin
