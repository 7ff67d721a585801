#include "proof/own_answer.hpp"

#include "proof/fake_http_client.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace belfry::proof {
namespace {

// Knows one record, of the path that was asked for unless a test says otherwise.
class OneRecord final : public record::RequestLookup {
 public:
  std::optional<record::RequestRecord> find(std::string_view id) override {
    ++looks;
    if (id != "abc" || looks < found_at) return std::nullopt;
    record::RequestRecord record;
    record.id = "abc";
    record.path = path;
    return record;
  }
  std::string path;
  int looks = 0;
  int found_at = 1;
};

class OwnAnswerTest : public testing::Test {
 protected:
  bool is_ours() {
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    const Target site{.site_host = "app.example.com", .belfry_host = "belfry.example.com", .way = {}, .ca_file = {}};
    const SiteAddress address{.way = way_, .name = "app.example.com"};
    return answers_as_ours(client_, lookup_, site, address, context);
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  OneRecord lookup_;
  net::Way way_{.endpoint = *base::Endpoint::parse("192.0.2.1:443"), .socket = {}};
  FakeHttpClient::Answer answer_ = response_of(404, {{"x-request-id", "abc"}});
  std::optional<std::string> logged_;
  FakeHttpClient client_{[this](const net::FetchRequest& request) {
    lookup_.path = logged_.value_or(request.url.substr(request.url.find("/drill/")));
    return answer_;
  }};
};

TEST_F(OwnAnswerTest, IsOneThatTheDoorsLogKnows) {
  EXPECT_TRUE(is_ours());
  ASSERT_EQ(client_.requests.size(), 1U);
  EXPECT_EQ(client_.requests.front().way->endpoint.to_string(), "192.0.2.1:443");
  EXPECT_TRUE(client_.requests.front().url.starts_with("https://belfry.example.com/"));
  lookup_.looks = 0;
  lookup_.found_at = 3;
  EXPECT_TRUE(is_ours()) << "a moment later";
}

TEST_F(OwnAnswerTest, IsNoneOfAnotherServer) {
  answer_ = response_of(200, {{"x-request-id", "of another"}});
  EXPECT_FALSE(is_ours());
  answer_ = response_of(200);
  EXPECT_FALSE(is_ours());
  answer_ = std::unexpected{net::FetchError::ConnectFailed};
  EXPECT_FALSE(is_ours());
}

TEST_F(OwnAnswerTest, IsNotAskedOfTheDoorsPrivateSocket) {
  way_ = {.endpoint = {}, .socket = "/data/private.sock"};
  answer_ = std::unexpected{net::FetchError::ConnectFailed};
  EXPECT_TRUE(is_ours());
  EXPECT_TRUE(client_.requests.empty());
}

TEST_F(OwnAnswerTest, IsNoIdentifierOfAnotherRequest) {
  logged_ = "/drill/address-of-before";
  EXPECT_FALSE(is_ours());
}

}  // namespace
}  // namespace belfry::proof
