#include "proof/fetch_finding.hpp"

#include "proof/claims.hpp"

#include <string>

namespace belfry::proof {

namespace {

Wording describe(net::FetchError error) {
  switch (error) {
    case net::FetchError::BadRequest:
      return {"the request could not be sent", "la requête n’a pas pu être envoyée"};
    case net::FetchError::ForbiddenTarget:
      return {"the target is not permitted", "la cible n’est pas permise"};
    case net::FetchError::NameNotFound:
      return {"the name was not found", "le nom est introuvable"};
    case net::FetchError::ConnectFailed:
      return {"no connection", "pas de connexion"};
    case net::FetchError::TlsFailed:
      return {"the TLS handshake failed", "la négociation TLS a échoué"};
    case net::FetchError::DeadlineExceeded:
      return {"it took too long", "l’attente a été trop longue"};
    case net::FetchError::TooLarge:
      return {"it was too large", "elle était trop longue"};
    case net::FetchError::BrokenOff:
      return {"it broke off", "elle s’est interrompue"};
  }
  return {};
}

}  // namespace

Finding no_answer(net::FetchError error) {
  const Wording why = describe(error);
  return {"no complete answer: " + std::string{why.en}, "pas de réponse complète\u00a0: " + std::string{why.fr}};
}

}  // namespace belfry::proof
