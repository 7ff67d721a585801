#include "app/drill_checks.hpp"

#include "app/drill_controls.hpp"
#include "app/drill_judges.hpp"
#include "crypto/token.hpp"
#include "http/authority.hpp"
#include "http/byte_class.hpp"
#include "inspect/hsts.hpp"
#include "inspect/security_txt.hpp"
#include "inspect/tls_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

namespace belfry::app {

namespace {

// Nobody's (RFC 6761, section 6.4): no answer can be meant for it.
constexpr std::string_view kForeignOrigin = "https://belfry-drill.invalid";
constexpr std::string_view kSecurityTxtPath = "/.well-known/security.txt";
constexpr std::size_t kPageBytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kRedirects = 5;

using Answer = std::expected<net::FetchResponse, net::FetchError>;

bool is_redirect(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

// The path that a redirect leads to within the same origin; none where it leads elsewhere or cannot be read.
std::optional<std::string> path_within(const DrillUrl& url, std::string_view location) {
  if (location.starts_with('/') && !location.starts_with("//")) {
    const std::string_view path = location.substr(0, location.find('#'));
    return is_drill_path(path) ? std::optional{std::string{path}} : std::nullopt;
  }
  const auto absolute = DrillUrl::parse(location.substr(0, location.find('#')));
  if (!absolute || absolute->origin() != url.origin()) return std::nullopt;
  return absolute->path;
}

class SiteDrill {
 public:
  SiteDrill(const DrillPlan& plan, net::HttpClient& client, const base::Clock& clock, base::Random& random)
      : plan_{plan}, client_{client}, clock_{clock}, random_{random} {}

  DrillOutcome run() {
    DrillReport& report = outcome_.report;
    report.url = plan_.url.url();
    report.generated = clock_.wall_now();
    report.proof = plan_.site.proof;
    report.addresses.reserve(plan_.site.endpoints.size());
    for (const base::Endpoint& endpoint : plan_.site.endpoints) report.addresses.push_back(endpoint.to_string());
    report.left_out = plan_.site.left_out;
    report.controls = run_controls(report.generated);
    const Answer page = fetch_page();
    outcome_.reached = page.has_value();
    look_at_tls(page);
    look_at_page(page);
    look_at_error_page();
    look_at_security_txt();
    if (plan_.form) try_form(*plan_.form);
    if (plan_.burst) try_burst(*plan_.burst);
    apply_controls(report.controls, report.rows);
    return std::move(outcome_);
  }

 private:
  net::FetchRequest request(std::string_view path) const {
    return drill_request(plan_.url, path, plan_.site.endpoints.front(), plan_.ca_file);
  }

  void add(DrillRow row) { outcome_.report.rows.push_back(std::move(row)); }

  static std::string no_answer(net::FetchError error) { return "no complete answer: " + std::string{to_string(error)}; }

  Answer fetch_page() {
    page_path_ = plan_.url.path;
    for (std::size_t hops = 0;; ++hops) {
      net::FetchRequest get = request(page_path_);
      get.body_limit = kPageBytes;
      get.fields.add("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
      Answer answer = client_.fetch(get);
      if (!answer || !is_redirect(answer->status) || hops == kRedirects) return answer;
      const auto next = path_within(plan_.url, answer->fields.get("location").value_or(""));
      if (!next) return answer;
      page_path_ = *next;
    }
  }

  // --- below HTTP

  void look_at_tls(const Answer& page) {
    inspect::HstsFact hsts;
    if (page) {
      const auto state = inspect::hsts_state(page->fields);
      const bool present = state == inspect::HstsState::Good || state == inspect::HstsState::TooShort;
      hsts.present = present ? inspect::Observed::Yes : inspect::Observed::No;
      if (present) {
        const auto read = inspect::parse_hsts(page->fields.get("strict-transport-security").value_or(""));
        // Beyond the type's range it is long enough for anybody.
        constexpr std::uint64_t kLongest = 1'000'000'000;
        if (read) hsts.max_age = std::chrono::seconds{std::min(read->max_age, kLongest)};
      }
    }
    for (const base::Endpoint& endpoint : plan_.site.endpoints) scan(endpoint, hsts);
    look_at_plain_http();
  }

  void scan(const base::Endpoint& endpoint, const inspect::HstsFact& hsts) {
    inspect::TlsScanRequest scan;
    scan.way.endpoint = endpoint;
    scan.server_name = without_brackets(plan_.url.host);
    scan.ca_file = plan_.ca_file;
    scan.wait = [](std::chrono::milliseconds pause) {
      std::this_thread::sleep_for(pause);
      return true;
    };
    if (plan_.plain_port) {
      scan.port_80 = net::Way{.endpoint = {endpoint.address, *plan_.plain_port}, .socket = {}, .source = {}};
    }
    DrillTls tls{endpoint.to_string(), inspect::scan_tls(scan, clock_), {}};
    const base::WallTime now = clock_.wall_now();
    tls.grade = inspect::grade(tls.facts, hsts, now);
    const bool none_named = plan_.site.proof == OwnershipProof::Loopback && !plan_.ca_file;
    add(judge_offers(tls.facts));
    add(judge_certificate(tls.facts, none_named ? Roots::NoneNamed : Roots::Known, now));
    add(judge_tls_grade(tls, now));
    outcome_.report.tls.push_back(std::move(tls));
  }

  void look_at_plain_http() {
    const auto port = plan_.plain_port;
    if (!port) {
      add(untold("plain_http", "transit.encrypted",
                 fmt::format("not looked at: the site is on port {}; name its port of plain HTTP with --plain-port",
                             plan_.url.port)));
      return;
    }
    std::vector<DrillRow> rows;
    for (const DrillTls& tls : outcome_.report.tls) {
      const auto& found = tls.facts.port_80;
      if (!found) continue;
      plain_http_ = std::max(plain_http_, plain_http_of(*found, plan_.url.host));
      DrillRow row = judge_port_80(*found, plan_.url.host);
      row.finding =
          fmt::format("{} port {}: {}", tls.facts.address.substr(0, tls.facts.address.rfind(':')), *port, row.finding);
      rows.push_back(std::move(row));
    }
    if (rows.empty()) rows.push_back(untold("plain_http", "transit.encrypted", "not reached in time"));
    std::ranges::move(rows, std::back_inserter(outcome_.report.rows));
  }

  // --- the page

  void look_at_page(const Answer& page) {
    if (!page) {
      const std::string why = no_answer(page.error());
      add(untold("hsts.page", "transit.hsts", why));
      add(untold("headers", "", why));
      add(untold("csp", "response.csp", why));
      add(untold("cookies", "", why));
      return add(untold("trace", "request.traced", why));
    }
    add(judge_hsts("hsts.page", *page));
    if (const auto why = why_no_page(*page)) {
      add(untold("headers", "", *why));
      add(untold("csp", "response.csp", *why));
      add(untold("cookies", "", *why));
    } else {
      look_at_headers(*page);
      look_at_policy(*page);
      look_at_cookies(*page);
    }
    add(judge_trace(*page));
  }

  void look_at_headers(const net::FetchResponse& page) {
    inspect::GradedSite site;
    site.host = plan_.url.host;
    site.page = page.fields;
    site.body = page.body;
    site.plain_http = plain_http_;
    net::FetchRequest from_elsewhere = request(page_path_);
    from_elsewhere.body_limit = kPageBytes;
    from_elsewhere.fields.add("origin", kForeignOrigin);
    if (const Answer answer = client_.fetch(from_elsewhere)) {
      site.cross_origin = answer->fields;
      site.cross_origin_sent = kForeignOrigin;
    }
    const inspect::HeaderGrade grade = inspect::grade_headers(site);
    add(judge_headers(grade));
    outcome_.report.headers = grade;
  }

  void look_at_policy(const net::FetchResponse& page) {
    const auto policies = inspect::policies_of(page.fields, inspect::scan_html(page.body));
    if (!policies) return add(untold("csp", "response.csp", "the policy is too long to be judged"));
    outcome_.report.policies = policies->size();
    outcome_.report.policy_findings = inspect::evaluate_csp(*policies);
    add(judge_policy(outcome_.report.policy_findings, policies->size()));
  }

  void look_at_cookies(const net::FetchResponse& page) {
    const auto cookies = inspect::cookies_set_by(page.fields);
    outcome_.report.cookie_findings = inspect::grade_cookies(cookies);
    add(judge_cookies(outcome_.report.cookie_findings, cookies.size()));
  }

  void look_at_error_page() {
    constexpr std::string_view kId = "hsts.error";
    constexpr std::string_view kClaim = "transit.hsts";
    const std::string path = "/belfry-drill-" + crypto::RequestId{random_}.to_string();
    const Answer answer = client_.fetch(request(path));
    if (!answer) return add(untold(kId, kClaim, no_answer(answer.error())));
    if (answer->status < 400) {
      return add(
          untold(kId, kClaim, fmt::format("a page that is not there is answered with status {}", answer->status)));
    }
    add(judge_hsts(kId, *answer));
  }

  void look_at_security_txt() {
    net::FetchRequest get = request(kSecurityTxtPath);
    get.body_limit = inspect::kSecurityTxtBytes + 1;
    const Answer answer = client_.fetch(get);
    if (!answer) return add(untold("security_txt", "programme.answered", no_answer(answer.error())));
    add(judge_security_txt(*answer, plan_.url.at(kSecurityTxtPath), clock_.wall_now()));
  }

  // --- what the caller consented to

  Answer post(const DrillForm& form, std::string_view origin, std::string_view site) {
    net::FetchRequest post = request(form.path);
    post.method = "POST";
    post.body_limit = kPageBytes;
    post.fields.add("content-type", "application/x-www-form-urlencoded");
    post.fields.add("origin", origin);
    post.fields.add("sec-fetch-site", site);
    post.fields.add("sec-fetch-mode", "navigate");
    post.body = form_body(form.fields);
    return client_.fetch(post);
  }

  void try_form(const DrillForm& form) {
    const Answer own = post(form, plan_.url.origin(), "same-origin");
    const Answer foreign = own ? post(form, kForeignOrigin, "cross-site") : own;
    if (own && foreign) return add(judge_origin(*own, *foreign));
    add(untold("form.origin", "request.origin", no_answer(own ? foreign.error() : own.error())));
  }

  void try_burst(const DrillBurst& plan) {
    Burst burst{.asked = std::min(plan.requests, kBurstRequests)};
    const base::SteadyTime start = clock_.steady_now();
    while (burst.sent < burst.asked && !burst.refused_at) {
      const auto left = std::chrono::floor<std::chrono::milliseconds>(start + kBurstTime - clock_.steady_now());
      if (left <= std::chrono::milliseconds{0}) break;
      net::FetchRequest get = request(plan.path);
      get.keep_connection = true;
      get.body_limit = kPageBytes;
      get.deadline = std::min(get.deadline, left);
      const Answer answer = client_.fetch(get);
      ++burst.sent;
      if (!answer) ++burst.failed;
      if (answer && (answer->status == 429 || answer->status == 503)) {
        burst.refused_at = burst.sent;
        burst.refused_with = answer->status;
      } else if (answer && answer->status < 400) {
        ++burst.answered_before;
      }
    }
    burst.took = std::chrono::floor<std::chrono::milliseconds>(clock_.steady_now() - start);
    add(judge_burst(burst));
  }

  const DrillPlan& plan_;
  net::HttpClient& client_;
  const base::Clock& clock_;
  base::Random& random_;
  DrillOutcome outcome_;
  std::string page_path_;
  inspect::PlainHttp plain_http_ = inspect::PlainHttp::Unknown;
};

}  // namespace

std::string form_body(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  const auto encode = [&body](std::string_view text) {
    for (const char byte : text) {
      if (http::is_letter(byte) || http::is_digit(byte) || byte == '*' || byte == '-' || byte == '.' || byte == '_') {
        body += byte;
      } else if (byte == ' ') {
        body += '+';
      } else {
        body += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
      }
    }
  };
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    encode(name);
    body += '=';
    encode(value);
  }
  return body;
}

DrillOutcome drill_site(const DrillPlan& plan, net::HttpClient& client, const base::Clock& clock,
                        base::Random& random) {
  return SiteDrill{plan, client, clock, random}.run();
}

}  // namespace belfry::app
