#pragma once

// The drill of `request.blocklist`: somebody comes under an address that a list names, by the door's private socket,
// and must find the connection closed before the first byte of TLS; under an address that none names, the door answers.
// On the twin, which has the same address on its list and does not look, it answers the listed one too.

#include "net/client_connection.hpp"
#include "proof/trial.hpp"

#include <chrono>
#include <functional>
#include <vector>

namespace belfry::proof {

struct ListedAddresses {
  // Whether there is any list.
  bool configured = false;
  // Some that are blocked; empty where the lists name none.
  std::vector<base::IpAddress> examples;
};

class BlocklistDrill final : public Drill {
 public:
  // `listed`: what is in force now, examples chosen by its argument.
  BlocklistDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
                 std::function<ListedAddresses(std::uint64_t)> listed, std::chrono::seconds interval);

  std::string_view claim() const override { return "request.blocklist"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  Evidence come_as(const base::IpAddress& listed, Trials& trials, const DrillContext& context);

  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  Target site_;
  std::function<ListedAddresses(std::uint64_t)> listed_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
