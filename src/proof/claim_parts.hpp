#pragma once

// The parts that the check of each claim reports on; part of claims.cpp.

#include "proof/claims.hpp"

#include <array>
#include <chrono>
#include <optional>

namespace belfry::proof {

inline constexpr Part kControl{"control", {"control", "témoin"}};

inline constexpr std::array<Part, 10> kEncryptedParts{{
    {"plaintext", {"plain HTTP", "HTTP en clair"}},
    {"port80", {"port 80", "port 80"}},
    {"protocols", {"old protocols", "vieux protocoles"}},
    {"ciphers", {"weak ciphers", "chiffrements faibles"}},
    {"downgrade", {"downgrade", "rabaissement"}},
    {"renegotiation", {"renegotiation and compression", "renégociation et compression"}},
    {"addresses", {"every address", "chaque adresse"}},
    {"port", {"port 443", "port 443"}},
    {"application", {"the application’s own port", "le port de l’application"}},
    kControl,
}};
inline constexpr std::array<Part, 5> kReportParts{{
    {"published", {"the report", "le rapport"}},
    {"same", {"as read again", "relu sur place"}},
    {"certificate", {"certificate", "certificat"}},
    {"grade", {"grade", "note"}},
    kControl,
}};

// Each kind of answer that the door can give, by its status, and the control.
inline constexpr std::array<Part, 7> kHstsParts{{
    {"200", {"200", "200"}},
    {"3xx", {"3xx", "3xx"}},
    {"403", {"403", "403"}},
    {"404", {"404", "404"}},
    {"429", {"429", "429"}},
    {"502", {"502", "502"}},
    kControl,
}};
inline constexpr std::array<Part, 3> kTracedParts{
    {{"lookup", {"look-up", "recherche"}}, kControl, {"twin", {"twin", "jumelle"}}}};
inline constexpr Part kNeighbour{"neighbour", {"another address", "une autre adresse"}};
inline constexpr std::array<Part, 3> kBlocklistParts{
    {{"listed", {"listed address", "adresse listée"}}, kNeighbour, kControl}};
inline constexpr std::array<Part, 3> kRateParts{{{"burst", {"burst", "rafale"}}, kNeighbour, kControl}};
inline constexpr std::array<Part, 6> kOriginParts{{
    {"form", {"form", "formulaire"}},
    {"script", {"script", "script"}},
    {"websocket", {"WebSocket", "WebSocket"}},
    {"belfry", {"Belfry’s own pages", "pages de Belfry"}},
    {"exceptions", {"exceptions", "exceptions"}, InSummary::Finding},
    kControl,
}};

inline constexpr std::array<Part, 6> kCsrfParts{{
    {"missing", {"no token", "aucun jeton"}},
    {"ended", {"token of an ended session", "jeton d’une session close"}},
    {"session", {"another session’s", "d’une autre session"}},
    {"action", {"another action’s", "d’une autre action"}},
    {"stale", {"one that grew too old", "un jeton devenu trop vieux"}},
    kControl,
}};
inline constexpr std::array<Part, 5> kCspParts{{
    {"pages", {"pages", "pages"}},
    {"errors", {"errors", "erreurs"}},
    {"data", {"what programs read", "ce que lisent les programmes"}},
    {"nonce", {"a new nonce each time", "un nonce neuf à chaque fois"}},
    kControl,
}};
inline constexpr std::array<Part, 5> kPolicyParts{{
    {"short", {"five characters", "cinq caractères"}},
    {"plain", {"one character over and over", "un seul caractère répété"}},
    {"common", {"a common password", "un mot de passe courant"}},
    {"reset", {"where it is reset", "là où on le réinitialise"}},
    kControl,
}};
inline constexpr std::array<Part, 5> kHashedParts{{
    {"algorithm", {"bcrypt", "bcrypt"}, InSummary::Finding},
    {"salts", {"different salts", "sels différents"}, InSummary::Finding},
    {"canary", {"a canary’s", "celui d’un canari"}},
    {"plain", {"no plain text", "aucun texte en clair"}},
    kControl,
}};
inline constexpr std::array<Part, 3> kFactorParts{{
    {"asked", {"asked for", "demandé"}},
    {"reused", {"the same code again", "le même code une seconde fois"}},
    kControl,
}};
// Of a claim that is declared: this much of it is tried.
inline constexpr PartTerms kDrilledDaily{.basis = Basis::Drilled, .age_limit = std::chrono::days{1}};
inline constexpr std::array<Part, 3> kCredentialsParts{{
    {"sign_in", {"signing in here", "la connexion ici"}, InSummary::Name, kDrilledDaily},
    {"register",
     {"register of services", "registre des services"},
     InSummary::Name,
     std::nullopt,
     {"it is not kept yet", "il n’est pas encore tenu"}},
    {kControl.id, kControl.name, InSummary::Name, kDrilledDaily},
}};
inline constexpr std::array<Part, 4> kLockoutParts{{
    {"stranger", {"a stranger", "un inconnu"}},
    {"owner", {"the known device", "l’appareil connu"}},
    {"time", {"its time", "son délai"}},
    kControl,
}};
inline constexpr std::array<Part, 3> kEscapeParts{{
    {"kept", {"a name that is kept", "un nom conservé"}},
    {"shown", {"an e-mail that is shown again", "une adresse montrée à nouveau"}},
    kControl,
}};

}  // namespace belfry::proof
