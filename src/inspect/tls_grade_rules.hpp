#pragma once

// The rules of the rating guide as a table: what each does, where it stands, and what it says to a reader.

#include "inspect/tls_grade.hpp"

#include <cstdint>

namespace belfry::inspect {

enum class Rule : std::uint8_t {
  Score,
  // F
  Ssl2,
  InsecureRenegotiation,
  AnonymousSuites,
  NullSuites,
  ExportSuites,
  WeakKey,
  WeakDh,
  Md5Signature,
  Ssl3Best,
  Rc4Only,
  // C
  Compression,
  Poodle,
  NoTls12,
  Rc4Modern,
  Block64,
  // B
  Ssl3,
  Rc4,
  Tls10,
  Tls11,
  ShortKey,
  ShortDh,
  NoForwardSecrecy,
  NoAead,
  // A-
  NoTls13,
  NoSecureRenegotiation,
  // A
  NoHsts,
  ShortHsts,
  // T, M
  Untrusted,
  SelfSigned,
  NotYetValid,
  Expired,
  Sha1Signature,
  NameMismatch,
  // A+
  Exceptional,
};

// With its sentences; what they say depends on nothing but the rule.
GradeRule rule_text(Rule rule);

}  // namespace belfry::inspect
