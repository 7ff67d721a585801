// belfry-twin: the door with exactly one measure left out, so that a drill can show that its attack would succeed
// there. The only code that can leave a measure out stands here and in twin_tls*, and it is in no other program.
//
// It is started for one drill: everything that it has is throw-away, it listens on a Unix socket in its folder and
// nowhere else, keeps no descriptor that it was not started with, and is gone after 30 seconds or with its parent.
//
//   belfry-twin --without MEASURE --directory DIRECTORY [--listed ADDRESS]... [--site HOST] [--belfry HOST]
//               [--canary EMAIL --password PASSWORD [--secret BASE32] [--reset TOKEN] [--role staff]]
//
// With the hosts of a door it can be put in that door's place, as the sabotage tests do.

#include "app/application.hpp"
#include "app/configuration_table.hpp"
#include "app/measures.hpp"
#include "app/twin_names.hpp"
#include "app/twin_tls_agreeing.hpp"
#include "app/twin_tls_weak.hpp"
#include "base/file.hpp"
#include "base/private_directory.hpp"
#include "crypto/base32.hpp"
#include "crypto/totp.hpp"
#include "edge/local_authority.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::twin {

namespace {

constexpr unsigned kLifetime = 30;  // seconds
constexpr int kWrongUsage = 2;

guard::GuardList guards_without(const guard::PipelineParts& parts, std::string_view name) {
  guard::GuardList guards = guard::standard_guards(parts);
  if (std::erase_if(guards, [&](const auto& guard) { return guard->name() == name; }) != 1) {
    throw std::logic_error{"no guard of that name"};
  }
  return guards;
}

// transit.hsts
void seal_without_transport(http::ResponseHead& head, const guard::SealContext& context) {
  guard::seal(head, context);
  head.fields.remove("strict-transport-security");
}

// response.csp
void seal_without_policy(http::ResponseHead& head, const guard::SealContext& context) {
  guard::seal(head, context);
  head.fields.remove("content-security-policy");
}

// request.traced
void seal_without_request_id(http::ResponseHead& head, const guard::SealContext& context) {
  guard::seal(head, context);
  head.fields.remove("x-request-id");
}
void record_nothing(record::RequestLog::Writer& /*log*/, const record::RequestRecord& /*record*/) {}

// request.blocklist
bool admit_everybody(const guard::Blocklist& /*blocklist*/, const base::IpAddress& /*address*/) {
  return true;
}
guard::GuardList guards_without_address(const guard::PipelineParts& parts) {
  return guards_without(parts, "address");
}

// request.rate
guard::GuardList guards_without_rate(const guard::PipelineParts& parts) {
  return guards_without(parts, "rate");
}

// request.origin
guard::GuardList guards_without_origin(const guard::PipelineParts& parts) {
  return guards_without(parts, "origin");
}

// request.csrf_token
std::expected<void, accounts::CsrfError> take_any_token(const accounts::CsrfTokens& /*tokens*/,
                                                        const people::Asked& /*asked*/) {
  return {};
}

// password.policy
std::vector<accounts::PasswordRule> take_any_password(const accounts::PasswordPolicy& /*policy*/,
                                                      std::string_view /*password*/,
                                                      const accounts::PasswordOwner& /*owner*/,
                                                      accounts::SecondFactor /*second_factor*/) {
  return {};
}

// account.second_factor
accounts::Answer<bool> take_code_again(accounts::AccountStore& /*store*/, const accounts::PersonId& /*id*/,
                                       const accounts::Authenticator& authenticator, std::string_view digits,
                                       base::WallTime now) {
  return crypto::match_totp(authenticator.secret, digits, now, std::nullopt).has_value();
}

// account.lockout
accounts::Answer<accounts::Attempt> reserve_without_lock(accounts::AccountStore& store,
                                                         const accounts::EmailAddress& email,
                                                         const std::optional<accounts::SecretHash>& device) {
  if (const auto person = store.find(email)) {
    if (const auto lifted = store.lift_locks(person->id); !lifted) return std::unexpected{lifted.error()};
  }
  return store.reserve_password(email, device);
}

// organisation.credentials
bool require_of_nobody(accounts::Role /*role*/) {
  return false;
}

// output.escaped: ctemplate escapes while it expands, so what it wrote for a character is taken back.
std::string render_without_escaping(web::Page page, web::Language language,
                                    const ctemplate::TemplateDictionary& values) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEscaped{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&amp;", '&'}}};
  const std::string html = web::render(page, language, values);
  std::string raw;
  for (std::size_t at = 0; at < html.size();) {
    const auto rest = std::string_view{html}.substr(at);
    const auto* const found =
        std::ranges::find_if(kEscaped, [&](const auto& escaped) { return rest.starts_with(escaped.first); });
    raw += found == kEscaped.end() ? html[at] : found->second;
    at += found == kEscaped.end() ? 1 : found->first.size();
  }
  return raw;
}

std::optional<app::Measures> all_without(std::string_view measure) {
  app::Measures measures;
  if (measure == "transit.encrypted" || measure == "transit.report") {
    // A door that speaks so is another one than the report describes.
    measures.tls = &weak_tls_policy;
    measures.first_bytes = &agree_to;
  } else if (measure == "transit.hsts") {
    measures.seal = &seal_without_transport;
  } else if (measure == "response.csp") {
    measures.seal = &seal_without_policy;
  } else if (measure == "request.traced") {
    measures.seal = &seal_without_request_id;
    measures.record = &record_nothing;
  } else if (measure == "request.blocklist") {
    measures.admit = &admit_everybody;
    measures.guards = &guards_without_address;
  } else if (measure == "request.rate") {
    measures.guards = &guards_without_rate;
  } else if (measure == "request.csrf_token") {
    measures.token_check = &take_any_token;
  } else if (measure == "password.policy") {
    measures.password_judge = &take_any_password;
  } else if (measure == "account.second_factor") {
    measures.credentials.use_code = &take_code_again;
  } else if (measure == "account.lockout") {
    measures.credentials.reserve_password = &reserve_without_lock;
  } else if (measure == "organisation.credentials") {
    measures.second_factor_rule = &require_of_nobody;
  } else if (measure == "output.escaped") {
    measures.render = &render_without_escaping;
  } else if (measure == "request.origin") {
    measures.guards = &guards_without_origin;
  } else {
    return std::nullopt;
  }
  return measures;
}

struct Order {
  app::Measures measures;
  std::filesystem::path directory;
  std::string listed;  // the blocklist's text
  std::string site_host{app::kTwinSite};
  std::string belfry_host{app::kTwinBelfry};
  proof::Canary canary{
      .email = {}, .name = "Drill", .password = {}, .totp_secret = {}, .reset_token = {}};  // none without an e-mail
};

std::optional<Order> read_order(const std::vector<std::string_view>& arguments) {
  Order order;
  bool measured = false;
  for (std::size_t at = 0; at < arguments.size(); at += 2) {
    if (at + 1 == arguments.size()) return std::nullopt;
    const std::string_view value = arguments[at + 1];
    if (arguments[at] == "--without") {
      const auto measures = all_without(value);
      if (!measures || measured) return std::nullopt;
      order.measures = *measures;
      measured = true;
    } else if (arguments[at] == "--directory") {
      order.directory = value;
    } else if (arguments[at] == "--listed") {
      order.listed.append(value).append("\n");
    } else if (arguments[at] == "--site") {
      order.site_host = value;
    } else if (arguments[at] == "--belfry") {
      order.belfry_host = value;
    } else if (arguments[at] == "--canary") {
      order.canary.email = value;
    } else if (arguments[at] == "--password") {
      order.canary.password = value;
    } else if (arguments[at] == "--secret") {
      auto secret = crypto::from_base32(value);
      if (!secret) return std::nullopt;
      order.canary.totp_secret = std::move(*secret);
    } else if (arguments[at] == "--reset") {
      order.canary.reset_token = value;
    } else if (arguments[at] == "--role") {
      if (value != app::kTwinStaff) return std::nullopt;
      order.canary.role = proof::CanaryRole::Staff;
    } else {
      return std::nullopt;
    }
  }
  if (!measured || !order.directory.is_absolute()) return std::nullopt;
  return order;
}

// As the door's own defaults, but for where it listens.
std::expected<app::Configuration, std::string> configuration_of(const Order& order, const base::Clock& clock) {
  app::Configuration configuration = app::default_configuration();
  configuration.site_hosts = {order.site_host};
  configuration.belfry_host = order.belfry_host;
  // Nobody listens on the discard port: what a drill asks for, the twin answers by itself.
  configuration.upstream = upstream::UpstreamOptions{.host = "127.0.0.1", .port = 9};
  configuration.listen.endpoints.clear();
  configuration.listen.workers = 1;
  configuration.data_directory = order.directory;
  configuration.metrics_allow.clear();

  if (auto opened = base::open_private_directory(order.directory); !opened) return std::unexpected{opened.error()};
  auto authority = edge::LocalAuthority::open(order.directory / "tls", clock);
  if (!authority) return std::unexpected{authority.error()};
  auto leaf = authority->ensure_leaf({std::string{app::kTwinSite}, std::string{app::kTwinBelfry}});
  if (!leaf) return std::unexpected{leaf.error()};
  configuration.tls = std::move(*leaf);

  const std::filesystem::path list = order.directory / "listed";
  if (auto written = base::write_file(list, order.listed, base::FileMode::OwnerOnly); !written) {
    return std::unexpected{written.error().message()};
  }
  configuration.blocklist.files = {list};
  return configuration;
}

int run(const std::vector<std::string_view>& arguments) {
  // Of its parent's it keeps the three streams, and of these only the output, by which it says that it is ready.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(kLifetime);
  const auto order = read_order(arguments);
  if (!order) {
    std::cerr
        << "usage: belfry-twin --without MEASURE --directory DIRECTORY [--listed ADDRESS]... [--site HOST] "
           "[--belfry HOST] [--canary EMAIL --password PASSWORD [--secret BASE32] [--reset TOKEN] [--role staff]]\n";
    return kWrongUsage;
  }
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }

  const base::SystemClock clock;
  auto configuration = configuration_of(*order, clock);
  if (!configuration) {
    std::cout << configuration.error() << '\n' << std::flush;
    return 1;
  }
  auto application = app::Application::create(std::move(*configuration), order->measures);
  if (!application) {
    std::cout << application.error() << '\n' << std::flush;
    return 1;
  }
  if (!order->canary.email.empty()) {
    if (const auto added = (*application)->add_canary(order->canary); !added) {
      std::cout << added.error() << '\n' << std::flush;
      return 1;
    }
  }
  std::cout << app::kTwinReady << '\n' << std::flush;
  (*application)->run();
  return 0;
}

}  // namespace

}  // namespace belfry::twin

int main(int argc, char** argv) {
  try {
    return belfry::twin::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n' << std::flush;
    return 1;
  }
}
