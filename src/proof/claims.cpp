#include "proof/claims.hpp"

#include "proof/claim_parts.hpp"

#include <algorithm>

namespace belfry::proof {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Wording kNoCheck{};
constexpr std::span<const Part> kNoParts{};

// What `password.policy` promises with [accounts] password_preset = "nist-800-63b-4".
constexpr Wording kNistPolicy{
    "A password that is shorter than fifteen characters (eight beside a second factor), widely known, or made of your "
    "own name is refused, wherever a password can be chosen. No setting lowers that floor, and a long phrase is "
    "welcome.",
    "Un mot de passe de moins de quinze caractères (huit avec un second facteur), trop connu ou tiré de votre propre "
    "nom "
    "est refusé, partout où l’on peut en choisir un. Aucun réglage n’abaisse ce plancher, et une longue phrase est la "
    "bienvenue."};

// The age limits. A check is repeated several times within its limit, so that one that fails by chance does not turn
// the row to unknown, and a limit is short enough for a visitor to take the row for the present state:
//   1 hour     checks of a few requests, repeated every few minutes;
//   1 day      figures that move slowly, and drills that people notice (alerts, notices, a locked account);
//   2 days     drills that cost much (a full restore, a search of every file), run every night: one night may fail;
//   7 days     what people's devices report, as each is expected to within that time;
//   366 days   what a person attests with a dated document, which may end sooner by the document's own date.
constexpr auto kMinutesApart = hours{1};
constexpr auto kDaily = days{1};
constexpr auto kNightly = days{2};
constexpr auto kWeekly = days{7};
constexpr auto kAttested = days{366};

// French typography: U+00A0 before a colon and within guillemets, U+202F before ; ! ? and %.
constexpr std::array<Claim, kClaimCount> kClaims{{
    {"availability.target",
     Group::Availability,
     Scope::Application,
     Basis::Measured,
     kMinutesApart,
     {"Uptime of 99.9%", "Disponible à 99,9\u202f%"},
     {"The site answers at least 99.9% of the time: over thirty days, that leaves 43 minutes and 12 seconds for "
      "everything that goes wrong. Time in which nobody looked is counted apart, never as time up.",
      "Le site répond au moins 99,9\u202f% du temps\u00a0: sur trente jours, il reste 43 minutes et 12 secondes pour "
      "tout ce qui tourne mal. Le temps où personne ne regardait est compté à part, jamais comme du temps de marche."},
     kNoCheck,
     kNoParts},
    {"availability.monitored",
     Group::Availability,
     Scope::Application,
     Basis::Drilled,
     kDaily,
     {"Watched from several places", "Surveillé depuis plusieurs endroits"},
     {"Several watchers, each able to live somewhere else, keep asking whether the site answers as it should. A "
      "watcher that falls silent is an incident too.",
      "Plusieurs veilleurs, chacun capable de vivre ailleurs, demandent sans relâche si le site répond comme il faut. "
      "Un veilleur qui se tait est lui aussi un incident."},
     kNoCheck,
     kNoParts},
    {"availability.alerted",
     Group::Availability,
     Scope::Application,
     Basis::Drilled,
     kDaily,
     {"Somebody is called", "Quelqu’un est prévenu"},
     {"When the site fails, the people who can repair it are told within moments and by more than one way. A message "
      "that does not get through is sent again.",
      "Quand le site défaille, les personnes qui peuvent le réparer l’apprennent dans l’instant et par plus d’une "
      "voie. Un message qui ne passe pas est renvoyé."},
     kNoCheck,
     kNoParts},
    {"availability.status_page",
     Group::Availability,
     Scope::Application,
     Basis::Drilled,
     kDaily,
     {"A status page that stays up", "Une page d’état qui reste debout"},
     {"When something is wrong you can read what is known and what is being done, on a page that does not go down with "
      "the site.",
      "Quand quelque chose ne va pas, vous pouvez lire ce que l’on sait et ce que l’on fait, sur une page qui ne tombe "
      "pas avec le site."},
     kNoCheck,
     kNoParts},
    {"availability.in_app",
     Group::Availability,
     Scope::Application,
     Basis::Drilled,
     kDaily,
     {"Notices where you work", "Des avis là où vous travaillez"},
     {"If you have the site open when trouble begins, word of it reaches you on the page itself, without reloading it.",
      "Si le site est ouvert devant vous quand un problème survient, la nouvelle vous parvient dans la page même, sans "
      "la recharger."},
     kNoCheck,
     kNoParts},
    {"transit.encrypted",
     Group::Transit,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"Encrypted, and no other way in", "Chiffré, et sans autre entrée"},
     {"What travels between you and the site is encrypted with TLS 1.2 or 1.3, on port 443 alone. Plain connections "
      "and old ciphers are turned away, and there is no back door to the application.",
      "Ce qui circule entre vous et le site est chiffré par TLS 1.2 ou 1.3, sur le seul port 443. Les connexions en "
      "clair et les vieux chiffrements sont refusés, et l’application n’a pas de porte dérobée."},
     {"Every address of the site is offered, by greetings made by hand, what must be refused: plain HTTP, SSL 2.0 to "
      "TLS 1.1, ciphers without forward secrecy or known to be weak, a fallback, renegotiation and compression; a good "
      "offer beside them must be accepted. Port 80 must be closed, every port be 443, and the application listen where "
      "the door alone reaches it: on this machine’s loopback, as seen from here. Control: a twin of the door with weak "
      "TLS must take up each of these offers.",
      "À chaque adresse du site on propose, par des salutations faites à la main, ce qui doit être refusé\u00a0: "
      "HTTP en clair, SSL 2.0 à TLS 1.1, les chiffrements sans confidentialité persistante ou réputés faibles, un "
      "repli, la renégociation et la compression\u202f; une bonne offre, à côté, doit être acceptée. Le port 80 doit "
      "être fermé, tout port être le 443, et l’application écouter là où seule la porte l’atteint\u00a0: sur la "
      "boucle locale de cette machine, vue d’ici. Témoin\u00a0: une jumelle de la porte au TLS faible doit accepter "
      "chacune de ces offres."},
     kEncryptedParts},
    {"transit.report",
     Group::Transit,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"The encryption laid open", "Le chiffrement à livre ouvert"},
     {"How the encryption is set up is no secret: a public report lists the protocols, ciphers and certificate, as a "
      "fresh connection really finds them.",
      "La façon dont le chiffrement est réglé n’a rien de secret\u00a0: un rapport public énumère protocoles, "
      "algorithmes et certificat, tels qu’une nouvelle connexion les trouve réellement."},
     {"The report is read as a visitor reads it, at /tls, and compared with a fresh look at every address: "
      "certificate, protocols, ciphers, groups and grade must be the same. The certificate must be valid, for the "
      "site’s names and strong; the grade, by the rules of SSL Labs’ public guide, A or better, a missing trust in "
      "the authority left aside and named. Control: the same comparison must see that the report is not that of a "
      "twin with weak TLS.",
      "On lit le rapport comme un visiteur, à /tls, et on le compare à un nouvel examen de chaque adresse\u00a0: "
      "certificat, protocoles, chiffrements, groupes et note doivent concorder. Le certificat doit être valable, aux "
      "noms du site et solide\u202f; la note, selon les règles du guide public de SSL Labs, A ou mieux, un défaut de "
      "confiance dans l’autorité étant mis à part et nommé. Témoin\u00a0: la même comparaison doit voir que ce rapport "
      "n’est pas celui d’une jumelle au TLS faible."},
     kReportParts},
    {"transit.hsts",
     Group::Transit,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"Encrypted for good from the first visit", "Chiffré pour de bon dès la première visite"},
     {"The first answer you get, even an error, tells your browser to come back over encrypted connections only, for "
      "half a year at least. A link that says “http” can no longer lead you astray.",
      "La première réponse que vous recevez, fût-elle une erreur, dit à votre navigateur de ne revenir que par des "
      "connexions chiffrées, pour six mois au moins. Un lien en «\u00a0http\u00a0» ne peut plus vous égarer."},
     {"The door is made to give each kind of answer: a page, a redirect, three refusals and a failure. Each must carry "
      "the Strict-Transport-Security field once, for half a year or more. Control: on a twin of the door that does not "
      "send it, the same check must find it missing.",
      "On amène la porte à donner chaque sorte de réponse\u00a0: une page, une redirection, trois refus et une panne. "
      "Chacune doit porter une seule fois le champ Strict-Transport-Security, pour six mois ou plus. Témoin\u00a0: sur "
      "une jumelle de la porte qui ne l’envoie pas, le même contrôle doit constater son absence."},
     kHstsParts},
    {"hosting.provider",
     Group::Data,
     Scope::Application,
     Basis::Declared,
     kAttested,
     {"A hosting provider with papers to show", "Un hébergeur qui montre ses papiers"},
     {"Data is stored with a provider that others audit. Each of its certificates is listed with its issuer, what it "
      "covers and its last day; after that day it no longer counts here.",
      "Les données sont hébergées chez un prestataire que d’autres auditent. Chacun de ses certificats est listé avec "
      "son émetteur, ce qu’il couvre et son dernier jour\u202f; passé ce jour, il ne compte plus ici."},
     kNoCheck,
     kNoParts},
    {"data.at_rest",
     Group::Data,
     Scope::Belfry,
     Basis::Drilled,
     kNightly,
     {"Sealed before it is stored", "Scellé avant d’être stocké"},
     {"Personal details, messages, attachments and secrets are encrypted before they touch a disk. Somebody who "
      "carries off the disk or a backup, without the key, reads nothing.",
      "Coordonnées, messages, pièces jointes et secrets sont chiffrés avant de toucher un disque. Qui emporte le "
      "disque ou une sauvegarde, sans la clé, ne lit rien."},
     kNoCheck,
     kNoParts},
    {"data.durable",
     Group::Data,
     Scope::Belfry,
     Basis::Drilled,
     kNightly,
     {"Backups that have been restored", "Des sauvegardes déjà restaurées"},
     {"What you entrust to us is still there tomorrow. Each backup is restored somewhere else with the escrowed key "
      "alone, compared row by row, and the time it took is published.",
      "Ce que vous nous confiez sera encore là demain. Chaque sauvegarde est restaurée ailleurs avec la seule clé mise "
      "en dépôt, comparée ligne à ligne, et la durée de l’opération est publiée."},
     kNoCheck,
     kNoParts},
    {"data.separate",
     Group::Data,
     Scope::Belfry,
     Basis::Drilled,
     kMinutesApart,
     {"Your team’s data is your team’s alone", "Les données de votre équipe restent à votre équipe"},
     {"Nobody outside your team gets to see your team’s data, not even with a guessed address: who may see a thing is "
      "decided where it is looked up, not where it is displayed.",
      "Personne hors de votre équipe ne voit les données de votre équipe, même en devinant une adresse\u00a0: qui peut "
      "voir une chose se décide là où elle est cherchée, non là où elle est affichée."},
     kNoCheck,
     kNoParts},
    {"password.policy",
     Group::Accounts,
     Scope::Belfry,
     Basis::Drilled,
     kDaily,
     {"Weak passwords are not accepted", "Les mots de passe faibles sont refusés"},
     {"A password that is shorter than six characters, too plain, widely known, or made of your own name is refused, "
      "wherever a password can be chosen. No setting lowers that floor.",
      "Un mot de passe de moins de six caractères, trop simple, trop connu ou tiré de votre propre nom est refusé, "
      "partout où l’on peut en choisir un. Aucun réglage n’abaisse ce plancher."},
     {"A canary, an account that is made for this and erased behind it, wants three weak passwords where a password is "
      "changed, “abc12”, “aaaaaa” and a common one, and the common one where a password is reset. Each must be refused "
      "by its rule, and a good one taken. Invitations and sign-ups ask the same rules; there they are tried in the "
      "tests. Control: a twin of the door without the rules must take each of them.",
      "Un canari, un compte créé pour cela et effacé ensuite, veut trois mots de passe faibles là où l’on en change, "
      "«\u00a0abc12\u00a0», «\u00a0aaaaaa\u00a0» et un mot courant, et le mot courant là où on le réinitialise. "
      "Chacun doit être refusé par sa règle, et un bon être pris. Les invitations et les inscriptions suivent les "
      "mêmes règles\u202f; les tests les y éprouvent. Témoin\u00a0: une jumelle de la porte, sans ces règles, doit "
      "prendre chacun d’eux."},
     kPolicyParts},
    {"password.hashed",
     Group::Accounts,
     Scope::Belfry,
     Basis::Measured,
     kDaily,
     {"Your password is nowhere to be found", "Votre mot de passe n’est écrit nulle part"},
     {"We keep only a bcrypt hash of it, with a random salt that is yours alone. We cannot read your password, and a "
      "thief would have to guess each one separately, slowly.",
      "Nous n’en gardons qu’une empreinte bcrypt, avec un sel aléatoire qui n’appartient qu’à vous. Nous ne pouvons "
      "pas lire votre mot de passe, et un voleur devrait deviner chacun séparément, lentement."},
     {"All stored passwords that are bcrypt ($2b$) of at least the configured cost, of all that are stored; and "
      "different salts, of as many. A canary, an account that is made for this and erased behind it, changes its "
      "password by the real form: it must become such a hash under a new salt, and its plain text be found in no file "
      "of the store and the logs, raw or in hex, base64 or UTF-16. That the hash is bcrypt of that password is "
      "verified by another implementation in the tests. Control: the same search must find what was written to be "
      "found, and the same measure see what is no such hash.",
      "Tous les mots de passe conservés qui sont du bcrypt ($2b$) d’un coût au moins égal à celui réglé, sur tous "
      "ceux conservés\u202f; et autant de sels différents. Un canari, un compte créé pour cela et effacé ensuite, "
      "change de mot de passe par le vrai formulaire\u00a0: celui-ci doit devenir une telle empreinte sous un "
      "nouveau sel, et ne se trouver en clair dans aucun fichier des données et des journaux, ni tel quel, ni en "
      "hexadécimal, base64 ou UTF-16. Que l’empreinte soit bien le bcrypt de ce mot de passe est vérifié dans les "
      "tests par une autre réalisation. Témoin\u00a0: la même recherche doit trouver ce qui a été écrit pour l’être, "
      "et la même mesure voir ce qui n’est pas une telle empreinte."},
     kHashedParts},
    {"account.lockout",
     Group::Accounts,
     Scope::Belfry,
     Basis::Drilled,
     kDaily,
     {"Guessing locks the account", "À force de deviner, le compte se ferme"},
     {"After a few wrong passwords an account stays shut for a while. A device on which you signed in before keeps a "
      "count of its own, so a stranger cannot lock you out of it.",
      "Après quelques mots de passe erronés, un compte reste fermé un moment. Un appareil où vous vous êtes déjà "
      "connecté garde son propre compte d’essais\u00a0: un inconnu ne peut pas vous en fermer l’accès."},
     {"A canary, an account that is made for this and erased behind it, signs in on a device and out again. A stranger "
      "types wrong passwords up to the configured try, and then the right one: it must not get in, while on the known "
      "device it does. The time of the lock is not waited for: the canary’s lock is aged by half of it, when the right "
      "password must not get in yet, and by the other half, when it must. Control: on a twin of the door that locks "
      "nothing, the right password must get in after as many wrong ones.",
      "Un canari, un compte créé pour cela et effacé ensuite, se connecte sur un appareil, puis se déconnecte. Un "
      "inconnu tape des mots de passe erronés jusqu’au nombre réglé, puis le bon\u00a0: il ne doit pas ouvrir, "
      "tandis qu’il ouvre sur l’appareil connu. Le délai n’est pas attendu\u00a0: la fermeture du canari est "
      "vieillie de la moitié, où le bon mot de passe ne doit pas encore ouvrir, puis de l’autre, où il le doit. "
      "Témoin\u00a0: sur une jumelle de la porte qui ne "
      "ferme rien, le bon mot de passe doit ouvrir après autant d’essais erronés."},
     kLockoutParts},
    {"account.second_factor",
     Group::Accounts,
     Scope::Belfry,
     Basis::Drilled,
     kDaily,
     {"A second lock, if you want one", "Une seconde serrure, si vous le voulez"},
     {"In your account’s security settings you can ask that signing in also takes a six-digit code from an app on your "
      "phone, such as Google Authenticator or Authy. Each code opens once; seen over your shoulder, it is worth "
      "nothing.",
      "Dans les réglages de sécurité de votre compte, vous pouvez exiger aussi, à la connexion, un code à six chiffres "
      "donné par une application de votre téléphone, comme Google Authenticator ou Authy. Chaque code n’ouvre qu’une "
      "fois\u202f; lu par-dessus votre épaule, il ne vaut rien."},
     {"A canary, an account that is made for this and erased behind it, with an authenticator of its own: its "
      "password alone must not get in, with a code of now it must. Somebody else with the password and the same code "
      "must be refused, and the next code must be taken. Control: on a twin of the door that keeps no record of used "
      "codes, the same code must get in twice.",
      "Un canari, un compte créé pour cela et effacé ensuite, a sa propre application de codes\u00a0: son mot de "
      "passe seul ne doit pas ouvrir, avec un code du moment il le doit. Quelqu’un d’autre, avec le mot de passe et "
      "le même code, doit être refusé, et le code suivant être pris. Témoin\u00a0: sur une jumelle de la porte qui "
      "ne retient pas les codes employés, le même code doit ouvrir deux fois."},
     kFactorParts},
    {"request.blocklist",
     Group::Requests,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"Known attackers stay outside", "Les attaquants connus restent dehors"},
     {"Addresses from which attacks are known to come are turned away before they can say a word, so what they would "
      "have tried does not even begin.",
      "Les adresses d’où l’on sait que viennent des attaques sont éconduites avant d’avoir dit un mot\u00a0: ce "
      "qu’elles auraient tenté ne commence même pas."},
     {"Somebody comes under an address that a list names: the connection must be closed before the first byte of TLS, "
      "while an address that no list names is answered. Control: a twin of the door with the same list, which does not "
      "look at it, must answer the listed address.",
      "Quelqu’un se présente sous une adresse qu’une liste nomme\u00a0: la connexion doit être fermée avant le premier "
      "octet de TLS, tandis qu’une adresse qu’aucune liste ne nomme reçoit réponse. Témoin\u00a0: une jumelle de la "
      "porte, qui a la même liste et ne la regarde pas, doit répondre à l’adresse listée."},
     kBlocklistParts},
    {"request.rate",
     Group::Requests,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"No one takes it all", "Personne ne prend tout"},
     {"Each address may ask for so much at a time and no more. Who floods the site is told to wait; you, at another "
      "address, do not notice.",
      "Chaque adresse peut demander tant à la fois, et pas davantage. Qui inonde le site est prié d’attendre\u202f; "
      "vous, à une autre adresse, ne remarquez rien."},
     {"One address asks until it is told to wait (429), while another is answered. Control: a twin of the door without "
      "the limit must answer as many requests of one address.",
      "Une adresse demande jusqu’à être priée d’attendre (429), tandis qu’une autre reçoit réponse. Témoin\u00a0: une "
      "jumelle de la porte, sans la limite, doit répondre à autant de requêtes d’une même adresse."},
     kRateParts},
    {"request.traced",
     Group::Requests,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"Every request can be found again", "Toute requête peut être retrouvée"},
     {"Each answer carries an identifier of its own. Give it to us when something went wrong, and we find the very "
      "request you mean in the log, not one that resembles it.",
      "Chaque réponse porte un identifiant qui lui est propre. Donnez-le-nous quand quelque chose a mal tourné, et "
      "nous retrouvons dans le journal la requête même dont vous parlez, non une autre qui lui ressemble."},
     {"A request is made to the door, and the identifier in its answer is looked up: method, host, path and status "
      "must be those of that request. Controls: an identifier that was never given out must lead nowhere, and a twin "
      "of the door that traces nothing must be seen to give none.",
      "On adresse une requête à la porte, puis on cherche l’identifiant reçu dans la réponse\u00a0: méthode, hôte, "
      "chemin et statut doivent être ceux de cette requête. Témoins\u00a0: un identifiant jamais délivré ne doit mener "
      "nulle part, et une jumelle de la porte qui ne trace rien doit être vue n’en donner aucun."},
     kTracedParts},
    {"output.escaped",
     Group::Pages,
     Scope::Belfry,
     Basis::Drilled,
     kDaily,
     {"Text stays text", "Le texte reste du texte"},
     {"Whatever somebody types into Belfry’s pages, such as those of your account, is shown as the characters they "
      "typed. It cannot turn into a program that runs in your browser.",
      "Quoi que quelqu’un saisisse dans les pages de Belfry, comme celles de votre compte, elles le montrent comme les "
      "caractères qu’il a tapés. Cela ne peut pas devenir un programme qui s’exécute dans votre navigateur."},
     {"Markup that does nothing and resembles no other is typed where Belfry’s pages show it again: as the name of a "
      "canary, an account that is made for this and erased behind it, and as the e-mail of somebody who cannot sign "
      "in. It must come back as the characters that were typed. What the application shows is not tried. Control: on "
      "a twin of the door whose pages are not escaped, it must come back as markup.",
      "Un balisage sans effet, qui ne ressemble à aucun autre, est saisi là où les pages de Belfry le montrent à "
      "nouveau\u00a0: comme nom d’un canari, un compte créé pour cela et effacé ensuite, et comme adresse de "
      "quelqu’un qui ne peut se connecter. Il doit revenir comme les caractères saisis. Ce que montre l’application "
      "n’est pas éprouvé. Témoin\u00a0: sur une jumelle de la porte dont les pages ne sont pas échappées, il doit "
      "revenir comme balisage."},
     kEscapeParts},
    {"request.origin",
     Group::Pages,
     Scope::Application,
     Basis::Drilled,
     kMinutesApart,
     {"Other sites cannot act for you", "Les autres sites n’agissent pas à votre place"},
     {"While you are signed in here, a page of another site may try to send something in your name. Such a request is "
      "refused, because your browser says where it comes from.",
      "Pendant que vous êtes connecté ici, la page d’un autre site peut tenter d’envoyer quelque chose en votre nom. "
      "Une telle requête est refusée, car votre navigateur dit d’où elle vient."},
     {"Requests are sent as a foreign page would make a browser send them: a form, a script, a WebSocket, and a script "
      "of the site against Belfry’s own pages. Each must be refused for its origin, while the same request of the "
      "site’s own page passes. Where the site’s owner excepted paths, this row names them. Control: a twin of the door "
      "that does not look at origins must let each of them in.",
      "On envoie des requêtes comme une page étrangère les ferait envoyer par un navigateur\u00a0: un formulaire, un "
      "script, un WebSocket, et un script du site contre les pages de Belfry. Chacune doit être refusée pour son "
      "origine, tandis que la même requête de la page du site passe. Si le propriétaire du site a excepté des chemins, "
      "cette ligne les nomme. Témoin\u00a0: une jumelle de la porte, qui ne regarde pas les origines, doit toutes les "
      "laisser entrer."},
     kOriginParts},
    {"request.csrf_token",
     Group::Pages,
     Scope::Belfry,
     Basis::Drilled,
     kMinutesApart,
     {"Important actions need a token", "Les actions importantes exigent un jeton"},
     {"What matters (a new password, a new right, a deletion) is done only with a token made for your session and for "
      "that one action. A forged form does not have it.",
      "Ce qui compte (un nouveau mot de passe, un nouveau droit, une suppression) ne se fait qu’avec un jeton créé "
      "pour votre session et pour cette seule action. Un formulaire contrefait ne l’a pas."},
     {"A canary, an account that is made for this and erased behind it, changes its name by the real form: with the "
      "form’s own token it may. Without one, with one of a session that has ended, of another session or of another "
      "action, or with one that grew too old, it must meet 403 for that reason. What is too old is not waited for: the "
      "door makes a token as it was two hours ago. Control: on a twin of the door that does not look at tokens, each "
      "of these forms must change the name.",
      "Un canari, un compte créé pour cela et effacé ensuite, change de nom par le vrai formulaire\u00a0: avec le "
      "jeton du formulaire, il le peut. Sans jeton, avec celui d’une session close, d’une autre session ou d’une "
      "autre action, ou avec un jeton devenu trop vieux, il doit recevoir 403 pour cette raison. Le jeton trop vieux "
      "n’est pas attendu\u00a0: la porte en fait un tel qu’il était il y a deux heures. Témoin\u00a0: sur une jumelle "
      "de la porte qui ne regarde pas les jetons, chacun de ces formulaires doit changer le nom."},
     kCsrfParts},
    {"response.csp",
     Group::Pages,
     Scope::Belfry,
     Basis::Drilled,
     kMinutesApart,
     {"The browser knows what may run", "Le navigateur sait ce qui peut s’exécuter"},
     {"Every page of Belfry’s, such as those of your account, comes with a Content-Security-Policy that names what "
      "your browser may load and run. A script that was smuggled in is not on the list and stays still.",
      "Chaque page de Belfry, comme celles de votre compte, est accompagnée d’une Content-Security-Policy qui nomme "
      "ce que votre navigateur peut charger et exécuter. Un script introduit en fraude n’y figure pas et reste "
      "inerte."},
     {"Each kind of Belfry’s own answers is fetched as a stranger gets it: pages, errors, what programs read. The "
      "policy of each must be in force, let no script run that the page does not name, nothing inline without a "
      "nonce, no plugin, and no other site frame the page or move its base; a nonce must never come twice. What a "
      "browser makes of it is tried in the tests. Control: on a twin of the door that sends no policy, the same check "
      "must find it missing.",
      "On demande chaque sorte de réponse de Belfry comme un inconnu la reçoit\u00a0: pages, erreurs, ce que lisent "
      "les programmes. La politique de chacune doit être en vigueur, ne laisser tourner aucun script que la page ne "
      "nomme, rien d’écrit dans la page sans nonce, aucun greffon, et n’autoriser aucun autre site à encadrer la "
      "page ou à en déplacer la base\u202f; un nonce ne doit jamais revenir. Ce qu’un navigateur en fait est éprouvé "
      "dans les tests. Témoin\u00a0: sur une jumelle de la porte qui n’envoie pas de politique, le même contrôle "
      "doit constater son absence."},
     kCspParts},
    {"programme.open",
     Group::Programme,
     Scope::Belfry,
     Basis::Measured,
     kDaily,
     {"Researchers are invited to try", "Les chercheurs sont invités à essayer"},
     {"Independent researchers may test this site at any time, under published rules that protect them. How many "
      "reported something in the last ninety days stands here; our own drills are not counted.",
      "Des chercheurs indépendants peuvent éprouver ce site à tout moment, selon des règles publiées qui les "
      "protègent. Combien ont signalé quelque chose ces quatre-vingt-dix derniers jours est dit ici\u202f; nos propres "
      "exercices ne comptent pas."},
     kNoCheck,
     kNoParts},
    {"programme.answered",
     Group::Programme,
     Scope::Belfry,
     Basis::Measured,
     kDaily,
     {"Whoever reports a flaw is answered", "Qui signale une faille reçoit une réponse"},
     {"Every report of a weakness is read by a person, handled and answered, each step within a published time. One "
      "report that is overdue is enough to break this row.",
      "Tout signalement d’une faiblesse est lu par une personne, traité et suivi d’une réponse, chaque étape dans un "
      "délai publié. Un seul signalement en retard suffit à rompre cette ligne."},
     kNoCheck,
     kNoParts},
    {"organisation.credentials",
     Group::Organisation,
     Scope::Belfry,
     Basis::Declared,
     kAttested,
     {"Our own keys are kept well", "Nos propres clés sont bien gardées"},
     {"Everyone who works on this site uses strong passwords, never the same twice, and a second factor, here and at "
      "every service we depend on.",
      "Toutes les personnes qui travaillent sur ce site emploient des mots de passe solides, jamais deux fois le même, "
      "et un second facteur, ici et dans chaque service dont nous dépendons."},
     {"A canary, an account that is made for this and erased behind it, has the rights of staff and no second factor. "
      "Its password must open nothing but the page where one is set: neither its account nor the way to the "
      "application; to another, which has a second factor, both must open. Control: on a twin of the door that asks "
      "staff for no second factor, they must open to the first. What we do at other services is not checked: the "
      "register of them, with dated evidence of each, is not kept yet.",
      "Un canari, un compte créé pour cela et effacé ensuite, a les droits de l’équipe et pas de second facteur. Son "
      "mot de passe ne doit ouvrir que la page où l’on en règle un\u00a0: ni son compte, ni l’accès à "
      "l’application\u202f; à un autre, qui a un second facteur, les deux doivent s’ouvrir. Témoin\u00a0: sur une "
      "jumelle de la porte qui n’exige pas de second facteur de l’équipe, ils doivent s’ouvrir au premier. Ce que nous "
      "faisons dans d’autres services n’est pas contrôlé\u00a0: leur registre, avec la preuve datée de chacun, n’est "
      "pas encore tenu."},
     kCredentialsParts},
    {"organisation.devices",
     Group::Organisation,
     Scope::Belfry,
     Basis::Measured,
     kWeekly,
     {"Lost laptops stay shut", "Un ordinateur perdu reste fermé"},
     {"The computers we work on report that their disks are encrypted and that their screens lock by themselves. One "
      "that has reported nothing for seven days counts as unknown.",
      "Les ordinateurs sur lesquels nous travaillons signalent que leurs disques sont chiffrés et que leurs écrans se "
      "verrouillent seuls. Celui qui n’a rien signalé depuis sept jours compte comme inconnu."},
     kNoCheck,
     kNoParts},
    {"organisation.admins",
     Group::Organisation,
     Scope::Belfry,
     Basis::Drilled,
     kDaily,
     {"Few hold the keys, and none acts alone", "Peu de gens ont les clés, et nul n’agit seul"},
     {"The number of administrators is capped, and what they do that matters needs the consent of a second one. Every "
      "step is kept in a trail that cannot be altered unnoticed.",
      "Le nombre d’administrateurs est plafonné, et leurs actions importantes demandent l’accord d’un second. Chaque "
      "pas est consigné dans un registre qui ne peut être altéré sans que cela se voie."},
     kNoCheck,
     kNoParts},
    {"quality.reviewed",
     Group::Quality,
     Scope::Belfry,
     Basis::Measured,
     kWeekly,
     {"Two pairs of eyes on every change", "Deux paires d’yeux pour chaque changement"},
     {"No change to the code of Belfry, the program that guards this site, is released until somebody other than its "
      "author has read it and signed for it.",
      "Aucun changement du code de Belfry, le programme qui garde ce site, n’est publié avant qu’une autre personne "
      "que son auteur l’ait lu et signé."},
     kNoCheck,
     kNoParts},
}};

}  // namespace

Wording title_of(Group group) {
  switch (group) {
    case Group::Availability:
      return {"Availability", "Disponibilité"};
    case Group::Transit:
      return {"On the way to you", "En chemin vers vous"};
    case Group::Data:
      return {"Hosting and data", "Hébergement et données"};
    case Group::Accounts:
      return {"Passwords and accounts", "Mots de passe et comptes"};
    case Group::Requests:
      return {"Requests", "Requêtes"};
    case Group::Pages:
      return {"Pages and forms", "Pages et formulaires"};
    case Group::Programme:
      return {"Reports from outside", "Signalements de l’extérieur"};
    case Group::Organisation:
      return {"Our organisation", "Notre organisation"};
    case Group::Quality:
      return {"Quality", "Qualité"};
  }
  return {};
}

std::string_view to_string(Scope scope) {
  return scope == Scope::Belfry ? "belfry" : "application";
}

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::Enforced:
      return "enforced";
    case Basis::Drilled:
      return "drilled";
    case Basis::Measured:
      return "measured";
    case Basis::Declared:
      return "declared";
  }
  return {};
}

const std::array<Claim, kClaimCount>& claims() {
  return kClaims;
}

const Wording& sentence_of(const Claim& claim, const Presets& presets) {
  return presets.nist_passwords && claim.id == "password.policy" ? kNistPolicy : claim.sentence;
}

const Claim* find_claim(std::string_view id) {
  const auto* found = std::ranges::find(kClaims, id, &Claim::id);
  return found == kClaims.end() ? nullptr : &*found;
}

}  // namespace belfry::proof
