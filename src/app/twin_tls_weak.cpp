#include "app/twin_tls_weak.hpp"

#include <openssl/ssl.h>

namespace belfry::twin {

bool weak_tls_policy(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
  // Level 0: everything, TLS 1.0 and 1.1 among it, whose signatures need SHA-1.
  SSL_CTX_set_security_level(context, 0);
  return SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL") == 1 && SSL_CTX_set_dh_auto(context, 1) == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521") == 1 &&
         SSL_CTX_set1_sigalgs_list(context,
                                   "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1:RSA-PSS+SHA256:"
                                   "RSA+SHA256:RSA+SHA1") == 1;
}

}  // namespace belfry::twin
