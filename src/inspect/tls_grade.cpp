#include "inspect/tls_grade.hpp"

#include "inspect/tls_grade_rules.hpp"
#include "inspect/tls_scores.hpp"

#include <algorithm>
#include <utility>

namespace belfry::inspect {

namespace {

// "A long max-age is required": 180 days, as the half year is counted there.
constexpr std::chrono::seconds kLongHsts = std::chrono::days{180};

// The suite that a client gets which can do all of them: a browser of today, as far as one is not simulated.
const CipherSuite* usual_suite(const VersionFacts& version) {
  return version.suites.empty() ? nullptr : find_suite(version.suites.front());
}

bool any_suite(const VersionFacts& version, auto predicate) {
  return std::ranges::any_of(version.suites, [&](std::uint16_t code) {
    const CipherSuite* const suite = find_suite(code);
    return suite != nullptr && predicate(*suite);
  });
}

bool any_suite(const TlsFacts& facts, auto predicate) {
  return std::ranges::any_of(facts.versions,
                             [&](const VersionFacts& version) { return any_suite(version, predicate); });
}

bool usual_suites(const TlsFacts& facts, TlsVersion from, auto predicate) {
  return std::ranges::any_of(facts.versions, [&](const VersionFacts& version) {
    const CipherSuite* const suite = usual_suite(version);
    return version.version >= from && suite != nullptr && predicate(*suite);
  });
}

class Grading {
 public:
  Grading(const TlsFacts& facts, const HstsFact& hsts, base::WallTime now) : facts_{facts}, hsts_{hsts}, now_{now} {}

  TlsGrade run();

 private:
  void judge_versions();
  void judge_suites();
  void judge_keys();
  void judge_renegotiation();
  void judge_hsts();
  void judge_trust();
  void name_what_is_not_judged();

  // Behind those that are as bad or worse.
  void apply(Rule rule) {
    GradeRule text = rule_text(rule);
    const auto place = std::ranges::upper_bound(grade_.rules, text.cap, std::ranges::greater{}, &GradeRule::cap);
    grade_.rules.insert(place, std::move(text));
  }
  void apply_if(bool applies, Rule rule) {
    if (applies) apply(rule);
  }
  bool speaks(TlsVersion version) const { return find_version(facts_, version) != nullptr; }
  const net::ChainFacts* chain() const {
    return facts_.handshake && !facts_.handshake->chain.certificates.empty() ? &facts_.handshake->chain : nullptr;
  }
  // Of all rules so far but those about trust.
  Letter capped(Letter letter) const;
  bool has(RuleEffect effect) const {
    return std::ranges::any_of(grade_.rules, [&](const GradeRule& rule) { return rule.effect == effect; });
  }

  const TlsFacts& facts_;
  const HstsFact& hsts_;
  base::WallTime now_;
  TlsGrade grade_;
};

void Grading::judge_versions() {
  const bool ssl3 = speaks(TlsVersion::Ssl3);
  const bool none_better = std::ranges::all_of(
      facts_.versions, [](const VersionFacts& version) { return version.version <= TlsVersion::Ssl3; });
  apply_if(speaks(TlsVersion::Ssl2), Rule::Ssl2);
  apply_if(ssl3 && none_better, Rule::Ssl3Best);
  const VersionFacts* const old = find_version(facts_, TlsVersion::Ssl3);
  apply_if(old != nullptr && any_suite(*old,
                                       [](const CipherSuite& suite) {
                                         return suite.kind == CipherKind::Cbc || suite.kind == CipherKind::Block64;
                                       }),
           Rule::Poodle);
  apply_if(!speaks(TlsVersion::Tls12) && !speaks(TlsVersion::Tls13), Rule::NoTls12);
  apply_if(ssl3, Rule::Ssl3);
  apply_if(speaks(TlsVersion::Tls10), Rule::Tls10);
  apply_if(speaks(TlsVersion::Tls11), Rule::Tls11);
  apply_if(!speaks(TlsVersion::Tls13), Rule::NoTls13);
}

void Grading::judge_suites() {
  const auto is_rc4 = [](const CipherSuite& suite) { return suite.kind == CipherKind::Rc4; };
  const auto is_block64 = [](const CipherSuite& suite) { return suite.kind == CipherKind::Block64; };
  const bool rc4 = any_suite(facts_, is_rc4);
  apply_if(any_suite(facts_, [](const CipherSuite& suite) { return suite.exchange == KeyExchange::Anonymous; }),
           Rule::AnonymousSuites);
  apply_if(any_suite(facts_, [](const CipherSuite& suite) { return suite.kind == CipherKind::Null; }),
           Rule::NullSuites);
  apply_if(any_suite(facts_, [](const CipherSuite& suite) { return suite.exportable; }), Rule::ExportSuites);
  apply_if(rc4 && !any_suite(facts_, [&](const CipherSuite& suite) { return !is_rc4(suite); }), Rule::Rc4Only);
  apply_if(usual_suites(facts_, TlsVersion::Tls11, is_rc4), Rule::Rc4Modern);
  apply_if(rc4, Rule::Rc4);
  apply_if(usual_suites(facts_, TlsVersion::Tls11, is_block64), Rule::Block64);
  apply_if(facts_.compression == Observed::Yes, Rule::Compression);
  // "Provided they are never negotiated with clients that can do better."
  const bool modern = speaks(TlsVersion::Tls12) || speaks(TlsVersion::Tls13);
  const TlsVersion from = modern ? TlsVersion::Tls12 : TlsVersion::Ssl3;
  apply_if(usual_suites(facts_, from, [](const CipherSuite& suite) { return !has_forward_secrecy(suite); }),
           Rule::NoForwardSecrecy);
  apply_if(usual_suites(facts_, from, [](const CipherSuite& suite) { return suite.kind != CipherKind::Aead; }),
           Rule::NoAead);
}

void Grading::judge_keys() {
  if (facts_.dh_bits) {
    apply_if(*facts_.dh_bits < 1024, Rule::WeakDh);
    apply_if(*facts_.dh_bits >= 1024 && *facts_.dh_bits < 2048, Rule::ShortDh);
  }
  if (chain() == nullptr) return;
  const std::uint32_t key = rsa_equivalent(chain()->certificates.front());
  apply_if(key < 1024, Rule::WeakKey);
  apply_if(key >= 1024 && key < 2048, Rule::ShortKey);
}

void Grading::judge_renegotiation() {
  if (facts_.secure_renegotiation != Observed::No) return;
  apply_if(facts_.client_renegotiation == Observed::Yes, Rule::InsecureRenegotiation);
  apply_if(facts_.client_renegotiation != Observed::Yes, Rule::NoSecureRenegotiation);
}

void Grading::judge_hsts() {
  apply_if(hsts_.present == Observed::No, Rule::NoHsts);
  apply_if(hsts_.present == Observed::Yes && hsts_.max_age < kLongHsts, Rule::ShortHsts);
}

void Grading::judge_trust() {
  if (chain() == nullptr) return;
  const net::CertificateFacts& leaf = chain()->certificates.front();
  // A root vouches for itself by being trusted, not by its signature.
  const auto is_signed_with = [&](std::string_view digest) {
    return std::ranges::any_of(chain()->certificates, [&](const net::CertificateFacts& certificate) {
      std::string name = certificate.signature;
      std::ranges::transform(name, name.begin(), [](char byte) {
        return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
      });
      const bool is_root = certificate.self_signed && &certificate != &chain()->certificates.front();
      return !is_root && name.find(digest) != std::string::npos;
    });
  };
  apply_if(is_signed_with("md5") || is_signed_with("md2"), Rule::Md5Signature);
  const bool early = now_ < leaf.not_before;
  const bool late = now_ > leaf.not_after;
  apply_if(early, Rule::NotYetValid);
  apply_if(late, Rule::Expired);
  const bool trusted = chain()->trusted;
  apply_if(!trusted && leaf.self_signed, Rule::SelfSigned);
  apply_if(!trusted && !leaf.self_signed && !early && !late, Rule::Untrusted);
  apply_if(is_signed_with("sha1"), Rule::Sha1Signature);
  apply_if(!chain()->name_matches, Rule::NameMismatch);
}

Letter Grading::capped(Letter letter) const {
  for (const GradeRule& rule : grade_.rules) {
    if (rule.effect == RuleEffect::Cap) letter = std::max(letter, rule.cap);
  }
  return letter == Letter::A && has(RuleEffect::Warning) ? Letter::AMinus : letter;
}

void Grading::name_what_is_not_judged() {
  auto& list = grade_.not_judged;
  list.push_back({"Whether the certificate was revoked.", "Si le certificat a été révoqué."});
  list.push_back({"What browsers of each kind would choose; a client that can do everything stands for them.",
                  "Ce que choisirait chaque navigateur\u00a0; un client qui sait tout faire les représente."});
  list.push_back(
      {"Flaws of the software that only an attack shows: Heartbleed, ROBOT, padding oracles.",
       "Les failles du logiciel que seule une attaque révèle\u00a0: Heartbleed, ROBOT, oracles de bourrage."});
  if (hsts_.present == Observed::Unknown) list.push_back({"HSTS, which was not looked at.", "HSTS, non examiné."});
  const bool all_listed =
      facts_.complete == Observed::Yes && std::ranges::all_of(facts_.versions, [](const VersionFacts& version) {
        return version.version == TlsVersion::Ssl2 || version.complete == Observed::Yes;
      });
  if (!all_listed) {
    list.push_back(
        {"What the scan did not get to: it ended early.", "Ce que l’examen n’a pas atteint\u00a0: il a été écourté."});
  }
  if (facts_.secure_renegotiation == Observed::Unknown || facts_.compression == Observed::Unknown) {
    list.push_back({"Renegotiation or compression, on which the server gave no clear answer.",
                    "La renégociation ou la compression, sur lesquelles le serveur n’a pas répondu clairement."});
  }
}

TlsGrade Grading::run() {
  name_what_is_not_judged();
  if (facts_.versions.empty()) return std::move(grade_);
  grade_.scores = scores_of(facts_);
  judge_versions();
  judge_suites();
  judge_keys();
  judge_renegotiation();
  judge_hsts();
  judge_trust();
  grade_.without_trust = capped(letter_of(grade_.scores.total));
  const bool long_hsts = hsts_.present == Observed::Yes && hsts_.max_age >= kLongHsts;
  if (grade_.without_trust == Letter::A && long_hsts) {
    apply(Rule::Exceptional);
    grade_.without_trust = Letter::APlus;
  }
  grade_.letter = grade_.without_trust;
  // Without a certificate nothing but the worst is certain.
  if (chain() == nullptr && grade_.letter != Letter::F) grade_.letter = grade_.without_trust = Letter::Unknown;
  // M stands for a mismatch alone.
  const auto replaces = [&](Letter letter) {
    return std::ranges::any_of(
        grade_.rules, [&](const GradeRule& rule) { return rule.effect == RuleEffect::Replace && rule.cap == letter; });
  };
  if (replaces(Letter::M)) grade_.letter = Letter::M;
  if (replaces(Letter::T)) grade_.letter = Letter::T;
  GradeRule score = rule_text(Rule::Score);
  score.cap = letter_of(grade_.scores.total);
  grade_.rules.insert(grade_.rules.begin(), std::move(score));
  return std::move(grade_);
}

}  // namespace

std::string_view to_string(Letter letter) {
  switch (letter) {
    case Letter::APlus:
      return "A+";
    case Letter::A:
      return "A";
    case Letter::AMinus:
      return "A-";
    case Letter::B:
      return "B";
    case Letter::C:
      return "C";
    case Letter::D:
      return "D";
    case Letter::E:
      return "E";
    case Letter::F:
      return "F";
    case Letter::T:
      return "T";
    case Letter::M:
      return "M";
    case Letter::Unknown:
      return "?";
  }
  std::unreachable();
}

TlsGrade grade(const TlsFacts& facts, const HstsFact& hsts, base::WallTime now) {
  return Grading{facts, hsts, now}.run();
}

}  // namespace belfry::inspect
