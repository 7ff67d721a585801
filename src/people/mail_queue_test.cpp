#include "people/mail_queue.hpp"

#include "net/fake_mail_client.hpp"
#include "people/outbox_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::people {
namespace {

using namespace std::chrono_literals;
using net::MailError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class MailQueueTest : public testing::Test {
 protected:
  void post(const std::string& subject = "s") { queue_.post(recipient(), {subject, "text\n"}); }
  // All that is due.
  void work() {
    while (queue_.send_next_due({})) {
    }
  }
  // The subjects of all tries so far.
  std::vector<std::string> tried() const {
    std::vector<std::string> subjects;
    for (const net::Mail& mail : client_.mails()) subjects.push_back(mail.subject);
    return subjects;
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  net::FakeMailClient client_;
  Records records_{clock_};
  MailQueue queue_{clock_, random_, client_, records_.log, records_.metrics, {.mails = 3, .waits = {30s, 2min}}};
};

TEST_F(MailQueueTest, SendsInTheOrderOfPosting) {
  EXPECT_EQ(queue_.next_due(), std::nullopt);
  EXPECT_FALSE(queue_.send_next_due({}));
  post("1");
  post("2");
  EXPECT_EQ(queue_.next_due(), clock_.steady_now());
  work();
  EXPECT_THAT(tried(), ElementsAre("1", "2"));
  EXPECT_EQ(records_.count("sent"), 2);
  EXPECT_EQ(records_.text(), "");
}

TEST_F(MailQueueTest, SendsNothingToCanaries) {
  queue_.post(recipient("x7@drill.belfry.invalid"), {"s", "text\n"});
  EXPECT_EQ(queue_.next_due(), std::nullopt);
}

TEST_F(MailQueueTest, GivesEachMailItsTimeAndANameOfItsOwn) {
  post();
  post();
  clock_.advance(10s);
  work();
  const std::vector<net::Mail> mails = client_.mails();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].to, "ada@example.org");
  EXPECT_EQ(mails[0].text, "text\n");
  EXPECT_EQ(mails[0].written, clock_.wall_now() - 10s);
  EXPECT_EQ(mails[0].id.size(), 22U);
  EXPECT_NE(mails[0].id, mails[1].id);
}

TEST_F(MailQueueTest, TriesAgainAfterGrowingWaitsUnderTheSameName) {
  client_.fail(MailError::ConnectFailed);
  client_.fail(MailError::RefusedForNow, 451);
  post();
  work();
  EXPECT_EQ(queue_.next_due(), clock_.steady_now() + 30s);
  clock_.advance(30s - 1ms);
  work();
  EXPECT_EQ(tried().size(), 1U);
  clock_.advance(1ms);
  work();
  EXPECT_EQ(queue_.next_due(), clock_.steady_now() + 2min);
  clock_.advance(2min);
  work();
  const std::vector<net::Mail> mails = client_.mails();
  ASSERT_EQ(mails.size(), 3U);
  EXPECT_EQ(mails[0], mails[1]);
  EXPECT_EQ(mails[0], mails[2]);
  EXPECT_EQ(queue_.next_due(), std::nullopt);
  EXPECT_EQ(records_.count("retried"), 2);
  EXPECT_EQ(records_.count("sent"), 1);
}

TEST_F(MailQueueTest, OneThatWaitsHoldsUpNoOther) {
  client_.fail(MailError::RefusedForNow, 450);
  post("1");
  work();
  post("2");
  work();
  EXPECT_THAT(tried(), ElementsAre("1", "2"));
}

TEST_F(MailQueueTest, GivesUpAfterTheLastTryAndSaysSoWithoutTheAddress) {
  for (int i = 0; i < 3; ++i) client_.fail(MailError::RefusedForNow, 450);
  post();
  for (int i = 0; i < 5; ++i) {
    work();
    clock_.advance(2min);
  }
  EXPECT_EQ(tried().size(), 3U);
  EXPECT_EQ(records_.count("given_up"), 1);
  EXPECT_THAT(records_.text(), HasSubstr("a mail was not sent id=" + client_.mails()[0].id +
                                         " why=refused_for_now reply=450 tries=3\n"));
  EXPECT_THAT(records_.text(), Not(HasSubstr("ada")));
}

TEST_F(MailQueueTest, SaysAtOnceThatTheServerCannotBeUsedAndWhenItCanAgain) {
  client_.fail(MailError::RefusedForNow, 450);
  post();
  work();
  EXPECT_EQ(records_.text(), "");
  client_.fail(MailError::TlsFailed, 220);
  client_.fail(MailError::ConnectFailed);
  post();
  post();
  work();
  EXPECT_EQ(records_.lines_with("cannot be used"), 1);
  EXPECT_THAT(records_.text(), HasSubstr("mails are tried again later why=tls_failed reply=220\n"));
  clock_.advance(30s);
  work();
  EXPECT_EQ(records_.lines_with("can be used again"), 1);
}

TEST_F(MailQueueTest, DoesNotRepeatWhatWasRefusedForGood) {
  for (const MailError error : {MailError::Refused, MailError::SignInRefused, MailError::Unsendable}) {
    client_.fail(error, 550);
    post();
    work();
    EXPECT_EQ(queue_.next_due(), std::nullopt);
  }
  EXPECT_EQ(tried().size(), 3U);
  EXPECT_EQ(records_.count("refused"), 3);
}

TEST_F(MailQueueTest, SendsNothingAnHourLate) {
  post("late");
  clock_.advance(1h);
  post("in time");
  work();
  EXPECT_THAT(tried(), ElementsAre("in time"));
  EXPECT_EQ(records_.count("given_up"), 1);
  EXPECT_THAT(records_.text(), HasSubstr("why=\"it is too old\""));
}

TEST_F(MailQueueTest, WaitsForNoTryThatWouldBeAnHourLate) {
  client_.fail(MailError::ConnectFailed);
  post();
  clock_.advance(1h - 30s);
  work();
  EXPECT_EQ(tried().size(), 1U);
  EXPECT_EQ(queue_.next_due(), std::nullopt);
}

TEST_F(MailQueueTest, DropsTheMailAboveItsLimitCountsItAndSaysSoOnce) {
  for (int i = 0; i < 5; ++i) post(std::to_string(i));
  EXPECT_EQ(records_.count("no_room"), 2);
  EXPECT_EQ(records_.lines_with("no room for mails"), 1);
  work();
  EXPECT_THAT(tried(), ElementsAre("0", "1", "2"));
  for (int i = 0; i < 4; ++i) post();
  EXPECT_EQ(records_.count("no_room"), 3);
  EXPECT_EQ(records_.lines_with("no room for mails"), 2);
}

TEST_F(MailQueueTest, ClosedGivesEachThatWaitsOneTryAtOnce) {
  client_.fail(MailError::ConnectFailed);
  post("1");
  work();
  post("2");
  queue_.close();
  post("3");
  EXPECT_EQ(queue_.next_due(), clock_.steady_now());
  client_.fail(MailError::ConnectFailed);
  work();
  EXPECT_THAT(tried(), ElementsAre("1", "2", "1"));
  EXPECT_EQ(queue_.next_due(), std::nullopt);
  EXPECT_EQ(records_.count("sent"), 1);
  EXPECT_EQ(records_.count("given_up"), 1);
  EXPECT_EQ(records_.count("no_room"), 1);
}

}  // namespace
}  // namespace belfry::people
