#include "proof/origin_drill.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace belfry::proof {

namespace {

constexpr std::string_view kElsewhere = "https://elsewhere.invalid";

enum class Sender : std::uint8_t { OwnPage, ForeignPage };

net::FetchRequest to_application(const Target& target) {
  // Without an application there is one host, Belfry's own.
  const bool alone = target.site_host == target.belfry_host;
  return target.request(target.site_host, alone ? kAdmittedOnBelfry : kAdmittedOnSite);
}

net::FetchRequest posted(net::FetchRequest request) {
  request.method = "POST";
  request.fields.add("content-type", "application/x-www-form-urlencoded");
  request.body = "drill=1";
  return request;
}

// A browser that says of its forms' origin by Origin alone.
net::FetchRequest form(const Target& target, Sender sender) {
  net::FetchRequest request = posted(to_application(target));
  const bool own = sender == Sender::OwnPage;
  request.fields.add("origin", own ? target.origin_of(target.site_host) : std::string{kElsewhere});
  return request;
}

// A browser that says more by Sec-Fetch-Site.
net::FetchRequest script(const Target& target, Sender sender) {
  net::FetchRequest request = form(target, sender);
  request.fields.add("sec-fetch-site", sender == Sender::OwnPage ? "same-origin" : "cross-site");
  return request;
}

net::FetchRequest web_socket(const Target& target, Sender sender) {
  net::FetchRequest request = to_application(target);
  request.version = net::HttpVersion::Http11;
  request.fields.add("connection", "Upgrade");
  request.fields.add("upgrade", "websocket");
  request.fields.add("sec-websocket-version", "13");
  request.fields.add("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
  const bool own = sender == Sender::OwnPage;
  request.fields.add("origin", own ? target.origin_of(target.site_host) : std::string{kElsewhere});
  return request;
}

// A script that slipped into the application, or into another host of the same domain.
net::FetchRequest against_belfry(const Target& target, Sender sender) {
  net::FetchRequest request = posted(target.request(target.belfry_host, kAdmittedOnBelfry));
  const bool own = sender == Sender::OwnPage;
  request.fields.add("origin", own ? target.origin_of(target.belfry_host) : "https://beside." + target.belfry_host);
  request.fields.add("sec-fetch-site", own ? "same-origin" : "same-site");
  return request;
}

struct Forgery {
  std::string_view part;
  net::FetchRequest (*request)(const Target&, Sender);
};
constexpr std::array<Forgery, 4> kForgeries{
    {{"form", &form}, {"script", &script}, {"websocket", &web_socket}, {"belfry", &against_belfry}}};

}  // namespace

OriginDrill::OriginDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
                         std::function<std::vector<std::string>()> exceptions, std::chrono::seconds interval)
    : client_{client},
      lookup_{lookup},
      twins_{twins},
      site_{std::move(site)},
      exceptions_{std::move(exceptions)},
      interval_{interval} {}

Finding exceptions_found(const std::vector<std::string>& paths) {
  if (paths.empty()) return {"none", "aucune"};
  std::string named;
  const std::size_t shown = std::min(paths.size(), kNamedExceptions);
  for (std::size_t i = 0; i < shown; ++i) named.append(i == 0 ? "" : ", ").append(paths[i]);
  const std::string count = std::to_string(paths.size());
  const std::string others = std::to_string(paths.size() - shown);
  const bool all = shown == paths.size();
  const bool one = paths.size() == 1;
  return {"outside " + count + (one ? " path (" : " paths (") + named + (all ? "" : " and " + others + " more") +
              "), which requests from elsewhere reach",
          (one ? "hors d’un chemin (" : "hors de " + count + " chemins (") + named +
              (all ? "" : " et " + others + " de plus") + "), où arrivent les requêtes d’ailleurs"};
}

std::vector<Evidence> OriginDrill::run(DrillContext& context) {
  Trials trials{claim(), client_, lookup_, twins_, context};
  const bool launched = trials.launch();
  std::vector<Evidence> evidence;
  evidence.reserve(kForgeries.size() + 2);
  for (const Forgery& forgery : kForgeries) {
    evidence.push_back(trials.make(
        {.part = forgery.part,
         .good = forgery.request(site_, Sender::OwnPage),
         .bad = forgery.request(site_, Sender::ForeignPage),
         .bad_on_twin = launched ? forgery.request(trials.twin(), Sender::ForeignPage) : net::FetchRequest{},
         .status = 403,
         .reason = "foreign_origin"}));
  }
  Evidence excepted = trials.evidence_of("exceptions");
  excepted.outcome = Outcome::Holds;
  excepted.finding = exceptions_found(exceptions_());
  evidence.push_back(std::move(excepted));
  evidence.push_back(trials.control());
  return evidence;
}

}  // namespace belfry::proof
