#pragma once

// The drills that this door runs against itself, and how they reach it: through its own listener, as a stranger would.

#include "app/configuration.hpp"
#include "base/ip_address.hpp"
#include "net/http_client.hpp"
#include "proof/drill.hpp"
#include "record/request_record.hpp"

#include <memory>
#include <vector>

namespace belfry::app {

// `door` is one of the addresses that the door listens on. Client and look-up outlive the drills.
std::vector<std::unique_ptr<proof::Drill>> make_drills(const Configuration& configuration, base::Endpoint door,
                                                       net::HttpClient& client, record::RequestLookup& lookup);

}  // namespace belfry::app
