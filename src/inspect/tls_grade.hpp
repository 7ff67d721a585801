#pragma once

// The letter that a TLS set-up gets by the rules of Qualys SSL Labs' "SSL Server Rating Guide", version 2009r
// (github.com/ssllabs/research/wiki/SSL-Server-Rating-Guide). It is our reading of the public guide and no result of
// SSL Labs: what the guide decides by simulating browsers or by attacks that we do not make is said in `not_judged`.

#include "base/clock.hpp"
#include "inspect/sentence.hpp"
#include "inspect/tls_facts.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

enum class Letter : std::uint8_t {
  APlus,
  A,
  AMinus,
  B,
  C,
  D,
  E,
  F,
  T,        // the certificate is not trusted
  M,        // the certificate is for another name
  Unknown,  // no handshake, or a fact that every letter needs is missing
};
std::string_view to_string(Letter letter);  // "A+", "T", "?"

struct HstsFact {
  // Whether the field is there, once, and well formed.
  Observed present = Observed::Unknown;
  std::chrono::seconds max_age{0};
};

struct TlsScores {
  int protocol = 0;      // 0 to 100
  int key_exchange = 0;  // 0 to 100
  int cipher = 0;        // 0 to 100
  int total = 0;         // 30 % + 30 % + 40 %; 0 where one is 0
  friend bool operator==(const TlsScores&, const TlsScores&) = default;
};

enum class RuleEffect : std::uint8_t {
  Score,    // the letter that the total stands for
  Cap,      // no letter better than `cap`
  Warning,  // A becomes A-; A+ is out of reach
  Reward,   // A becomes A+
  Replace,  // T or M instead of the letter
};

struct GradeRule {
  std::string_view id;  // "tls1.0", "no_forward_secrecy"; fixed
  RuleEffect effect = RuleEffect::Cap;
  Letter cap = Letter::F;
  std::string_view source;  // "SSL Server Rating Guide, 2009q"
  Sentence sentence;
};

struct TlsGrade {
  Letter letter = Letter::Unknown;
  // As if the certificate were trusted and for this name: what T and M hide.
  Letter without_trust = Letter::Unknown;
  TlsScores scores;
  // Those that applied, the one of the score first, then the worst first.
  std::vector<GradeRule> rules;
  // What the guide looks at and this does not, or could not this time.
  std::vector<Sentence> not_judged;
};

// Pure: the same facts give the same grade; `now` is for the certificate's dates.
TlsGrade grade(const TlsFacts& facts, const HstsFact& hsts, base::WallTime now);

}  // namespace belfry::inspect
