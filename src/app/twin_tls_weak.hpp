#pragma once

// TLS as weak as this OpenSSL still speaks it: what the door does without the measure of `transit.encrypted`. Linked
// into belfry-twin alone.

struct ssl_ctx_st;

namespace belfry::twin {

// An edge::TlsPolicy: TLS 1.0 to 1.3, every suite that there is (CBC, NULL and anonymous ones too), SHA-1,
// renegotiation at the client's wish.
bool weak_tls_policy(ssl_ctx_st* context);

}  // namespace belfry::twin
