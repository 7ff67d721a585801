#include "app/configuration_table.hpp"

#include "app/configuration_field.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace belfry::app {
namespace {

// As TOML takes it back.
std::string show_text(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      shown += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      shown += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      shown += c;
    }
  }
  return "\"" + shown + "\"";
}

template <typename T, typename Show>
std::string show_array(const std::vector<T>& values, Show show) {
  std::string shown;
  for (const T& value : values) shown += (shown.empty() ? "" : ", ") + show_text(show(value));
  return "[" + shown + "]";
}

std::string show_hosts(const std::vector<std::string>& hosts) {
  if (hosts.empty()) return {};
  if (hosts.size() == 1) return show_text(hosts.front());
  return show_array(hosts, [](const std::string& host) { return host; });
}

std::string show_upstream(const Configuration& configuration) {
  if (!configuration.upstream) return {};
  const std::string& host = configuration.upstream->host;
  return show_text(fmt::format(fmt::runtime(host.contains(':') ? "http://[{}]:{}" : "http://{}:{}"), host,
                               configuration.upstream->port));
}

void apply_site_host(Field& field) {
  auto hosts = field.many(read_host, Arity::OneOrMany);
  if (!hosts) return;
  if (hosts->empty()) return field.refuse(field.value().place, "must have at least one name");
  field.configuration().site_hosts = std::move(*hosts);
}

void apply_upstream(Field& field) {
  const auto address = field.one(read_upstream);
  if (!address) return;
  upstream::UpstreamOptions options;
  options.host = address->host;
  options.port = address->port;
  field.configuration().upstream = std::move(options);
}

void apply_listen(Field& field) {
  constexpr std::size_t most = 64;
  auto endpoints = field.many(read_endpoint);
  if (!endpoints) return;
  if (endpoints->empty()) return field.refuse(field.value().place, "must have at least one address");
  if (endpoints->size() > most) {
    return field.refuse(field.value().place, fmt::format("must have at most {} addresses", most));
  }
  field.configuration().listen.endpoints = std::move(*endpoints);
}

Read<guard::Access> read_access(std::string_view text) {
  if (text == "signed-in") return guard::Access::SignedIn;
  if (text == "public") return guard::Access::Public;
  if (text == "deny") return guard::Access::Deny;
  return std::unexpected(
      Refusal{"it is none of the three that there are", "write \"signed-in\", \"public\" or \"deny\""});
}

std::string_view show_access(guard::Access access) {
  switch (access) {
    case guard::Access::SignedIn:
      return "signed-in";
    case guard::Access::Public:
      return "public";
    case guard::Access::Deny:
      return "deny";
  }
  return {};
}

void apply_access_paths(Field& field, std::vector<std::string> guard::AccessOptions::* member) {
  if (auto paths = field.many(read_path_below)) field.configuration().access.*member = std::move(*paths);
}

std::string show_paths(const std::vector<std::string>& paths) {
  return show_array(paths, [](const std::string& path) { return path; });
}

Read<accounts::PasswordPreset> read_preset(std::string_view text) {
  if (text == "standard") return accounts::PasswordPreset::Standard;
  if (text == "nist-800-63b-4") return accounts::PasswordPreset::Nist;
  return std::unexpected(Refusal{"there is no such preset", "write \"standard\" or \"nist-800-63b-4\""});
}

Read<accounts::SignUpMode> read_sign_up(std::string_view text) {
  if (text == "off") return accounts::SignUpMode::Off;
  if (text == "invitation") return accounts::SignUpMode::Invitation;
  if (text == "approval") return accounts::SignUpMode::Approval;
  if (text == "open") return accounts::SignUpMode::Open;
  return std::unexpected(
      Refusal{"it is none of the four that there are", "write \"off\", \"invitation\", \"approval\" or \"open\""});
}

std::string_view show_sign_up(accounts::SignUpMode mode) {
  switch (mode) {
    case accounts::SignUpMode::Off:
      return "off";
    case accounts::SignUpMode::Invitation:
      return "invitation";
    case accounts::SignUpMode::Approval:
      return "approval";
    case accounts::SignUpMode::Open:
      return "open";
  }
  return {};
}

void apply_tls(Field& field, std::filesystem::path edge::TlsOptions::* member) {
  auto path = field.path();
  if (!path) return;
  edge::TlsOptions tls = field.configuration().tls.value_or(edge::TlsOptions{});
  tls.*member = std::move(*path);
  field.configuration().tls = std::move(tls);
}

std::string show_tls(const Configuration& configuration, std::filesystem::path edge::TlsOptions::* member) {
  if (!configuration.tls || ((*configuration.tls).*member).empty()) return {};
  return show_text(((*configuration.tls).*member).string());
}

void apply_trusted_proxies(Field& field) {
  auto ranges = field.many(read_range);
  if (!ranges) return;
  for (const base::AddressRange& range : *ranges) {
    // Whoever is trusted says which address a client has: with everybody trusted, limits and blocklist name nobody.
    const std::string shown = show_range(range);
    if (shown.ends_with("/0")) {
      return field.refuse(field.value().place, fmt::format("cannot be {}: it would trust everybody", quote(shown)),
                          "name the addresses of your own proxies");
    }
  }
  field.configuration().listen.trusted_proxies = std::move(*ranges);
}

void apply_switch(Field& field, bool guard::SealOptions::* member) {
  if (const auto on = field.boolean()) field.configuration().seal.*member = *on;
}

std::string show_switch(bool on) {
  return on ? "true" : "false";
}

void apply_timeout(Field& field, std::chrono::milliseconds upstream::UpstreamOptions::* member,
                   std::chrono::milliseconds most) {
  const auto duration = field.duration(std::chrono::milliseconds{10}, most);
  if (!duration) return;
  // A faulty [site] upstream is a problem of its own, told already.
  if (!field.configuration().places.contains("site.upstream")) {
    return field.refuse(field.value().place, "has nothing to wait for: [site] upstream is not written",
                        "name the application in [site] upstream, or leave out [upstream_timeout]");
  }
  if (auto& upstream = field.configuration().upstream) (*upstream).*member = *duration;
}

std::string show_timeout(const Configuration& configuration,
                         std::chrono::milliseconds upstream::UpstreamOptions::* member) {
  return show_text(show_duration(configuration.upstream.value_or(upstream::UpstreamOptions{}).*member));
}

template <typename T>
void set_mail(Field& field, std::optional<T> value, T MailOptions::* member) {
  if (!value) return;
  MailOptions mail = field.configuration().mail.value_or(MailOptions{});
  mail.*member = std::move(*value);
  field.configuration().mail = std::move(mail);
}

template <typename T>
std::string show_mail(const Configuration& configuration, T MailOptions::* member) {
  if (!configuration.mail) return {};
  const std::string value{(*configuration.mail).*member};
  return value.empty() ? std::string{} : show_text(value);
}

const auto kSections = std::to_array<SectionNote>({
    {"site", "The application that stands behind the door, and the door itself."},
    {"belfry",
     "Belfry's own pages: an origin apart from the application's, so that a script of the application can "
     "neither read them nor act on them."},
    {"access", "Who may see the application."},
    {"accounts", "Passwords, locks and sessions of the people who sign in."},
    {"tls", "The certificate. Both keys or neither; `belfry serve` needs both."},
    {"data", "What Belfry keeps."},
    {"limit",
     "How much one client may ask for. The defaults are chosen so that a person with a browser never meets "
     "them."},
    {"origin",
     "Requests that other sites make a browser send are refused. No key turns that off; paths can be "
     "excepted."},
    {"hsts",
     "Strict-Transport-Security, which every response carries for two years. These two bind other hosts than this "
     "site's, so nobody but their owner can say them; browsers keep what they were told for as long."},
    {"cookies", "The application's cookies. `Secure`, and `SameSite=Lax` where they say nothing, are always added."},
    {"blocklist", "Addresses that are turned away before the TLS handshake."},
    {"trusted_proxies",
     "Where Belfry itself stands behind a load balancer: whose word is taken about the client's "
     "address. By default nobody's."},
    {"upstream_timeout", "How long the application is waited for. Only with `[site] upstream`."},
    {"drill", "The attacks that Belfry makes on its own door, which the security page shows the results of."},
    {"mail",
     "Where the program's e-mails are handed over: invitations, links for a new password, notices. Without `server` "
     "none is sent, and links are handed on by hand."},
    {"metrics", "The counters, at `/metrics` on Belfry's host."},
});

const auto kKeys = std::to_array<Key>({
    {"site", "host", "string or array of strings", "", "write the site's name: host = \"app.example.com\"",
     Change::Reload,
     "The names under which the application is asked for, without scheme and port. A request for any other name is "
     "refused. Several names need an `upstream`.",
     apply_site_host, [](const Configuration& c) { return show_hosts(c.site_hosts); }},
    {"site", "upstream", "string", "none: Belfry serves its own pages alone", "", Change::Reload,
     "Where the application listens, as `http://host:port`: plain HTTP, without a path. It should be reachable through "
     "the door alone, so let it listen on a loopback or private address.",
     apply_upstream, show_upstream},
    {"site", "listen", "array of strings", "", "", Change::Restart,
     "The addresses with ports where TLS is spoken. There is no plaintext listener. Port 0 takes a free one.",
     apply_listen,
     [](const Configuration& c) {
       return show_array(c.listen.endpoints, [](const base::Endpoint& endpoint) { return endpoint.to_string(); });
     }},
    {"site", "workers", "integer from 1 to 256", "the cores that the process may use (its CPU affinity)", "",
     Change::Restart, "Threads that serve, each with a listener and an event loop of its own.",
     [](Field& field) {
       if (const auto workers = field.integer(1, 256)) {
         field.configuration().listen.workers = static_cast<std::uint32_t>(*workers);
       }
     },
     [](const Configuration& c) { return c.listen.workers == 0 ? std::string{} : std::to_string(c.listen.workers); }},
    {"belfry", "host", "string",
     "`belfry.` and the first name of `[site] host`; without `[site] upstream` that name itself", "", Change::Reload,
     "The name of Belfry's own pages. It cannot be one of `[site] host` where there is an `upstream`.",
     [](Field& field) {
       if (auto host = field.one(read_host)) field.configuration().belfry_host = std::move(*host);
     },
     [](const Configuration& c) { return c.belfry_host.empty() ? std::string{} : show_text(c.belfry_host); }},
    {"belfry", "port", "integer from 1 to 65535",
     "the port of the first of `[site] listen`; 443 where `[trusted_proxies] ranges` is written", "", Change::Reload,
     "The port by which visitors reach Belfry's own pages: links in e-mails lead there. Write it where another port is "
     "led to the door's.",
     [](Field& field) {
       constexpr std::int64_t highest = 65535;
       if (const auto port = field.integer(1, highest)) {
         field.configuration().belfry_port = static_cast<std::uint16_t>(*port);
       }
     },
     [](const Configuration& c) { return c.belfry_port == 0 ? std::string{} : std::to_string(c.belfry_port); }},
    {"access", "default", "string: \"signed-in\", \"public\" or \"deny\"", "", "", Change::Reload,
     "Who may see the application where no path below says otherwise: who is signed in, everybody, or nobody. Belfry's "
     "own public pages (the security page and its data, signing in) are always open.",
     [](Field& field) {
       if (const auto access = field.one(read_access)) field.configuration().access.preset = *access;
     },
     [](const Configuration& c) { return show_text(show_access(c.access.preset)); }},
    {"access", "public", "array of strings", "", "", Change::Reload,
     "Paths of the application that everybody may see, with everything below them. Written as requests are matched, "
     "without a final slash, and compared byte for byte. Of two paths that apply, the longer counts.",
     [](Field& field) { apply_access_paths(field, &guard::AccessOptions::public_paths); },
     [](const Configuration& c) { return show_paths(c.access.public_paths); }},
    {"access", "signed_in", "array of strings", "", "", Change::Reload,
     "Paths of the application that only who is signed in may see, with everything below them, where `default` or "
     "`public` say otherwise.",
     [](Field& field) { apply_access_paths(field, &guard::AccessOptions::signed_in_paths); },
     [](const Configuration& c) { return show_paths(c.access.signed_in_paths); }},
    {"accounts", "password_policy", "string: \"standard\" or \"nist-800-63b-4\"", "", "", Change::Restart,
     "Which passwords may be set. `standard`: 6 characters of three classes (lower case, upper case, digits, others). "
     "`nist-800-63b-4`: 15 characters, 8 with a second factor, of whatever kind. Neither takes a common password, or "
     "the person's own name or address.",
     [](Field& field) {
       if (const auto preset = field.one(read_preset)) field.configuration().accounts.passwords.preset = *preset;
     },
     [](const Configuration& c) {
       const bool is_nist = c.accounts.passwords.preset == accounts::PasswordPreset::Nist;
       return show_text(is_nist ? "nist-800-63b-4" : "standard");
     }},
    {"accounts", "password_length", "integer from 6 to 64", "what the policy asks for", "", Change::Restart,
     "More characters than the policy asks for; less has no effect.",
     [](Field& field) {
       if (const auto length = field.integer(6, 64)) {
         field.configuration().accounts.passwords.minimum_characters = static_cast<std::size_t>(*length);
       }
     },
     [](const Configuration& c) {
       const std::size_t length = c.accounts.passwords.minimum_characters;
       return length == 0 ? std::string{} : std::to_string(length);
     }},
    {"accounts", "password_lists", "array of strings", "", "", Change::Restart,
     "Files of passwords that nobody may choose: one a line, or SHA-1 digests in the form of Have I Been Pwned, "
     "sorted, which are searched without being loaded.",
     [](Field& field) {
       if (auto paths = field.paths()) field.configuration().accounts.password_lists = std::move(*paths);
     },
     [](const Configuration& c) {
       return show_array(c.accounts.password_lists, [](const std::filesystem::path& path) { return path.string(); });
     }},
    {"accounts", "bcrypt_cost", "integer from 12 to 15", "", "", Change::Restart,
     "Each more doubles the work of a guess, and of a sign-in. Passwords are hashed anew when their owners sign in.",
     [](Field& field) {
       if (const auto cost = field.integer(accounts::kHashingLowestCost, accounts::kHashingHighestCost)) {
         field.configuration().accounts.bcrypt_cost = static_cast<unsigned>(*cost);
       }
     },
     [](const Configuration& c) { return std::to_string(c.accounts.bcrypt_cost); }},
    {"accounts", "lockout_attempts", "integer from 1 to 100", "", "", Change::Restart,
     "Wrong passwords in a row that lock an account for devices that it does not know; this one locks.",
     [](Field& field) {
       if (const auto attempts = field.integer(1, 100)) {
         field.configuration().accounts.lockout.attempts = static_cast<std::uint32_t>(*attempts);
       }
     },
     [](const Configuration& c) { return std::to_string(c.accounts.lockout.attempts); }},
    {"accounts", "lockout_time", "string with a unit (s, m, h), from 1m to 24h", "", "", Change::Restart,
     "How long the first lock lasts; each that follows without a success lasts twice as long, up to a day.",
     [](Field& field) {
       const auto time = field.duration(std::chrono::minutes{1}, std::chrono::hours{24});
       if (time) field.configuration().accounts.lockout.first = *time;
     },
     [](const Configuration& c) { return show_text(show_duration(c.accounts.lockout.first)); }},
    {"accounts", "session_idle", "string with a unit, from 5m to 720h", "", "", Change::Restart,
     "A session that was not used for so long has ended.",
     [](Field& field) {
       const auto time = field.duration(std::chrono::minutes{5}, std::chrono::hours{720});
       if (time) field.configuration().accounts.sessions.idle = *time;
     },
     [](const Configuration& c) { return show_text(show_duration(c.accounts.sessions.idle)); }},
    {"accounts", "session_absolute", "string with a unit, from 5m to 2160h", "", "", Change::Restart,
     "A session ends so long after signing in, used or not.",
     [](Field& field) {
       const auto time = field.duration(std::chrono::minutes{5}, std::chrono::hours{2160});
       if (time) field.configuration().accounts.sessions.absolute = *time;
     },
     [](const Configuration& c) { return show_text(show_duration(c.accounts.sessions.absolute)); }},
    {"accounts", "sign_up", "string: \"off\", \"invitation\", \"approval\" or \"open\"", "", "", Change::Restart,
     "Who may open an account at `/sign-up`. `invitation`: whoever was invited; the page says whom to ask. `off`: the "
     "same, and the page is refused. `approval`: anybody may ask, and an administrator decides. `open`: whoever "
     "confirms their address, so it needs `[mail]`. With `[mail]` addresses are confirmed before an administrator is "
     "asked, too.",
     [](Field& field) {
       if (const auto mode = field.one(read_sign_up)) field.configuration().accounts.sign_up = *mode;
     },
     [](const Configuration& c) { return show_text(show_sign_up(c.accounts.sign_up)); }},
    {"tls", "certificate", "string", "none", "", Change::Reload,
     "A PEM file: the certificate, then those that issued it. Both files are watched, and read again when they change.",
     [](Field& field) { apply_tls(field, &edge::TlsOptions::certificate); },
     [](const Configuration& c) { return show_tls(c, &edge::TlsOptions::certificate); }},
    {"tls", "key", "string", "none", "", Change::Reload,
     "A PEM file with the certificate's private key, not encrypted.",
     [](Field& field) { apply_tls(field, &edge::TlsOptions::key); },
     [](const Configuration& c) { return show_tls(c, &edge::TlsOptions::key); }},
    {"data", "directory", "string", "", "", Change::Restart,
     "A folder for the database and the logs, made where it is missing. Belfry's user alone should be able to read it.",
     [](Field& field) {
       if (auto path = field.path()) field.configuration().data_directory = std::move(*path);
     },
     [](const Configuration& c) { return show_text(c.data_directory.string()); }},
    {"limit", "rate", "number from 0.1 to 10000", "", "", Change::Reload,
     "Pages a second that one address (IPv6: one /64) may ask for in the long run, counted for the whole process. A "
     "file that a page loads costs less than a page.",
     [](Field& field) {
       if (const auto rate = field.number(0.1, 10'000)) field.configuration().rate.rate = *rate;
     },
     [](const Configuration& c) { return fmt::format("{}", c.rate.rate); }},
    {"limit", "burst", "integer from 1 to 1000000", "", "", Change::Reload,
     "Pages that one address may ask for at once, before the rate counts.",
     [](Field& field) {
       if (const auto burst = field.integer(1, 1'000'000)) {
         field.configuration().rate.burst = static_cast<std::uint32_t>(*burst);
       }
     },
     [](const Configuration& c) { return std::to_string(c.rate.burst); }},
    {"limit", "body", "integer of bytes or string with a unit (B, KiB, MiB, GiB, TiB), from 1 KiB to 1 TiB", "", "",
     Change::Reload, "The largest request body, inclusive.",
     [](Field& field) {
       if (const auto bytes = field.bytes(1ULL << 10, 1ULL << 40)) field.configuration().size.body = *bytes;
     },
     [](const Configuration& c) { return show_text(show_bytes(c.size.body)); }},
    {"limit", "connections", "integer from 1 to 65536", "", "", Change::Reload,
     "Connections that one address (IPv6: one /64) may hold open at a time, inclusive. Not for `[trusted_proxies]`, "
     "whose connections are many clients'.",
     [](Field& field) {
       if (const auto connections = field.integer(1, 65'536)) {
         field.configuration().listen.connections_per_address = static_cast<std::uint32_t>(*connections);
       }
     },
     [](const Configuration& c) { return std::to_string(c.listen.connections_per_address); }},
    {"origin", "except", "array of strings", "", "", Change::Reload,
     "Paths where requests from foreign origins are let through, with everything below them: for webhooks that carry a "
     "proof of their own. Written as requests are matched, without a final slash: `/hooks` is `/hooks` and "
     "`/hooks/a`, not `/hooksmith`.",
     [](Field& field) {
       if (auto paths = field.many(read_path_below)) field.configuration().origin.except = std::move(*paths);
     },
     [](const Configuration& c) { return show_paths(c.origin.except); }},
    {"hsts", "include_subdomains", "true or false", "", "", Change::Reload,
     "Browsers speak TLS alone to all hosts below the site's as well. Only where every one of them can.",
     [](Field& field) { apply_switch(field, &guard::SealOptions::hsts_include_subdomains); },
     [](const Configuration& c) { return show_switch(c.seal.hsts_include_subdomains); }},
    {"hsts", "preload", "true or false", "", "", Change::Reload,
     "The site may be entered into the browsers' own lists (hstspreload.org), from which it is slow to be taken out. "
     "Needs `include_subdomains`.",
     [](Field& field) { apply_switch(field, &guard::SealOptions::hsts_preload); },
     [](const Configuration& c) { return show_switch(c.seal.hsts_preload); }},
    {"cookies", "http_only", "true or false", "", "", Change::Reload,
     "Adds `HttpOnly`, so that no script can read them. A front end that reads its CSRF cookie breaks by it.",
     [](Field& field) { apply_switch(field, &guard::SealOptions::cookies_http_only); },
     [](const Configuration& c) { return show_switch(c.seal.cookies_http_only); }},
    {"blocklist", "files", "array of strings", "", "", Change::Reload,
     "Files with one address or CIDR on each line; `#` and `;` begin a comment (the text forms of FireHOL and "
     "Spamhaus).",
     [](Field& field) {
       if (auto paths = field.paths()) field.configuration().blocklist.files = std::move(*paths);
     },
     [](const Configuration& c) {
       return show_array(c.blocklist.files, [](const std::filesystem::path& path) { return path.string(); });
     }},
    {"blocklist", "allow", "array of strings", "", "", Change::Reload,
     "Addresses and CIDRs that are never turned away for their address, whatever the files say.",
     [](Field& field) {
       if (auto ranges = field.many(read_range)) field.configuration().blocklist.allow = std::move(*ranges);
     },
     [](const Configuration& c) { return show_array(c.blocklist.allow, show_range); }},
    {"trusted_proxies", "ranges", "array of strings", "", "", Change::Reload,
     "Addresses and CIDRs of your own proxies. Their `X-Forwarded-For` is believed, or their PROXY protocol header.",
     apply_trusted_proxies, [](const Configuration& c) { return show_array(c.listen.trusted_proxies, show_range); }},
    {"trusted_proxies", "proxy_protocol", "true or false", "", "", Change::Reload,
     "The proxies speak the PROXY protocol (version 1 or 2), and must; connections from elsewhere that do are refused.",
     [](Field& field) {
       if (const auto spoken = field.boolean()) field.configuration().listen.proxy_protocol = *spoken;
     },
     [](const Configuration& c) { return show_switch(c.listen.proxy_protocol); }},
    {"upstream_timeout", "connect", "string with a unit (ms, s, m, h), from 10ms to 1h", "", "", Change::Reload,
     "Until the application has taken a connection.",
     [](Field& field) { apply_timeout(field, &upstream::UpstreamOptions::connect, std::chrono::hours{1}); },
     [](const Configuration& c) { return show_timeout(c, &upstream::UpstreamOptions::connect); }},
    {"upstream_timeout", "first_byte", "string with a unit, from 10ms to 1h", "", "", Change::Reload,
     "From the end of the request to the first byte of the response.",
     [](Field& field) { apply_timeout(field, &upstream::UpstreamOptions::first_byte, std::chrono::hours{1}); },
     [](const Configuration& c) { return show_timeout(c, &upstream::UpstreamOptions::first_byte); }},
    {"upstream_timeout", "idle", "string with a unit, from 10ms to 24h", "", "", Change::Reload,
     "Without a byte in either direction: a response that stalls, an event stream, a WebSocket.",
     [](Field& field) { apply_timeout(field, &upstream::UpstreamOptions::idle, std::chrono::hours{24}); },
     [](const Configuration& c) { return show_timeout(c, &upstream::UpstreamOptions::idle); }},
    {"drill", "enabled", "true or false", "", "", Change::Reload,
     "The one switch of all drills. Without them the page's rows grow old, and say so.",
     [](Field& field) {
       if (const auto enabled = field.boolean()) field.configuration().drill.enabled = *enabled;
     },
     [](const Configuration& c) { return std::string{c.drill.enabled ? "true" : "false"}; }},
    {"drill", "interval", "string with a unit (ms, s, m, h), from 1s to 30m", "", "", Change::Reload,
     "Between two runs of one drill; up to a tenth less, so that the drills of many doors do not fall into step.",
     [](Field& field) {
       const auto interval = field.duration(std::chrono::seconds{1}, std::chrono::minutes{30});
       if (interval) field.configuration().drill.interval = *interval;
     },
     [](const Configuration& c) { return show_text(show_duration(c.drill.interval)); }},
    {"drill", "addresses", "array of strings, at most 16", "the addresses that the site's names lead to", "",
     Change::Reload,
     "Where visitors reach the site, as addresses with or without a port: drills of what travels on the way attack "
     "every one of them. Without a port it is the first of `[site] listen`. Write them where the names lead, from "
     "this machine, to what it cannot reach (a router that does not lead back inside), or where the site stands "
     "behind somebody else's addresses. `localhost` and names below it are this machine's; where a name leads "
     "nowhere, the door's own listener is attacked instead, and the page says so.",
     [](Field& field) {
       constexpr std::size_t most = 16;
       auto addresses = field.many(read_address);
       if (!addresses) return;
       if (addresses->size() > most) {
         return field.refuse(field.value().place, fmt::format("has more than {} addresses", most));
       }
       field.configuration().drill.addresses = std::move(*addresses);
     },
     [](const Configuration& c) { return show_array(c.drill.addresses, show_address); }},
    {"mail", "server", "string", "none: no mail is sent", "", Change::Restart,
     "The server that takes them, as `smtps://mail.example.com:465` (TLS at once) or `smtp://mail.example.com:587` "
     "(STARTTLS, without which nothing is sent). The certificate has to be valid for the name. To `localhost` or a "
     "loopback address `smtp://` is plaintext, which then does not leave the machine.",
     [](Field& field) { set_mail(field, field.one(read_mail_server), &MailOptions::server); },
     [](const Configuration& c) { return c.mail ? show_text(show_mail_server(c.mail->server)) : std::string{}; }},
    {"mail", "from", "string", "none: it must be written with `server`", "", Change::Restart,
     "The address that they come from, alone and in ASCII.",
     [](Field& field) { set_mail(field, field.one(read_mail_address), &MailOptions::from); },
     [](const Configuration& c) { return show_mail(c, &MailOptions::from); }},
    {"mail", "user", "string", "none: nobody signs in", "", Change::Restart,
     "As whom Belfry signs in to the server. Needs `password_file`.",
     [](Field& field) { set_mail(field, field.one(read_mail_user), &MailOptions::user); },
     [](const Configuration& c) { return show_mail(c, &MailOptions::user); }},
    {"mail", "password_file", "string", "none: nobody signs in", "", Change::Restart,
     "A file with the password of `user` on one line, which nobody but Belfry's user may read or write (mode 600). It "
     "is read at the start.",
     [](Field& field) { set_mail(field, field.path(), &MailOptions::password_file); },
     [](const Configuration& c) { return show_mail(c, &MailOptions::password_file); }},
    {"mail", "authority", "string", "none: the system's authorities", "", Change::Restart,
     "A PEM file with the authorities that the server's certificate may come from, instead of the system's.",
     [](Field& field) { set_mail(field, field.path(), &MailOptions::authority); },
     [](const Configuration& c) { return show_mail(c, &MailOptions::authority); }},
    {"metrics", "allow", "array of strings", "", "", Change::Reload,
     "Addresses and CIDRs whose requests for `/metrics` are answered. An empty array closes it to everybody.",
     [](Field& field) {
       if (auto ranges = field.many(read_range)) field.configuration().metrics_allow = std::move(*ranges);
     },
     [](const Configuration& c) { return show_array(c.metrics_allow, show_range); }},
});

}  // namespace

std::string Key::label() const {
  return fmt::format("[{}] {}", section, name);
}
std::string Key::path() const {
  return fmt::format("{}.{}", section, name);
}

std::span<const Key> configuration_keys() {
  return kKeys;
}
std::span<const SectionNote> configuration_sections() {
  return kSections;
}

Configuration default_configuration() {
  Configuration configuration;
  // Unspecified addresses of both families; port 443 and nothing else.
  configuration.listen.endpoints = {{base::IpAddress::v4(0), 443}, {base::IpAddress::v6({}), 443}};
  configuration.data_directory = "/var/lib/belfry";
  base::IpAddress::V6Bytes loopback{};
  loopback.back() = 1;
  configuration.metrics_allow = {{base::IpAddress::v4(0x7f000000), base::IpAddress::v4(0x7fffffff)},
                                 {base::IpAddress::v6(loopback), base::IpAddress::v6(loopback)}};
  return configuration;
}

void apply_key(const Key& key, const Value& value, Configuration& configuration, std::vector<Problem>& problems) {
  configuration.places.emplace(key.path(), value.place);
  Field field{key, value, configuration, problems};
  key.apply(field);
}

}  // namespace belfry::app
