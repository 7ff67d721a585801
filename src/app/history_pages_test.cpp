#include "app/history_pages.hpp"

#include "base/task_group.hpp"
#include "proof/fake_evidence_store.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/history_verification.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

namespace belfry::app {
namespace {

using guard::Reason;
using proof::State;

http::Awaitable<void> ask(HistoryPages* pages, std::string query, std::vector<HistoryPages::Answer>* answers) {
  auto answer = co_await pages->page("app.example.com", std::move(query));
  answers->push_back(std::move(answer));
}

http::Awaitable<void> ask_head(HistoryPages* pages, std::vector<HistoryPages::Answer>* answers) {
  auto answer = co_await pages->head("app.example.com");
  answers->push_back(std::move(answer));
}

http::Awaitable<void> ask_feed(HistoryPages* pages, std::vector<HistoryPages::Answer>* answers) {
  web::ChangeFeedInput feed;
  feed.site = "app.example.com";
  auto answer = co_await pages->feed(std::move(feed));
  answers->push_back(std::move(answer));
}

// A store that waits until it may answer.
class SlowReader final : public proof::HistoryReader {
 public:
  explicit SlowReader(std::shared_future<void> may) : may_{std::move(may)} {}
  std::expected<std::vector<proof::HistoryEntry>, proof::StoreError> history_page(std::uint64_t, std::size_t) override {
    may_.wait();
    return {};
  }
  std::expected<proof::HistoryHead, proof::StoreError> head() override { return {}; }

 private:
  std::shared_future<void> may_;
};

class HistoryPagesTest : public testing::Test {
 protected:
  HistoryPages::Answer page(std::string query) {
    EXPECT_TRUE(tasks_.spawn(ask(&pages_, std::move(query), &answers_)));
    return run();
  }
  HistoryPages::Answer head() {
    EXPECT_TRUE(tasks_.spawn(ask_head(&pages_, &answers_)));
    return run();
  }
  HistoryPages::Answer feed() {
    EXPECT_TRUE(tasks_.spawn(ask_feed(&pages_, &answers_)));
    return run();
  }
  HistoryPages::Answer run() {
    loop_.restart();
    loop_.run();
    return answers_.back();
  }

  base::FakeClock clock_;
  record::Log log_{clock_, record::LogLevel::Error, record::LogFormat::Text};
  proof::FakeEvidenceStore store_;
  base::BlockingPool pool_{1, 1};
  HistoryPages pages_{store_, pool_, log_};
  boost::asio::io_context loop_;
  base::TaskGroup tasks_{loop_.get_executor(), 10};
  std::vector<HistoryPages::Answer> answers_;
};

TEST_F(HistoryPagesTest, GiveAtMostAThousandEntriesAndTheWayToTheNext) {
  const std::vector<proof::StateChange> changes(1001, {"transit.hsts", State::Holds, {}});
  ASSERT_TRUE(store_.append_changes(changes));
  const auto first = boost::json::parse(page("").value().body);
  EXPECT_EQ(first.at("entries").as_array().size(), 1000U);
  EXPECT_EQ(first.at("next"), 1000);
  EXPECT_EQ(first.at("site"), "app.example.com");
  const auto second = boost::json::parse(page("after=1000").value().body);
  ASSERT_EQ(second.at("entries").as_array().size(), 1U);
  EXPECT_TRUE(second.at("next").is_null());
  EXPECT_EQ(second.at("head").at("hash"), second.at("entries").at(0).at("hash"));
  EXPECT_EQ(boost::json::parse(head().value().body).at("number"), 1001);
}

TEST_F(HistoryPagesTest, AreWhatTheVerificationReads) {
  const std::vector<proof::StateChange> changes(2500, {"transit.hsts", State::Holds, {}});
  ASSERT_TRUE(store_.append_changes(changes));
  proof::FakeHttpClient client{[&](const net::FetchRequest& request) -> proof::FakeHttpClient::Answer {
    const std::size_t query = request.url.find('?');
    const auto answer = query == std::string::npos ? head() : page(request.url.substr(query + 1));
    net::FetchResponse response = proof::response_of(answer.value().head.status);
    response.body = answer.value().body;
    return response;
  }};
  proof::HistoryVerificationOptions options;
  options.request.url = "https://belfry.example.com";
  options.kept = {proof::head_of(store_.entries[1234])};
  const auto result = proof::verify_history(client, clock_, options);
  EXPECT_TRUE(result.sound()) << result.detail;
  EXPECT_EQ(result.verified.number, 2500U);
  EXPECT_EQ(result.kept_found, 1U);
}

TEST_F(HistoryPagesTest, GiveTheLastFiftyChangesAsAFeed) {
  const std::vector<proof::StateChange> changes(51, {"transit.hsts", State::Holds, {}});
  ASSERT_TRUE(store_.append_changes(changes));
  const std::string feed_of_51 = feed().value().body;
  const auto id_of = [&](std::size_t number) {
    return "/" + std::to_string(number) + "/" + store_.entries[number - 1].hash + "</id>";
  };
  EXPECT_EQ(feed_of_51.find(id_of(1)), std::string::npos);
  EXPECT_NE(feed_of_51.find(id_of(2)), std::string::npos);
  EXPECT_NE(feed_of_51.find(id_of(51)), std::string::npos);
}

TEST_F(HistoryPagesTest, GiveNoFeedWithoutAnEntry) {
  EXPECT_EQ(feed().error(), (guard::Refuse{Reason::TooBusy, std::chrono::seconds{1}}));
}

TEST_F(HistoryPagesTest, RefuseAnAfterThatIsNoNumber) {
  EXPECT_EQ(page("after=x").error(), guard::Refuse{Reason::MalformedQuery});
}

TEST_F(HistoryPagesTest, SayThatTheyFailWhereTheStoreDoes) {
  store_.readable = false;
  EXPECT_EQ(page("").error(), guard::Refuse{Reason::Internal});
  EXPECT_EQ(head().error(), guard::Refuse{Reason::Internal});
  EXPECT_EQ(feed().error(), guard::Refuse{Reason::Internal});
}

TEST_F(HistoryPagesTest, RefuseAReaderAboveTheQueueWithTheTimeToComeBack) {
  std::promise<void> may;
  SlowReader slow{may.get_future().share()};
  HistoryPages pages{slow, pool_, log_};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(tasks_.spawn(ask(&pages, "", &answers_)));
  while (answers_.empty()) loop_.run_one();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].error(), (guard::Refuse{Reason::TooBusy, std::chrono::seconds{1}}));
  may.set_value();
  EXPECT_TRUE(run().has_value());
  EXPECT_EQ(answers_.size(), 3U);
}

TEST_F(HistoryPagesTest, RefuseWhileThePoolStops) {
  pool_.stop();
  EXPECT_EQ(head().error().reason, Reason::TooBusy);
}

}  // namespace
}  // namespace belfry::app
