#include "app/configuration.hpp"

#include "app/configuration_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace belfry::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kMinimal = R"([site]
host = "app.example.com"
)";
const std::string kBehind = R"([site]
host = "app.example.com"
upstream = "http://127.0.0.1:3000"
)";

Configuration accepted(const std::string& text) {
  auto configuration = parse_configuration(text, "/etc/belfry/belfry.toml");
  if (configuration) return std::move(*configuration);
  for (const Problem& problem : configuration.error()) ADD_FAILURE() << problem.to_string();
  return {};
}

base::AddressRange range(std::string_view text) {
  return base::AddressRange::parse(text).value_or(base::AddressRange{});
}
base::Endpoint endpoint(std::string_view text) {
  return base::Endpoint::parse(text).value_or(base::Endpoint{});
}

TEST(Configuration, AcceptsTheSmallestFileWithEveryDefault) {
  const Configuration c = accepted(kMinimal);
  EXPECT_THAT(c.site_hosts, ElementsAre("app.example.com"));
  EXPECT_EQ(c.belfry_host, "app.example.com");
  EXPECT_FALSE(c.upstream);
  EXPECT_THAT(c.listen.endpoints, ElementsAre(endpoint("0.0.0.0:443"), endpoint("[::]:443")));
  EXPECT_EQ(c.listen.workers, 0U);
  EXPECT_EQ(c.access.preset, guard::Access::SignedIn);
  EXPECT_EQ(c.accounts.bcrypt_cost, 12U);
  EXPECT_EQ(c.accounts.lockout.attempts, 5U);
  EXPECT_FALSE(c.tls);
  EXPECT_EQ(c.data_directory, "/var/lib/belfry");
  EXPECT_EQ(c.rate.rate, 50);
  EXPECT_EQ(c.rate.burst, 300U);
  EXPECT_EQ(c.size.body, 2ULL << 30);
  EXPECT_EQ(c.listen.connections_per_address, 256U);
  EXPECT_FALSE(c.seal.hsts_include_subdomains || c.seal.hsts_preload || c.seal.cookies_http_only);
  EXPECT_THAT(c.origin.except, IsEmpty());
  EXPECT_THAT(c.blocklist.files, IsEmpty());
  EXPECT_THAT(c.blocklist.allow, IsEmpty());
  EXPECT_THAT(c.listen.trusted_proxies, IsEmpty());
  EXPECT_FALSE(c.listen.proxy_protocol);
  EXPECT_FALSE(c.mail);
  EXPECT_THAT(c.metrics_allow, ElementsAre(range("127.0.0.0/8"), range("::1")));
}

TEST(Configuration, GivesBelfryAHostOfItsOwnBesideAnApplication) {
  const Configuration c = accepted(kBehind);
  EXPECT_EQ(c.belfry_host, "belfry.app.example.com");
  const auto upstream = c.upstream.value_or(upstream::UpstreamOptions{});
  EXPECT_EQ(upstream.host, "127.0.0.1");
  EXPECT_EQ(upstream.port, 3000);
  EXPECT_EQ(upstream.connect, std::chrono::seconds{5});
  EXPECT_EQ(upstream.first_byte, std::chrono::seconds{60});
  EXPECT_EQ(upstream.idle, std::chrono::minutes{5});
}

TEST(Configuration, TakesCharactersBeyondAsciiInStringsAndComments) {
  const Configuration c = accepted("\xef\xbb\xbf# R\xc3\xa9glages\n" + std::string{kMinimal} +
                                   "[data]\ndirectory = '/srv/donn\xc3\xa9"
                                   "es'  # \xc3\xa0 nous\n");
  EXPECT_EQ(c.data_directory,
            "/srv/donn\xc3\xa9"
            "es");
}

TEST(Configuration, ReadsEveryKey) {
  const Configuration c = accepted(R"(
[site]
host = ["App.Example.com", "www.example.com"]
upstream = "http://[::1]:3000"
listen = ["192.0.2.1:443", "[2001:db8::1]:0"]
workers = 4
[belfry]
host = "Security.example.com"
[access]
default = "deny"
public = ["/hooks"]
signed_in = ["/app"]
[accounts]
password_policy = "nist-800-63b-4"
password_length = 20
password_lists = ["passwords.txt"]
bcrypt_cost = 13
lockout_attempts = 3
lockout_time = "5m"
session_idle = "30m"
session_absolute = "12h"
sign_up = "open"
[tls]
certificate = "certificate.pem"
key = "/keys/key.pem"
[data]
directory = "../data"
[limit]
rate = 12.5
burst = 1
body = "10 MiB"
connections = 65536
[origin]
except = ["/hooks", "/api/Webhook"]
[hsts]
include_subdomains = true
preload = true
[cookies]
http_only = true
[blocklist]
files = ["lists/firehol.netset"]
allow = ["192.0.2.0/24", "2001:db8::/32"]
[trusted_proxies]
ranges = ["10.0.0.0/8", "::ffff:192.0.2.7"]
proxy_protocol = true
[upstream_timeout]
connect = "500ms"
first_byte = "1m"
idle = "24h"
[mail]
server = "smtp://Mail.Example.com:2587"
from = "Belfry@Example.com"
user = "me"
password_file = "mail.password"
authority = "/keys/mail.pem"
[metrics]
allow = []
)");
  const auto upstream = c.upstream.value_or(upstream::UpstreamOptions{});
  const auto tls = c.tls.value_or(edge::TlsOptions{});
  EXPECT_THAT(c.site_hosts, ElementsAre("app.example.com", "www.example.com"));
  EXPECT_EQ(c.belfry_host, "security.example.com");
  EXPECT_EQ(upstream.host, "::1");
  EXPECT_EQ(upstream.port, 3000);
  EXPECT_THAT(c.listen.endpoints, ElementsAre(endpoint("192.0.2.1:443"), endpoint("[2001:db8::1]:0")));
  EXPECT_EQ(c.listen.workers, 4U);
  EXPECT_EQ(tls.certificate, "/etc/belfry/certificate.pem");
  EXPECT_EQ(tls.key, "/keys/key.pem");
  EXPECT_EQ(c.accounts.sign_up, accounts::SignUpMode::Open);
  EXPECT_EQ(c.data_directory, "/etc/data");
  EXPECT_EQ(c.rate.rate, 12.5);
  EXPECT_EQ(c.rate.burst, 1U);
  EXPECT_EQ(c.size.body, 10ULL << 20);
  EXPECT_EQ(c.listen.connections_per_address, 65536U);
  EXPECT_THAT(c.origin.except, ElementsAre("/hooks", "/api/Webhook"));
  EXPECT_TRUE(c.seal.hsts_include_subdomains);
  EXPECT_TRUE(c.seal.hsts_preload);
  EXPECT_TRUE(c.seal.cookies_http_only);
  EXPECT_THAT(c.blocklist.files, ElementsAre("/etc/belfry/lists/firehol.netset"));
  EXPECT_THAT(c.blocklist.allow, ElementsAre(range("192.0.2.0/24"), range("2001:db8::/32")));
  EXPECT_THAT(c.listen.trusted_proxies, ElementsAre(range("10.0.0.0/8"), range("192.0.2.7")));
  EXPECT_TRUE(c.listen.proxy_protocol);
  EXPECT_EQ(upstream.connect, std::chrono::milliseconds{500});
  EXPECT_EQ(upstream.first_byte, std::chrono::seconds{60});
  EXPECT_EQ(upstream.idle, std::chrono::hours{24});
  const auto mail = c.mail.value_or(MailOptions{});
  EXPECT_EQ(mail.server, (net::MailServer{"mail.example.com", 2587, net::MailSecurity::StartTls}));
  EXPECT_EQ(mail.from, "Belfry@example.com");
  EXPECT_EQ(mail.user, "me");
  EXPECT_EQ(mail.password_file, "/etc/belfry/mail.password");
  EXPECT_EQ(mail.authority, "/keys/mail.pem");
  EXPECT_THAT(c.metrics_allow, IsEmpty());
  EXPECT_EQ(c.places.at("site.host[1]"), (Place{3, 28}));
}

TEST(Configuration, TakesBytesAsAnIntegerToo) {
  EXPECT_EQ(accepted(kMinimal + "[limit]\nbody = 1048576\n").size.body, 1ULL << 20);
  EXPECT_EQ(accepted(kMinimal + "[limit]\nbody = \"1TiB\"\nrate = 3\n").size.body, 1ULL << 40);
}

TEST(Configuration, LinksInMailsLeadToThePortOfItsOwn) {
  Configuration c = accepted(kMinimal);
  c.belfry_host = "belfry.example.com";
  c.listen.endpoints = {endpoint("192.0.2.1:443"), endpoint("192.0.2.1:8443")};
  EXPECT_EQ(belfry_origin(c), "https://belfry.example.com");
  c.listen.endpoints = {endpoint("192.0.2.1:8443")};
  EXPECT_EQ(belfry_origin(c), "https://belfry.example.com:8443");
  // Which the kernel chooses, and nobody outside knows.
  c.listen.endpoints = {endpoint("192.0.2.1:0")};
  EXPECT_EQ(belfry_origin(c), "https://belfry.example.com");
  // Visitors come by the proxy's port.
  c.listen.endpoints = {endpoint("192.0.2.1:8443")};
  c.listen.trusted_proxies = {range("10.0.0.0/8")};
  EXPECT_EQ(belfry_origin(c), "https://belfry.example.com");
  EXPECT_EQ(accepted(kMinimal + "[belfry]\nport = 9443\n").belfry_port, 9443);
  c.belfry_port = 9443;
  EXPECT_EQ(belfry_origin(c), "https://belfry.example.com:9443");
}

class ConfigurationFile : public ::testing::Test {
 protected:
  ConfigurationFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "belfry-configuration-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ConfigurationFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ConfigurationFile, IsReadWithPathsFromItsFolder) {
  const auto file = folder_ / "belfry.toml";
  std::ofstream{file} << kMinimal << "[blocklist]\nfiles = [\"list\"]\n";
  const auto configuration = load_configuration(file);
  ASSERT_TRUE(configuration);
  EXPECT_THAT(configuration->blocklist.files, ElementsAre(folder_ / "list"));
  EXPECT_EQ(configuration->file, file);
}

TEST_F(ConfigurationFile, IsAProblemWhereItCannotBeRead) {
  const auto missing = load_configuration(folder_ / "none.toml");
  ASSERT_FALSE(missing);
  ASSERT_EQ(missing.error().size(), 1U);
  EXPECT_EQ(missing.error().front().to_string(),
            (folder_ / "none.toml").string() +
                ": the configuration cannot be read: No such file or directory; name it with --config");
  EXPECT_FALSE(load_configuration(folder_));
}

TEST(NeedsRestart, NamesWhatAProcessCannotTakeOver) {
  const Configuration old_one = accepted(kBehind);
  EXPECT_THAT(needs_restart(old_one, old_one), IsEmpty());
  Configuration new_one = accepted(kBehind + "[limit]\nrate = 1\n[metrics]\nallow = []\n");
  new_one.site_hosts.push_back("www.example.com");
  EXPECT_THAT(needs_restart(old_one, new_one), IsEmpty());
  new_one.listen.endpoints.pop_back();
  new_one.listen.workers = 3;
  new_one.data_directory = "/srv";
  new_one.mail = MailOptions{.server = {"mail.example.com", 465}, .from = "belfry@example.com"};
  EXPECT_THAT(needs_restart(old_one, new_one),
              ElementsAre("site.listen", "site.workers", "data.directory", "mail.server", "mail.from"));
}

}  // namespace
}  // namespace belfry::app
