#include "web/refusal_words.hpp"

#include <array>

namespace belfry::web {

namespace {

using proof::Wording;

constexpr Wording kCheckAddress{"Check the address, or go back and try again from the site’s first page.",
                                "Vérifiez l’adresse, ou revenez en arrière et repartez de la première page du site."};
constexpr Wording kAskSupport{
    "If you think that this is a mistake, tell the site’s support and quote the request below.",
    "Si vous pensez qu’il s’agit d’une erreur, écrivez à l’assistance du site en citant la requête ci-dessous."};
constexpr Wording kTryLater{
    "Wait a moment and load the page again. If it lasts, tell the site’s support and quote the request below.",
    "Attendez un instant et rechargez la page. Si cela dure, écrivez à l’assistance du site en citant la requête "
    "ci-dessous."};
constexpr Wording kFromTheSite{
    "Open the page on the site itself and send it again from there. An older browser may need an update.",
    "Ouvrez la page sur le site même et refaites l’envoi depuis là. Un navigateur ancien peut devoir être mis à jour."};

// Asking for the page of the account once more leads to signing in, and back to it.
constexpr Onward kSignIn{{"Sign in", "Se connecter"}, ""};
constexpr Onward kSignInAnew{{"Back to signing in", "Revenir à la connexion"}, "/sign-in"};
constexpr Onward kAccount{{"To your account", "Vers votre compte"}, "/account"};
constexpr Onward kAccountSecurity{{"To the security settings", "Vers les réglages de sécurité"}, "/account/security"};
constexpr Onward kPageAgain{{"Load the page again", "Recharger la page"}, ""};
constexpr Onward kFrontPage{{"To the first page", "Vers la première page"}, "/"};

// A reason's own words stand before those of its status.
constexpr std::array kWords = std::to_array<RefusalWords>({
    {400,
     "malformed_query",
     {"A value in the address cannot be read", "Une valeur dans l’adresse est illisible"},
     {"What stands behind the question mark is not of the form that this page takes: where a number is asked for, it "
      "is written once, in digits alone.",
      "Ce qui suit le point d’interrogation n’a pas la forme que cette page attend\u00a0: un nombre s’y écrit une "
      "seule fois, en chiffres uniquement."},
     {"Correct the value, as in “?after=1000”, or leave it out.",
      "Corrigez la valeur, comme dans «\u00a0?after=1000\u00a0», ou omettez-la."}},
    {400,
     "",
     {"This request cannot be understood", "Cette requête est incompréhensible"},
     {"It is not what the rules of HTTP allow, or it can be read in two ways. It was not passed on.",
      "Elle n’est pas conforme aux règles de HTTP, ou peut se lire de deux façons. Elle n’a pas été transmise."},
     kCheckAddress},
    {403,
     "blocked_address",
     {"Your address is blocked", "Votre adresse est bloquée"},
     {"The network address that you come from is on a list of addresses from which attacks were seen.",
      "L’adresse réseau d’où vous venez figure sur une liste d’adresses d’où sont venues des attaques."},
     {"Try from another network. If the address should not be on the list, tell the site’s support and quote the "
      "request below.",
      "Essayez depuis un autre réseau. Si cette adresse n’a pas à figurer sur la liste, écrivez à l’assistance du "
      "site en citant la requête ci-dessous."}},
    {403,
     "foreign_origin",
     {"This came from another site", "Cela venait d’un autre site"},
     {"A page of another site tried to send something here in your name. Nothing was done.",
      "La page d’un autre site a tenté d’envoyer quelque chose ici en votre nom. Rien n’a été fait."},
     {"If you meant to do it, open this site yourself and do it from there.",
      "Si c’est bien ce que vous vouliez, ouvrez vous-même ce site et faites-le depuis là."}},
    {403,
     "ambiguous_origin",
     {"It is not clear where this came from", "La provenance de cet envoi n’est pas claire"},
     {"What your browser says of the page that sent this can be read in two ways. Nothing was done.",
      "Ce que votre navigateur dit de la page à l’origine de l’envoi peut se lire de deux façons. Rien n’a été fait."},
     kFromTheSite},
    {403,
     "missing_origin",
     {"It is not clear where this came from", "La provenance de cet envoi n’est pas claire"},
     {"Your browser does not say which page sent this, so it may have been another site’s. Nothing was done.",
      "Votre navigateur ne dit pas quelle page a fait cet envoi\u00a0: ce pourrait être celle d’un autre site. Rien "
      "n’a été fait."},
     kFromTheSite},
    {401,
     "",
     {"Sign in first", "Connectez-vous d’abord"},
     {"This is for people who are signed in, and nobody is.",
      "Ceci est réservé aux personnes connectées, et personne ne l’est."},
     {"Open the site in a browser and sign in. What you were sending has to be sent again.",
      "Ouvrez le site dans un navigateur et connectez-vous. Ce que vous envoyiez est à renvoyer."},
     kSignIn},
    {403,
     "second_factor_needed",
     {"A second factor is needed first", "Il faut d’abord un second facteur"},
     {"Your account may do this once it has a second factor.",
      "Votre compte en aura le droit dès qu’il aura un second facteur."},
     {"Set it up in the security settings of your account.",
      "Configurez-le dans les réglages de sécurité de votre compte."},
     kAccountSecurity},
    {403,
     "csrf_token",
     {"This form is out of date", "Ce formulaire n’est plus valable"},
     {"It was open for too long, or you signed in or out meanwhile, or it is not ours. Nothing was done.",
      "Il est resté ouvert trop longtemps, ou vous vous êtes connecté ou déconnecté entre-temps, ou il n’est pas de "
      "nous. Rien n’a été fait."},
     {"Go back, load the page again and send it once more.",
      "Revenez en arrière, rechargez la page et refaites l’envoi."},
     kPageAgain},
    {403,
     "sign_in_over",
     {"This way in has ended", "Cette entrée n’est plus valable"},
     {"It was used already, took too long, or was begun in another browser.",
      "Elle a déjà servi, a trop tardé, ou a été commencée dans un autre navigateur."},
     {"Open the page that you wanted once more. Your browser has to keep this site’s cookies.",
      "Ouvrez de nouveau la page voulue. Votre navigateur doit accepter les cookies de ce site."},
     kSignInAnew},
    {403,
     "",
     {"You may not do this", "Ceci ne vous est pas permis"},
     {"The site refuses this request.", "Le site refuse cette requête."},
     kAskSupport,
     kAccount},
    {404,
     "",
     {"There is nothing here", "Il n’y a rien ici"},
     {"No page has this address. It may have moved, or the address was mistyped.",
      "Aucune page n’a cette adresse. Elle a pu être déplacée, ou l’adresse est mal saisie."},
     kCheckAddress,
     kFrontPage},
    {405,
     "",
     {"This cannot be done here", "Ceci ne peut pas se faire ici"},
     {"The page exists, but not for this kind of request.", "La page existe, mais pas pour ce genre de requête."},
     kCheckAddress},
    {408,
     "",
     {"This took too long to arrive", "L’envoi a été trop lent"},
     {"What you sent did not arrive in time. Nothing was done.",
      "Ce que vous avez envoyé n’est pas arrivé à temps. Rien n’a été fait."},
     {"Send it again, over a better connection if you can.",
      "Recommencez l’envoi, avec une meilleure connexion si possible."}},
    {413,
     "",
     {"This is too large", "C’est trop volumineux"},
     {"What you sent is larger than this page accepts. Nothing was done.",
      "Ce que vous avez envoyé dépasse ce que cette page accepte. Rien n’a été fait."},
     {"Send something smaller, or several parts one after the other.",
      "Envoyez quelque chose de plus petit, ou plusieurs parties l’une après l’autre."}},
    {417,
     "",
     {"Your program expects too much", "Votre programme en attend trop"},
     {"The request asks for a behaviour that is not offered here (the Expect field).",
      "La requête demande un comportement qui n’est pas offert ici (le champ Expect)."},
     {"Send it again without the Expect field.", "Refaites l’envoi sans le champ Expect."}},
    {421,
     "",
     {"Another site was asked for", "Un autre site était demandé"},
     {"This server does not answer for the host that was asked for.", "Ce serveur ne répond pas pour l’hôte demandé."},
     {"Check the name in the address, and load the page again.",
      "Vérifiez le nom dans l’adresse, puis rechargez la page."}},
    {429,
     "sign_in_blocked",
     {"Signing in is closed to your address for a while", "La connexion est fermée à votre adresse pour un temps"},
     {"Wrong passwords came from your network address for many different accounts, as they do when stolen passwords "
      "are tried out. Nothing was tried this time.",
      "Des mots de passe faux sont venus de votre adresse réseau pour beaucoup de comptes différents, comme lorsque "
      "des mots de passe volés sont essayés. Cette fois, rien n’a été essayé."},
     {"Try again later, or from another network. Sessions that are open already go on.",
      "Réessayez plus tard, ou depuis un autre réseau. Les sessions déjà ouvertes continuent."},
     kSignInAnew},
    {429,
     "",
     {"That was too much at once", "C’était trop à la fois"},
     {"More requests came from your address than one address may send in this time, so this one was not passed on.",
      "Votre adresse a envoyé plus de requêtes qu’une adresse n’en a le droit en si peu de temps\u00a0: celle-ci n’a "
      "pas été transmise."},
     {"Wait a little and load the page again. If you share your address with many others, tell the site’s support.",
      "Attendez un peu et rechargez la page. Si vous partagez votre adresse avec beaucoup d’autres, dites-le à "
      "l’assistance du site."},
     kPageAgain},
    {431,
     "",
     {"This request says too much about itself", "Cette requête en dit trop sur elle-même"},
     {"Its head (address, cookies and the like) is larger than is accepted here.",
      "Son en-tête (adresse, cookies et autres) dépasse ce qui est accepté ici."},
     {"Delete this site’s cookies in your browser, and try again with a shorter address.",
      "Supprimez les cookies de ce site dans votre navigateur et réessayez avec une adresse plus courte."}},
    {501,
     "",
     {"This is not offered here", "Ceci n’est pas offert ici"},
     {"The request needs something that this server does not do.",
      "La requête demande une chose que ce serveur ne fait pas."},
     kCheckAddress},
    {502,
     "",
     {"The application does not answer", "L’application ne répond pas"},
     {"The door is open, but the application behind it is out of reach or gave an answer that cannot be read.",
      "La porte est ouverte, mais l’application derrière elle est hors d’atteinte ou a donné une réponse illisible."},
     kTryLater},
    {503,
     "accounts_unavailable",
     {"Accounts are out of reach", "Les comptes sont hors d’atteinte"},
     {"The place where accounts are kept does not answer, so nobody can be let in. Nothing was changed.",
      "L’endroit où sont gardés les comptes ne répond pas\u00a0: personne ne peut entrer. Rien n’a été changé."},
     kTryLater,
     kPageAgain},
    {503,
     "",
     {"Too busy at the moment", "Trop de monde en ce moment"},
     {"The site has more to do than it can do well. Your request was not begun.",
      "Le site a plus à faire qu’il ne peut bien faire. Votre requête n’a pas été commencée."},
     kTryLater,
     kPageAgain},
    {504,
     "",
     {"The application takes too long", "L’application met trop de temps"},
     {"The application behind the door has your request and did not answer in time. It may still be at work on it.",
      "L’application derrière la porte a reçu votre requête et n’a pas répondu à temps. Elle y travaille peut-être "
      "encore."},
     {"Before you send anything a second time, see whether it was done.",
      "Avant de renvoyer quoi que ce soit, vérifiez si ce n’est pas déjà fait."}},
});

constexpr RefusalWords kOtherRefusal{
    400,
    "",
    {"This request was refused", "Cette requête a été refusée"},
    {"It is not one that this site answers.", "Elle n’est pas de celles auxquelles ce site répond."},
    kAskSupport};
constexpr RefusalWords kOtherFailure{
    500,
    "",
    {"Something went wrong here", "Quelque chose a mal tourné ici"},
    {"The fault is ours, not yours, and it has been noted.", "La faute est nôtre, non vôtre, et elle a été notée."},
    kTryLater};

}  // namespace

const RefusalWords& refusal_words(std::uint16_t status, std::string_view reason) {
  for (const RefusalWords& words : kWords) {
    if (words.status == status && (words.reason.empty() || words.reason == reason)) return words;
  }
  return status < 500 ? kOtherRefusal : kOtherFailure;
}

}  // namespace belfry::web
