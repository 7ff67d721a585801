#include "app/site_locator.hpp"

#include "app/configuration_table.hpp"
#include "guard/blocklist.hpp"
#include "guard/rate_limit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace belfry::app {
namespace {

using proof::AddressSource;
using testing::ElementsAre;
using testing::IsEmpty;

base::Endpoint endpoint(std::string_view text) {
  return *base::Endpoint::parse(text);
}

class RecordingClient final : public net::HttpClient {
 public:
  std::vector<net::Way> ways;
  std::expected<net::FetchResponse, net::FetchError> fetch(const net::FetchRequest& request) override {
    ways.push_back(*request.way);
    return net::FetchResponse{};
  }
};

class SiteLocatorTest : public testing::Test {
 protected:
  SiteLocatorTest() {
    configuration_ = default_configuration();
    configuration_.site_hosts = {"app.example.com"};
    configuration_.belfry_host = "belfry.example.com";
  }
  proof::SiteAddresses find() {
    publish();
    return locator_.find();
  }
  void publish() {
    settings_.publish(make_settings(configuration_, std::make_shared<const guard::Blocklist>(), limit_, {}, {}));
  }
  static std::vector<std::string> shown(const proof::SiteAddresses& found) {
    std::vector<std::string> texts;
    texts.reserve(found.addresses.size());
    for (const proof::SiteAddress& address : found.addresses) texts.push_back(address.shown());
    return texts;
  }

  std::map<std::string, NameLookup::Addresses> names_;
  Configuration configuration_;
  base::FakeRandom random_;
  base::FakeClock clock_;
  std::shared_ptr<guard::RateLimit> limit_ = std::make_shared<guard::RateLimit>(guard::RateOptions{}, random_);
  base::Published<Settings> settings_;
  std::atomic<bool> works_ = true;
  NameLookup lookup_{[this](const std::string& name) { return works_ ? std::optional{names_[name]} : std::nullopt; }};
  SiteLocator locator_{lookup_, settings_, {endpoint("0.0.0.0:443"), endpoint("[::]:443")}, "/data/private.sock"};
};

TEST_F(SiteLocatorTest, GoesWhereTheNamesLeadToOnceForEachName) {
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.1"), *base::IpAddress::parse("2001:db8::1")};
  names_["belfry.example.com"] = {*base::IpAddress::parse("192.0.2.1")};
  const auto found = find();
  EXPECT_EQ(found.source, AddressSource::Names);
  EXPECT_THAT(shown(found), ElementsAre("192.0.2.1:443", "[2001:db8::1]:443", "192.0.2.1:443"));
  EXPECT_EQ(found.addresses[0].name, "app.example.com");
  EXPECT_EQ(found.addresses[2].name, "belfry.example.com");
  EXPECT_THAT(found.nowhere, IsEmpty());
  EXPECT_EQ(found.left_out, 0U);
}

TEST_F(SiteLocatorTest, GoesToTheDoorItselfWhereTheyLeadNowhere) {
  const auto found = find();
  EXPECT_EQ(found.source, AddressSource::OwnListener);
  EXPECT_THAT(shown(found), ElementsAre("127.0.0.1:443", "[::1]:443"));
  EXPECT_THAT(found.nowhere, ElementsAre("app.example.com", "belfry.example.com"));
}

TEST_F(SiteLocatorTest, TakesLocalhostForThisMachineWithoutAsking) {
  configuration_.site_hosts = {"app.localhost"};
  configuration_.belfry_host = "localhost";
  names_["app.localhost"] = {*base::IpAddress::parse("192.0.2.1")};
  const auto found = find();
  EXPECT_EQ(found.source, AddressSource::ThisMachine);
  EXPECT_THAT(shown(found), ElementsAre("127.0.0.1:443", "[::1]:443"));
}

TEST_F(SiteLocatorTest, ComesByThePrivateSocketWhereOnlyProxiesAreLetIn) {
  configuration_.listen.proxy_protocol = true;
  EXPECT_THAT(shown(find()), ElementsAre("private socket"));
}

TEST_F(SiteLocatorTest, TheConfiguredAddressesWin) {
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.1")};
  configuration_.drill.addresses = {endpoint("198.51.100.7:8443"), {*base::IpAddress::parse("198.51.100.8"), 0}};
  const auto found = find();
  EXPECT_EQ(found.source, AddressSource::Configured);
  EXPECT_THAT(shown(found), ElementsAre("198.51.100.7:8443", "198.51.100.8:443"));
}

TEST_F(SiteLocatorTest, LeavesOutWhatIsMoreThanSixteen) {
  for (std::uint32_t i = 0; i < 40; ++i) names_["app.example.com"].push_back(base::IpAddress::v4(0xc0000200 + i));
  const auto found = find();
  EXPECT_EQ(found.addresses.size(), SiteLocator::kMost);
  EXPECT_EQ(found.left_out, 24U);
}

TEST_F(SiteLocatorTest, TellsANameThatLeadsNowhereFromOneThatNobodyCouldTellOf) {
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.1")};
  const auto without = find();
  EXPECT_THAT(without.nowhere, ElementsAre("belfry.example.com"));
  EXPECT_THAT(without.unanswered, IsEmpty());
  works_ = false;
  const auto unknown = find();
  EXPECT_THAT(unknown.nowhere, IsEmpty());
  EXPECT_THAT(unknown.unanswered, ElementsAre("app.example.com", "belfry.example.com"));
}

TEST_F(SiteLocatorTest, CallsToTheDoorGoTheVisitorsWayAndOthersTheirOwn) {
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.1")};
  publish();
  RecordingClient calls;
  SiteClient client{calls, locator_, clock_};
  net::FetchRequest request;
  request.way = locator_.own_way();
  EXPECT_TRUE(client.fetch(request));
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.2")};
  EXPECT_TRUE(client.fetch(request));
  clock_.advance(SiteClient::kFresh);
  EXPECT_TRUE(client.fetch(request));
  names_["app.example.com"] = {*base::IpAddress::parse("192.0.2.3")};
  publish();
  EXPECT_TRUE(client.fetch(request));
  request.way = net::Way{.endpoint = {}, .socket = "/twin/private.sock"};
  EXPECT_TRUE(client.fetch(request));
  ASSERT_EQ(calls.ways.size(), 5U);
  EXPECT_EQ(calls.ways[0].endpoint.to_string(), "192.0.2.1:443");
  EXPECT_EQ(calls.ways[1].endpoint.to_string(), "192.0.2.1:443") << "found out anew only after a while";
  EXPECT_EQ(calls.ways[2].endpoint.to_string(), "192.0.2.2:443");
  EXPECT_EQ(calls.ways[3].endpoint.to_string(), "192.0.2.3:443") << "and with other settings";
  EXPECT_EQ(calls.ways[4].socket, "/twin/private.sock");
}

}  // namespace
}  // namespace belfry::app
