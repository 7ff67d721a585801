#include "accounts/email_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::accounts {
namespace {

std::string canonical(std::string_view text) {
  const auto address = EmailAddress::parse(text);
  return address ? address->text() : "refused: " + std::string{to_string(address.error())};
}

TEST(EmailAddress, HasOneFormForEachSpelling) {
  for (const std::string_view text : {"ann@example.com", "Ann@Example.COM", "ANN@EXAMPLE.COM"}) {
    EXPECT_EQ(canonical(text), "ann@example.com") << text;
  }
  // Unicode, decomposed, upper case, with an ideographic full stop, and in ASCII already.
  for (const std::string_view text :
       {"ann@bücher.example", "ann@bu\u0308cher.example", "ann@BÜCHER.example", "ann@bücher\u3002example",
        "ann@xn--bcher-kva.example", "ann@XN--BCHER-KVA.example"}) {
    EXPECT_EQ(canonical(text), "ann@xn--bcher-kva.example") << text;
  }
  // Full-width letters are the ASCII ones (UTS 46); the sharp s stays a letter of its own, as in browsers.
  EXPECT_EQ(canonical("ann@\uff45xample.com"), "ann@example.com");
  EXPECT_EQ(canonical("ann@faß.example"), "ann@xn--fa-hia.example");
}

TEST(EmailAddress, KeepsDotsAndPlusApart) {
  EXPECT_EQ(canonical("a.nn+belfry@example.com"), "a.nn+belfry@example.com");
  EXPECT_NE(EmailAddress::parse("a.nn@example.com").value(), EmailAddress::parse("ann@example.com").value());
}

TEST(EmailAddress, KnowsItsParts) {
  const auto address = EmailAddress::parse("Ann+1@Mail.Example.com").value();
  EXPECT_EQ(address.local_part(), "ann+1");
  EXPECT_EQ(address.domain(), "mail.example.com");
}

TEST(EmailAddress, TakesEveryCharacterOfADotAtom) {
  EXPECT_EQ(canonical("!#$%&'*+-/=?^_`{|}~@example.com"), "!#$%&'*+-/=?^_`{|}~@example.com");
  EXPECT_EQ(canonical("ann@localhost"), "ann@localhost");
  EXPECT_EQ(canonical("ann@3com.example"), "ann@3com.example");
}

TEST(EmailAddress, RefusesWhatIsNoMailbox) {
  struct Refused {
    std::string text;
    EmailError error;
  };
  for (const auto& [text, error] :
       std::initializer_list<Refused>{{"", EmailError::NoAt},
                                      {"ann", EmailError::NoAt},
                                      {"@example.com", EmailError::LocalPart},
                                      {".ann@example.com", EmailError::LocalPart},
                                      {"ann.@example.com", EmailError::LocalPart},
                                      {"a..nn@example.com", EmailError::LocalPart},
                                      {"a nn@example.com", EmailError::LocalPart},
                                      {" ann@example.com", EmailError::LocalPart},
                                      {"\"ann\"@example.com", EmailError::LocalPart},
                                      {"ann@b@example.com", EmailError::LocalPart},
                                      {"<ann@example.com", EmailError::LocalPart},
                                      {"ann,bob@example.com", EmailError::LocalPart},
                                      {"ann\r\nRCPT TO:<x@example.com", EmailError::LocalPart},
                                      {std::string("a\0nn@example.com", 16), EmailError::LocalPart},
                                      {"ànn@example.com", EmailError::LocalPart},
                                      {"ann@", EmailError::Domain},
                                      {"ann@.example.com", EmailError::Domain},
                                      {"ann@example.com.", EmailError::Domain},
                                      {"ann@example..com", EmailError::Domain},
                                      {"ann@example.com ", EmailError::Domain},
                                      {"ann@example.com>", EmailError::Domain},
                                      {"ann@exa mple.com", EmailError::Domain},
                                      {"ann@exa_mple.com", EmailError::Domain},
                                      {"ann@-example.com", EmailError::Domain},
                                      {"ann@example-.com", EmailError::Domain},
                                      {"ann@example.com\r\nDATA", EmailError::Domain},
                                      {std::string("ann@example.com\0.org", 20), EmailError::Domain},
                                      {"ann@[192.0.2.1]", EmailError::Domain},
                                      {"ann@192.0.2.1", EmailError::Domain},
                                      {"ann@example.123", EmailError::Domain},
                                      {"ann@xn--a.example", EmailError::Domain},
                                      {"ann@xn--", EmailError::Domain},
                                      {"ann@\xff.example", EmailError::Domain},
                                      {"ann@" + std::string(64, 'x') + ".example", EmailError::Domain}}) {
    const auto address = EmailAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error(), error) << text;
  }
}

TEST(EmailAddress, HasTheLimitsOfRfc5321) {
  const std::string label = std::string(61, 'x') + ".";
  const std::string domain = label + label + label;                         // 186
  const std::string longest = std::string(64, 'a') + "@" + domain + "com";  // 64 + 1 + 189 = 254
  EXPECT_EQ(longest.size(), 254U);
  EXPECT_EQ(canonical(longest), longest);
  EXPECT_EQ(canonical(longest + "m"), "refused: too long");
  EXPECT_EQ(canonical(std::string(65, 'a') + "@example.com"), "refused: too long");
  // Short as it was written, too long as it would be sent.
  const std::string umlauts = "ü" + std::string(50, 'x') + ".";
  EXPECT_EQ(canonical(std::string(50, 'a') + "@" + umlauts + umlauts + umlauts + std::string(40, 'x')),
            "refused: too long");
}

}  // namespace
}  // namespace belfry::accounts
