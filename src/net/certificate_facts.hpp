#pragma once

// Certificates of OpenSSL as values. For sources of this room that include OpenSSL.

#include "net/tls_probe.hpp"

#include <openssl/x509.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::net {

CertificateFacts facts_of(X509* certificate);

// `sent`: as the server sent them, the leaf first, not empty. Judged at `now`; `ca_file` instead of the system's roots.
ChainFacts judge_chain(STACK_OF(X509) * sent, const std::string& server_name,
                       const std::optional<std::filesystem::path>& ca_file, base::WallTime now);

}  // namespace belfry::net
