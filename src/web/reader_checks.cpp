#include "web/reader_checks.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace belfry::web {

namespace {

// More than this many requests are nothing that a page should ask its readers to send.
constexpr std::uint32_t kMostRequests = 2'000;

struct Template {
  std::string_view claim;
  // {site} and {belfry}: https://host, with the port where it is not 443; {host} and {port} of the site; {drill}: where
  // a request is answered that got past the guards; {requests}: enough to meet the limit.
  std::string_view command;
  proof::Wording outcome;
};

constexpr std::array<Template, 15> kTemplates{{
    {"transit.encrypted",
     "curl -sS -m 10 -o /dev/null http://{host}:{port}/; openssl s_client -connect {host}:{port} -servername {host} "
     "-tls1_1 -cipher DEFAULT@SECLEVEL=0 </dev/null 2>&1 | grep -i 'alert protocol version'",
     {"The first must end in an error without an answer, the second must print that the door refused TLS 1.1 (“alert "
      "protocol version”).",
      "La première commande doit finir par une erreur, sans réponse\u202f; la seconde doit montrer que la porte a "
      "refusé TLS 1.1 («\u00a0alert protocol version\u00a0»)."}},
    {"transit.report",
     "openssl s_client -connect {host}:{port} -servername {host} </dev/null 2>/dev/null "
     "| openssl x509 -noout -fingerprint -sha256 -enddate",
     {"It must print the certificate’s fingerprint and last day as the report gives them.",
      "La commande doit afficher l’empreinte et le dernier jour du certificat tels que le rapport les donne."}},
    {"transit.hsts",
     "curl -sSI {site}/ {belfry}/drill/nothing-here | grep -i '^strict-transport-security'",
     {"It must print the field twice, for a page and for an error, each with a max-age of at least 15768000.",
      "La commande doit afficher le champ deux fois, pour une page et pour une erreur, chaque fois avec un max-age "
      "d’au moins 15768000."}},
    {"password.policy",
     "curl -sS -o /dev/null -w '%{http_code}\\n' {belfry}/sign-in",
     {"It prints 200, for the page where people with an account sign in. Whoever has one can see the rest in the "
      "account’s security settings: aaaaaa must be refused there as a new password.",
      "La commande affiche 200, pour la page où se connectent les titulaires d’un compte. Qui en a un peut voir le "
      "reste dans ses réglages de sécurité\u00a0: aaaaaa doit y être refusé comme nouveau mot de passe."}},
    {"password.hashed",
     "curl -sS {belfry}/security.json | grep -c '\"id\":\"password.hashed\"'",
     {"It must print 1: the row with its figures. How passwords are stored cannot be seen from outside; that is the "
      "point of it.",
      "La commande doit afficher 1\u00a0: la ligne et ses chiffres. Comment les mots de passe sont conservés ne se "
      "voit pas de l’extérieur\u202f; c’est bien le but."}},
    {"account.lockout",
     "curl -sS -o /dev/null -w '%{http_code}\\n' {belfry}/sign-in",
     {"It prints 200, for the page where people sign in. Whoever has an account can see the rest from a browser that "
      "never signed in: after the wrong passwords the right one is told to be wrong, for a while.",
      "La commande affiche 200, pour la page de connexion. Qui a un compte peut voir le reste depuis un navigateur "
      "jamais connecté\u00a0: après les mots de passe erronés, le bon est dit faux, pour un temps."}},
    {"account.second_factor",
     "curl -sS -o /dev/null -w '%{http_code}\\n' {belfry}/account/security -H 'Accept: application/json'",
     {"It prints 401: the settings of an account are shown to nobody else. Whoever has an account with a second factor "
      "can see the rest by signing in twice within half a minute: the same code must be refused the second time.",
      "La commande affiche 401\u00a0: les réglages d’un compte ne sont montrés à personne d’autre. Qui a un compte "
      "avec un second facteur peut voir le reste en se connectant deux fois en une demi-minute\u00a0: le même code "
      "doit être refusé la seconde fois."}},
    {"output.escaped",
     "curl -sS '{belfry}/sign-in?return_to=%22%3E%3Cb%20id%3Ddrill%3E' | grep -c '<b id=drill>'",
     {"It must print 0: the markup in the address does not come back as markup.",
      "La commande doit afficher 0\u00a0: le balisage de l’adresse ne revient pas comme balisage."}},
    {"request.blocklist",
     "curl -sS -o /dev/null -w '%{http_code}\\n' {belfry}/health",
     {"It prints 200 from an address that no list names. From one that a list names it must print 000 and an error; "
      "whoever has no such address cannot see the difference from outside.",
      "La commande affiche 200 depuis une adresse qu’aucune liste ne nomme. Depuis une adresse listée, elle doit "
      "afficher 000 et une erreur\u202f; qui n’a pas une telle adresse ne peut pas voir la différence de "
      "l’extérieur."}},
    {"request.rate",
     "curl -sSZ --parallel-max 50 -o /dev/null -w '%{http_code}\\n' '{drill}?[1-{requests}]' | sort | uniq -c",
     {"It must count answers with 200 and, once you have had your share, with 429. It spends what your own address may "
      "ask for: wait a few seconds before you go on reading.",
      "La commande doit compter des réponses 200 puis, une fois votre part épuisée, des réponses 429. Elle dépense "
      "ce que votre propre adresse peut demander\u00a0: attendez quelques secondes avant de reprendre la lecture."}},
    {"request.traced",
     "curl -sSI {site}/ {site}/ | grep -i '^x-request-id'",
     {"It must print two identifiers that differ. What stands in the log under one of them only the people of the site "
      "can look up: name it to them.",
      "La commande doit afficher deux identifiants différents. Ce que le journal contient sous l’un d’eux, seule "
      "l’équipe du site peut le chercher\u00a0: citez-le-lui."}},
    {"request.origin",
     "for origin in https://elsewhere.invalid {site}; do curl -sS -o /dev/null -w '%{http_code}\\n' "
     "-H \"Origin: $origin\" -d drill=1 {drill}; done",
     {"It must print 403 for the foreign origin, then 200 for the site’s own.",
      "La commande doit afficher 403 pour l’origine étrangère, puis 200 pour celle du site."}},
    {"request.csrf_token",
     "curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Origin: {belfry}' -d intent=sign_in {belfry}/sign-in",
     {"It must print 403: the form is the site’s own, but the token is missing. What a form of your own account does "
      "without its token you can see by taking the field csrf_token out of it in the browser’s inspector.",
      "La commande doit afficher 403\u00a0: le formulaire est bien celui du site, mais le jeton manque. Ce que fait un "
      "formulaire de votre propre compte sans son jeton se voit en retirant le champ csrf_token dans l’inspecteur du "
      "navigateur."}},
    {"response.csp",
     "curl -sSI {belfry}/security {belfry}/drill/nothing-here | grep -i '^content-security-policy'",
     {"It must print the field twice, for a page and for an error, each with default-src, base-uri and frame-ancestors "
      "set to none.",
      "La commande doit afficher le champ deux fois, pour une page et pour une erreur, chaque fois avec default-src, "
      "base-uri et frame-ancestors à none."}},
    {"organisation.credentials",
     "curl -sS -o /dev/null -w '%{http_code}\\n' {belfry}/account -H 'Accept: application/json'",
     {"It prints 401: an account is shown to nobody who is not signed in. Whoever is new among the staff can see the "
      "rest: until a second factor is set, the account leads to where that is done.",
      "La commande affiche 401\u00a0: un compte ne se montre à personne qui ne soit connecté. Qui vient d’entrer dans "
      "l’équipe peut voir le reste\u00a0: tant qu’aucun second facteur n’est réglé, le compte mène là où cela se "
      "fait."}},
}};

// Letters, digits, dots and hyphens mean themselves to every shell.
bool is_plain_name(std::string_view host) {
  return !host.empty() && host.front() != '-' && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

}  // namespace

std::string origin_of(const std::string& host, std::uint16_t port) {
  return "https://" + host + (port == 443 ? "" : ":" + std::to_string(port));
}

std::optional<ReaderCheck> reader_check(const proof::Claim& claim, const DoorFromOutside& door) {
  const auto* const found = std::ranges::find(kTemplates, claim.id, &Template::claim);
  if (found == kTemplates.end() || claim.parts.empty()) return std::nullopt;
  if (!is_plain_name(door.site) || !is_plain_name(door.belfry)) return std::nullopt;

  // Three times the burst: the bucket fills again while the requests are on their way.
  const std::uint64_t requests = std::uint64_t{3} * door.burst + 100;
  const std::string site = origin_of(door.site, door.port);
  const std::string belfry = origin_of(door.belfry, door.port);
  const std::array<std::pair<std::string_view, std::string>, 6> values{{
      {"{site}", site},
      {"{belfry}", belfry},
      {"{host}", door.site},
      {"{port}", std::to_string(door.port)},
      {"{drill}", door.site == door.belfry ? belfry + "/drill/admitted" : site + "/.belfry/drill"},
      {"{requests}", std::to_string(requests)},
  }};
  if (found->command.contains("{requests}") && requests > kMostRequests) return std::nullopt;

  ReaderCheck check{.command = std::string{found->command}, .outcome = found->outcome};
  for (const auto& [name, value] : values) {
    for (auto at = check.command.find(name); at != std::string::npos;
         at = check.command.find(name, at + value.size())) {
      check.command.replace(at, name.size(), value);
    }
  }
  return check;
}

}  // namespace belfry::web
