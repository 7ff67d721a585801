#pragma once

// One part of the encryption's drill: some weak offers, made at every address, each of which the twin must have taken
// up. What was accepted anywhere breaks it; what nobody can tell leaves it open.

#include "inspect/tls_facts.hpp"
#include "proof/evidence.hpp"
#include "proof/site_addresses.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

// An address and what a scan found there.
struct Scanned {
  SiteAddress address;
  inspect::TlsFacts facts;
};

bool accepts(const inspect::TlsFacts& facts, inspect::Offer offer);
// nullptr: the address accepts none, and so nothing that it refused counts.
const inspect::OfferResult* accepted_good_offer(const inspect::TlsFacts& facts);

// "3 of 4"
std::string counted(std::size_t part, std::size_t whole, std::string_view of);

// What went wrong where, the first few in full.
class Complaints {
 public:
  // Told one by one, inclusive; what is more is counted.
  static constexpr std::size_t kTold = 3;

  void add(std::string_view where, const inspect::Sentence& name, const inspect::Sentence& what);
  bool empty() const { return count_ == 0; }
  Finding text() const;

 private:
  std::size_t count_ = 0;
  Finding text_;
};

class OfferTrial {
 public:
  // The twin's facts are empty where there was none.
  OfferTrial(std::span<const inspect::Offer> offers, const std::vector<Scanned>& scanned,
             const inspect::TlsFacts& twin);

  // What else was tried at an address.
  void add_accepted(const Scanned& one, const inspect::Sentence& name, const inspect::Sentence& what);
  void add_unclear(const Scanned& one, const inspect::Sentence& name, const inspect::Sentence& what);
  void add_refused();

  // Outcome and finding: "12 of 12 weak offers refused at 2 addresses".
  void settle(Evidence& evidence) const;

 private:
  void judge(const Scanned& one, inspect::Offer offer, const inspect::TlsFacts& twin);

  std::size_t addresses_ = 0;
  std::size_t tried_ = 0;
  std::size_t refused_ = 0;
  Complaints accepted_;
  Complaints unclear_;
};

}  // namespace belfry::proof
