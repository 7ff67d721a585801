#include "net/smtp_client.hpp"

#include "base/temporary_folder_test_support.hpp"
#include "net/mail_message.hpp"
#include "net/smtp_sink_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace belfry::net {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

Mail mail() {
  return {.to = "ada@example.org",
          .subject = "Votre clé",
          .text = ".\n..\nUne ligne\u00a0: https://belfry.example.com/reset?token=" + std::string(64, 'a') + "\n.\n",
          .id = "id",
          .written = base::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}}};
}

std::expected<void, MailFailure> send(const SmtpOptions& options) {
  return SmtpClient{options}.send(mail(), {});
}

MailFailure failure(const SmtpSink& sink) {
  const auto sent = send(sink.options());
  EXPECT_FALSE(sent);
  return sent ? MailFailure{MailError::Unsendable} : sent.error();
}

TEST(SmtpClient, HandsAMailOverByteForByte) {
  const SmtpSink sink;
  ASSERT_TRUE(send(sink.options()));
  ASSERT_EQ(sink.mails().size(), 1U);
  const SinkMail received = sink.mails().front();
  EXPECT_EQ(received.from, "<belfry@example.com>");
  EXPECT_EQ(received.to, "<ada@example.org>");
  EXPECT_EQ(received.message, mail_message(mail(), "belfry@example.com"));
  EXPECT_FALSE(received.over_tls);
  EXPECT_THAT(sink.commands(), ElementsAre("EHLO belfry.example.com", "MAIL FROM:<belfry@example.com>",
                                           "RCPT TO:<ada@example.org>", "DATA", "QUIT"));
}

TEST(SmtpClient, SignsInWithUserAndPassword) {
  const SmtpSink sink;
  SmtpOptions options = sink.options();
  options.login = MailLogin{"me", "secret"};
  ASSERT_TRUE(send(options));
  // "\0me\0secret" (RFC 4616).
  EXPECT_THAT(sink.commands(), Contains("AG1lAHNlY3JldA=="));
  EXPECT_EQ(sink.mails().size(), 1U);
}

TEST(SmtpClient, HeedsNoProxyOfTheEnvironment) {
  const SmtpSink proxy;
  const SmtpSink sink;
  const std::string url = "http://127.0.0.1:" + std::to_string(proxy.options().server.port);
  for (const char* name : {"smtp_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, url.c_str(), 1);
  EXPECT_TRUE(send(sink.options()));
  for (const char* name : {"smtp_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(SmtpClient, TellsWhatMayPassLaterFromWhatWillNot) {
  struct Row {
    std::string verb;
    std::string reply;
    MailFailure expected;
  };
  const std::vector<Row> table{{"CONNECT", "421 busy", {MailError::RefusedForNow, 421}},
                               {"CONNECT", "554 not you", {MailError::Refused, 554}},
                               {"CONNECT", "331 hello", {MailError::BrokenOff, 331}},
                               {"MAIL", "451 later", {MailError::RefusedForNow, 451}},
                               {"MAIL", "530 sign in", {MailError::Refused, 530}},
                               {"RCPT", "450 later", {MailError::RefusedForNow, 450}},
                               {"RCPT", "550 nobody", {MailError::Refused, 550}},
                               {"DATA", "452 full", {MailError::RefusedForNow, 452}},
                               {"DATA", "554 no", {MailError::Refused, 554}},
                               {".", "451 later", {MailError::RefusedForNow, 451}},
                               {".", "552 too large", {MailError::Refused, 552}}};
  for (const Row& row : table) {
    const SmtpSink sink{{.replies = {{row.verb, row.reply}}}};
    EXPECT_EQ(failure(sink), row.expected) << row.verb << " " << row.reply;
    EXPECT_EQ(may_pass_later(row.expected.error), row.expected.error != MailError::Refused);
  }
}

TEST(SmtpClient, TellsAWrongPasswordFromATroubledServer) {
  for (const auto& [reply, expected] : {std::pair{"535 wrong", MailFailure{MailError::SignInRefused, 535}},
                                        std::pair{"454 later", MailFailure{MailError::RefusedForNow, 454}}}) {
    const SmtpSink sink{{.replies = {{"AUTH", reply}}}};
    SmtpOptions options = sink.options();
    options.login = MailLogin{"me", "secret"};
    const auto sent = send(options);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), expected);
    EXPECT_EQ(sink.mails().size(), 0U);
  }
}

TEST(SmtpClient, EndsAtItsDeadlineWhereverTheServerStalls) {
  for (const std::string verb : {"CONNECT", "EHLO", "RCPT", "DATA", "."}) {
    const SmtpSink sink{{.replies = {{verb, ""}}}};
    SmtpOptions options = sink.options();
    options.deadline = 100ms;
    const auto sent = send(options);
    ASSERT_FALSE(sent) << verb;
    EXPECT_EQ(sent.error().error, MailError::DeadlineExceeded) << verb;
  }
}

// The mail is taken by then.
TEST(SmtpClient, WaitsForNoGoodbyeBeyondItsDeadline) {
  const SmtpSink sink{{.replies = {{"QUIT", ""}}}};
  SmtpOptions options = sink.options();
  options.deadline = 500ms;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(send(options));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

TEST(SmtpClient, EndsWhenItIsStopped) {
  const SmtpSink sink{{.replies = {{"RCPT", ""}}}};
  std::stop_source stopping;
  std::jthread other{[&] {
    while (sink.commands().size() < 3) std::this_thread::yield();
    stopping.request_stop();
  }};
  const auto sent = SmtpClient{sink.options()}.send(mail(), stopping.get_token());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().error, MailError::Stopped);
}

TEST(SmtpClient, TellsAServerThatIsNotThere) {
  SmtpOptions options;
  {
    const SmtpSink gone;
    options = gone.options();
  }
  EXPECT_EQ(send(options).error().error, MailError::ConnectFailed);
  // A label that no name has: nobody need be asked.
  options.server.host = std::string(64, 'a') + ".invalid";
  EXPECT_EQ(send(options).error().error, MailError::NameNotFound);
}

TEST(SmtpClient, SpeaksPlaintextToNoOtherAddressThanALoopbackOne) {
  for (const char* host : {"192.0.2.1", "10.0.0.1", "0.0.0.0", "::", "fe80::1", "169.254.169.254"}) {
    SmtpOptions options{.server = {host, 25, MailSecurity::PlainOnLoopback},
                        .from = "belfry@example.com",
                        .greeting = "belfry.example.com"};
    options.deadline = 2s;
    EXPECT_EQ(send(options).error().error, MailError::ConnectFailed) << host;
  }
  const SmtpSink sink;
  SmtpOptions by_name = sink.options();
  by_name.server.host = "localhost";
  EXPECT_TRUE(send(by_name));
}

TEST(SmtpClient, SendsNothingThatCouldBeReadAsAnotherMail) {
  const SmtpSink sink;
  Mail forged = mail();
  forged.to = "ada@example.org>\r\nRCPT TO:<eve@example.com";
  const auto sent = SmtpClient{sink.options()}.send(forged, {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().error, MailError::Unsendable);
  EXPECT_EQ(sink.connections(), 0);
}

TEST(SmtpClient, IsNotMadeOfOptionsThatCouldNeverSend) {
  const std::vector<std::function<void(SmtpOptions&)>> table{
      [](SmtpOptions& o) { o.server.host = ""; },
      [](SmtpOptions& o) { o.server.host = "a b"; },
      [](SmtpOptions& o) { o.server.host = "mail.example.com/path"; },
      [](SmtpOptions& o) { o.server.host = "me@mail.example.com"; },
      [](SmtpOptions& o) { o.server.port = 0; },
      [](SmtpOptions& o) { o.from = "Belfry <belfry@example.com>"; },
      [](SmtpOptions& o) { o.from = ""; },
      [](SmtpOptions& o) { o.greeting = "a\r\nMAIL FROM:<eve@example.com>"; },
      [](SmtpOptions& o) { o.greeting = "a%0d%0a"; },
      [](SmtpOptions& o) { o.deadline = 0ms; },
      [](SmtpOptions& o) { o.connect_deadline = -1ms; },
      [](SmtpOptions& o) { o.login = MailLogin{"", "secret"}; },
  };
  const SmtpSink sink;
  for (std::size_t at = 0; at < table.size(); ++at) {
    SmtpOptions options = sink.options();
    table[at](options);
    EXPECT_THROW(SmtpClient{options}, std::invalid_argument) << at;
  }
}

class SmtpClientTls : public testing::Test {
 protected:
  SmtpClientTls() { certificate_.write_to(folder_ / "authority.pem"); }

  SmtpOptions options(const SmtpSink& sink, MailSecurity security) const {
    SmtpOptions made = sink.options(security);
    made.authority = folder_ / "authority.pem";
    made.login = MailLogin{"me", "secret"};
    return made;
  }
  SinkManner starttls() const { return {.certificate = &certificate_}; }
  SinkManner tls() const { return {.certificate = &certificate_, .tls_at_once = true}; }

  base::TemporaryFolder folder_;
  TestCertificate certificate_{"DNS:mail.example.com,IP:127.0.0.1"};
};

TEST_F(SmtpClientTls, IsSpokenAtOnce) {
  const SmtpSink sink{tls()};
  ASSERT_TRUE(send(options(sink, MailSecurity::Tls)));
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_TRUE(sink.mails().front().over_tls);
}

TEST_F(SmtpClientTls, IsSpokenBehindStartTlsBeforeAnythingIsSaid) {
  const SmtpSink sink{starttls()};
  ASSERT_TRUE(send(options(sink, MailSecurity::StartTls)));
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_TRUE(sink.mails().front().over_tls);
  EXPECT_EQ(sink.commands().at(1), "STARTTLS");
}

TEST_F(SmtpClientTls, IsNotDoneWithoutWhereTheServerOffersNone) {
  for (const SinkManner& manner :
       {SinkManner{}, SinkManner{.replies = {{"STARTTLS", "454 not now"}}},
        SinkManner{.replies = {{"EHLO", "250-sink\r\n250-STARTTLS\r\n250 AUTH PLAIN"}, {"STARTTLS", "502 no"}}},
        SinkManner{.replies = {{"EHLO", "502 no"}}}}) {
    const SmtpSink sink{manner};
    const auto sent = send(options(sink, MailSecurity::StartTls));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sink.mails().size(), 0U);
    EXPECT_THAT(sink.commands(), Not(Contains(StartsWith("AUTH"))));
    EXPECT_THAT(sink.commands(), Not(Contains(StartsWith("MAIL"))));
  }
  const SmtpSink plain;
  EXPECT_EQ(send(options(plain, MailSecurity::StartTls)).error().error, MailError::TlsFailed);
  EXPECT_EQ(send(options(plain, MailSecurity::Tls)).error().error, MailError::TlsFailed);
}

TEST_F(SmtpClientTls, RefusesACertificateOfAnUnknownAuthority) {
  for (const SinkManner& manner : {starttls(), tls()}) {
    const SmtpSink sink{manner};
    SmtpOptions unknown = options(sink, manner.tls_at_once ? MailSecurity::Tls : MailSecurity::StartTls);
    unknown.authority.reset();
    EXPECT_EQ(send(unknown).error().error, MailError::TlsFailed);
    unknown.authority = folder_ / "missing.pem";
    EXPECT_EQ(send(unknown).error().error, MailError::TlsFailed);
    EXPECT_THAT(sink.commands(), Not(Contains(StartsWith("AUTH"))));
  }
}

TEST_F(SmtpClientTls, RefusesACertificateOfAnotherName) {
  const SmtpSink sink{tls()};
  SmtpOptions other = options(sink, MailSecurity::Tls);
  other.server.host = "localhost";
  EXPECT_EQ(send(other).error().error, MailError::TlsFailed);
  EXPECT_EQ(sink.mails().size(), 0U);
}

}  // namespace
}  // namespace belfry::net
