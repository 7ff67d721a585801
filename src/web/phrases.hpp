#pragma once

// Every phrase of the pages but the claims' own, in every language, in one table: a phrase without a translation does
// not compile, and neither does a name that is not in the table. Templates name a phrase as [[name]].

#include "proof/claims.hpp"
#include "web/language.hpp"
#include "web/people_phrases.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace belfry::web {

// French typography: U+00A0 before a colon and within guillemets, U+202F before ; ! ? and %.
inline constexpr auto kPhrases = std::to_array<NamedPhrase>({
    {"layout.skip", {"Skip to the content", "Aller au contenu"}},
    {"layout.languages", {"Language", "Langue"}},
    {"layout.tag", {"en", "fr"}},
    {"layout.footer",
     {"Belfry stands at the gate of this site. This page runs no script and sets no cookie.",
      "Belfry se tient à la porte de ce site. Cette page n’exécute aucun script et ne dépose aucun cookie."}},
    {"layout.footer_new_password",
     {"Belfry stands at the gate of this site. The one script of this page measures and suggests passwords; its "
      "cookies are for signing in alone.",
      "Belfry se tient à la porte de ce site. Le seul script de cette page mesure et propose des mots de passe\u00a0; "
      "ses cookies ne servent qu’à la connexion."}},
    {"layout.footer_people",
     {"Belfry stands at the gate of this site. This page runs no script, and its cookies are for signing in alone.",
      "Belfry se tient à la porte de ce site. Cette page n’exécute aucun script, et ses cookies ne servent qu’à la "
      "connexion."}},

    {"security.title", {"Security of ", "La sécurité de "}},
    {"security.over", {"The security of", "La sécurité de"}},
    {"security.heading", {"What is promised here, and whether it holds", "Ce qui est promis ici, et ce qui est tenu"}},
    {"security.lead",
     {"Each line below is a promise that can be broken. Belfry, the watch-tower in front of this site, puts them to "
      "the test again and again, one more as each check is built, and shows what it found last. Nobody can set a line "
      "by hand.",
      "Chaque ligne ci-dessous est une promesse qui peut être rompue. Belfry, la tour de guet devant ce site, les "
      "met sans cesse à l’épreuve, une de plus à chaque contrôle construit, et montre ce qu’il a constaté en "
      "dernier. Personne ne peut changer une ligne à la main."}},
    {"security.summary", {"In short", "En bref"}},
    {"security.states",
     {"A promise holds while fresh evidence says so, and is broken once evidence says otherwise. It is unknown where "
      "nothing was looked at, where the check could not tell, or where the evidence has grown too old: silence never "
      "counts as good news.",
      "Une promesse tient tant qu’un constat récent le dit, et elle est rompue dès qu’un constat dit le contraire. "
      "Elle est inconnue quand rien n’a été regardé, quand le contrôle n’a pas pu trancher ou quand le constat a "
      "trop vieilli\u00a0: le silence n’est jamais une bonne nouvelle."}},
    {"security.generated", {"As of", "État au"}},
    {"security.json", {"The same for programs (JSON)", "La même chose pour les programmes (JSON)"}},
    {"security.history",
     {"Every change of state so far, in a chain of hashes (JSON)",
      "Tous les changements d’état, enchaînés par leurs empreintes (JSON)"}},
    {"security.feed", {"Changes of state as a feed (Atom)", "Les changements d’état en flux (Atom)"}},
    {"security.badge", {"Badge (SVG)", "Badge (SVG)"}},
    {"security.days",
     {"The line under a promise is its last 90 days, in UTC: one mark a day, at that day’s worst state. A tall mark "
      "is a day on which it was broken, a short one a day on which it was unknown, and a dot a day before the record "
      "began. While nobody looked, evidence grew old all the same.",
      "La ligne sous une promesse montre ses 90 derniers jours, en UTC\u00a0: un trait par jour, au pire état de ce "
      "jour. Un grand trait est un jour où elle fut rompue, un petit un jour où elle fut inconnue, un point un jour "
      "d’avant le premier relevé. Pendant que personne ne regardait, les constats vieillissaient quand même."}},
    {"security.contents", {"The promises by subject", "Les promesses par sujet"}},

    {"state.holds", {"Holds", "Tient"}},
    {"state.broken", {"Broken", "Rompue"}},
    {"state.unknown", {"Unknown", "Inconnue"}},
    {"count.holds.one", {"holds", "tient"}},
    {"count.holds.many", {"hold", "tiennent"}},
    {"count.broken.one", {"broken", "rompue"}},
    {"count.broken.many", {"broken", "rompues"}},
    {"count.unknown.one", {"unknown", "inconnue"}},
    {"count.unknown.many", {"unknown", "inconnues"}},

    {"reason.not_built",
     {"No check is built for this promise yet, so nobody can say.",
      "Aucun contrôle n’existe encore pour cette promesse\u00a0: nul ne peut se prononcer."}},
    {"reason.part_not_built",
     {"No check is built for a part of this promise yet, so nobody can say of the whole.",
      "Aucun contrôle n’existe encore pour une partie de cette promesse\u00a0: nul ne peut se prononcer sur "
      "l’ensemble."}},
    {"reason.no_evidence", {"The check has not reported yet.", "Le contrôle n’a encore rien rapporté."}},
    {"reason.inconclusive", {"The last check could not tell.", "Le dernier contrôle n’a pas pu trancher."}},
    {"reason.expired", {"The last evidence is too old to count.", "Le dernier constat est trop ancien pour compter."}},
    {"reason.from_future",
     {"The evidence is dated later than now: a clock is wrong, and its age cannot be told.",
      "Le constat est daté d’après maintenant\u00a0: une horloge se trompe, et son âge ne peut être établi."}},
    {"reason.uncovered",
     {"The figure rests on too few observations to count.",
      "Le chiffre repose sur trop peu d’observations pour compter."}},
    {"reason.unrecorded",
     {"What the check found could not be written down, so it does not count.",
      "Ce que le contrôle a constaté n’a pas pu être consigné\u00a0: cela ne compte donc pas."}},

    {"fact.check", {"How it is checked.", "Comment on le contrôle."}},
    {"fact.evidence", {"Last evidence", "Dernier constat"}},
    {"fact.expires", {"Counts until", "Vaut jusqu’au"}},
    {"fact.expired", {"Counted until", "Valait jusqu’au"}},
    {"fact.since.holds", {"Holds since", "Tient depuis le"}},
    {"fact.since.broken", {"Broken since", "Rompue depuis le"}},
    {"fact.since.unknown", {"Unknown since", "Inconnue depuis le"}},
    {"fact.lapse", {"Last broken", "Dernière rupture"}},
    {"fact.lapse.from", {"from", "du"}},
    {"fact.lapse.to", {"to", "au"}},
    {"fact.basis", {"How it is known", "Comment on le sait"}},
    {"fact.basis_later", {"How it will be known", "Comment on le saura"}},
    {"fact.scope", {"Speaks of", "Porte sur"}},
    {"basis.enforced", {"enforced by the program", "imposé par le programme"}},
    {"basis.drilled", {"drilled: tried against the running site", "exercice\u00a0: essayé sur le site en marche"}},
    {"basis.measured", {"measured from observations", "mesuré d’après des observations"}},
    {"basis.declared", {"declared, with a dated document", "déclaré, document daté à l’appui"}},
    {"scope.belfry", {"what Belfry itself holds and shows", "ce que Belfry détient et montre"}},
    {"scope.application", {"the whole site behind the door", "tout le site derrière la porte"}},
    {"fact.outside", {"Check it yourself.", "Vérifiez vous-même."}},
    {"days.total", {"90 days:", "90 jours\u00a0:"}},
    {"days.held.one", {"held", "tenu"}},
    {"days.held.many", {"held", "tenus"}},
    {"days.broken.one", {"broken", "rompu"}},
    {"days.broken.many", {"broken", "rompus"}},
    {"days.unknown.one", {"unknown", "inconnu"}},
    {"days.unknown.many", {"unknown", "inconnus"}},
    {"days.no_record", {"without a record", "sans relevé"}},
    {"days.until_now", {"now", "maintenant"}},
    {"days.earlier",
     {"Earlier changes are in the history (JSON).", "Les changements antérieurs sont dans l’historique (JSON)."}},
    {"days.beyond",
     {"The history holds times that have not come yet: a clock was wrong, and these days may be, too.",
      "L’historique contient des heures qui ne sont pas encore venues\u00a0: une horloge se trompait, et ces jours "
      "peuvent être faux."}},
    {"days.unread", {"The history cannot be read at this moment.", "L’historique ne peut être lu en ce moment."}},
    {"feed.changes", {": changes of state", "\u00a0: changements d’état"}},
    {"feed.entry", {"Entry of the public history:", "Entrée de l’historique public\u00a0:"}},
    {"feed.hash", {"hash", "empreinte"}},
    {"badge.of", {" of ", " sur "}},
    {"badge.promises",
     {"Promises of this site, as Belfry finds them:", "Les promesses de ce site, vues par Belfry\u00a0:"}},
    {"part.no_evidence", {"nothing reported yet", "rien de rapporté encore"}},

    {"front.over", {"At the gate of", "À la porte de"}},
    {"front.heading", {"Belfry keeps watch here", "Belfry veille ici"}},
    {"front.lead",
     {"Every request to this site passes through Belfry. It turns away what it can tell is an attack, and it puts the "
      "site’s own promises to the test, in public.",
      "Toute requête vers ce site passe par Belfry. Il éconduit ce qu’il reconnaît comme une attaque, et il met les "
      "promesses du site à l’épreuve, en public."}},
    {"front.security", {"The security page", "La page de sécurité"}},
    {"front.security_note",
     {"What is promised here, and whether it holds at this moment.",
      "Ce qui est promis ici, et si c’est tenu en ce moment même."}},
    {"front.application", {"The application", "L’application"}},
    {"front.application_note", {"What stands behind the door.", "Ce qui se trouve derrière la porte."}},
    {"front.account", {"Your account", "Votre compte"}},
    {"front.account_note",
     {"Signing in, your password, your second factor.", "La connexion, votre mot de passe, votre second facteur."}},
    {"front.json", {"The same for programs", "La même chose pour les programmes"}},
    {"front.json_note", {"The security page as JSON.", "La page de sécurité en JSON."}},

    {"tls.title", {"The encryption of ", "Le chiffrement de "}},
    {"tls.over", {"The encryption of", "Le chiffrement de"}},
    {"tls.heading", {"How this site is encrypted", "Comment ce site est chiffré"}},
    {"tls.lead",
     {"Belfry looks at its own door as a stranger would: it offers it every protocol and cipher there is, the weak "
      "ones above all, and writes down what the door agrees to.",
      "Belfry regarde sa propre porte comme le ferait un inconnu\u00a0: il lui propose tous les protocoles et "
      "chiffrements qui existent, les faibles surtout, et note ce qu’elle accepte."}},
    {"tls.nothing",
     {"Nothing was looked at yet. The first look comes within minutes of the start, where drills are allowed.",
      "Rien n’a encore été regardé. Le premier examen vient dans les minutes qui suivent le démarrage, si les "
      "exercices sont permis."}},
    {"tls.grade", {"the grade", "la note"}},
    {"tls.grade_without_trust", {"the grade, trust left aside", "la note, confiance mise à part"}},
    {"tls.grade_with_trust", {"with trust in the authority", "avec la confiance en l’autorité"}},
    {"tls.address", {"address", "adresse"}},
    {"tls.addresses", {"addresses", "adresses"}},
    {"tls.guide",
     {"The grade is our own reading of SSL Labs’ public rating guide, version 2009r; SSL Labs had no part in it. The "
      "worst address gives the grade.",
      "La note est notre propre lecture du guide public de SSL Labs, version 2009r\u202f; SSL Labs n’y a pris aucune "
      "part. La moins bonne adresse donne la note."}},
    {"tls.trust_note",
     {"T stands for a certificate from an authority that is not publicly known, M for one with another name: browsers "
      "warn of it.",
      "T signale un certificat d’une autorité qui n’est pas publiquement reconnue, M un certificat à un autre "
      "nom\u00a0: les navigateurs en avertissent."}},
    {"tls.own_listener",
     {"The site’s names lead nowhere from the machine that looked, so its own listener was looked at.",
      "Les noms du site ne mènent nulle part depuis la machine qui a regardé\u00a0: c’est sa propre écoute qui l’a "
      "été."}},
    {"tls.taken", {"Looked at on", "Examiné le"}},
    {"tls.to_security", {"Back to the promises", "Retour aux promesses"}},
    {"tls.good", {"good", "bon"}},
    {"tls.bad", {"not good", "pas bon"}},
    {"tls.unknown", {"not known", "inconnu"}},
    {"tls.refused", {"Refused", "Refusée"}},
    {"tls.accepted", {"Accepted", "Acceptée"}},
    {"tls.unclear", {"Not clear", "Indécis"}},
    {"tls.rules", {"What led to the grade", "Ce qui a mené à la note"}},
    {"tls.score.protocol", {"protocols", "protocoles"}},
    {"tls.score.key", {"key exchange", "échange de clés"}},
    {"tls.score.cipher", {"ciphers", "chiffrements"}},
    {"tls.score.total", {"total", "total"}},
    {"tls.not_judged", {"What was not judged", "Ce qui n’a pas été jugé"}},
    {"tls.forward", {"forward secrecy", "confidentialité persistante"}},
    {"tls.not_forward", {"no forward secrecy", "sans confidentialité persistante"}},
    {"tls.groups", {"Groups for the key exchange", "Groupes pour l’échange de clés"}},
    {"tls.certificate", {"Certificate", "Certificat"}},
    {"tls.names", {"For", "Pour"}},
    {"tls.issuer", {"From", "De"}},
    {"tls.key", {"Key and signature", "Clé et signature"}},
    {"tls.until", {"Valid until", "Valable jusqu’au"}},
    {"tls.days", {"days left", "jours restants"}},
    {"tls.chain", {"Chain", "Chaîne"}},
    {"tls.trusted", {"known to this machine", "connue de cette machine"}},
    {"tls.untrusted", {"not known to this machine", "inconnue de cette machine"}},
    {"tls.fingerprint", {"SHA-256 fingerprint", "Empreinte SHA-256"}},
    {"tls.offers", {"Weak offers refused:", "Offres faibles refusées\u00a0:"}},
    {"tls.link", {"The report on the encryption", "Le rapport sur le chiffrement"}},

    {"refusal.request_id", {"Request", "Requête"}},
    {"refusal.reason", {"Reason", "Motif"}},
    {"refusal.wait.before", {"Please wait ", "Veuillez attendre "}},
    {"refusal.wait.one", {" second.", " seconde."}},
    {"refusal.wait.many", {" seconds.", " secondes."}},
});

constexpr const Wording* find_phrase(std::string_view name) {
  const auto* const found = std::ranges::find(kPhrases, name, &NamedPhrase::name);
  if (found != kPhrases.end()) return &found->wording;
  const auto* const of_people = std::ranges::find(kPeoplePhrases, name, &NamedPhrase::name);
  return of_people == kPeoplePhrases.end() ? nullptr : &of_people->wording;
}

// A name that is not in the table does not compile.
consteval Wording phrase(std::string_view name) {
  return *find_phrase(name);
}

constexpr bool is_translated(const NamedPhrase& phrase) {
  return !phrase.name.empty() && !phrase.wording.en.empty() && !phrase.wording.fr.empty();
}
static_assert(std::ranges::all_of(kPhrases, is_translated), "a phrase lacks a translation");
static_assert(std::ranges::all_of(kPeoplePhrases, is_translated), "a phrase lacks a translation");
static_assert(std::ranges::all_of(kPhrases,
                                  [](const NamedPhrase& phrase) {
                                    return std::ranges::count(kPhrases, phrase.name, &NamedPhrase::name) == 1;
                                  }),
              "two phrases have one name");

}  // namespace belfry::web
