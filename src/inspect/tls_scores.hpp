#pragma once

// The three scores of the rating guide ("Scoring"): tables of points, and how they are put together.

#include "inspect/tls_grade.hpp"

namespace belfry::inspect {

// What a key of this size or a curve is worth as RSA, in bits (NIST SP 800-57 part 1, table 2): 3072 for P-256.
std::uint32_t rsa_equivalent(const net::CertificateFacts& certificate);
std::uint32_t rsa_equivalent(Group group);

TlsScores scores_of(const TlsFacts& facts);
Letter letter_of(int total);

}  // namespace belfry::inspect
