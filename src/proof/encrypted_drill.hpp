#pragma once

// The drill of `transit.encrypted`: every address of the site is offered, by ClientHellos made by hand, what must be
// refused, and the same offers must be taken up by the twin, which agrees to anything. Good offers beside them must be
// accepted: a connection that is merely reset says nothing by itself.
//
// What "on port 443 alone" and "no back door" mean on one machine stands in the parts `port80`, `port` and
// `application`.

#include "inspect/tls_facts.hpp"
#include "inspect/tls_scan.hpp"
#include "proof/drill.hpp"
#include "proof/own_answer.hpp"
#include "proof/site_addresses.hpp"
#include "proof/twin.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace belfry::proof {

// Between two connections of a scan: one after the other is gentle enough with a site of one's own.
inline constexpr std::chrono::milliseconds kScanPause{5};

// What one of `addresses` gets of `whole`, so that the dead ones among many do not use up a drill's time; half a minute
// at most, inclusive.
std::chrono::milliseconds share_of(std::chrono::seconds whole, std::size_t addresses);

// inspect::scan_tls() with its clock.
using TlsScan = std::function<inspect::TlsFacts(const inspect::TlsScanRequest&)>;
// Whether somebody takes connections there: Yes, No (refused), or Unknown (no answer in time).
using PortProbe = std::function<inspect::Observed(const base::Endpoint&)>;

// What stands behind the door, as its settings say now.
struct ApplicationPlace {
  // None configured: Belfry answers by itself.
  bool configured = false;
  std::string host;
  // What it was looked up as; empty where that is not known.
  std::vector<base::Endpoint> addresses;
};

struct EncryptedParts {
  TwinLauncher& twins;
  TlsScan scan;
  PortProbe probe;
  std::function<SiteAddresses()> addresses;
  // Whether an address may be attacked at all.
  OwnAnswer is_ours;
  std::function<ApplicationPlace()> application;
  // Under which other machines may reach this one; loopback is none of them.
  std::function<std::vector<base::IpAddress>()> own_addresses;
  // Ports that the door itself listens on.
  std::vector<std::uint16_t> own_ports;
};

class EncryptedDrill final : public Drill {
 public:
  // What the parts name outlives the drill.
  EncryptedDrill(EncryptedParts parts, std::chrono::seconds interval);

  std::string_view claim() const override { return "transit.encrypted"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  EncryptedParts parts_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
