#include "people/notices.hpp"

#include "net/fake_mail_client.hpp"
#include "people/outbox_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::people {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const MailSite kSite{"app.example.com", "https://belfry.app.example.com"};

class MailNoticesTest : public testing::Test {
 protected:
  MailNoticesTest() {
    base::FakeRandom random;
    person_ = accounts::PersonId::random(random);
  }
  accounts::LockNotice lock() const {
    return {person_.value(), recipient(), accounts::Counter::Strangers, clock_.wall_now()};
  }
  accounts::NewDeviceNotice device() const {
    return {person_.value(), recipient(), "Firefox", "192.0.2.7", clock_.wall_now()};
  }
  accounts::SecondFactorNotice factor() const {
    return {person_.value(), recipient(), accounts::SecondFactorChange::TurnedOff, clock_.wall_now()};
  }
  accounts::Person person() const { return {.id = person_.value(), .email = recipient(), .name = "Ada"}; }

  base::SystemClock clock_;
  base::SystemRandom random_;
  Records records_{clock_};
  net::FakeMailClient client_;
  std::optional<accounts::PersonId> person_;
};

TEST_F(MailNoticesTest, TellTheOwnerByMail) {
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics};
  MailNotices notices{clock_, records_.log, &outbox, kSite};
  notices.locked(lock());
  notices.new_device(device());
  notices.second_factor_changed(factor());
  const base::WallTime at = clock_.wall_now();
  notices.password_changed(person(), at);
  notices.email_changed(person(), at);
  notices.approval_asked({person()}, at);
  outbox.stop(30s);
  const std::vector<net::Mail> mails = client_.mails();
  ASSERT_EQ(mails.size(), 6U);
  const std::vector<std::string> subjects{locked(kSite, lock()).subject,
                                          new_device(kSite, device()).subject,
                                          second_factor_changed(kSite, factor()).subject,
                                          password_changed(kSite, at).subject,
                                          email_changed(kSite, at).subject,
                                          approval_asked(kSite, at).subject};
  for (std::size_t i = 0; i < mails.size(); ++i) {
    EXPECT_EQ(mails[i].to, "ada@example.org");
    EXPECT_EQ(mails[i].subject, subjects[i]);
  }
}

TEST_F(MailNoticesTest, FloodNoMailbox) {
  Outbox outbox{clock_, random_, client_, records_.log, records_.metrics};
  MailNotices notices{clock_, records_.log, &outbox, kSite};
  for (int i = 0; i < 100; ++i) notices.locked(lock());
  notices.new_device(device());
  outbox.stop(30s);
  EXPECT_EQ(client_.mails().size(), NoticeLimit::kNotices + 1);
}

TEST_F(MailNoticesTest, WithoutAnOutboxLeaveALineThatNamesNoAddress) {
  MailNotices notices{clock_, records_.log, nullptr, kSite};
  for (int i = 0; i < 100; ++i) notices.locked(lock());
  EXPECT_EQ(records_.lines_with("told=nobody"), static_cast<int>(NoticeLimit::kNotices));
  EXPECT_THAT(records_.text(), HasSubstr("person=" + person_->to_string() + " notice=locked told=nobody\n"));
  EXPECT_THAT(records_.text(), Not(HasSubstr("ada")));
}

}  // namespace
}  // namespace belfry::people
