#include "inspect/security_txt.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace belfry::inspect {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUrl = "https://a.test/.well-known/security.txt";
const base::WallTime kNow{std::chrono::sys_days{2026y / 11 / 26}};

SecurityTxt read(std::string_view text) {
  return read_security_txt(text, kUrl, kNow);
}

TEST(SecurityTxt, TakesWhatTheRfcShows) {
  const auto file = read(
      "# Our security address\r\nContact: mailto:security@a.test\r\nContact: tel:+1-201-555-0123\r\n\r\n"
      "contact: https://a.test/report\r\nExpires: 2027-06-30T18:37:07.000Z\r\nCanonical: " +
      std::string{kUrl} +
      "\r\nEncryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f\r\nPreferred-Languages: en, fr\r\n"
      "Policy: https://a.test/policy\r\nAcknowledgments: https://a.test/thanks\r\nHiring: https://a.test/jobs\r\n"
      "Unknown-Field: whatever\r\n");
  EXPECT_TRUE(file.valid());
  EXPECT_TRUE(file.findings.empty());
  EXPECT_EQ(file.contacts.size(), 3U);
  EXPECT_EQ(file.expires, base::WallTime{std::chrono::sys_days{2027y / 6 / 30} + 18h + 37min + 7s});
}

TEST(SecurityTxt, TakesASignedOne) {
  const auto file = read(
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- # dashed\nContact: mailto:a@a.test\n"
      "Expires: 2027-01-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\n\nnot a field\n-----END PGP SIGNATURE-----\n");
  EXPECT_TRUE(file.valid());
  EXPECT_TRUE(file.is_signed);
}

TEST(SecurityTxt, FindsFaults) {
  const std::string contact = "Contact: mailto:a@a.test\n";
  const std::string expires = "Expires: 2027-01-01T00:00:00Z\n";
  struct Case {
    std::string text;
    const char* fault;
  };
  const Case cases[] = {
      {"", "no Contact"},
      {contact, "no Expires"},
      {expires, "no Contact"},
      {"Contact: a@a.test\n" + expires, "mailto:"},
      {"Contact: http://a.test/\n" + expires, "https://"},
      {"Contact:mailto:a@a.test\n" + expires, "blank behind the colon"},
      {"Contact: \n" + expires, "without a value"},
      {contact + expires + expires, "Expires more than once"},
      {contact + "Expires: 2026-11-26T00:00:00Z\n", "expired"},
      {contact + "Expires: Thu, 1 Jan 2027 00:00:00 GMT\n", "no date"},
      {contact + "Expires: 2027-02-29T00:00:00Z\n", "no date"},
      {contact + expires + "Preferred-Languages: en\nPreferred-Languages: fr\n", "Preferred-Languages"},
      {contact + expires + "Encryption: http://a.test/key\n", "https://"},
      {contact + expires + "Policy: see our site\n", "not a URI"},
      {contact + expires + "Canonical: https://b.test/.well-known/security.txt\n", "Canonical"},
      {contact + expires + "<html>\n", "neither a field"},
      {contact + expires + ": x\n", "neither a field"},
      {contact + expires + std::string{"# \0\n", 4}, "NUL"},
      {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + contact + expires, "signature's end"},
      {std::string(kSecurityTxtBytes + 1, '#'), "32 KiB"},
      {contact + expires + std::string(kSecurityTxtLines, '\n'), "1000 lines"},
  };
  for (const Case& one : cases) {
    const auto file = read(one.text);
    EXPECT_FALSE(file.valid()) << one.fault;
    EXPECT_TRUE(std::ranges::any_of(file.findings, [&](const auto& f) { return f.text.contains(one.fault); }))
        << one.fault;
  }
}

TEST(SecurityTxt, AdvisesAgainstALongLife) {
  const auto file = read("Contact: mailto:a@a.test\nExpires: 2029-01-01T00:00:00Z\n");
  EXPECT_TRUE(file.valid());
  ASSERT_EQ(file.findings.size(), 1U);
  EXPECT_EQ(file.findings.front().weight, SecurityTxtWeight::Advice);
  EXPECT_EQ(file.findings.front().line, 2U);
}

TEST(Rfc3339, IsRead) {
  const base::WallTime noon{std::chrono::sys_days{2027y / 1 / 1} + 12h};
  for (const char* text : {"2027-01-01T12:00:00Z", "2027-01-01t12:00:00.999z", "2027-01-01T14:00:00+02:00",
                           "2027-01-01T11:30:00-00:30", "2027-01-01T11:59:60Z"}) {
    EXPECT_EQ(parse_rfc3339(text), noon) << text;
  }
}

TEST(Rfc3339, RefusesAnythingElse) {
  for (const char* text :
       {"", "2027", "2027-01-01", "2027-01-01T12:00:00", "2027-01-01 12:00:00Z", "2027-13-01T12:00:00Z",
        "2027-02-30T12:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T12:60:00Z", "2027-01-01T12:00:61Z",
        "2027-01-01T12:00:00.Z", "2027-01-01T12:00:00+2:00", "2027-01-01T12:00:00+24:00", "2027-01-01T12:00:00ZZ",
        "+027-01-01T12:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::inspect
