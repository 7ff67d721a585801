#include "proof/hashed_drill.hpp"

#include "crypto/encode.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

struct ReadHash {
  unsigned cost = 0;
  std::string_view salt;
};

// crypt(5): "$2b$", two digits of cost, "$", 22 characters of salt and 31 of the hash.
std::optional<ReadHash> read(std::string_view stored) {
  if (stored.starts_with('{')) {
    const std::size_t end = stored.find('}');
    if (end == std::string_view::npos) return std::nullopt;
    stored.remove_prefix(end + 1);
  }
  constexpr std::string_view kMark = "$2b$";
  constexpr std::size_t kSalt = 22;
  constexpr std::size_t kLength = 60;
  if (stored.size() != kLength || !stored.starts_with(kMark) || stored[6] != '$') return std::nullopt;
  const auto digit = [](char character) { return character >= '0' && character <= '9'; };
  if (!digit(stored[4]) || !digit(stored[5])) return std::nullopt;
  const auto rest = stored.substr(7);
  const bool is_base64 = std::ranges::all_of(rest, [&](char character) {
    return digit(character) || (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           character == '.' || character == '/';
  });
  if (!is_base64) return std::nullopt;
  return ReadHash{.cost = static_cast<unsigned>((stored[4] - '0') * 10 + (stored[5] - '0')),
                  .salt = rest.substr(0, kSalt)};
}

std::string of(std::size_t some, std::size_t all, std::string_view word) {
  return std::to_string(some) + std::string{word} + std::to_string(all);
}

// A measured claim says of each part how much it was found out from.
constexpr Coverage kOneOfOne{.observed = 1, .expected = 1};

// Hashes that must be found wanting: another method, a low cost, none at all.
bool sees_bad_hashes() {
  const std::string salted = "abcdefghijklmnopqrstuv";
  const std::string digest = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde";
  const std::vector<std::string> bad{"$2b$04$" + salted + digest, "$2a$12$" + salted + digest,
                                     "5f4dcc3b5aa765d61d8327deb882cf99", "password", ""};
  const HashFigures none = figures_of(bad, 12);
  const std::vector<std::string> twins(2, "$2b$12$" + salted + digest);
  const HashFigures same = figures_of(twins, 12);
  return none.good == 0 && same.good == 2 && same.salts == 1;
}

}  // namespace

HashFigures figures_of(std::span<const std::string> stored, unsigned cost) {
  HashFigures figures{.stored = stored.size(), .good = 0, .salts = 0};
  std::set<std::string_view> salts;
  for (const std::string& one : stored) {
    const auto hash = read(one);
    if (!hash) continue;
    if (hash->cost >= cost) ++figures.good;
    salts.insert(hash->salt);
  }
  figures.salts = salts.size();
  return figures;
}

std::vector<std::string> spellings_of(std::string_view text) {
  std::vector<std::string> spellings{std::string{text}};
  spellings.push_back(crypto::to_hex(std::as_bytes(std::span{text})));
  std::string wide;
  for (const char character : text) {
    wide += character;
    wide += '\0';
  }
  spellings.push_back(wide.substr(0, wide.size() - 1));
  // Three bytes are four characters: behind one or two other bytes the text is written otherwise, and the first and the
  // last characters are its neighbours' too.
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string padded = std::string(before, 'x').append(text);
    const std::size_t whole = padded.size() - padded.size() % 3;
    const std::string base64 = crypto::to_base64(std::as_bytes(std::span{std::string_view{padded}.substr(0, whole)}));
    spellings.push_back(base64.substr(before == 0 ? 0 : 4));
  }
  return spellings;
}

std::expected<HashedDrill::Changed, Finding> HashedDrill::change_password(DrillContext& context) {
  Canary canary = new_canary(context.random, CanaryFactor::Absent);
  if (const auto made = parts_.canaries.make(canary); !made) return std::unexpected{no_canary(made.error(), context)};
  const auto before = parts_.canaries.password_hash(canary);
  if (!before) return std::unexpected{no_canary(before.error(), context)};

  PageVisitor visitor{parts_.client, parts_.site};
  if (const auto in = visitor.sign_in(canary); !in) return std::unexpected{in.error()};
  Changed changed{.before = *before, .after = {}, .password = new_good_password(context.random), .signs_in = false};
  const auto answer = visitor.submit("/account/security", "password",
                                     {{"password", canary.password}, {"new_password", changed.password}});
  if (!answer) return std::unexpected{answer.error()};
  if (!*answer || (*answer)->status != 303) return std::unexpected{came_instead(*answer)};
  const auto after = parts_.canaries.password_hash(canary);
  if (!after) return std::unexpected{no_canary(after.error(), context)};
  changed.after = *after;
  canary.password = changed.password;
  PageVisitor anew{parts_.client, parts_.site};
  changed.signs_in = anew.sign_in(canary).has_value();
  return changed;
}

Evidence HashedDrill::judge_canary(const Trials& trials, const Changed& changed) const {
  Evidence evidence = trials.evidence_of("canary");
  evidence.coverage = kOneOfOne;
  const auto before = read(changed.before);
  const auto after = read(changed.after);
  const bool is_good = after && after->cost >= cost_;
  const bool is_salted_anew = before && after && before->salt != after->salt;
  if (!is_good || !is_salted_anew || changed.after.contains(changed.password)) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"its password was not stored as a hash under a new salt",
                        "son mot de passe n’a pas été conservé comme empreinte sous un nouveau sel"};
  } else if (!changed.signs_in) {
    evidence.finding = {"it could not sign in with its new password",
                        "il n’a pas pu se connecter avec son nouveau mot de passe"};
  } else {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"its new password became a hash under a new salt, by which it signed in",
                        "son nouveau mot de passe est devenu une empreinte sous un nouveau sel, qui l’a laissé entrer"};
  }
  return evidence;
}

Evidence HashedDrill::search_for(const Trials& trials, const std::string& password, DrillContext& context) const {
  Evidence evidence = trials.evidence_of("plain");
  const auto searched = search_(spellings_of(password));
  if (!searched) {
    context.log("the files could not be searched: " + searched.error());
    evidence.finding = {"the files could not be searched", "les fichiers n’ont pas pu être parcourus"};
  } else if (searched->is_found) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"the canary’s password stands in a file",
                        "le mot de passe du canari se trouve dans un fichier"};
  } else if (!searched->is_complete || searched->files == 0) {
    evidence.finding = {"not all files could be looked at", "tous les fichiers n’ont pas pu être lus"};
  } else {
    evidence.outcome = Outcome::Holds;
    const auto looked_at = static_cast<std::uint32_t>(searched->files);
    evidence.coverage = Coverage{.observed = looked_at, .expected = looked_at};
    const std::string files = std::to_string(searched->files);
    evidence.finding = {"found in none of " + files + " files", "trouvé dans aucun des " + files + " fichiers"};
  }
  return evidence;
}

// The same search finds what is known to be written, and the same measure sees what is no such hash.
Evidence HashedDrill::control(Trials& trials, DrillContext& context) const {
  Evidence evidence = trials.evidence_of("control");
  evidence.coverage = kOneOfOne;
  const std::string name = new_good_password(context.random);
  const Answer answer = parts_.client.fetch(parts_.site.request(parts_.site.belfry_host, "/drill/" + name));
  if (!answer) {
    evidence.finding = came_instead(answer);
    return evidence;
  }
  // Looked up, it is written.
  trials.reason_of(*answer);
  const auto searched = search_(spellings_of(name));
  const bool is_found = searched && searched->is_found;
  const bool sees = sees_bad_hashes();
  if (is_found && sees) evidence.outcome = Outcome::Holds;
  evidence.finding = {std::string{"the search "} + (is_found ? "found" : "did not find") +
                          " what was written to be found, and the measure " + (sees ? "saw" : "did not see") +
                          " hashes of another kind, of a low cost and with one salt",
                      std::string{"la recherche "} + (is_found ? "a trouvé" : "n’a pas trouvé") +
                          " ce qui avait été écrit pour l’être, et la mesure " + (sees ? "a vu" : "n’a pas vu") +
                          " des empreintes d’une autre sorte, de faible coût et de même sel"};
  return evidence;
}

std::vector<Evidence> HashedDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const auto changed = change_password(context);
  if (!changed) return none_told(trials, claim(), changed.error());
  auto stored = parts_.canaries.password_hashes();
  if (!stored) return none_told(trials, claim(), no_canary(stored.error(), context));
  // So that there is always one, and one that was made as people's are.
  stored->push_back(changed->after);

  const HashFigures figures = figures_of(*stored, cost_);
  const auto count = static_cast<std::uint32_t>(figures.stored);
  const std::string cost = std::to_string(cost_);
  Evidence algorithm = trials.evidence_of("algorithm");
  algorithm.outcome = figures.good == figures.stored ? Outcome::Holds : Outcome::Broken;
  algorithm.finding = {
      of(figures.good, figures.stored, " of ") + " with a cost of " + cost + " or more, a canary’s among them",
      of(figures.good, figures.stored, " sur ") + " d’un coût de " + cost + " ou plus, dont un canari"};
  algorithm.coverage = Coverage{.observed = count, .expected = count};
  Evidence salts = trials.evidence_of("salts");
  salts.outcome = figures.salts == figures.stored ? Outcome::Holds : Outcome::Broken;
  salts.finding = {of(figures.salts, figures.stored, " for "), of(figures.salts, figures.stored, " pour ")};
  salts.coverage = Coverage{.observed = count, .expected = count};
  return {algorithm, salts, judge_canary(trials, *changed), search_for(trials, changed->password, context),
          control(trials, context)};
}

}  // namespace belfry::proof
