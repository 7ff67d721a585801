#include "inspect/tls_scan.hpp"

#include "inspect/tls_dialogue.hpp"
#include "inspect/tls_recipes.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace belfry::inspect {

namespace {

constexpr std::uint8_t kInappropriateFallback = 86;
constexpr std::array kHandshakeVersions{TlsVersion::Tls13, TlsVersion::Tls12, TlsVersion::Tls11, TlsVersion::Tls10,
                                        TlsVersion::Ssl3};

// What a scan may spend. Once it is spent, nothing more is tried.
class Budget {
 public:
  Budget(const TlsScanRequest& request, const base::Clock& clock)
      : request_{request}, clock_{clock}, end_{clock.steady_now() + request.deadline} {}

  // Until when `connections` more may go on together; nullopt: nothing is left.
  std::optional<base::SteadyTime> take(unsigned connections = 1) {
    if (spent_) return std::nullopt;
    const bool pause = used_ > 0 && request_.wait && request_.pause.count() > 0;
    if (used_ + connections > request_.connection_limit || clock_.steady_now() >= end_ ||
        (pause && !request_.wait(request_.pause))) {
      spent_ = true;
      return std::nullopt;
    }
    used_ += connections;
    return std::min(end_, clock_.steady_now() + request_.connection_deadline);
  }

  unsigned used() const { return used_; }
  bool spent() const { return spent_; }

 private:
  const TlsScanRequest& request_;
  const base::Clock& clock_;
  base::SteadyTime end_;
  unsigned used_ = 0;
  bool spent_ = false;
};

class Scan {
 public:
  Scan(const TlsScanRequest& request, const base::Clock& clock)
      : request_{request}, clock_{clock}, budget_{request, clock} {
    facts_.server_name = request.server_name;
    facts_.address = request.way.socket.empty() ? request.way.endpoint.to_string() : "private socket";
    facts_.observed = clock.wall_now();
  }

  TlsFacts run();

 private:
  void make_offers();
  OfferResult make(Offer offer);
  OfferResult prove(OfferResult weak);
  bool takes_good_offer();
  bool recover();
  bool is_out_of_reach() const;
  void judge_offers();
  void list_versions();
  VersionFacts list_suites(TlsVersion version);
  void find_preference(VersionFacts* version);
  void find_groups();
  bool takes_group(Group group);
  std::optional<Group> certificate_curve() const;
  void shake_hands();
  void try_fallback();
  void look_at_plain_port();

  OfferAnswer answer(Offer offer) const {
    const OfferResult* const result = find_offer(facts_, offer);
    return result == nullptr ? OfferAnswer::Unclear : result->answer;
  }
  std::optional<Said> say(const HelloRecipe& recipe, ReadTo read_to = ReadTo::ServerHello) {
    const auto until = budget_.take();
    if (!until) return std::nullopt;
    return say_hello(recipe, request_.way, clock_, *until, read_to);
  }
  net::TlsProbeRequest probe() const {
    net::TlsProbeRequest probe{.way = request_.way, .server_name = request_.server_name, .ca_file = request_.ca_file};
    probe.path = request_.path;
    return probe;
  }

  const TlsScanRequest& request_;
  const base::Clock& clock_;
  Budget budget_;
  TlsFacts facts_;
  unsigned recoveries_ = 0;
};

TlsFacts Scan::run() {
  make_offers();
  if (!is_out_of_reach() && request_.depth == TlsScanRequest::Depth::Everything) {
    shake_hands();
    list_versions();
    try_fallback();
    find_groups();
  }
  judge_offers();
  look_at_plain_port();
  facts_.connections = budget_.used();
  facts_.complete = budget_.spent() ? Observed::No : Observed::Yes;
  return std::move(facts_);
}

// No answer of any kind to either good offer: a weak one would only wait as long again.
bool Scan::is_out_of_reach() const {
  return std::ranges::all_of(good_offers(), [&](Offer offer) {
    const OfferResult* const result = find_offer(facts_, offer);
    return result == nullptr || result->reason == OfferReason::ConnectFailed || result->reason == OfferReason::Timeout;
  });
}

// What a limit of connections looks like too, or anything else that keeps us away from the server.
bool says_nothing_alone(const OfferResult& result) {
  return result.reason == OfferReason::Closed || result.reason == OfferReason::Reset;
}

void Scan::make_offers() {
  facts_.offers.reserve(good_offers().size() + weak_offers().size());
  for (const Offer offer : good_offers()) facts_.offers.push_back(make(offer));
  const bool in_reach = !is_out_of_reach();
  for (const Offer offer : weak_offers()) {
    OfferResult result{.offer = offer};
    if (in_reach) {
      result = make(offer);
      // Where no good offer is accepted at all, nothing counts, and there is nothing to prove it by.
      if (says_nothing_alone(result) && answers_tls(facts_)) result = prove(std::move(result));
    }
    facts_.offers.push_back(std::move(result));
  }
}

OfferResult Scan::make(Offer offer) {
  const auto until = budget_.take();
  if (!until) return {.offer = offer, .reason = OfferReason::NotTried};
  return try_offer(offer, request_.way, request_.server_name, clock_, *until);
}

bool Scan::takes_good_offer() {
  const bool tls13 = answer(Offer::Modern13) == OfferAnswer::Accepted;
  return make(tls13 ? Offer::Modern13 : Offer::Modern12).answer == OfferAnswer::Accepted;
}

bool Scan::recover() {
  if (budget_.spent() || !request_.wait || recoveries_ == kRecoveries) return false;
  ++recoveries_;
  return request_.wait(request_.recovery);
}

// The weak offer once more, with a good one right before it and one right after it. A limit that lets so many through
// and then closes some would have to count exactly along to be taken for a refusal.
OfferResult Scan::prove(OfferResult weak) {
  do {
    if (!takes_good_offer()) continue;
    OfferResult again = make(weak.offer);
    if (!says_nothing_alone(again)) return again;
    if (takes_good_offer()) return again;
  } while (recover());
  weak.answer = OfferAnswer::Unclear;
  weak.reason = OfferReason::Unproven;
  return weak;
}

// What the offers tell by themselves.
void Scan::judge_offers() {
  const bool tls13 = answer(Offer::Modern13) == OfferAnswer::Accepted;
  const bool any = answers_tls(facts_) || !facts_.versions.empty();
  // `weak` accepted is Yes; refused is No only beside something that was accepted.
  const auto observe = [&](Offer weak) {
    switch (answer(weak)) {
      case OfferAnswer::Accepted:
        return Observed::Yes;
      case OfferAnswer::Refused:
        return any ? Observed::No : Observed::Unknown;
      case OfferAnswer::Unclear:
        break;
    }
    return Observed::Unknown;
  };
  facts_.compression = observe(Offer::Compression);
  facts_.client_renegotiation = observe(Offer::Renegotiation);
  const OfferResult* const renegotiation = find_offer(facts_, Offer::Renegotiation);
  // RFC 8446, section 4.1.2: TLS 1.3 forbids renegotiation.
  if (tls13 && renegotiation != nullptr && renegotiation->reason == OfferReason::NotApplicable) {
    facts_.client_renegotiation = Observed::No;
  }
  const Observed legacy = observe(Offer::LegacyRenegotiation);
  if (legacy != Observed::Unknown) {
    facts_.secure_renegotiation = legacy == Observed::Yes ? Observed::No : Observed::Yes;
  }
  const OfferResult* const modern12 = find_offer(facts_, Offer::Modern12);
  if (tls13 && modern12 != nullptr && modern12->answer == OfferAnswer::Accepted && modern12->hello) {
    facts_.downgrade_sentinel = modern12->hello->sentinel == Sentinel::ToTls12 ? Observed::Yes : Observed::No;
  }
}

void Scan::list_versions() {
  for (const TlsVersion version : kHandshakeVersions) {
    VersionFacts found = list_suites(version);
    if (found.suites.empty()) continue;
    find_preference(&found);
    facts_.versions.push_back(std::move(found));
  }
  if (answer(Offer::Ssl2) == OfferAnswer::Accepted) {
    facts_.versions.push_back({.version = TlsVersion::Ssl2, .complete = Observed::No});
  }
}

VersionFacts Scan::list_suites(TlsVersion version) {
  VersionFacts found{.version = version, .complete = Observed::No};
  HelloRecipe recipe = full_recipe(version, request_.server_name);
  while (!recipe.suites.empty()) {
    const auto said = say(recipe, ReadTo::KeyExchange);
    if (!said) return found;
    const OfferResult& result = said->result;
    if (result.answer == OfferAnswer::Unclear) return found;
    if (says_nothing_alone(result) && answers_tls(facts_) && !takes_good_offer()) return found;
    // An older version was chosen: this one is not spoken, or no more of it.
    if (result.answer == OfferAnswer::Refused || !result.hello || result.hello->version != version) break;
    if (said->exchange && said->exchange->dh_bits) {
      const std::uint32_t bits = *said->exchange->dh_bits;
      facts_.dh_bits = std::min(facts_.dh_bits.value_or(bits), bits);
    }
    found.suites.push_back(result.hello->suite);
    std::erase(recipe.suites, result.hello->suite);
  }
  found.complete = Observed::Yes;
  return found;
}

// A server with an order of its own does not take what we put first; or it does, and takes the same where we put it
// last. ChaCha20 stays at the end, since some give it to a client that puts it first and keep to their own order
// otherwise.
void Scan::find_preference(VersionFacts* version) {
  if (version->suites.size() < 2) return;
  HelloRecipe recipe = full_recipe(version->version, request_.server_name);
  std::erase_if(recipe.suites,
                [&](std::uint16_t code) { return std::ranges::find(version->suites, code) == version->suites.end(); });
  if (recipe.suites.front() != version->suites.front()) {
    version->server_preference = Observed::Yes;
    return;
  }
  std::ranges::reverse(recipe.suites);
  std::vector<std::uint16_t> chacha;
  std::erase_if(recipe.suites, [&](std::uint16_t code) {
    const CipherSuite* const suite = find_suite(code);
    const bool last = suite != nullptr && suite->name.find("CHACHA20") != std::string_view::npos;
    if (last) chacha.push_back(code);
    return last;
  });
  recipe.suites.insert(recipe.suites.end(), chacha.begin(), chacha.end());
  if (recipe.suites.front() == version->suites.front()) return;
  const auto said = say(recipe);
  if (!said || said->result.answer != OfferAnswer::Accepted || !said->result.hello) return;
  const bool own_order = said->result.hello->suite == version->suites.front();
  version->server_preference = own_order ? Observed::Yes : Observed::No;
}

std::optional<Group> Scan::certificate_curve() const {
  if (!facts_.handshake || facts_.handshake->chain.certificates.empty()) return std::nullopt;
  const net::CertificateFacts& leaf = facts_.handshake->chain.certificates.front();
  if (leaf.key_type != "EC") return std::nullopt;
  switch (leaf.key_bits) {
    case 256:
      return Group::P256;
    case 384:
      return Group::P384;
    case 521:
      return Group::P521;
    default:
      return std::nullopt;
  }
}

void Scan::find_groups() {
  for (const Group group : groups()) {
    if (takes_group(group)) facts_.groups.push_back(static_cast<std::uint16_t>(group));
  }
}

// TLS 1.3: without a share the server asks for one of this group, if it takes it. TLS 1.2: curves alone, since a server
// that does not know RFC 7919 takes a prime of its own whatever is offered. There the list also speaks of the curve of
// an ECDSA certificate (RFC 8422, section 5.1), so that one is named too, behind: a server that insists on it hides
// another.
bool Scan::takes_group(Group group) {
  const bool tls13 = find_version(facts_, TlsVersion::Tls13) != nullptr;
  const bool curve = group < Group::Ffdhe2048;
  if (!tls13 && (!curve || find_version(facts_, TlsVersion::Tls12) == nullptr)) return false;
  HelloRecipe recipe = full_recipe(tls13 ? TlsVersion::Tls13 : TlsVersion::Tls12, request_.server_name);
  recipe.groups = {static_cast<std::uint16_t>(group)};
  if (!tls13) {
    recipe.suites =
        suites_of(TlsVersion::Tls12, [](const CipherSuite& suite) { return suite.exchange == KeyExchange::Ecdhe; });
    const auto curve_of_key = certificate_curve();
    if (curve_of_key && *curve_of_key != group) recipe.groups.push_back(static_cast<std::uint16_t>(*curve_of_key));
  }
  const auto said = say(recipe, ReadTo::KeyExchange);
  if (!said || said->result.answer != OfferAnswer::Accepted) return false;
  return said->exchange && said->exchange->group == static_cast<std::uint16_t>(group);
}

void Scan::shake_hands() {
  auto until = budget_.take();
  if (!until) return;
  auto shaken = net::probe_handshake(probe(), clock_, *until);
  if (!shaken) {
    facts_.handshake_error = std::move(shaken.error().detail);
    return;
  }
  facts_.ocsp_stapling = shaken->ocsp_stapled ? Observed::Yes : Observed::No;
  const std::string chosen = shaken->protocol;
  facts_.handshake = std::move(*shaken);
  for (const std::string& protocol : probe().protocols) {
    if (protocol == chosen) {
      facts_.protocols.push_back(protocol);
      continue;
    }
    until = budget_.take();
    if (!until) return;
    net::TlsProbeRequest alone = probe();
    alone.protocols = {protocol};
    const auto again = net::probe_handshake(alone, clock_, *until);
    if (again && again->protocol == protocol) facts_.protocols.push_back(protocol);
  }
  until = budget_.take(2);
  if (!until) return;
  if (const auto resumption = net::probe_resumption(probe(), clock_, *until)) {
    facts_.tickets = resumption->ticket ? Observed::Yes : Observed::No;
    facts_.resumption = resumption->resumed ? Observed::Yes : Observed::No;
  }
}

// RFC 7507, section 3: a server that could do better than a hello with the signal offers "MUST respond with a fatal
// inappropriate_fallback alert". So it is said one version below the best.
void Scan::try_fallback() {
  const auto better = std::ranges::find_if(
      facts_.versions, [](const VersionFacts& version) { return version.version > TlsVersion::Ssl3; });
  if (better == facts_.versions.end() || std::next(better) == facts_.versions.end()) return;
  const TlsVersion lower = std::next(better)->version;
  if (lower <= TlsVersion::Ssl3) return;
  HelloRecipe recipe = full_recipe(lower, request_.server_name);
  recipe.fallback_scsv = true;
  const auto said = say(recipe);
  if (!said) return;
  if (said->result.answer == OfferAnswer::Accepted) facts_.fallback_refused = Observed::No;
  if (said->result.alert == kInappropriateFallback) facts_.fallback_refused = Observed::Yes;
}

void Scan::look_at_plain_port() {
  if (!request_.port_80) return;
  if (const auto until = budget_.take()) {
    facts_.port_80 = look_at_port_80(*request_.port_80, request_.server_name, clock_, *until);
  }
}

}  // namespace

TlsFacts scan_tls(const TlsScanRequest& request, const base::Clock& clock) {
  return Scan{request, clock}.run();
}

}  // namespace belfry::inspect
