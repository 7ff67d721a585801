#include "net/mail_message.hpp"

#include "crypto/encode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace belfry::net {
namespace {

using testing::HasSubstr;

constexpr std::string_view kFrom = "belfry@example.com";

Mail mail() {
  return {.to = "ada@example.org",
          .subject = "A subject",
          .text = "One line.\n",
          .id = "id-1_A",
          .written = base::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{9}}};
}

std::string message(const Mail& of) {
  return mail_message(of, kFrom).value_or("refused");
}

std::string body(const std::string& text) {
  Mail of = mail();
  of.text = text;
  const std::string whole = message(of);
  return whole.substr(whole.find("\r\n\r\n") + 4);
}

// As a mail program reads it.
std::string decoded_body(const std::string& text) {
  const std::string quoted = body(text);
  std::string decoded;
  for (std::size_t at = 0; at < quoted.size(); ++at) {
    if (quoted[at] != '=') {
      if (quoted[at] != '\r') decoded += quoted[at];
    } else if (quoted.substr(at + 1, 2) == "\r\n") {
      at += 2;
    } else {
      decoded += static_cast<char>(std::stoi(quoted.substr(at + 1, 2), nullptr, 16));
      at += 2;
    }
  }
  return decoded;
}

TEST(MailMessage, IsWhatTheProgramSends) {
  EXPECT_EQ(message(mail()),
            "Date: Sun, 01 Mar 2026 09:00:00 +0000\r\n"
            "From: belfry@example.com\r\n"
            "To: ada@example.org\r\n"
            "Message-ID: <id-1_A@example.com>\r\n"
            "Subject: A subject\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "One line.\r\n");
}

TEST(MailMessage, EncodesASubjectThatIsNotPlain) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"Clé", "Subject: =?utf-8?B?Q2zDqQ==?=\r\n"},
      {"=?utf-8?B?QQ==?=", "Subject: =?utf-8?B?PT91dGYtOD9CP1FRPT0/PQ==?=\r\n"},
      {" a", "Subject: =?utf-8?B?IGE=?=\r\n"},
      {std::string(69, 'a'), "Subject: " + std::string(69, 'a') + "\r\n"},
      {std::string(70, 'a'),
       "Subject: =?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh?=\r\n"
       " =?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==?=\r\n"}};
  for (const auto& [subject, expected] : table) {
    Mail of = mail();
    of.subject = subject;
    EXPECT_THAT(message(of), HasSubstr(expected)) << subject;
  }
}

TEST(MailMessage, EndsNoEncodedWordInsideACharacter) {
  Mail of = mail();
  of.subject.clear();
  for (int i = 0; i < 60; ++i) of.subject += "a€";
  std::istringstream lines{message(of)};
  for (std::string line; std::getline(lines, line) && line != "\r";) {
    EXPECT_LE(line.size(), 77U) << line;
    const std::size_t word = line.find("=?utf-8?B?");
    if (word == std::string::npos) continue;
    std::string base64 = line.substr(word + 10, line.rfind("?=") - word - 10);
    while (base64.ends_with('=')) base64.pop_back();
    const auto bytes = crypto::from_base64url(base64);
    ASSERT_TRUE(bytes) << line;
    EXPECT_NE(std::to_integer<unsigned>(bytes->front()) & 0xc0U, 0x80U) << line;
  }
}

TEST(MailMessage, TextComesOutAsItWasPutIn) {
  std::string all = "\ttab and blank \n.\n..\n.dot\nFrom here\n= =3D\nÀ bientôt\u00a0: 5\u202f€ 😀 \n\t\n\n";
  for (int i = 0; i < 300; ++i) all += std::to_string(i % 7) + (i % 13 == 0 ? " é" : "x");
  EXPECT_EQ(decoded_body(all), all + "\n");
  EXPECT_EQ(decoded_body("a\n"), "a\n");
  EXPECT_EQ(decoded_body(""), "");
}

TEST(MailMessage, LinesKeepToTheirLimitAndEndInNoBlank) {
  for (std::size_t size = 70; size < 80; ++size) {
    for (const std::string& text : {std::string(size, 'a'), std::string(size, ' '), std::string(size, '='),
                                    std::string(size - 1, 'a') + "é", std::string(size, 'a') + " \nb\n"}) {
      EXPECT_EQ(decoded_body(text), text + (text.ends_with('\n') ? "" : "\n"));
      std::istringstream lines{body(text)};
      for (std::string line; std::getline(lines, line);) {
        ASSERT_TRUE(line.ends_with('\r'));
        line.pop_back();
        EXPECT_LE(line.size(), 76U) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
      }
    }
  }
}

TEST(MailMessage, RefusesWhatCouldBeReadAsAnotherMail) {
  const std::vector<std::function<void(Mail&)>> table{
      [](Mail& m) { m.subject = "a\r\nBcc: eve@example.com"; },
      [](Mail& m) { m.subject = "a\nBcc: eve@example.com"; },
      [](Mail& m) { m.subject = "a\rb"; },
      [](Mail& m) { m.subject = std::string{"a\0b", 3}; },
      [](Mail& m) { m.subject = "a\tb"; },
      [](Mail& m) { m.subject = "a\x7f"; },
      [](Mail& m) { m.subject = ""; },
      [](Mail& m) { m.subject = std::string(kMailSubjectLimit + 1, 'a'); },
      [](Mail& m) { m.text = "a\r\n.\r\nMAIL FROM:<eve@example.com>"; },
      [](Mail& m) { m.text = "a\rb"; },
      [](Mail& m) { m.text = std::string{"a\0b", 3}; },
      [](Mail& m) { m.text = "a\x1b[2J"; },
      [](Mail& m) { m.text = std::string(kMailTextLimit + 1, 'a'); },
      [](Mail& m) { m.id = ""; },
      [](Mail& m) { m.id = "a@b"; },
      [](Mail& m) { m.id = "a>\r\nBcc: eve@example.com"; },
      [](Mail& m) { m.id = std::string(kMailIdLimit + 1, 'a'); },
      [](Mail& m) { m.to = "ada@example.org>\r\nRCPT TO:<eve@example.com"; },
      [](Mail& m) { m.to = "ada@example.org, eve@example.com"; },
  };
  for (std::size_t at = 0; at < table.size(); ++at) {
    Mail of = mail();
    table[at](of);
    EXPECT_FALSE(mail_message(of, kFrom)) << at;
  }
  EXPECT_FALSE(mail_message(mail(), "belfry@example.com\r\nBcc: eve@example.com"));
  Mail largest = mail();
  largest.subject = std::string(kMailSubjectLimit, 'a');
  largest.text = std::string(kMailTextLimit, 'a');
  largest.id = std::string(kMailIdLimit, 'a');
  EXPECT_TRUE(mail_message(largest, kFrom));
}

TEST(MailAddress, HasOneFormThatNeedsNoQuotes) {
  const std::string longest = "a@" + std::string(kMailAddressLimit - 2, 'b');
  for (const std::string& text : {std::string{"ada@example.org"}, std::string{"a.b+c'd@xn--caf-dma.example"},
                                  std::string{"root@localhost"}, std::string{"!#$%&*/=?^_`{|}~-@a-b.c"}, longest}) {
    EXPECT_TRUE(is_mail_address(text)) << text;
  }
  for (const std::string& text : {std::string{},
                                  std::string{"ada"},
                                  std::string{"@example.org"},
                                  std::string{"ada@"},
                                  longest + "b",
                                  std::string{"ada@@example.org"},
                                  std::string{"ada@eve@example.org"},
                                  std::string{".ada@example.org"},
                                  std::string{"ada.@example.org"},
                                  std::string{"a..b@example.org"},
                                  std::string{"ada@.example.org"},
                                  std::string{"ada@example.org."},
                                  std::string{"ada@a..b"},
                                  std::string{"\"ada\"@example.org"},
                                  std::string{"a b@example.org"},
                                  std::string{" ada@example.org"},
                                  std::string{"ada@example.org "},
                                  std::string{"ada@exam ple.org"},
                                  std::string{"ada@example.org\n"},
                                  std::string{"ada\r@example.org"},
                                  std::string{"ada@example.org\0", 16},
                                  std::string{"ada\t@example.org"},
                                  std::string{"<ada@example.org>"},
                                  std::string{"ada@example.org>"},
                                  std::string{"ada,eve@example.org"},
                                  std::string{"ada;@example.org"},
                                  std::string{"ada:eve@example.org"},
                                  std::string{"ada(x)@example.org"},
                                  std::string{"ada\\@example.org"},
                                  std::string{"ada@[127.0.0.1]"},
                                  std::string{"ada@exa_mple.org"},
                                  std::string{"ad\u00e9@example.org"},
                                  std::string{"ada@caf\u00e9.example"},
                                  std::string{"ada@example.org\x7f"}}) {
    EXPECT_FALSE(is_mail_address(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::net
