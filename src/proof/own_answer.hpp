#pragma once

// Whether an address leads to this very door: a request that is sent there must come back with an identifier that is
// found in the door's own log, with the path that nobody else could have asked for. Before that nothing is attacked
// there: the address may be somebody else's, by a slip of a pen or a name that still leads where the site was once.
//
// A relay that hands requests on leads to the door too, and is then looked at like the door itself.
//
// Blocking, some seconds at most; on the drills' thread.

#include "proof/drill.hpp"
#include "proof/site_addresses.hpp"
#include "proof/target.hpp"
#include "record/request_record.hpp"

#include <functional>
#include <string_view>

namespace belfry::proof {

using OwnAnswer = std::function<bool(const SiteAddress&, DrillContext&)>;

// `client` goes where it is told to; `site` names Belfry's own host.
bool answers_as_ours(net::HttpClient& client, record::RequestLookup& lookup, const Target& site,
                     const SiteAddress& address, DrillContext& context);

// What to say of an address that did not.
Finding not_ours(std::string_view addresses);

}  // namespace belfry::proof
