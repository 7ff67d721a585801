#include "proof/offer_trial.hpp"

namespace belfry::proof {

namespace {

using inspect::Offer;
using inspect::OfferAnswer;

// RFC 7507, section 3: only a server that could have done better must refuse. And without TLS 1.2 there is nothing to
// renegotiate.
bool cannot_happen(const inspect::TlsFacts& facts, const inspect::OfferResult& result) {
  if (result.offer == Offer::Renegotiation) return result.reason == inspect::OfferReason::NotApplicable;
  return result.offer == Offer::Fallback && result.answer == OfferAnswer::Accepted && !accepts(facts, Offer::Modern13);
}

// Why what was not accepted does not count as refused; empty where it does.
inspect::Sentence doubt(const inspect::TlsFacts& facts, const inspect::OfferResult* result,
                        const inspect::TlsFacts& twin) {
  if (result == nullptr) return {"not tried", "non essayé"};
  const inspect::OfferResult* good = accepted_good_offer(facts);
  if (good == nullptr) {
    return {"the good offer beside it was not accepted", "la bonne offre, à côté, n’a pas été acceptée"};
  }
  if (cannot_happen(facts, *result)) return {};
  if (!inspect::counts_as_refused(*result, *good)) return inspect::describe(*result);
  if (accepts(twin, result->offer)) return {};
  return {"refused; but the twin did not take it up either",
          "refusée\u202f; mais la jumelle ne l’a pas prise non plus"};
}

}  // namespace

bool accepts(const inspect::TlsFacts& facts, Offer offer) {
  const inspect::OfferResult* result = inspect::find_offer(facts, offer);
  return result != nullptr && result->answer == OfferAnswer::Accepted;
}

const inspect::OfferResult* accepted_good_offer(const inspect::TlsFacts& facts) {
  for (const Offer offer : inspect::good_offers()) {
    const inspect::OfferResult* result = inspect::find_offer(facts, offer);
    if (result != nullptr && result->answer == OfferAnswer::Accepted) return result;
  }
  return nullptr;
}

std::string counted(std::size_t part, std::size_t whole, std::string_view of) {
  return std::to_string(part) + std::string{of} + std::to_string(whole);
}

void Complaints::add(std::string_view where, const inspect::Sentence& name, const inspect::Sentence& what) {
  if (++count_ > kTold) return;
  if (!text_.en.empty()) {
    text_.en += "; ";
    text_.fr += "\u202f; ";
  }
  text_.en.append(name.en).append(" at ").append(where).append(": ").append(what.en);
  text_.fr.append(name.fr).append(" à ").append(where).append("\u00a0: ").append(what.fr);
}

Finding Complaints::text() const {
  Finding text = text_;
  if (count_ > kTold) {
    const std::string more = std::to_string(count_ - kTold);
    text.en += "; and " + more + " more";
    text.fr += "\u202f; et " + more + " de plus";
  }
  return text;
}

OfferTrial::OfferTrial(std::span<const Offer> offers, const std::vector<Scanned>& scanned,
                       const inspect::TlsFacts& twin)
    : addresses_{scanned.size()} {
  for (const Scanned& one : scanned) {
    for (const Offer offer : offers) judge(one, offer, twin);
  }
}

void OfferTrial::judge(const Scanned& one, Offer offer, const inspect::TlsFacts& twin) {
  const inspect::OfferResult* result = inspect::find_offer(one.facts, offer);
  const inspect::Sentence name = inspect::name_of(offer);
  if (result != nullptr && result->answer == OfferAnswer::Accepted && !cannot_happen(one.facts, *result)) {
    add_accepted(one, name, inspect::describe(*result));
  } else if (const inspect::Sentence why = doubt(one.facts, result, twin); !why.en.empty()) {
    add_unclear(one, name, why);
  } else {
    add_refused();
  }
}

void OfferTrial::add_accepted(const Scanned& one, const inspect::Sentence& name, const inspect::Sentence& what) {
  ++tried_;
  accepted_.add(one.address.shown(), name, what);
}

void OfferTrial::add_unclear(const Scanned& one, const inspect::Sentence& name, const inspect::Sentence& what) {
  ++tried_;
  unclear_.add(one.address.shown(), name, what);
}

void OfferTrial::add_refused() {
  ++tried_;
  ++refused_;
}

void OfferTrial::settle(Evidence& evidence) const {
  const std::string where = std::to_string(addresses_);
  const std::string offers_en = counted(refused_, tried_, " of ") + " weak offers refused at " + where +
                                (addresses_ == 1 ? " address" : " addresses");
  const std::string offers_fr = counted(refused_, tried_, " offres faibles sur ") + " refusées à " + where +
                                (addresses_ == 1 ? " adresse" : " adresses");
  if (!accepted_.empty()) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {offers_en + "; " + accepted_.text().en, offers_fr + "\u202f; " + accepted_.text().fr};
  } else if (!unclear_.empty()) {
    evidence.finding = {offers_en + "; " + unclear_.text().en, offers_fr + "\u202f; " + unclear_.text().fr};
  } else if (tried_ == 0) {
    evidence.finding = {"nothing was tried", "rien n’a été essayé"};
  } else {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {offers_en + ", a good one accepted beside them", offers_fr + ", une bonne acceptée à côté"};
  }
}

}  // namespace belfry::proof
