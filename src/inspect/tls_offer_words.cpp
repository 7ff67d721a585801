#include "inspect/tls_offer.hpp"

#include <utility>

namespace belfry::inspect {

namespace {

struct OfferWords {
  std::string_view id;
  std::string_view en;
  std::string_view fr;
};

OfferWords words_of(Offer offer) {
  switch (offer) {
    case Offer::Modern13:
      return {"tls1.3", "TLS 1.3", "TLS 1.3"};
    case Offer::Modern12:
      return {"tls1.2", "TLS 1.2 with ECDHE and AEAD", "TLS 1.2 avec ECDHE et AEAD"};
    case Offer::Ssl2:
      return {"ssl2", "SSL 2.0", "SSL 2.0"};
    case Offer::Ssl3:
      return {"ssl3", "SSL 3.0", "SSL 3.0"};
    case Offer::Tls10:
      return {"tls1.0", "TLS 1.0", "TLS 1.0"};
    case Offer::Tls11:
      return {"tls1.1", "TLS 1.1", "TLS 1.1"};
    case Offer::StaticRsa:
      return {"rsa", "static RSA key exchange", "échange de clés RSA statique"};
    case Offer::Cbc:
      return {"cbc", "CBC ciphers", "chiffrements CBC"};
    case Offer::Rc4:
      return {"rc4", "RC4", "RC4"};
    case Offer::TripleDes:
      return {"3des", "3DES and other 64-bit block ciphers", "3DES et autres chiffrements par blocs de 64 bits"};
    case Offer::Export:
      return {"export", "export-grade ciphers", "chiffrements «\u00a0export\u00a0»"};
    case Offer::Null:
      return {"null", "NULL ciphers (no encryption)", "chiffrements NULL (aucun chiffrement)"};
    case Offer::Anonymous:
      return {"anonymous", "anonymous key exchange", "échange de clés anonyme"};
    case Offer::Compression:
      return {"compression", "TLS compression", "compression TLS"};
    case Offer::LegacyRenegotiation:
      return {"legacy_renegotiation", "renegotiation without RFC 5746", "renégociation sans la RFC 5746"};
    case Offer::Renegotiation:
      return {"renegotiation", "renegotiation begun by the client", "renégociation lancée par le client"};
    case Offer::Fallback:
      return {"fallback", "fallback to an older version", "repli vers une version plus ancienne"};
    case Offer::Plaintext:
      return {"plaintext", "HTTP without TLS", "HTTP sans TLS"};
  }
  std::unreachable();
}

std::string chosen_by(const ServerHello& hello) {
  return std::string{to_string(hello.version)} + ", " + suite_name(hello.suite);
}

Sentence refusal(const OfferResult& result) {
  switch (result.reason) {
    case OfferReason::Alert: {
      const std::string name = alert_name(result.alert.value_or(0));
      return {"refused with the alert " + name, "refusé par l’alerte " + name};
    }
    case OfferReason::Closed:
      return {"refused: the connection was closed without a byte",
              "refusé\u00a0: la connexion a été fermée sans un octet"};
    case OfferReason::Reset:
      return {"refused: the connection was reset", "refusé\u00a0: la connexion a été interrompue"};
    case OfferReason::ErrorReply:
      if (result.http_status) {
        const std::string status = std::to_string(*result.http_status);
        return {"refused: this port wants TLS (HTTP status " + status + ")",
                "refusé\u00a0: ce port exige TLS (statut HTTP " + status + ")"};
      }
      return {"refused with an error", "refusé par un message d’erreur"};
    default:
      if (result.offer == Offer::Renegotiation) {
        return {"refused: there was no second handshake", "refusé\u00a0: pas de seconde négociation"};
      }
      return {"refused: the server did without it", "refusé\u00a0: le serveur s’en est passé"};
  }
}

Sentence acceptance(const OfferResult& result) {
  if (result.hello) return {"accepted: " + chosen_by(*result.hello), "accepté\u00a0: " + chosen_by(*result.hello)};
  if (result.http_status) {
    const std::string status = std::to_string(*result.http_status);
    return {"accepted: answered with HTTP status " + status, "accepté\u00a0: réponse avec le statut HTTP " + status};
  }
  return {"accepted", "accepté"};
}

Sentence doubt(OfferReason reason) {
  switch (reason) {
    case OfferReason::ConnectFailed:
      return {"unclear: no connection", "incertain\u00a0: pas de connexion"};
    case OfferReason::Timeout:
      return {"unclear: no answer in time", "incertain\u00a0: pas de réponse à temps"};
    case OfferReason::BrokenOff:
      return {"unclear: the answer broke off", "incertain\u00a0: réponse interrompue"};
    case OfferReason::NotApplicable:
      return {"not tried: no TLS 1.2 with this server", "non essayé\u00a0: pas de TLS 1.2 avec ce serveur"};
    case OfferReason::Unproven:
      return {"unclear: no answer, nor to a good offer right after",
              "incertain\u00a0: pas de réponse, ni à une bonne offre juste après"};
    case OfferReason::NotTried:
      return {"not tried", "non essayé"};
    default:
      return {"unclear: the answer makes no sense", "incertain\u00a0: réponse incompréhensible"};
  }
}

}  // namespace

std::string_view id_of(Offer offer) {
  return words_of(offer).id;
}

Sentence name_of(Offer offer) {
  const OfferWords words = words_of(offer);
  return {std::string{words.en}, std::string{words.fr}};
}

Sentence describe(const OfferResult& result) {
  switch (result.answer) {
    case OfferAnswer::Refused:
      return refusal(result);
    case OfferAnswer::Accepted:
      return acceptance(result);
    case OfferAnswer::Unclear:
      return doubt(result.reason);
  }
  std::unreachable();
}

}  // namespace belfry::inspect
