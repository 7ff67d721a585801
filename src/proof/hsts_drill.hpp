#pragma once

// The drill of `transit.hsts`: every kind of answer that the door can give, errors above all, must carry the
// Strict-Transport-Security field once, for at least half a year. Control: on the twin that does not send it, the
// same check must find it missing.
//
// A part may be tried at several hosts: what stands between may treat one of the site's names otherwise than another.

#include "net/http_client.hpp"
#include "proof/drill.hpp"
#include "proof/twin.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

struct HstsProbe {
  // One of the claim's parts but "control": "200", "3xx", "403", "404", "429", "502".
  std::string part;
  // Named in a finding where a part is tried at several.
  std::string host;
  net::FetchRequest request;
  std::uint16_t expected_status = 200;
  // The request is sent until the expected status comes, this often at most (inclusive): more than 1 is a burst.
  std::uint32_t attempts = 1;
};

class HstsDrill final : public Drill {
 public:
  // Throws std::invalid_argument unless there is a probe for each part but "control", and none of another. Where a part
  // has several, the worst counts; with `hosts_left_out` such a part is not vouched for. Client and launcher outlive
  // the drill.
  HstsDrill(net::HttpClient& client, TwinLauncher& twins, std::vector<HstsProbe> probes, std::chrono::seconds interval,
            std::size_t hosts_left_out = 0);

  std::string_view claim() const override { return "transit.hsts"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  Evidence try_part(std::string_view part, DrillContext& context);
  Evidence try_probe(const HstsProbe& probe, DrillContext& context);
  Evidence try_control(DrillContext& context);

  net::HttpClient& client_;
  TwinLauncher& twins_;
  std::vector<HstsProbe> probes_;
  std::chrono::seconds interval_;
  std::size_t hosts_left_out_;
};

}  // namespace belfry::proof
