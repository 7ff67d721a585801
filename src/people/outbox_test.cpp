#include "people/outbox.hpp"

#include "net/fake_mail_client.hpp"
#include "net/mail_message.hpp"
#include "net/smtp_client.hpp"
#include "net/smtp_sink_test_support.hpp"
#include "people/outbox_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace belfry::people {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Longer than anything here takes.
constexpr auto kPatience = 30s;

class OutboxTest : public testing::Test {
 protected:
  base::SystemClock clock_;
  base::SystemRandom random_;
  Records records_{clock_};
  net::FakeMailClient client_;
};

TEST_F(OutboxTest, SendsWhatAnyThreadPosts) {
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics};
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) outbox.post(recipient(), {"s", "text\n"});
      });
    }
  }
  EXPECT_TRUE(client_.wait_for(100));
  outbox.stop(kPatience);
  EXPECT_EQ(records_.count("sent"), 100);
  EXPECT_EQ(records_.text(), "");
}

TEST_F(OutboxTest, TriesAgainByItself) {
  client_.fail(net::MailError::ConnectFailed);
  client_.fail(net::MailError::RefusedForNow, 450);
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics, {.waits = {1ms, 2ms}}};
  outbox.post(recipient(), {"s", "text\n"});
  EXPECT_TRUE(client_.wait_for(3));
  outbox.stop(kPatience);
  EXPECT_EQ(records_.count("sent"), 1);
}

TEST_F(OutboxTest, StopSendsWhatWaitsForAnotherTry) {
  client_.fail(net::MailError::RefusedForNow, 450);
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics};
  outbox.post(recipient(), {"s", "text\n"});
  ASSERT_TRUE(client_.wait_for(1));
  outbox.stop(kPatience);
  EXPECT_EQ(client_.mails().size(), 2U);
  outbox.post(recipient(), {"late", "text\n"});
  outbox.stop(kPatience);
  EXPECT_EQ(client_.mails().size(), 2U);
}

TEST_F(OutboxTest, StopBreaksOffWhatOutlastsItsPatience) {
  client_.stall();
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics};
  outbox.post(recipient(), {"1", "text\n"});
  outbox.post(recipient(), {"2", "text\n"});
  ASSERT_TRUE(client_.wait_for(1));
  outbox.stop(0ms);
  EXPECT_EQ(client_.mails().size(), 1U);
  EXPECT_THAT(records_.text(), HasSubstr("why=stopped"));
  EXPECT_THAT(records_.text(), HasSubstr("mails that waited were not sent"));
}

TEST_F(OutboxTest, HandsAMailToAServer) {
  const net::SmtpSink sink;
  net::SmtpClient client{sink.options()};
  Outbox outbox{clock_, random_, client, records_.log, records_.metrics};
  const Letter letter = password_changed({"app.example.com", "https://belfry.app.example.com"}, clock_.wall_now());
  outbox.post(recipient(), letter);
  outbox.stop(kPatience);
  ASSERT_EQ(sink.mails().size(), 1U);
  const net::SinkMail mail = sink.mails().front();
  EXPECT_EQ(mail.to, "<ada@example.org>");
  // The head has what no test knows; the text behind it is the letter's.
  const std::string expected =
      net::mail_message({.to = "a@b", .subject = "s", .text = letter.text, .id = "i"}, "a@b").value();
  EXPECT_EQ(mail.message.substr(mail.message.find("\r\n\r\n")), expected.substr(expected.find("\r\n\r\n")));
}

TEST_F(OutboxTest, RepeatsNothingToAServerThatKnowsNoSuchRecipient) {
  const net::SmtpSink sink{{.replies = {{"RCPT", "550 nobody"}}}};
  net::SmtpClient client{sink.options()};
  Outbox outbox{clock_, random_, client, records_.log, records_.metrics, {.waits = {1ms, 1ms}}};
  outbox.post(recipient(), {"s", "text\n"});
  outbox.stop(kPatience);
  EXPECT_EQ(sink.connections(), 1);
  EXPECT_EQ(records_.count("refused"), 1);
}

}  // namespace
}  // namespace belfry::people
