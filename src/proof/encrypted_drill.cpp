#include "proof/encrypted_drill.hpp"

#include "proof/offer_trial.hpp"
#include "proof/trial.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace belfry::proof {

namespace {

using inspect::Observed;
using inspect::Offer;
using inspect::OfferAnswer;

// RFC 9110, section 4.2.2 and 4.2.1: the ports of https and http.
constexpr std::uint16_t kHttps = 443;
constexpr std::uint16_t kHttp = 80;
// For the scans of all addresses: a drill has two minutes.
constexpr std::chrono::seconds kScanTime{80};

constexpr std::array kPlaintext{Offer::Plaintext};
constexpr std::array kProtocols{Offer::Ssl2, Offer::Ssl3, Offer::Tls10, Offer::Tls11};
constexpr std::array kCiphers{Offer::StaticRsa, Offer::Cbc,  Offer::Rc4,      Offer::TripleDes,
                              Offer::Export,    Offer::Null, Offer::Anonymous};
constexpr std::array kDowngrade{Offer::Fallback};
constexpr std::array kRenegotiation{Offer::Renegotiation, Offer::LegacyRenegotiation, Offer::Compression};

// RFC 8446, section 4.1.3: a server of TLS 1.3 that chooses 1.2 says so in its random bytes, so that nobody in between
// can push both down unnoticed.
void add_sentinel(OfferTrial& trial, const Scanned& one, const inspect::TlsFacts& twin) {
  if (!accepts(one.facts, Offer::Modern13) || !accepts(one.facts, Offer::Modern12)) return;
  const inspect::OfferResult* older = inspect::find_offer(one.facts, Offer::Modern12);
  const inspect::OfferResult* on_twin = inspect::find_offer(twin, Offer::Modern12);
  const inspect::Sentence name{"the sign of a downgrade", "le signe d’un rabaissement"};
  if (!older->hello || older->hello->sentinel != inspect::Sentinel::ToTls12) {
    trial.add_accepted(one, name, {"missing from an answer in TLS 1.2", "absent d’une réponse en TLS 1.2"});
  } else if (on_twin == nullptr || !on_twin->hello || on_twin->hello->sentinel != inspect::Sentinel::None) {
    trial.add_unclear(one, name,
                      {"there; but not seen missing on the twin",
                       "présent\u202f; mais son absence n’a pas été "
                       "vue sur la jumelle"});
  } else {
    trial.add_refused();
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void judge_addresses(Evidence& evidence, const SiteAddresses& where, const std::vector<Scanned>& scanned,
                     const std::vector<std::string>& foreign) {
  if (!foreign.empty()) {
    evidence.finding = not_ours(joined(foreign));
    return;
  }
  std::vector<std::string> silent;
  for (const Scanned& one : scanned) {
    if (accepted_good_offer(one.facts) == nullptr) silent.push_back(one.address.shown());
  }
  std::vector<std::string> all;
  all.reserve(scanned.size());
  for (const Scanned& one : scanned) all.push_back(one.address.shown());
  if (!silent.empty()) {
    evidence.finding = {"no TLS answer from " + joined(silent) +
                            "; where this machine cannot reach it from inside, write [drill] addresses",
                        "pas de réponse TLS de " + joined(silent) +
                            "\u202f; si cette machine ne peut la joindre de l’intérieur, écrire [drill] addresses"};
    return;
  }
  if (where.left_out != 0) {
    const std::string count = std::to_string(where.left_out);
    evidence.finding = {"more addresses than are looked at: " + count + " left out",
                        "plus d’adresses qu’il n’en est examiné\u00a0: " + count + " non examinées"};
    return;
  }
  // Where all of them lead nowhere, the door's own listener stands in.
  if (where.source != AddressSource::OwnListener && !where.nowhere.empty()) {
    evidence.finding = {"no address is known from here for " + joined(where.nowhere),
                        "aucune adresse n’est connue d’ici pour " + joined(where.nowhere)};
    return;
  }
  if (!where.unanswered.empty()) {
    evidence.finding = {"not looked up, or not in time: " + joined(where.unanswered),
                        "non résolus, ou pas à temps\u00a0: " + joined(where.unanswered)};
    return;
  }
  evidence.outcome = Outcome::Holds;
  const std::string count = counted(scanned.size(), scanned.size(), "/") + " (" + joined(all) + ")";
  evidence.finding = {count + " answer TLS", count + " répondent en TLS"};
  if (where.source == AddressSource::OwnListener) {
    evidence.finding.en += "; the door’s own listener, as from here no address is known for " + joined(where.nowhere);
    evidence.finding.fr +=
        "\u202f; l’écoute de la porte même, faute d’adresse connue d’ici pour " + joined(where.nowhere);
  } else if (where.source == AddressSource::ThisMachine) {
    evidence.finding.en += "; the name is this machine’s own";
    evidence.finding.fr += "\u202f; le nom est celui de cette machine";
  }
}

void judge_port(Evidence& evidence, const SiteAddresses& where, const std::vector<std::uint16_t>& own_ports) {
  std::vector<std::string> others;
  const auto note = [&](std::uint16_t port) {
    const std::string text = std::to_string(port);
    if (port != kHttps && std::ranges::find(others, text) == others.end()) others.push_back(text);
  };
  for (const SiteAddress& address : where.addresses) {
    if (address.way.socket.empty()) note(address.way.endpoint.port);
  }
  // Where the owner names the addresses, another may stand between them and the door's own ports.
  if (where.source != AddressSource::Configured) std::ranges::for_each(own_ports, note);
  if (others.empty()) {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"443 alone", "443 seul"};
    return;
  }
  evidence.outcome = Outcome::Broken;
  evidence.finding = {"the site is on port " + joined(others) + ", not on 443 alone",
                      "le site est sur le port " + joined(others) + ", non sur le seul 443"};
}

void judge_port_80(Evidence& evidence, const std::vector<Scanned>& scanned, const inspect::TlsFacts& twin) {
  using inspect::Port80State;
  Complaints open;
  Complaints unclear;
  std::size_t closed = 0;
  const inspect::Sentence name{"port 80", "le port 80"};
  for (const Scanned& one : scanned) {
    const auto& port = one.facts.port_80;
    const std::string address = one.address.way.endpoint.address.to_string();
    if (!port || port->state == Port80State::Unreachable) {
      unclear.add(address, name, port ? inspect::describe(*port) : inspect::Sentence{"not tried", "non essayé"});
    } else if (port->state == Port80State::Closed || port->state == Port80State::Silent) {
      if (accepted_good_offer(one.facts) != nullptr) {
        ++closed;
      } else {
        unclear.add(address, name, {"silent, as is the TLS port", "muet, comme le port TLS"});
      }
    } else {
      open.add(address, name, inspect::describe(*port));
    }
  }
  const std::string count_en = counted(closed, scanned.size(), " of ") + " closed";
  const std::string count_fr = counted(closed, scanned.size(), " sur ") + (closed > 1 ? " fermés" : " fermé");
  if (!open.empty()) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {count_en + "; " + open.text().en, count_fr + "\u202f; " + open.text().fr};
  } else if (!unclear.empty()) {
    evidence.finding = {count_en + "; " + unclear.text().en, count_fr + "\u202f; " + unclear.text().fr};
  } else if (!twin.port_80 || twin.port_80->state != Port80State::Plain) {
    evidence.finding = {count_en + "; but plain HTTP was not seen on the twin either",
                        count_fr + "\u202f; mais HTTP en clair n’a pas été vu sur la jumelle non plus"};
  } else {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {count_en, count_fr};
  }
}

void judge_application(Evidence& evidence, const ApplicationPlace& place, const std::vector<Scanned>& scanned,
                       const EncryptedParts& parts) {
  if (!place.configured) {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"there is no application behind the door", "il n’y a pas d’application derrière la porte"};
    return;
  }
  if (place.addresses.empty()) {
    evidence.finding = {"where the application is, is not known yet", "où est l’application n’est pas encore connu"};
    return;
  }
  const std::uint16_t port = place.addresses.front().port;
  // Its port on the addresses that visitors know.
  for (const Scanned& one : scanned) {
    const base::Endpoint& outside = one.address.way.endpoint;
    if (!one.address.way.socket.empty() || outside.address.is_loopback() || outside.port == port) continue;
    const base::Endpoint direct{.address = outside.address, .port = port};
    if (parts.probe(direct) != Observed::Yes) continue;
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"the application’s port is open beside the door, at " + direct.to_string(),
                        "le port de l’application est ouvert à côté de la porte, à " + direct.to_string()};
    return;
  }
  const bool here = std::ranges::all_of(place.addresses,
                                        [](const base::Endpoint& endpoint) { return endpoint.address.is_loopback(); });
  if (here) {
    // Where it is asked for on loopback says nothing of where else it listens.
    const std::vector<base::IpAddress> others = parts.own_addresses();
    if (!others.empty() && std::ranges::find(parts.own_ports, port) != parts.own_ports.end()) {
      evidence.finding = {
          "the door listens on the application’s port too: which of them answers beside loopback cannot be told",
          "la porte écoute aussi sur le port de l’application\u00a0: hors de la boucle locale, on ne sait qui répond"};
      return;
    }
    const bool open = std::ranges::any_of(others, [&](const base::IpAddress& address) {
      return parts.probe({.address = address, .port = port}) == Observed::Yes;
    });
    if (open) {
      evidence.outcome = Outcome::Broken;
      evidence.finding = {"the application’s port is open on another address of this machine, beside the door",
                          "le port de l’application est ouvert sur une autre adresse de cette machine, à côté de la "
                          "porte"};
      return;
    }
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"it listens on this machine’s loopback alone, where no other machine reaches",
                        "elle écoute sur la seule boucle locale de cette machine, où nulle autre n’atteint"};
    return;
  }
  // Not where: an address within is nobody's business outside.
  evidence.finding = {
      "it listens elsewhere than on loopback: whether others reach it there, only a watcher can try",
      "elle écoute ailleurs que sur la boucle locale\u00a0: si d’autres l’y atteignent, seul un guetteur "
      "posté ailleurs peut l’essayer"};
}

void judge_control(Evidence& evidence, const inspect::TlsFacts& twin) {
  std::size_t taken = 0;
  Complaints refused;
  std::string bytes;
  for (const Offer offer : inspect::weak_offers()) {
    const inspect::OfferResult* result = inspect::find_offer(twin, offer);
    if (result != nullptr && result->answer == OfferAnswer::Accepted) {
      ++taken;
      if (bytes.empty() && offer == Offer::Ssl3) bytes = result->first_bytes.substr(0, 22);
      continue;
    }
    refused.add("twin", inspect::name_of(offer),
                result != nullptr ? inspect::describe(*result) : inspect::Sentence{"not tried", "non essayé"});
  }
  const std::size_t all = inspect::weak_offers().size();
  const std::string count_en = "on the twin " + counted(taken, all, " of ") + " weak offers taken up";
  const std::string count_fr = "sur la jumelle, " + counted(taken, all, " offres faibles sur ") + " acceptées";
  if (!refused.empty()) {
    evidence.finding = {count_en + "; " + refused.text().en, count_fr + "\u202f; " + refused.text().fr};
    return;
  }
  evidence.outcome = Outcome::Holds;
  evidence.finding = {count_en + "; seen there for SSL 3.0: " + bytes,
                      count_fr + "\u202f; vu là pour SSL 3.0\u00a0: " + bytes};
}

}  // namespace

EncryptedDrill::EncryptedDrill(EncryptedParts parts, std::chrono::seconds interval)
    : parts_{std::move(parts)}, interval_{interval} {}

std::chrono::milliseconds share_of(std::chrono::seconds whole, std::size_t addresses) {
  const std::chrono::milliseconds all{whole};
  return std::min<std::chrono::milliseconds>(all / std::max<std::size_t>(addresses, 1), std::chrono::seconds{30});
}

std::vector<Evidence> EncryptedDrill::run(DrillContext& context) {
  const auto scan = [&](const SiteAddress& address, const net::Way& port_80, std::chrono::milliseconds within) {
    return parts_.scan({.way = address.way,
                        .server_name = address.name,
                        .ca_file = {},
                        .port_80 = port_80,
                        .depth = inspect::TlsScanRequest::Depth::OffersOnly,
                        .deadline = within,
                        .pause = kScanPause,
                        .wait = context.wait});
  };

  // The twin's thirty seconds begin with it: it comes first.
  inspect::TlsFacts twin_facts;
  if (const auto twin = launch_twin(parts_.twins, {.without = std::string{claim()}, .listed = {}}, context)) {
    const Target target = twin->target();
    twin_facts = scan({.way = target.way, .name = target.belfry_host}, target.way, share_of(kScanTime, 1));
  }

  const base::SteadyTime begun = context.clock.steady_now();
  const SiteAddresses where = parts_.addresses();
  std::vector<bool> ours;
  ours.reserve(where.addresses.size());
  for (const SiteAddress& address : where.addresses) {
    ours.push_back(!context.stopping.stop_requested() && parts_.is_ours(address, context));
  }
  const auto spent = std::chrono::ceil<std::chrono::seconds>(context.clock.steady_now() - begun);
  const auto share = share_of(std::max(kScanTime - spent, std::chrono::seconds{1}), where.addresses.size());
  std::vector<Scanned> scanned;
  scanned.reserve(where.addresses.size());
  std::vector<Scanned> known;
  known.reserve(where.addresses.size());
  std::vector<std::string> foreign;
  for (std::size_t at = 0; at < where.addresses.size(); ++at) {
    if (context.stopping.stop_requested()) break;
    const SiteAddress& address = where.addresses[at];
    if (!ours[at]) {
      foreign.push_back(address.shown());
      // Of which nothing is known, so that no part holds.
      scanned.push_back({address, {}});
      continue;
    }
    const net::Way port_80{.endpoint = {.address = address.way.endpoint.address, .port = kHttp}, .socket = {}};
    scanned.push_back({address, scan(address, port_80, share)});
    known.push_back(scanned.back());
  }

  std::vector<Evidence> evidence;
  const auto begin = [&](std::string_view part) -> Evidence& {
    return evidence.emplace_back(Evidence{.claim = std::string{claim()},
                                          .part = std::string{part},
                                          .outcome = Outcome::Inconclusive,
                                          .finding = {},
                                          .observed = context.clock.wall_now()});
  };
  evidence.reserve(10);
  OfferTrial{kPlaintext, scanned, twin_facts}.settle(begin("plaintext"));
  judge_port_80(begin("port80"), scanned, twin_facts);
  OfferTrial{kProtocols, scanned, twin_facts}.settle(begin("protocols"));
  OfferTrial{kCiphers, scanned, twin_facts}.settle(begin("ciphers"));
  OfferTrial downgrade{kDowngrade, scanned, twin_facts};
  for (const Scanned& one : scanned) add_sentinel(downgrade, one, twin_facts);
  downgrade.settle(begin("downgrade"));
  OfferTrial{kRenegotiation, scanned, twin_facts}.settle(begin("renegotiation"));
  judge_addresses(begin("addresses"), where, scanned, foreign);
  judge_port(begin("port"), where, parts_.own_ports);
  judge_application(begin("application"), parts_.application(), known, parts_);
  judge_control(begin("control"), twin_facts);
  return evidence;
}

}  // namespace belfry::proof
