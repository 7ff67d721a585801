#include "proof/own_answer.hpp"

#include <chrono>
#include <string>

namespace belfry::proof {

namespace {

// For one answer: an address that is dead takes this long.
constexpr std::chrono::milliseconds kPatience{2'000};
// The log is written beside the answer, a moment later.
constexpr int kLooks = 10;
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

bool answers_as_ours(net::HttpClient& client, record::RequestLookup& lookup, const Target& site,
                     const SiteAddress& address, DrillContext& context) {
  // A socket in the door's own folder is nobody else's.
  if (!address.way.socket.empty()) return true;
  // Neither an identifier of before nor one that somebody else has got is of this request.
  const std::string path = "/drill/address-" + std::to_string(context.random.next_u64());
  Target there = site;
  there.way = address.way;
  net::FetchRequest request = there.request(there.belfry_host, path);
  request.deadline = kPatience;
  const auto response = client.fetch(request);
  if (!response || response->fields.count("x-request-id") != 1) return false;
  const std::string id{response->fields.get("x-request-id").value_or("")};
  for (int look = 0; look < kLooks; ++look) {
    if (const auto record = lookup.find(id)) return record->path == path;
    if (!context.wait(kPause)) return false;
  }
  return false;
}

Finding not_ours(std::string_view addresses) {
  const std::string text{addresses};
  return {"another server answers there, or none, and nothing more was tried: " + text +
              "; where this machine cannot reach the site from inside, write [drill] addresses",
          "un autre serveur y répond, ou aucun, et rien de plus n’a été essayé\u00a0: " + text +
              "\u202f; si cette machine ne peut joindre le site de l’intérieur, écrire [drill] addresses"};
}

}  // namespace belfry::proof
