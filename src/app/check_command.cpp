#include "app/check_command.hpp"

#include "app/configuration_values.hpp"
#include "app/mail_setup.hpp"
#include "base/cores.hpp"
#include "edge/certificates.hpp"
#include "guard/blocklist.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ostream>
#include <string>
#include <system_error>
#include <utility>

namespace belfry::app {
namespace {

constexpr int kGood = 0;
constexpr int kWrong = 2;

// What is missing, told at the place of the value that asks for it; a default has none.
class Missing {
 public:
  explicit Missing(const Configuration& configuration) : configuration_{configuration} {}

  void look_for_certificate(base::WallTime now) {
    if (!configuration_.tls) {
      return refuse("tls.certificate", "[tls] certificate and key are not written",
                    "TLS is all that is spoken, and this version fetches no certificate by itself: name both files");
    }
    const auto certificate = edge::Certificate::load(*configuration_.tls, now);
    if (!certificate) return refuse("tls.certificate", "[tls]: " + certificate.error().message);
    for (const std::string& host : configuration_.site_hosts) look_for_name(*certificate, host, "[site] host");
    // Without an application the two are the same.
    if (configuration_.upstream) look_for_name(*certificate, configuration_.belfry_host, "[belfry] host");
  }

  // Each file by itself, so that all that are wrong are told.
  void look_at_blocklist() {
    std::size_t index = 0;
    for (const std::filesystem::path& file : configuration_.blocklist.files) {
      const auto list = guard::Blocklist::load({{file}, {}});
      if (!list) refuse(fmt::format("blocklist.files[{}]", index), "[blocklist] files: " + list.error().to_string());
      ++index;
    }
  }

  void look_at_data_directory() {
    std::filesystem::path there = std::filesystem::absolute(configuration_.data_directory);
    std::error_code error;
    // The nearest folder above that exists is where it would be made.
    while (!std::filesystem::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    const std::string shown = configuration_.data_directory.string();
    if (!std::filesystem::is_directory(there, error)) {
      return refuse("data.directory", fmt::format("[data] directory {}: {} is not a folder", shown, there.string()));
    }
    if (::faccessat(AT_FDCWD, there.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
      refuse("data.directory", fmt::format("[data] directory {}: {} cannot be written to", shown, there.string()),
             "make it, and give it to the user that runs belfry");
    }
  }

  void look_at_mail() {
    if (!configuration_.mail) return;
    const auto options = make_smtp_options(*configuration_.mail, configuration_.belfry_host);
    if (!options) refuse(options.error().key, options.error().message, options.error().hint);
  }

  std::vector<Problem> told() { return std::move(problems_); }

 private:
  void look_for_name(const edge::Certificate& certificate, const std::string& host, std::string_view key) {
    if (certificate.covers(host)) return;
    refuse("tls.certificate", fmt::format("[tls]: the certificate does not cover {}, which is {}", host, key),
           fmt::format("its names are {}", fmt::join(certificate.names(), ", ")));
  }

  void refuse(std::string_view path, const std::string& message, const std::string& hint = {}) {
    const auto place = configuration_.places.find(path);
    problems_.push_back({configuration_.file, place == configuration_.places.end() ? Place{} : place->second,
                         printable(message), printable(hint)});
  }

  const Configuration& configuration_;
  std::vector<Problem> problems_;
};

template <typename T, typename Show>
std::string list(const std::vector<T>& values, Show show) {
  std::string shown;
  for (const T& value : values) shown += (shown.empty() ? "" : ", ") + show(value);
  return shown.empty() ? "none" : shown;
}

std::string application(const Configuration& c) {
  if (!c.upstream) return "none: Belfry's own pages alone";
  return fmt::format("{}, forwarded to {} port {}", fmt::join(c.site_hosts, ", "), c.upstream->host, c.upstream->port);
}

std::string listening(const Configuration& c) {
  const std::uint32_t workers = c.listen.workers != 0 ? c.listen.workers : base::usable_cores();
  return fmt::format("{}, by {} worker{}",
                     list(c.listen.endpoints, [](const base::Endpoint& endpoint) { return endpoint.to_string(); }),
                     workers, workers == 1 ? "" : "s");
}

std::string access(const Configuration& c) {
  if (!c.upstream) return "there is no application to see";
  std::string text;
  switch (c.access.preset) {
    case guard::Access::SignedIn:
      text = "who is signed in may see the application";
      break;
    case guard::Access::Public:
      text = "everybody may see the application";
      break;
    case guard::Access::Deny:
      text = "nobody may see the application";
      break;
  }
  if (!c.access.public_paths.empty()) text += fmt::format(", everybody {}", fmt::join(c.access.public_paths, ", "));
  if (!c.access.signed_in_paths.empty()) {
    text += fmt::format(", who is signed in {}", fmt::join(c.access.signed_in_paths, ", "));
  }
  return text;
}

std::string summary(const Configuration& c) {
  std::string text = fmt::format("{}: nothing is wrong\n", c.file.string());
  const auto line = [&text](std::string_view name, const std::string& value) {
    text += fmt::format("  {:<16}{}\n", name, printable(value));
  };
  line("application", application(c));
  line("Belfry's pages", c.belfry_host);
  line("access", access(c));
  line("listens on", listening(c));
  if (c.tls) line("certificate", c.tls->certificate.string());
  line("data", c.data_directory.string());
  line("rate", fmt::format("{} pages a second for one address, {} at once", c.rate.rate, c.rate.burst));
  line("size", fmt::format("bodies of {}", show_bytes(c.size.body)));
  line("connections", fmt::format("{} for one address", c.listen.connections_per_address));
  line("origin", c.origin.except.empty()
                     ? "foreign origins are refused"
                     : fmt::format("foreign origins are refused, but for {}", fmt::join(c.origin.except, ", ")));
  line("blocklist", list(c.blocklist.files, [](const std::filesystem::path& path) { return path.string(); }));
  if (!c.blocklist.allow.empty()) line("always allowed", list(c.blocklist.allow, show_range));
  line("trusted proxies",
       list(c.listen.trusted_proxies, show_range) + (c.listen.proxy_protocol ? ", by the PROXY protocol" : ""));
  line("mail", c.mail ? fmt::format("by {}, from {}", show_mail_server(c.mail->server), c.mail->from)
                      : std::string{"none is sent"});
  line("metrics for", list(c.metrics_allow, show_range));
  return text;
}

std::string json(const std::vector<Problem>& problems) {
  boost::json::array told;
  for (const Problem& problem : problems) {
    boost::json::object one;
    one["file"] = problem.file.string();
    // What has no place has null, not a line 0 that no editor knows.
    if (problem.place.line == 0) {
      one["line"] = nullptr;
      one["column"] = nullptr;
    } else {
      one["line"] = problem.place.line;
      one["column"] = problem.place.column;
    }
    one["message"] = problem.message;
    one["hint"] = problem.hint;
    told.push_back(std::move(one));
  }
  boost::json::object answer;
  answer["ok"] = problems.empty();
  answer["problems"] = std::move(told);
  return boost::json::serialize(answer);
}

}  // namespace

std::vector<Problem> missing_for_serve(const Configuration& configuration, base::WallTime now) {
  Missing missing{configuration};
  missing.look_for_certificate(now);
  missing.look_at_blocklist();
  missing.look_at_data_directory();
  missing.look_at_mail();
  return missing.told();
}

int check_command(const CheckArguments& arguments, std::ostream& out, std::ostream& err) {
  if (arguments.reference) {
    out << configuration_reference();
    return kGood;
  }
  const auto configuration = load_configuration(arguments.config);
  const std::vector<Problem> problems =
      configuration ? missing_for_serve(*configuration, base::SystemClock{}.wall_now()) : configuration.error();
  if (arguments.json) {
    out << json(problems) << '\n';
  } else if (problems.empty()) {
    out << summary(*configuration);
  } else {
    for (const Problem& problem : problems) err << problem.to_string() << '\n';
  }
  return problems.empty() ? kGood : kWrong;
}

}  // namespace belfry::app
