#include "inspect/csp_evaluation.hpp"

#include "base/ip_address.hpp"
#include "inspect/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace belfry::inspect {

namespace {

using namespace std::string_view_literals;

// Hosts that serve to everybody what undoes an allowlist: old AngularJS (it evaluates templates) or an endpoint that
// calls back what it is told (JSONP). A small part of the evaluator's lists. `path` empty: anywhere on it.
struct Bypass {
  std::string_view host;
  std::string_view path;
};
constexpr std::array kBypasses = {
    Bypass{"ajax.googleapis.com", "/ajax/libs/angularjs/1.2.0rc1/angular-route.min.js"},
    Bypass{"cdnjs.cloudflare.com", "/ajax/libs/angular.js/1.2.16/angular.min.js"},
    Bypass{"cdn.jsdelivr.net", ""},
    Bypass{"unpkg.com", ""},
    Bypass{"raw.githubusercontent.com", ""},
    Bypass{"code.angularjs.org", ""},
    Bypass{"yastatic.net", "/angularjs/1.2.23/angular.min.js"},
    Bypass{"yandex.st", "/angularjs/1.2.16/angular-cookies.min.js"},
    Bypass{"gstatic.com", "/fsn/angular_js-bundle1.js"},
    Bypass{"www.gstatic.com", "/fsn/angular_js-bundle1.js"},
    Bypass{"www.google.com", "/complete/search"},
    Bypass{"www.googleapis.com", "/customsearch/v1"},
    Bypass{"maps.googleapis.com", "/maps/api/js"},
    Bypass{"accounts.google.com", "/o/oauth2/revoke"},
    Bypass{"graph.facebook.com", ""},
    Bypass{"api.instagram.com", ""},
};

constexpr std::array kScriptDirectives = {"script-src"sv, "script-src-attr"sv, "script-src-elem"sv};
constexpr std::array kDangerousDirectives = {"script-src"sv, "script-src-attr"sv, "script-src-elem"sv, "object-src"sv,
                                             "base-uri"sv};
constexpr std::array kDangerousSchemes = {"data:"sv, "http:"sv, "https:"sv};
constexpr std::size_t kShortestNonce = 8;

// A host source (CSP Level 3, section 2.3.1) without its scheme, apart.
struct HostSource {
  std::string host;
  std::string path;
};

std::string_view without_scheme(std::string_view value) {
  const std::size_t mark = value.find("://");
  if (mark != std::string_view::npos && is_csp_scheme(value.substr(0, mark + 1))) return value.substr(mark + 3);
  return value.starts_with("//") ? value.substr(2) : value;
}

HostSource host_source(std::string_view value) {
  value = without_scheme(value);
  const std::size_t slash = value.find('/');
  std::string_view host = value.substr(0, slash);
  const std::size_t colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
  host = host.substr(0, colon);
  return {lowered(host), slash == std::string_view::npos ? std::string{} : std::string{value.substr(slash)}};
}

bool admits(const HostSource& source, const Bypass& bypass) {
  const bool host = source.host.starts_with("*.") ? bypass.host.ends_with(std::string_view{source.host}.substr(1))
                                                  : source.host == bypass.host;
  // "If path A's last character is '/'", it is a prefix, else the path itself (section 6.7.2.10).
  if (!host || source.path.empty() || source.path == "/" || bypass.path.empty()) return host;
  return source.path.ends_with('/') ? bypass.path.starts_with(source.path) : bypass.path == source.path;
}

bool is_address(std::string_view host) {
  return host.starts_with('[') || base::IpAddress::parse(host).has_value();
}

class Evaluation {
 public:
  Evaluation(const CspPolicy& policy, std::span<const CspPolicy> all) : policy_{policy}, all_{all} {}

  std::vector<CspFinding> run() {
    look_at_script_keywords();
    look_at_wide_sources();
    look_for_missing();
    look_at_allowlist();
    look_at_plugins();
    look_at_values();
    look_at_syntax();
    std::vector<CspFinding> sorted;
    sorted.reserve(found_.size());
    for (const auto severity : {CspSeverity::High, CspSeverity::Medium, CspSeverity::Low, CspSeverity::Info}) {
      std::ranges::copy_if(found_, std::back_inserter(sorted),
                           [&](const CspFinding& finding) { return finding.severity == severity; });
    }
    return sorted;
  }

 private:
  void add(CspSeverity severity, std::string_view directive, std::string_view value, std::string_view text) {
    CspFinding finding{severity, std::string{directive}, std::string{value}, std::string{text}};
    // Two names may be governed by one directive.
    if (!is_among(found_, finding)) found_.push_back(std::move(finding));
  }

  void look_at_script_keywords() {
    for (const std::string_view name : kScriptDirectives) {
      const CspDirective* const directive = policy_.governing(name);
      if (directive == nullptr) continue;
      const auto heeded = heeded_script_sources(*directive);
      if (is_among(heeded, "'unsafe-inline'")) {
        add(CspSeverity::High, directive->name, "'unsafe-inline'",
            "scripts and event handlers inside the page may run");
      }
      if (is_among(heeded, "'unsafe-hashes'")) {
        add(CspSeverity::Low, directive->name, "'unsafe-hashes'", "event handlers with a listed hash may run");
      }
      if (is_among(heeded, "'unsafe-eval'")) {
        add(CspSeverity::Low, directive->name, "'unsafe-eval'", "text may be evaluated as a script");
      }
    }
  }

  void look_at_wide_sources() {
    for (const std::string_view name : kDangerousDirectives) {
      const CspDirective* const directive = policy_.governing(name);
      if (directive == nullptr) continue;
      const bool script = name.starts_with("script-");
      for (const std::string& value : script ? heeded_script_sources(*directive) : directive->values) {
        if (is_among(kDangerousSchemes, value)) {
          add(CspSeverity::High, directive->name, value, "anything of this scheme may be loaded, from any host");
        } else if (without_scheme(value) == "*") {
          add(CspSeverity::High, directive->name, value, "any host is allowed");
        }
      }
    }
  }

  bool any_has(std::string_view name) const {
    return std::ranges::any_of(all_, [&](const CspPolicy& policy) { return policy.governing(name) != nullptr; });
  }

  void look_for_missing() {
    const CspDirective* const scripts = policy_.governing("script-src");
    if (scripts == nullptr) {
      add(CspSeverity::High, "script-src", "", "neither script-src nor default-src restricts scripts");
    }
    if (!any_has("object-src")) {
      add(CspSeverity::High, "object-src", "", "plugins are not restricted; 'none' would do");
    }
    if (scripts != nullptr && needs_base_uri(*scripts) && !any_has("base-uri")) {
      add(CspSeverity::High, "base-uri", "",
          "an injected <base> would turn the page's own relative scripts elsewhere; 'none' would do");
    }
    const bool trusted_types = std::ranges::any_of(all_, [](const CspPolicy& policy) {
      const CspDirective* const required = policy.find("require-trusted-types-for");
      return required != nullptr && is_among(required->values, "'script'");
    });
    if (!trusted_types) {
      add(CspSeverity::Info, "require-trusted-types-for", "", "Trusted Types would close the page's DOM sinks");
    }
    if (scripts != nullptr && is_among(scripts->values, "'strict-dynamic'") && !has_named(*scripts)) {
      add(CspSeverity::Info, scripts->name, "'strict-dynamic'", "without a nonce or hash it blocks every script");
    }
  }

  static bool has_named(const CspDirective& scripts) {
    return std::ranges::any_of(scripts.values, [](const auto& v) { return is_csp_nonce(v) || is_csp_hash(v); });
  }

  static bool needs_base_uri(const CspDirective& scripts) {
    if (std::ranges::any_of(scripts.values, &is_csp_nonce)) return true;
    return std::ranges::any_of(scripts.values, &is_csp_hash) && is_among(scripts.values, "'strict-dynamic'");
  }

  void look_at_allowlist() {
    for (const std::string_view name : {"script-src"sv, "script-src-elem"sv}) {
      const CspDirective* const directive = policy_.governing(name);
      if (directive == nullptr) continue;
      bool hosts = false;
      for (const std::string& value : heeded_script_sources(*directive)) {
        if (value == "'self'") {
          add(CspSeverity::Low, directive->name, value,
              "a problem where the site itself serves JSONP, AngularJS or files of its users");
        }
        if (value.starts_with('\'') || is_csp_scheme(value) || !value.contains('.')) continue;
        hosts = true;
        const HostSource source = host_source(value);
        if (std::ranges::any_of(kBypasses, [&](const Bypass& bypass) { return admits(source, bypass); })) {
          add(CspSeverity::High, directive->name, value, "this host is known to serve what undoes such a policy");
        } else {
          add(CspSeverity::Low, directive->name, value,
              "no way around it is known; it must serve neither JSONP nor AngularJS");
        }
      }
      if (hosts) {
        add(CspSeverity::Info, directive->name, "",
            "lists of hosts can often be got around; nonces with 'strict-dynamic' cannot");
      }
    }
  }

  void look_at_plugins() {
    const CspDirective* const plugins = policy_.find("object-src");
    if (plugins == nullptr || is_among(plugins->values, "'none'")) return;
    for (const std::string& value : plugins->values) {
      add(CspSeverity::Low, "object-src", value, "could it be 'none' alone?");
    }
  }

  void look_at_values() {
    for (const CspDirective& directive : policy_.directives) {
      for (const std::string& value : directive.values) look_at_value(directive, value);
    }
    for (const std::string_view old : {"reflected-xss"sv, "referrer"sv, "disown-opener"sv, "plugin-types"sv}) {
      if (policy_.find(old) != nullptr) add(CspSeverity::Info, old, "", "no browser of today heeds it");
    }
  }

  void look_at_value(const CspDirective& directive, const std::string& value) {
    if (is_csp_nonce(value)) {
      const std::string_view nonce = std::string_view{value}.substr(7, value.size() - 8);
      if (nonce.size() < kShortestNonce) {
        add(CspSeverity::Medium, directive.name, value, "a nonce of fewer than 8 characters can be guessed");
      }
      if (!is_base64(nonce)) add(CspSeverity::Info, directive.name, value, "a nonce is base64");
    }
    if (lowered(value).starts_with("http://")) {
      add(CspSeverity::Medium, directive.name, value,
          directive.name == "report-uri" ? "reports travel without encryption" : "it may be loaded without encryption");
    }
    if (value.starts_with('\'') || is_csp_scheme(value)) return;
    const std::string host = host_source(value).host;
    if (is_address(host)) {
      add(CspSeverity::Info, directive.name, value,
          host == "127.0.0.1" ? "the visitor's own machine is allowed" : "browsers do not heed addresses");
    }
  }

  static bool is_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return std::ranges::all_of(text, [](char byte) {
      return http::is_letter(byte) || http::is_digit(byte) || byte == '+' || byte == '/' || byte == '-' || byte == '_';
    });
  }

  void look_at_syntax() {
    for (const CspDirective& directive : policy_.directives) {
      if (!is_csp_directive(directive.name)) {
        add(CspSeverity::Medium, directive.name, "", "no such directive");
        continue;
      }
      // Their values are tokens and URLs, not sources.
      if (directive.name.starts_with("report-") || directive.name == "sandbox") continue;
      for (const std::string& value : directive.values) look_at_source(directive.name, value);
    }
    for (const std::string& name : policy_.repeated) {
      add(CspSeverity::Medium, name, "", "written twice; the second is not heeded");
    }
  }

  void look_at_source(const std::string& directive, const std::string& value) {
    const std::string lower = lowered(value);
    if (is_csp_directive(lower)) {
      add(CspSeverity::Medium, directive, value, "a directive's name among the values: is a semicolon missing?");
    } else if (is_csp_keyword("'" + lower + "'") || lower.starts_with("nonce-") || lower.starts_with("sha256-") ||
               lower.starts_with("sha384-") || lower.starts_with("sha512-")) {
      add(CspSeverity::Medium, directive, value, "its single quotes are missing, so it names a host");
    } else if (value.starts_with('\'') && !is_known_quoted(directive, lower)) {
      add(CspSeverity::Medium, directive, value, "no such keyword");
    }
  }

  static bool is_known_quoted(std::string_view directive, std::string_view lower) {
    if (directive == "require-trusted-types-for") return lower == "'script'";
    if (directive == "trusted-types") return lower == "'allow-duplicates'" || lower == "'none'";
    if (directive == "webrtc") return lower == "'allow'" || lower == "'block'";
    return is_csp_keyword(lower) || is_csp_nonce(lower) || is_csp_hash(lower);
  }

  const CspPolicy& policy_;
  std::span<const CspPolicy> all_;
  std::vector<CspFinding> found_;
};

std::size_t count_of(std::span<const CspFinding> findings, CspSeverity severity) {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &CspFinding::severity));
}

}  // namespace

std::string_view to_string(CspSeverity severity) {
  switch (severity) {
    case CspSeverity::Info:
      return "info";
    case CspSeverity::Low:
      return "low";
    case CspSeverity::Medium:
      return "medium";
    case CspSeverity::High:
      return "high";
  }
  return {};
}

CspSeverity worst_of(std::span<const CspFinding> findings) {
  CspSeverity worst = CspSeverity::Info;
  for (const CspFinding& finding : findings) worst = std::max(worst, finding.severity);
  return worst;
}

std::vector<CspFinding> evaluate_csp(std::span<const CspPolicy> policies) {
  std::optional<std::vector<CspFinding>> best;
  for (const CspPolicy& policy : policies) {
    auto findings = Evaluation{policy, policies}.run();
    const auto rank = [](const std::vector<CspFinding>& of) {
      return std::pair{worst_of(of), count_of(of, worst_of(of))};
    };
    if (!best || rank(findings) < rank(*best)) best = std::move(findings);
  }
  if (!best) return {{CspSeverity::High, "", "", "no policy is in force"}};
  return *std::move(best);
}

}  // namespace belfry::inspect
