#pragma once

// The drill of `transit.report`: what the public report says is read as a visitor reads it, and compared with a fresh
// scan of every address. The certificate and the letter of that scan are judged beside it: a report that truthfully
// tells of a weak set-up is no promise kept. The certificate on the wire has to be the door's own: whoever ends TLS
// with another one before the door reads and changes what passes, and no report of the door's is true for his visitors.
//
// Control: the same comparison with the twin, whose set-up is weak, must see that the report does not describe it.
//
// The report itself is taken here too, at the end of each run, so that it is never older than one interval.

#include "net/http_client.hpp"
#include "proof/encrypted_drill.hpp"
#include "proof/target.hpp"
#include "proof/tls_report.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace belfry::proof {

struct ReportParts {
  net::HttpClient& client;
  TwinLauncher& twins;
  TlsScan scan;
  std::function<SiteAddresses()> addresses;
  // Whether an address may be looked at all round.
  OwnAnswer is_ours;
  // The way that a visitor takes to Belfry's pages.
  Target site;
  // Every name that the certificate must be for.
  std::vector<std::string> hosts;
  // Hands the report to those who show it.
  std::function<void(std::shared_ptr<const TlsReport>)> publish;
  // Counts up whenever the door gets another certificate: what was reported of the one before is then no lie.
  std::function<std::uint64_t()> certificate_number;
  // The SHA-256 fingerprint of the leaf that the door has in force, lower-case hex. Changes after the number does.
  std::function<std::string()> own_certificate;
};

class ReportDrill final : public Drill {
 public:
  // What the parts name outlives the drill.
  ReportDrill(ReportParts parts, std::chrono::seconds interval);

  std::string_view claim() const override { return "transit.report"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  std::shared_ptr<const TlsReport> take(DrillContext& context);
  inspect::HstsFact look_at_hsts();
  void read_again(Evidence& published, Evidence& same, const TlsReport& fresh);
  void judge_control(Evidence& evidence, const TlsReport& fresh, DrillContext& context);

  ReportParts parts_;
  std::chrono::seconds interval_;
  // Of the certificate that the published report tells of; none: nothing is published.
  std::optional<std::uint64_t> reported_number_;
};

// What is wrong with a site's certificate for these hosts, or what is right with it. `own`: the fingerprints that the
// door had in force meanwhile.
Evidence judge_certificate(const TlsReport& report, const std::vector<std::string>& hosts,
                           const std::vector<std::string>& own, base::WallTime now);

}  // namespace belfry::proof
