#pragma once

// What exactly each offer says, as values.

#include "inspect/tls_hello.hpp"
#include "inspect/tls_offer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

// The numbers of the suites that fit `version` and that `wanted` takes, in the order of cipher_suites().
std::vector<std::uint16_t> suites_of(TlsVersion version, const std::function<bool(const CipherSuite&)>& wanted);
// All ten groups.
std::vector<std::uint16_t> all_groups();

// Of every offer that is a hello of SSL 3.0 or TLS: all but Ssl2, Renegotiation and Plaintext (std::invalid_argument).
HelloRecipe recipe_of(Offer offer, std::string_view server_name);

// A hello of `version` with every suite that fits it, the weak ones too.
HelloRecipe full_recipe(TlsVersion version, std::string_view server_name);

// The request that must not be worked on without TLS. A name that cannot stand in a Host field is left empty.
std::string plaintext_request(std::string_view server_name);

// The status of a response of HTTP/1.x: nullopt as long as it may still come, 0 where the bytes are no such response.
std::optional<std::uint16_t> http_status(std::string_view so_far);

}  // namespace belfry::inspect
