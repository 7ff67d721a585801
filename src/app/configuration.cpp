#include "app/configuration.hpp"

#include "app/configuration_document.hpp"
#include "app/configuration_table.hpp"
#include "app/configuration_values.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

namespace belfry::app {
namespace {

// What reading one file is about; lives for one call of parse_configuration.
class Parse {
 public:
  Parse(std::vector<Section> document, const std::filesystem::path& file) : document_{std::move(document)} {
    configuration_ = default_configuration();
    configuration_.file = file;
  }

  std::expected<Configuration, std::vector<Problem>> run() {
    refuse_unknown();
    for (const Key& key : configuration_keys()) {
      if (const Entry* entry = find(key)) {
        const std::size_t before = problems_.size();
        apply_key(key, entry->value, configuration_, problems_);
        if (problems_.size() > before) refused_.insert(key.path());
      } else if (!key.required.empty()) {
        refuse(place_of_section(key.section), key.label() + " is missing", std::string{key.required});
      }
    }
    settle_hosts();
    settle_certificate();
    settle_proxies();
    settle_hsts();
    settle_mail();
    settle_sign_up();
    if (!problems_.empty()) return std::unexpected(told());
    return std::move(configuration_);
  }

 private:
  void refuse(Place place, std::string message, std::string hint = {}) {
    problems_.push_back({configuration_.file, place, std::move(message), std::move(hint)});
  }

  const Section* find_section(std::string_view name) const {
    const auto section = std::ranges::find(document_, name, &Section::name);
    return section == document_.end() ? nullptr : &*section;
  }

  const Entry* find(const Key& key) const {
    const Section* section = find_section(key.section);
    if (section == nullptr) return nullptr;
    const auto entry = std::ranges::find(section->entries, key.name, &Entry::name);
    return entry == section->entries.end() ? nullptr : &*entry;
  }

  // What is missing is missing where its section begins, or else where the file does.
  Place place_of_section(std::string_view name) const {
    const Section* section = find_section(name);
    return section == nullptr ? Place{1, 1} : section->place;
  }

  bool written(std::string_view path) const { return configuration_.places.contains(path); }
  Place place_of(std::string_view path) const {
    const auto place = configuration_.places.find(path);
    return place == configuration_.places.end() ? Place{} : place->second;
  }
  // For the second place of a contradiction.
  std::string where(std::string_view path) const {
    const Place place = place_of(path);
    return fmt::format("line {}, column {}", place.line, place.column);
  }

  void refuse_unknown();
  void refuse_unknown_section(const Section& section);
  void refuse_unknown_key(const Section& section, const Entry& entry);
  void settle_hosts();
  void settle_certificate();
  void settle_proxies();
  void settle_hsts();
  void settle_mail();
  void settle_sign_up();
  std::vector<Problem> told();

  std::vector<Section> document_;
  Configuration configuration_;
  std::vector<Problem> problems_;
  // Keys whose values were not taken: what they would contradict is not known.
  std::set<std::string, std::less<>> refused_;
};

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const SectionNote& section : configuration_sections()) names.push_back(section.name);
  return names;
}

std::vector<std::string_view> key_names(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Key& key : configuration_keys()) {
    if (key.section == section) names.push_back(key.name);
  }
  return names;
}

// "[site] and [belfry]"
std::string sections_with_key(std::string_view name) {
  std::string sections;
  for (const Key& key : configuration_keys()) {
    if (key.name == name) sections += fmt::format("{}[{}]", sections.empty() ? "" : " and ", key.section);
  }
  return sections;
}

void Parse::refuse_unknown() {
  const auto known = section_names();
  for (const Section& section : document_) {
    if (std::ranges::find(known, section.name) == known.end()) {
      refuse_unknown_section(section);
      continue;
    }
    if (section.type != Value::Type::Table) {
      refuse(section.place, fmt::format("[{}] must be a section, not {}", section.name, to_string(section.type)),
             fmt::format("begin it with a line [{}]", section.name));
      continue;
    }
    const auto keys = key_names(section.name);
    for (const Entry& entry : section.entries) {
      if (std::ranges::find(keys, entry.name) == keys.end()) refuse_unknown_key(section, entry);
    }
  }
}

void Parse::refuse_unknown_section(const Section& section) {
  if (section.type == Value::Type::Table) {
    const std::string_view near = nearest(section.name, section_names());
    return refuse(section.place, fmt::format("unknown section {}", quote(section.name)),
                  near.empty() ? fmt::format("the sections are {}", fmt::join(section_names(), ", "))
                               : fmt::format("did you mean [{}]?", near));
  }
  const std::string sections = sections_with_key(section.name);
  refuse(section.place, fmt::format("key {} stands in no section", quote(section.name)),
         sections.empty() ? fmt::format("the sections are {}", fmt::join(section_names(), ", "))
                          : fmt::format("it belongs into {}", sections));
}

void Parse::refuse_unknown_key(const Section& section, const Entry& entry) {
  std::string hint;
  const auto own = key_names(section.name);
  if (const std::string sections = sections_with_key(entry.name); !sections.empty()) {
    hint = fmt::format("it belongs into {}", sections);
  } else if (const auto near = nearest(entry.name, own); !near.empty()) {
    hint = fmt::format("did you mean {}?", quote(near));
  } else {
    std::vector<std::string_view> all;
    for (const Key& key : configuration_keys()) all.push_back(key.name);
    const auto elsewhere = nearest(entry.name, all);
    hint = elsewhere.empty() ? fmt::format("its keys are {}", fmt::join(own, ", "))
                             : fmt::format("did you mean {} of {}?", quote(elsewhere), sections_with_key(elsewhere));
  }
  refuse(entry.place, fmt::format("unknown key {} in [{}]", quote(entry.name), section.name), std::move(hint));
}

// The application and Belfry's pages never share an origin; without an application there is one host.
void Parse::settle_hosts() {
  Configuration& c = configuration_;
  for (const std::string_view path : {"site.host", "site.upstream", "belfry.host"}) {
    if (refused_.contains(path)) return;
  }
  if (c.site_hosts.empty()) return;  // it is missing, which was told
  if (written("site.upstream")) {
    if (!written("belfry.host")) {
      const auto host = read_host("belfry." + c.site_hosts.front());
      if (!host) {
        return refuse(place_of("site.host"), "[belfry] host cannot be made from [site] host: " + host.error().why,
                      "write [belfry] host");
      }
      c.belfry_host = *host;
    }
    const auto shared = std::ranges::find(c.site_hosts, c.belfry_host);
    if (shared == c.site_hosts.end()) return;
    const auto index = shared - c.site_hosts.begin();
    const std::string element = fmt::format("site.host[{}]", index);
    const std::string path = written(element) ? element : "site.host";
    const std::string message = fmt::format(
        "{} is both the application's and Belfry's own: the two never share an origin", quote(c.belfry_host));
    if (written("belfry.host")) {
      return refuse(place_of("belfry.host"), fmt::format("{} ([site] host, {})", message, where(path)),
                    "give Belfry a name of its own");
    }
    return refuse(place_of(path), message + " (it is the default of [belfry] host)", "write another [belfry] host");
  }
  if (c.site_hosts.size() > 1) {
    refuse(place_of("site.host"),
           "[site] host has several names, but there is no application: without [site] upstream Belfry serves its own "
           "pages, which are on one host",
           "write one name, or [site] upstream");
  } else if (!written("belfry.host")) {
    c.belfry_host = c.site_hosts.front();
  } else if (c.belfry_host != c.site_hosts.front()) {
    refuse(place_of("belfry.host"),
           fmt::format("[belfry] host is {}, but [site] host ({}) is {} and there is no application: without [site] "
                       "upstream Belfry's pages are on [site] host",
                       quote(c.belfry_host), where("site.host"), quote(c.site_hosts.front())),
           "leave [belfry] host out, or write [site] upstream");
  }
}

void Parse::settle_certificate() {
  if (written("tls.certificate") == written("tls.key")) return;
  const std::string_view there = written("tls.key") ? "key" : "certificate";
  const std::string_view missing = written("tls.key") ? "certificate" : "key";
  refuse(place_of(fmt::format("tls.{}", there)), fmt::format("[tls] {} is written without [tls] {}", there, missing),
         "a certificate is of no use without its key: write both or neither");
}

void Parse::settle_proxies() {
  const edge::ListenOptions& listen = configuration_.listen;
  if (!listen.proxy_protocol || !listen.trusted_proxies.empty() || refused_.contains("trusted_proxies.ranges")) return;
  const std::string_view ranges = "trusted_proxies.ranges";
  refuse(place_of("trusted_proxies.proxy_protocol"),
         fmt::format("[trusted_proxies] proxy_protocol is true, but [trusted_proxies] ranges {}",
                     written(ranges) ? fmt::format("({}) is empty", where(ranges)) : "is not written"),
         "name the proxies that may speak it in ranges");
}

// hstspreload.org takes no entry that leaves subdomains out; that they are bound too is said, not implied.
void Parse::settle_hsts() {
  const guard::SealOptions& seal = configuration_.seal;
  if (!seal.hsts_preload || seal.hsts_include_subdomains || refused_.contains("hsts.include_subdomains")) return;
  const std::string_view subdomains = "hsts.include_subdomains";
  refuse(place_of("hsts.preload"),
         fmt::format("[hsts] preload is true, but [hsts] include_subdomains {}",
                     written(subdomains) ? fmt::format("({}) is false", where(subdomains)) : "is not written"),
         "the browsers' lists take whole domains only: write include_subdomains = true, or leave preload out");
}

void Parse::settle_mail() {
  for (const std::string_view key : {"from", "user", "password_file", "authority"}) {
    const std::string path = fmt::format("mail.{}", key);
    if (!written(path) || written("mail.server")) continue;
    return refuse(place_of(path), fmt::format("[mail] {} is written without [mail] server", key),
                  "name the server that takes the mails, or leave out [mail]");
  }
  if (written("mail.server") && !written("mail.from")) {
    refuse(place_of("mail.server"), "[mail] server is written without [mail] from",
           "write the address that mails come from: from = \"belfry@example.com\"");
  }
  if (written("mail.user") == written("mail.password_file")) return;
  const std::string_view there = written("mail.user") ? "user" : "password_file";
  const std::string_view missing = written("mail.user") ? "password_file" : "user";
  refuse(place_of(fmt::format("mail.{}", there)), fmt::format("[mail] {} is written without [mail] {}", there, missing),
         "to sign in takes both: write both or neither");
}

// Whoever may come in unseen has at least to have the mailbox that they name.
void Parse::settle_sign_up() {
  if (configuration_.accounts.sign_up != accounts::SignUpMode::Open || written("mail.server")) return;
  refuse(place_of("accounts.sign_up"), "[accounts] sign_up is \"open\", but [mail] server is not written",
         "an open sign-up confirms addresses by e-mail: write [mail], or sign_up = \"approval\"");
}

// In the order of the file, and not more than one screen of them.
std::vector<Problem> Parse::told() {
  std::ranges::sort(problems_, {}, [](const Problem& problem) { return std::tie(problem.place, problem.message); });
  if (problems_.size() > kProblemLimit) {
    const std::size_t left_out = problems_.size() - kProblemLimit;
    problems_.resize(kProblemLimit);
    refuse({}, fmt::format("{} more problem{} not shown", left_out, left_out == 1 ? " is" : "s are"));
  }
  return std::move(problems_);
}

}  // namespace

std::string Problem::to_string() const {
  std::string text = file.string();
  if (place.line != 0) text += fmt::format(":{}:{}", place.line, place.column);
  text += ": " + message;
  if (!hint.empty()) text += "; " + hint;
  return text;
}

std::expected<Configuration, std::vector<Problem>> parse_configuration(std::string_view text,
                                                                       const std::filesystem::path& file) {
  auto document = read_document(text, file);
  if (!document) return std::unexpected(std::vector<Problem>{std::move(document.error())});
  return Parse{std::move(*document), file}.run();
}

std::expected<Configuration, std::vector<Problem>> load_configuration(const std::filesystem::path& file) {
  const auto text = base::read_file(file, kConfigurationLimit);
  if (!text) {
    return std::unexpected(std::vector<Problem>{
        {file, {}, "the configuration cannot be read: " + text.error().message(), "name it with --config"}});
  }
  return parse_configuration(*text, file);
}

std::string belfry_origin(const Configuration& configuration) {
  constexpr std::uint16_t kHttps = 443;
  const edge::ListenOptions& listen = configuration.listen;
  std::uint16_t port = configuration.belfry_port;
  // Whom a proxy stands before is reached by the proxy's port.
  if (port == 0 && listen.trusted_proxies.empty() && !listen.endpoints.empty()) port = listen.endpoints.front().port;
  const std::string origin = "https://" + configuration.belfry_host;
  return port == 0 || port == kHttps ? origin : origin + ":" + std::to_string(port);
}

std::vector<std::string> needs_restart(const Configuration& old_one, const Configuration& new_one) {
  std::vector<std::string> changed;
  for (const Key& key : configuration_keys()) {
    if (key.change == Change::Restart && key.show(old_one) != key.show(new_one)) changed.push_back(key.path());
  }
  return changed;
}

}  // namespace belfry::app
