#pragma once

// The drill of `request.traced`: a request is made to the door, and the id that its answer carries must lead to the
// record of exactly that request. Controls: an id that was never given out must lead nowhere, and the twin that
// traces nothing must be seen to give none.

#include "net/http_client.hpp"
#include "proof/drill.hpp"
#include "proof/twin.hpp"
#include "record/request_record.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

struct TracedProbe {
  // Its url ends with the authority ("https://belfry.localhost:8443"); the drill appends the path.
  net::FetchRequest request;
  // As the door records it: lower case, without port.
  std::string host;
  // Begins and ends with '/'; a unique word is appended.
  std::string path_prefix = "/drill/";
};

class TracedDrill final : public Drill {
 public:
  // How long the record may take to be found, and how often it is looked for meanwhile.
  static constexpr std::chrono::milliseconds kLookupDeadline{5'000};
  static constexpr std::chrono::milliseconds kLookupPause{100};

  // Client, look-up and launcher outlive the drill.
  TracedDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, TracedProbe probe,
              std::chrono::seconds interval);

  std::string_view claim() const override { return "request.traced"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  // What the record must say.
  struct Expected {
    std::string method;
    std::string host;
    std::string path;
    std::uint16_t status = 0;
  };
  // Look-up and control.
  std::vector<Evidence> follow(DrillContext& context);
  Evidence try_twin(DrillContext& context);
  static Finding difference(const record::RequestRecord& record, const Expected& expected);
  void look_up(std::string_view id, const Expected& expected, Evidence& evidence, DrillContext& context);

  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  TracedProbe probe_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
