#include "app/drill_command.hpp"

#include "app/drill_checks.hpp"
#include "app/drill_history.hpp"
#include "app/drill_report.hpp"
#include "app/name_lookup.hpp"
#include "net/curl_http_client.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <expected>
#include <iostream>
#include <optional>
#include <utility>

namespace belfry::app {

namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr std::chrono::seconds kLookupDeadline{10};
constexpr std::uint16_t kHttps = 443;
constexpr std::uint16_t kHttp = 80;

struct Parsed {
  DrillUrl url;
  std::optional<base::Endpoint> connect_to;
  std::optional<std::filesystem::path> ca_file;
  std::optional<DrillForm> form;
  std::optional<DrillBurst> burst;
  std::vector<proof::HistoryHead> heads;
};

std::expected<DrillForm, std::string> parse_form(const DrillArguments& arguments) {
  DrillForm form{arguments.form, {}};
  if (!is_drill_path(form.path)) return std::unexpected{"--form takes a path that begins with a slash"};
  for (const std::string& field : arguments.form_fields) {
    const std::size_t equals = field.find('=');
    if (equals == std::string::npos || equals == 0) return std::unexpected{"--form-field takes name=value"};
    form.fields.emplace_back(field.substr(0, equals), field.substr(equals + 1));
  }
  return form;
}

// What would be ignored.
std::expected<void, std::string> fits_history(const DrillArguments& arguments) {
  const std::array<std::pair<bool, std::string_view>, 4> others{{{!arguments.form.empty(), "--form"},
                                                                 {arguments.rate > 0, "--rate"},
                                                                 {arguments.plain_port != 0, "--plain-port"},
                                                                 {arguments.strict, "--strict"}}};
  for (const auto& [given, name] : others) {
    if (given) return std::unexpected{std::string{name} + " does not go with --verify-history"};
  }
  return {};
}

// A folder that is not there is a slip of the pen: a new secret in it would be another owner's.
std::expected<void, std::string> has_folder(const std::filesystem::path& secret) {
  std::error_code error;
  if (!secret.has_parent_path() || std::filesystem::is_directory(secret.parent_path(), error)) return {};
  return std::unexpected{"--secret: there is no folder " + secret.parent_path().string()};
}

std::expected<Parsed, std::string> parse(const DrillArguments& arguments) {
  Parsed parsed;
  auto url = DrillUrl::parse(arguments.url);
  if (!url) return std::unexpected{url.error()};
  parsed.url = *std::move(url);
  if (!arguments.connect_to.empty()) {
    parsed.connect_to = base::Endpoint::parse(arguments.connect_to);
    if (!parsed.connect_to) return std::unexpected{"--connect-to takes ADDRESS:PORT, an IPv6 address in brackets"};
    // A loopback name needs no proof, so it must not lead elsewhere.
    if (inspect::is_loopback_host(parsed.url.host) && !parsed.connect_to->address.is_loopback()) {
      return std::unexpected{"--connect-to: a loopback name is looked for on this machine alone"};
    }
  }
  if (!arguments.ca.empty()) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(arguments.ca, error)) {
      return std::unexpected{"--ca: there is no file " + arguments.ca.string()};
    }
    parsed.ca_file = arguments.ca;
  }
  if (!arguments.form.empty()) {
    auto form = parse_form(arguments);
    if (!form) return std::unexpected{form.error()};
    parsed.form = *std::move(form);
  } else if (!arguments.form_fields.empty()) {
    return std::unexpected{"--form-field without --form"};
  }
  if (arguments.rate > kBurstRequests) return std::unexpected{fmt::format("--rate is at most {}", kBurstRequests)};
  if (!arguments.rate_path.empty() && !is_drill_path(arguments.rate_path)) {
    return std::unexpected{"--rate-path takes a path that begins with a slash"};
  }
  if (arguments.rate > 0) {
    parsed.burst = DrillBurst{arguments.rate, arguments.rate_path.empty() ? parsed.url.path : arguments.rate_path};
  } else if (!arguments.rate_path.empty()) {
    return std::unexpected{"--rate-path without --rate"};
  }
  if (auto folder = has_folder(arguments.secret); !folder) return std::unexpected{folder.error()};
  if (arguments.verify_history) {
    if (auto fits = fits_history(arguments); !fits) return std::unexpected{fits.error()};
  }
  for (const std::string& text : arguments.heads) {
    auto head = parse_head(text);
    if (!head) return std::unexpected{head.error()};
    parsed.heads.push_back(*std::move(head));
  }
  if (!parsed.heads.empty() && !arguments.verify_history) return std::unexpected{"--head without --verify-history"};
  return parsed;
}

std::vector<base::IpAddress> resolve(const std::string& host) {
  NameLookup lookup;
  lookup.ask(host);
  return lookup.answer(kLookupDeadline).value_or(NameLookup::Addresses{});
}

int history(const Parsed& parsed, const DrillArguments& arguments, net::HttpClient& client, std::ostream& out,
            std::ostream& err) {
  HistoryQuestion question{parsed.url, parsed.connect_to, parsed.ca_file, parsed.heads};
  if (!question.endpoint && inspect::is_loopback_host(parsed.url.host)) {
    // Whatever a resolver says (RFC 6761, section 6.3); which of the two addresses listens is tried.
    net::SystemTxtLookup records;
    const auto site = OwnershipCheck{client, records, &resolve}.confirm(
        {.url = parsed.url, .connect_to = {}, .ca_file = parsed.ca_file, .token = {}});
    if (site) question.endpoint = site->endpoints.front();
  }
  return verify_history(question, client, arguments.json ? DrillFormat::Json : DrillFormat::Text, out, err);
}

int unconfirmed(const DrillArguments& arguments, const OwnershipQuestion& question, const std::string& why,
                std::ostream& out, std::ostream& err) {
  if (arguments.json) {
    out << boost::json::serialize(
               boost::json::object{{"url", question.url.url()},
                                   {"ownership",
                                    {{"proof", nullptr},
                                     {"token", question.token},
                                     {"file", question.url.at(inspect::kOwnershipPath)},
                                     {"record", std::string{inspect::kOwnershipLabel} + question.url.host},
                                     {"why", why}}},
                                   {"checks", nullptr}})
        << '\n';
  } else {
    out << ownership_instructions(question.url, question.token);
  }
  err << "belfry drill: " << question.url.origin() << " is not confirmed as yours"
      << (why.empty() ? ": --yes-mine is missing\n" : "\n" + why);
  return kFailed;
}

int exit_code(const DrillOutcome& outcome, bool strict) {
  if (!outcome.reached || outcome.report.count(RowState::Broken) > 0) return kFailed;
  return strict && outcome.report.count(RowState::Unknown) > 0 ? kFailed : kGood;
}

}  // namespace

int drill_command(const DrillArguments& arguments, std::ostream& out, std::ostream& err) {
  const auto parsed = parse(arguments);
  if (!parsed) {
    err << "belfry drill: " << parsed.error() << '\n';
    return kWrongUsage;
  }
  net::CurlHttpClient client;
  if (arguments.verify_history) return history(*parsed, arguments, client, out, err);

  base::SystemRandom random;
  const base::SystemClock clock;
  OwnershipQuestion question{parsed->url, parsed->connect_to, parsed->ca_file, {}};
  if (!inspect::is_loopback_host(parsed->url.host)) {
    const auto secret = open_secret(arguments.secret.empty() ? default_secret_file() : arguments.secret, random);
    if (!secret) {
      err << "belfry drill: " << secret.error() << '\n';
      return kFailed;
    }
    question.token = inspect::ownership_token(*secret, parsed->url.host);
    if (!arguments.yes_mine) return unconfirmed(arguments, question, {}, out, err);
  }
  net::SystemTxtLookup records;
  auto site = OwnershipCheck{client, records, &resolve}.confirm(question);
  if (!site) return unconfirmed(arguments, question, site.error(), out, err);

  DrillPlan plan{parsed->url, *std::move(site), parsed->ca_file, {}, parsed->form, parsed->burst};
  if (arguments.plain_port != 0) {
    plan.plain_port = arguments.plain_port;
  } else if (parsed->url.port == kHttps && plan.site.endpoints.front().port == kHttps) {
    plan.plain_port = kHttp;
  }
  const DrillOutcome outcome = drill_site(plan, client, clock, random);
  const bool terminal = &out == &std::cout && ::isatty(STDOUT_FILENO) == 1;
  out << (arguments.json ? report_json(outcome.report) + "\n"
                         : report_text(outcome.report, terminal ? Colours::Ansi : Colours::None));
  return exit_code(outcome, arguments.strict);
}

}  // namespace belfry::app
