#include "inspect/tls_grade_rules.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace belfry::inspect {

namespace {

struct RuleRow {
  Rule rule;
  std::string_view id;
  RuleEffect effect;
  Letter cap;
  std::string_view source;
  std::string_view en;
  std::string_view fr;
};

using enum RuleEffect;
using enum Letter;

// The guide and the announcements that it sums up: blog.qualys.com, SSL Labs.
constexpr std::string_view kGuide = "SSL Server Rating Guide";
constexpr std::string_view kGuide2009c = "SSL Server Rating Guide, 2009c (2013)";
constexpr std::string_view kGuide2009e = "SSL Server Rating Guide, 2009e (2014)";
constexpr std::string_view kPoodle = "SSL Labs, grading changes of 2014 (POODLE)";
constexpr std::string_view kLabs117 = "SSL Labs 1.17 (May 2015)";
constexpr std::string_view kLabs2015 = "SSL Labs, grading changes of 2015";
constexpr std::string_view kLabs2017 = "SSL Labs, grading changes of January 2017";
constexpr std::string_view kGuide2009o = "SSL Server Rating Guide, 2009o (March 2018)";
constexpr std::string_view kGuide2009q = "SSL Server Rating Guide, 2009q (January 2020)";
constexpr std::string_view kGuide2009r = "SSL Server Rating Guide, 2009r (2025)";

constexpr auto kRows = std::to_array<RuleRow>({
    {Rule::Score, "score", Score, A, kGuide, "The letter of the total score.", "La lettre de la note totale."},

    {Rule::Ssl2, "ssl2", Cap, F, kGuide2009c, "SSL 2.0 is accepted.", "SSL 2.0 est accepté."},
    {Rule::InsecureRenegotiation, "insecure_renegotiation", Cap, F, kGuide2009c,
     "A client may renegotiate without RFC 5746: what others sent can be put before a visitor’s request.",
     "Un client peut renégocier sans la RFC 5746\u00a0: on peut placer des données devant la requête d’un visiteur."},
    {Rule::AnonymousSuites, "anonymous_suites", Cap, F, kGuide, "Suites that authenticate nobody are accepted.",
     "Des suites qui n’authentifient personne sont acceptées."},
    {Rule::NullSuites, "null_suites", Cap, F, kGuide, "Suites without encryption are accepted.",
     "Des suites sans chiffrement sont acceptées."},
    {Rule::ExportSuites, "export_suites", Cap, F, kLabs117, "Export-grade suites are accepted (FREAK, Logjam).",
     "Des suites «\u00a0export\u00a0» sont acceptées (FREAK, Logjam)."},
    {Rule::WeakKey, "weak_key", Cap, F, kGuide2009e, "The certificate’s key is shorter than RSA of 1024 bits.",
     "La clé du certificat est plus courte que RSA de 1024 bits."},
    {Rule::WeakDh, "weak_dh", Cap, F, kLabs117, "Diffie-Hellman uses a prime of fewer than 1024 bits.",
     "Diffie-Hellman emploie un nombre premier de moins de 1024 bits."},
    {Rule::Md5Signature, "md5_signature", Cap, F, kGuide2009e, "The chain is signed with MD5 or MD2.",
     "La chaîne est signée avec MD5 ou MD2."},
    {Rule::Ssl3Best, "ssl3_best", Cap, F, kLabs2015, "SSL 3.0 is the best version that is accepted.",
     "SSL 3.0 est la meilleure version acceptée."},
    {Rule::Rc4Only, "rc4_only", Cap, F, kLabs2015, "Nothing but RC4 is accepted.", "Seul RC4 est accepté."},

    {Rule::Compression, "compression", Cap, C, kGuide, "TLS compression is chosen (CRIME).",
     "La compression TLS est choisie (CRIME)."},
    {Rule::Poodle, "poodle", Cap, C, kPoodle, "SSL 3.0 is accepted with a CBC cipher (POODLE).",
     "SSL 3.0 est accepté avec un chiffrement CBC (POODLE)."},
    {Rule::NoTls12, "no_tls1.2", Cap, C, kLabs117, "Neither TLS 1.2 nor TLS 1.3 is accepted.",
     "Ni TLS 1.2 ni TLS 1.3 n’est accepté."},
    {Rule::Rc4Modern, "rc4_modern", Cap, C, kLabs117, "RC4 is chosen for modern clients (TLS 1.1 or newer).",
     "RC4 est choisi pour des clients modernes (TLS 1.1 ou plus récent)."},
    {Rule::Block64, "block64", Cap, C, kLabs2017,
     "A cipher with blocks of 64 bits (3DES) is chosen for modern clients (SWEET32).",
     "Un chiffrement par blocs de 64 bits (3DES) est choisi pour des clients modernes (SWEET32)."},

    {Rule::Ssl3, "ssl3", Cap, B, kPoodle, "SSL 3.0 is accepted.", "SSL 3.0 est accepté."},
    {Rule::Rc4, "rc4", Cap, B, kLabs117, "RC4 is accepted.", "RC4 est accepté."},
    {Rule::Tls10, "tls1.0", Cap, B, kGuide2009q, "TLS 1.0 is accepted.", "TLS 1.0 est accepté."},
    {Rule::Tls11, "tls1.1", Cap, B, kGuide2009q, "TLS 1.1 is accepted.", "TLS 1.1 est accepté."},
    {Rule::ShortKey, "short_key", Cap, B, kGuide2009e, "The certificate’s key is shorter than RSA of 2048 bits.",
     "La clé du certificat est plus courte que RSA de 2048 bits."},
    {Rule::ShortDh, "short_dh", Cap, B, kLabs117, "Diffie-Hellman uses a prime of fewer than 2048 bits.",
     "Diffie-Hellman emploie un nombre premier de moins de 2048 bits."},
    {Rule::NoForwardSecrecy, "no_forward_secrecy", Cap, B, kGuide2009o,
     "A modern client gets a suite without forward secrecy.",
     "Un client moderne obtient une suite sans confidentialité persistante."},
    {Rule::NoAead, "no_aead", Cap, B, kGuide2009o, "A modern client gets a suite without authenticated encryption.",
     "Un client moderne obtient une suite sans chiffrement authentifié."},

    {Rule::NoTls13, "no_tls1.3", Cap, AMinus, kGuide2009r, "TLS 1.3 is not accepted.", "TLS 1.3 n’est pas accepté."},
    {Rule::NoSecureRenegotiation, "no_secure_renegotiation", Warning, AMinus, kGuide2009e,
     "Secure renegotiation (RFC 5746) is not known to the server.",
     "Le serveur ne connaît pas la renégociation sûre (RFC 5746)."},

    {Rule::NoHsts, "no_hsts", Cap, A, kGuide2009e, "Without HSTS there is no A+.", "Sans HSTS, pas de A+."},
    {Rule::ShortHsts, "short_hsts", Cap, A, kGuide2009e, "HSTS lasts less than six months, so there is no A+.",
     "HSTS dure moins de six mois\u00a0: pas de A+."},

    {Rule::Untrusted, "untrusted", Replace, T, kGuide, "The certificate does not lead to a trusted authority.",
     "Le certificat ne remonte pas à une autorité reconnue."},
    {Rule::SelfSigned, "self_signed", Replace, T, kGuide, "The certificate is signed by itself.",
     "Le certificat est signé par lui-même."},
    {Rule::NotYetValid, "not_yet_valid", Replace, T, kGuide, "The certificate is not valid yet.",
     "Le certificat n’est pas encore valable."},
    {Rule::Expired, "expired", Replace, T, kGuide, "The certificate has expired.", "Le certificat a expiré."},
    {Rule::Sha1Signature, "sha1_signature", Replace, T, kLabs2017, "The chain is signed with SHA-1.",
     "La chaîne est signée avec SHA-1."},
    {Rule::NameMismatch, "name_mismatch", Replace, M, kGuide, "The certificate is for another name.",
     "Le certificat est établi pour un autre nom."},

    {Rule::Exceptional, "exceptional", Reward, APlus, kGuide2009e, "No warning, and HSTS for six months or more: A+.",
     "Aucun avertissement, et HSTS pour six mois ou plus\u00a0: A+."},
});

}  // namespace

GradeRule rule_text(Rule rule) {
  const auto* const row = std::ranges::find(kRows, rule, &RuleRow::rule);
  if (row == kRows.end()) throw std::logic_error{"a rule of the TLS grade has no text"};
  return {.id = row->id,
          .effect = row->effect,
          .cap = row->cap,
          .source = row->source,
          .sentence = {std::string{row->en}, std::string{row->fr}}};
}

}  // namespace belfry::inspect
