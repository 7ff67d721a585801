#include "upstream/forwarding_headers.hpp"

#include "base/ascii.hpp"
#include "http/chunked.hpp"
#include "http/forwarded.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace belfry::upstream {

namespace {

// In lower case, with '-' for every byte that is neither letter nor digit.
constexpr std::array kWithheldNames = std::to_array<std::string_view>({
    // This connection's own (RFC 9110, section 7.6.1); the parser takes them out too, but what reaches the application
    // is decided here.
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "content-length",
    "upgrade",
    "http2-settings",
    "host",
    "expect",
    // Becomes HTTP_PROXY, through which programs make their own calls out (CVE-2016-5385).
    "proxy",
    // Where the request comes from, as one product or another spells it.
    "forwarded",
    "forwarded-for",
    "forwarded-proto",
    "forwarded-host",
    "x-real-ip",
    "client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "fastly-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-originating-ip",
    "x-remote-address",
    "remote-addr",
    "x-client",
    "x-proxyuser-ip",
    "x-envoy-external-address",
    "x-azure-clientip",
    "x-azure-socketip",
    "ali-cdn-real-ip",
    "cdn-src-ip",
    "x-host",
    "x-scheme",
    "x-url-scheme",
    "front-end-https",
    // Ours.
    "x-request-id",
});
// "Fly-Client-IP", "WL-Proxy-Client-IP", "DO-Connecting-IP", "X-Appengine-User-IP" and whoever comes next.
constexpr std::array kWithheldSuffixes = std::to_array<std::string_view>({
    "-client-ip",
    "-connecting-ip",
    "-user-ip",
    "-real-ip",
});
constexpr std::array kWithheldPrefixes = std::to_array<std::string_view>({
    "x-forwarded",
    "x-belfry",
    // Frameworks take these for the path or host that was asked for: not the one that our rules matched.
    "x-original-",
    "x-rewrite-",
    // Who somebody is, as proxies that sign people in or check their certificates tell it: an application that was
    // behind such a one believes it still.
    "remote-user",
    "x-remote-user",
    "remote-group",
    "x-remote-group",
    "remote-name",
    "x-remote-name",
    "remote-email",
    "x-remote-email",
    "x-auth-request-",
    "x-authenticated-",
    "x-authentik-",
    "x-webauth-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-amzn-oidc-",
    "cf-access-",
    "tailscale-user-",
    "ssl-client-",
    "x-ssl-client-",
    "x-client-cert",
    "x-client-verify",
    "x-client-dn",
});

constexpr std::size_t kLongestName = [] {
  std::size_t longest = 0;
  for (const auto& name : kWithheldNames) longest = std::max(longest, name.size());
  for (const auto& prefix : kWithheldPrefixes) longest = std::max(longest, prefix.size());
  for (const auto& suffix : kWithheldSuffixes) longest = std::max(longest, suffix.size());
  return longest;
}();

constexpr char folded(char c) {
  return base::is_letter(c) || base::is_digit(c) ? base::to_lower(c) : '-';
}

// What is withheld of the names that begin with one byte: most fields of a request are let through by one look here.
struct Beginning {
  std::uint64_t sizes = 0;  // bit n: a withheld name has n bytes
  bool prefixes = false;
};
constexpr std::size_t index_of(char byte) {
  return static_cast<std::uint8_t>(byte);
}
constexpr auto kBeginnings = [] {
  std::array<Beginning, 128> table{};
  for (const auto& name : kWithheldNames) table[index_of(name.front())].sizes |= 1ULL << name.size();
  for (const auto& prefix : kWithheldPrefixes) table[index_of(prefix.front())].prefixes = true;
  return table;
}();
static_assert(kLongestName < 64);
static_assert(std::ranges::all_of(kWithheldSuffixes, [](std::string_view suffix) { return suffix.ends_with('p'); }));

bool may_be_withheld(std::string_view name) {
  if (name.empty()) return false;
  const Beginning& beginning = kBeginnings[index_of(folded(name.front()))];
  return beginning.prefixes || (name.size() <= kLongestName && (beginning.sizes >> name.size() & 1) != 0) ||
         folded(name.back()) == 'p';
}

std::string_view without_blanks(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool is_own_cookie(std::string_view pair) {
  const auto trimmed = without_blanks(pair);
  return trimmed.size() >= kOwnCookiePrefix.size() &&
         std::ranges::equal(trimmed.substr(0, kOwnCookiePrefix.size()), kOwnCookiePrefix, {}, base::to_lower,
                            base::to_lower);
}

// Calls `visit` with each pair of a Cookie line.
template <class Visit>
void for_each_pair(std::string_view line, Visit visit) {
  for (;;) {
    const auto end = line.find(';');
    visit(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

void add_cookie_line(std::string_view line, http::Fields& out) {
  bool ours_among_them = false;
  for_each_pair(line, [&](std::string_view pair) { ours_among_them = ours_among_them || is_own_cookie(pair); });
  if (!ours_among_them) {
    out.add("cookie", line);
    return;
  }
  std::string others;
  for_each_pair(line, [&](std::string_view pair) {
    const auto trimmed = without_blanks(pair);
    if (trimmed.empty() || is_own_cookie(trimmed)) return;
    if (!others.empty()) others += "; ";
    others += trimmed;
  });
  if (!others.empty()) out.add("cookie", others);
}

// All lines of the field as one list, with room for one more element: "a, b, ".
std::string list_before(const http::Fields& fields, std::string_view name) {
  std::string list;
  for (const auto& field : fields) {
    if (field.name != name || field.value.empty()) continue;
    list += field.value;
    list += ", ";
  }
  return list;
}

std::string authority_of(const http::RequestHead& request) {
  return request.port ? request.host + ":" + std::to_string(*request.port) : request.host;
}

void add_forwarding_fields(const http::RequestHead& request, const ForwardingFacts& facts, http::Fields& out) {
  const bool extends = facts.forwarded == ForwardedFields::Extend;
  const std::string client = facts.client.to_string();
  const std::string authority = authority_of(request);
  const std::string forwarded_for = extends ? list_before(request.fields, "x-forwarded-for") : std::string{};

  out.add("x-forwarded-for", forwarded_for + client);
  out.add("x-forwarded-proto", "https");
  if (!authority.empty()) out.add("x-forwarded-host", authority);
  out.add("x-forwarded-port", std::to_string(request.port.value_or(443)));
  // What came as Forwarded is dropped from everybody: a trusted proxy's word is read from X-Forwarded-For alone, and
  // many a proxy passes the other on as its client wrote it. Behind such a chain one of ours would begin with the
  // proxy, as if it were the client.
  if (forwarded_for.empty()) out.add("forwarded", http::format_forwarded(facts.client, authority, "https"));
  out.add("x-request-id", facts.request_id);
  if (facts.identity != nullptr) {
    out.add("x-belfry-user", facts.identity->user);
    out.add("x-belfry-email", facts.identity->email);
    out.add("x-belfry-role", facts.identity->role);
  }
}

}  // namespace

bool is_withheld(std::string_view name) {
  if (!may_be_withheld(name)) return false;
  std::array<char, kLongestName> buffer{};
  const std::size_t looked_at = std::min(name.size(), buffer.size());
  std::ranges::transform(name.substr(0, looked_at), buffer.begin(), folded);
  const std::string_view start{buffer.data(), looked_at};
  if (name.size() == looked_at && std::ranges::find(kWithheldNames, start) != kWithheldNames.end()) return true;
  if (std::ranges::any_of(kWithheldPrefixes, [&](std::string_view prefix) { return start.starts_with(prefix); })) {
    return true;
  }
  std::array<char, kLongestName> tail{};
  const std::string_view last = name.substr(name.size() - looked_at);
  std::ranges::transform(last, tail.begin(), folded);
  const std::string_view end{tail.data(), looked_at};
  return std::ranges::any_of(kWithheldSuffixes, [&](std::string_view suffix) { return end.ends_with(suffix); });
}

void make_upstream_request(const http::RequestHead& request, const ForwardingFacts& facts, http::RequestHead& out) {
  out.method = request.method;
  out.method_name = request.method_name;
  out.target = request.target;
  out.host = request.host;
  out.port = request.port;
  out.version = http::Version::Http11;
  out.body = request.body;
  out.upgrade = request.upgrade;
  out.expects_continue = false;
  out.fields.clear();
  for (const auto& field : request.fields) {
    if (field.name == "cookie") {
      add_cookie_line(field.value, out.fields);
    } else if (!is_withheld(field.name)) {
      out.fields.add(field);
    }
  }
  add_forwarding_fields(request, facts, out.fields);
}

void withhold_trailers(http::Fields& trailers) {
  trailers.remove_if(
      [](const http::Field& field) { return is_withheld(field.name) || !http::is_trailer_name(field.name); });
}

}  // namespace belfry::upstream
