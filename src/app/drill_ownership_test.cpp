#include "app/drill_ownership.hpp"

#include "proof/fake_http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace belfry::app {
namespace {

using proof::FakeHttpClient;
using proof::response_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kToken = "belfry-drill-0123456789abcdef0123456789abcdef";

base::IpAddress address(const char* text) {
  return base::IpAddress::parse(text).value();
}

class FakeRecords final : public net::TxtLookup {
 public:
  std::expected<std::vector<std::string>, net::TxtError> find(const std::string& name) override {
    asked.push_back(name);
    return answer;
  }
  std::expected<std::vector<std::string>, net::TxtError> answer = std::unexpected{net::TxtError::NotFound};
  std::vector<std::string> asked;
};

// A site whose addresses each answer the ownership file in their own way.
struct Site {
  using Answer = std::expected<net::FetchResponse, net::FetchError>;
  std::map<std::string, Answer> answers;
  FakeRecords records;
  FakeHttpClient client{[this](const net::FetchRequest& request) -> Answer {
    const auto found = answers.find(request.way->endpoint.to_string());
    return found == answers.end() ? std::unexpected{net::FetchError::ConnectFailed} : found->second;
  }};
  std::vector<base::IpAddress> addresses;

  auto confirm(const char* url, std::optional<base::Endpoint> connect_to = {}) {
    OwnershipCheck check{client, records, [this](const std::string&) { return addresses; }};
    return check.confirm(
        {.url = DrillUrl::parse(url).value(), .connect_to = connect_to, .ca_file = {}, .token = kToken});
  }
};

net::FetchResponse with_body(std::uint16_t status, std::string body) {
  auto response = response_of(status);
  response.body = std::move(body);
  return response;
}

TEST(Ownership, LoopbackNeedsNoProof) {
  Site site;
  site.answers["127.0.0.1:8443"] = response_of(404);
  const auto confirmed = site.confirm("https://app.localhost:8443/");
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->proof, OwnershipProof::Loopback);
  EXPECT_THAT(confirmed->endpoints, ElementsAre(base::Endpoint{address("127.0.0.1"), 8443}));
  EXPECT_THAT(site.records.asked, IsEmpty());
  const auto literal = site.confirm("https://[::1]/");
  ASSERT_TRUE(literal);
  EXPECT_THAT(literal->endpoints, ElementsAre(base::Endpoint{address("::1"), 443}));
}

TEST(Ownership, LoopbackNameIsNotLookedForElsewhere) {
  Site site;
  EXPECT_FALSE(site.confirm("https://localhost/", base::Endpoint{address("192.0.2.1"), 443}));
  EXPECT_TRUE(site.confirm("https://localhost/", base::Endpoint{address("127.0.0.1"), 8443}));
}

TEST(Ownership, FileConfirmsTheAddressThatServesIt) {
  Site site;
  site.addresses = {address("93.184.216.34"), address("93.184.216.35")};
  site.answers["93.184.216.34:443"] = with_body(200, std::string{"another\n"} + kToken + "\n");
  site.answers["93.184.216.35:443"] = with_body(200, "somebody else's");
  const auto confirmed = site.confirm("https://a.example/");
  ASSERT_TRUE(confirmed) << confirmed.error();
  EXPECT_EQ(confirmed->proof, OwnershipProof::File);
  EXPECT_THAT(confirmed->endpoints, ElementsAre(base::Endpoint{address("93.184.216.34"), 443}));
  EXPECT_THAT(confirmed->left_out, ElementsAre(HasSubstr("93.184.216.35: the file does not hold the token")));
}

TEST(Ownership, NothingButTheFileIsAskedForAndTheCertificateIsChecked) {
  Site site;
  site.addresses = {address("93.184.216.34")};
  site.answers["93.184.216.34:443"] = with_body(404, "");
  EXPECT_FALSE(site.confirm("https://a.example/page"));
  ASSERT_EQ(site.client.requests.size(), 1U);
  EXPECT_EQ(site.client.requests[0].url, "https://a.example/.well-known/belfry-drill.txt");
  EXPECT_TRUE(site.client.requests[0].verify_certificate);
  EXPECT_THAT(site.records.asked, ElementsAre("_belfry-drill.a.example"));
}

TEST(Ownership, RecordConfirmsOnlyWhereTheCertificateIsGood) {
  Site site;
  site.records.answer = std::vector<std::string>{"v=spf1 -all", kToken};
  site.addresses = {address("93.184.216.34"), address("93.184.216.35")};
  site.answers["93.184.216.34:443"] = with_body(404, "");
  // The name points at somebody else's machine: its certificate is for another name.
  site.answers["93.184.216.35:443"] = std::unexpected{net::FetchError::TlsFailed};
  const auto confirmed = site.confirm("https://a.example/");
  ASSERT_TRUE(confirmed) << confirmed.error();
  EXPECT_EQ(confirmed->proof, OwnershipProof::Record);
  EXPECT_THAT(confirmed->endpoints, ElementsAre(base::Endpoint{address("93.184.216.34"), 443}));
  EXPECT_EQ(confirmed->left_out.size(), 1U);
}

TEST(Ownership, RefusesWhatIsNoProof) {
  struct Case {
    const char* what;
    Site::Answer answer;
    std::vector<std::string> records;
  };
  const Case cases[] = {
      {"another's token", with_body(200, "belfry-drill-ffffffffffffffffffffffffffffffff"), {}},
      {"the token inside a line", with_body(200, std::string{"echo "} + kToken), {}},
      {"the token with an error", with_body(404, kToken), {}},
      {"a redirect to it", response_of(302, {{"location", "https://b.example/"}}), {}},
      {"no TLS", std::unexpected{net::FetchError::TlsFailed}, {kToken}},
      {"no answer", std::unexpected{net::FetchError::DeadlineExceeded}, {kToken}},
      {"another's record", with_body(404, ""), {"belfry-drill-ffffffffffffffffffffffffffffffff"}},
      {"a record with the token inside", with_body(404, ""), {std::string{"x "} + kToken}},
  };
  for (const Case& one : cases) {
    Site site;
    site.addresses = {address("93.184.216.34")};
    site.answers["93.184.216.34:443"] = one.answer;
    if (!one.records.empty()) site.records.answer = one.records;
    EXPECT_FALSE(site.confirm("https://a.example/")) << one.what;
  }
}

TEST(Ownership, PrivateAddressOfAForeignNameIsNotTouched) {
  for (const char* hidden : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"}) {
    Site site;
    site.addresses = {address(hidden)};
    site.records.answer = std::vector<std::string>{kToken};
    const auto confirmed = site.confirm("https://a.example/");
    ASSERT_FALSE(confirmed) << hidden;
    EXPECT_THAT(confirmed.error(), HasSubstr("--connect-to"));
    EXPECT_THAT(site.client.requests, IsEmpty()) << hidden;
  }
}

TEST(Ownership, NamedAddressNeedsTheFile) {
  const base::Endpoint inside{address("10.0.0.1"), 8443};
  Site site;
  site.records.answer = std::vector<std::string>{kToken};
  site.answers["10.0.0.1:8443"] = with_body(404, "");
  EXPECT_FALSE(site.confirm("https://a.example/", inside)) << "a record speaks of the name, not of this address";
  EXPECT_THAT(site.records.asked, IsEmpty());
  site.answers["10.0.0.1:8443"] = with_body(200, kToken);
  const auto confirmed = site.confirm("https://a.example/", inside);
  ASSERT_TRUE(confirmed);
  EXPECT_THAT(confirmed->endpoints, ElementsAre(inside));
}

TEST(Ownership, NameWithoutAddressIsNotConfirmed) {
  Site site;
  const auto confirmed = site.confirm("https://a.example/");
  ASSERT_FALSE(confirmed);
  EXPECT_THAT(confirmed.error(), HasSubstr("no address"));
}

class SecretFile : public testing::Test {
 protected:
  ~SecretFile() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("belfry-secret-test-" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "belfry" / "drill-secret";
  base::FakeRandom random_;
};

TEST_F(SecretFile, IsMadeOnceAndKept) {
  const auto first = open_secret(file_, random_);
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(open_secret(file_, random_), first);
  EXPECT_EQ(std::filesystem::status(file_).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SecretFile, MalformedIsNotReplaced) {
  std::filesystem::create_directories(file_.parent_path());
  for (const char* text : {"", "short\n", "zz", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF\n"}) {
    std::ofstream{file_} << text;
    EXPECT_FALSE(open_secret(file_, random_)) << text;
  }
}

}  // namespace
}  // namespace belfry::app
