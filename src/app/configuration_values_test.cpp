#include "app/configuration_values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace belfry::app {
namespace {

struct Refused {
  std::string text;
  std::string why;
  std::string hint = {};
};

template <typename T>
void expect_refused(Read<T> (*read)(std::string_view), const std::vector<Refused>& table) {
  for (const Refused& row : table) {
    const auto value = read(row.text);
    ASSERT_FALSE(value) << row.text;
    EXPECT_EQ(value.error().why, row.why) << row.text;
    EXPECT_EQ(value.error().hint, row.hint) << row.text;
  }
}

TEST(ReadHost, TakesNamesInLowerCase) {
  const std::string longest =
      std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
  for (const std::string& name :
       {std::string{"app.example.com"}, std::string{"localhost"}, std::string{"app.localhost"},
        std::string{"xn--caf-dma.example"}, std::string{"3com.example"}, longest}) {
    EXPECT_EQ(read_host(name), name);
  }
  EXPECT_EQ(read_host("APP.Example.Com"), "app.example.com");
}

TEST(ReadHost, RefusesWhatIsNoName) {
  const std::string plain = "only letters, digits, hyphens and dots make a name";
  const std::string address = "it is an address; certificates and cookies are bound to a name";
  expect_refused(
      read_host,
      {{"", "it is empty"},
       {"http://", "it is written without a scheme"},
       {"https://a.example:8443/x", "it is written without a scheme", "write \"a.example\""},
       {"a.example/x", "it is written without a path", "write \"a.example\""},
       {"a.example:8443", "it is written without a port", "ports stand in [site] listen"},
       {"192.0.2.1", address},
       {"[::1]", address},
       {"2001:db8::1", address},
       {"*.example.com", "it has a wildcard", "write each name: host = [\"a.example.com\", \"b.example.com\"]"},
       {"caf\u00e9.example", "it has letters outside ASCII",
        "write the name in its DNS form, which begins with \"xn--\""},
       {"a.example.", "it ends in a dot"},
       {"a..example", "a part between two dots is empty"},
       {".example", "a part between two dots is empty"},
       {"-a.example", "a part begins or ends with a hyphen"},
       {"a-.example", "a part begins or ends with a hyphen"},
       {"a_b.example", plain},
       {"a b", plain},
       {"a@b", plain},
       {std::string("a\0b", 3), plain},
       {"[", plain},
       {"[]", plain},
       {"192.0.2.256", "its last part is a number, which no name ends in"},
       {"a.1", "its last part is a number, which no name ends in"},
       {std::string(64, 'a') + ".example", "a part between two dots is longer than 63 characters"},
       {std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(62, 'd'),
        "it is longer than 253 characters"}});
}

TEST(ReadUpstream, TakesHostAndPort) {
  const std::vector<std::pair<std::string, std::pair<std::string, int>>> table{
      {"http://127.0.0.1:3000", {"127.0.0.1", 3000}},
      {"HTTP://App_1:65535", {"app_1", 65535}},
      {"http://localhost", {"localhost", 80}},
      {"http://[::1]:8080", {"::1", 8080}},
      {"http://[2001:db8::1]", {"2001:db8::1", 80}}};
  for (const auto& [text, expected] : table) {
    const auto address = read_upstream(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, expected.first);
    EXPECT_EQ(address->port, expected.second);
  }
}

TEST(ReadUpstream, RefusesWhatIsMoreOrLess) {
  const std::string form = "write it as \"http://127.0.0.1:3000\"";
  const std::string port = "its port is not a number from 1 to 65535";
  const std::string behind = "it has something behind host and port: paths are forwarded as they come";
  expect_refused(read_upstream,
                 {{"https://127.0.0.1:3000", "only http:// to the application is spoken",
                   "let the application listen without TLS on a loopback or private address"},
                  {"HTTPS://a", "only http:// to the application is spoken",
                   "let the application listen without TLS on a loopback or private address"},
                  {"", "it does not begin with http://", form},
                  {"http", "it does not begin with http://", form},
                  {"127.0.0.1:3000", "it does not begin with http://", form},
                  {"unix:///run/app", "it does not begin with http://", form},
                  {"http://", "its host is not a name or an address: it is empty", form},
                  {"http://:80", "its host is not a name or an address: it is empty", form},
                  {"http://127.0.0.1:3000/", behind, "write \"http://127.0.0.1:3000\""},
                  {"http://127.0.0.1:3000/app", behind, "write \"http://127.0.0.1:3000\""},
                  {"http://a?b", behind, "write \"http://a\""},
                  {"http://a#b", behind, "write \"http://a\""},
                  {"http://me:secret@a", "it has a user name", form},
                  {"http://a:0", port, form},
                  {"http://a:", port, form},
                  {"http://a:65536", port, form},
                  {"http://a:80x", port, form},
                  {"http://[::1]8080", port, form},
                  {"http://[::1", "the bracket is not closed", form},
                  {"http://[127.0.0.1]", "what is in the brackets is not an IPv6 address", form},
                  {"http://::1", "its host is not a name or an address: it is empty", form},
                  {"http://192.0.2.999", "its host is not a name or an address: it ends in a number", form},
                  {"http://a b",
                   "its host is not a name or an address: only letters, digits, hyphens and dots make a name", form}});
}

TEST(ReadMailServer, TakesHostAndPortAndShowsThemSo) {
  using enum net::MailSecurity;
  struct Row {
    std::string text;
    net::MailServer expected;
    std::string shown;
  };
  const std::vector<Row> table{
      {"smtps://mail.example.com:465", {"mail.example.com", 465, Tls}, "smtps://mail.example.com:465"},
      {"SMTPS://Mail.Example.com", {"mail.example.com", 465, Tls}, "smtps://mail.example.com:465"},
      {"smtp://mail.example.com", {"mail.example.com", 587, StartTls}, "smtp://mail.example.com:587"},
      {"smtp://192.0.2.1:25", {"192.0.2.1", 25, StartTls}, "smtp://192.0.2.1:25"},
      {"smtp://[2001:db8::1]:25", {"2001:db8::1", 25, StartTls}, "smtp://[2001:db8::1]:25"},
      {"smtp://localhost:25", {"localhost", 25, PlainOnLoopback}, "smtp://localhost:25"},
      {"smtp://localhost.example:25", {"localhost.example", 25, StartTls}, "smtp://localhost.example:25"},
      {"smtp://127.1.2.3:25", {"127.1.2.3", 25, PlainOnLoopback}, "smtp://127.1.2.3:25"},
      {"smtp://[::1]:25", {"::1", 25, PlainOnLoopback}, "smtp://[::1]:25"},
      {"smtps://localhost", {"localhost", 465, Tls}, "smtps://localhost:465"}};
  for (const Row& row : table) {
    EXPECT_EQ(read_mail_server(row.text), row.expected) << row.text;
    EXPECT_EQ(show_mail_server(row.expected), row.shown);
  }
}

TEST(ReadMailServer, RefusesWhatIsMoreOrLess) {
  const std::string form = "write it as \"smtps://mail.example.com:465\" or \"smtp://mail.example.com:587\"";
  const std::string scheme = "it does not begin with smtps:// or smtp://";
  const std::string secret =
      "user and password_file are keys of their own: a file that others read is no place for a password";
  expect_refused(read_mail_server,
                 {{"", scheme, form},
                  {"smtp", scheme, form},
                  {"mail.example.com:587", scheme, form},
                  {"http://mail.example.com", scheme, form},
                  {"smtps://me:secret@mail.example.com", "it has a user name", secret},
                  {"smtp://a/b", "it has something behind host and port", "write \"smtp://a\""},
                  {"smtp://a?b", "it has something behind host and port", "write \"smtp://a\""},
                  {"smtp://a:0", "its port is not a number from 1 to 65535", form},
                  {"smtp://", "its host is not a name or an address: it is empty", form},
                  {"smtp://a\r\nb",
                   "its host is not a name or an address: only letters, digits, hyphens and dots make a name", form}});
}

TEST(ReadMailAddress, TakesAnAddressAlone) {
  EXPECT_EQ(read_mail_address("No.Reply+a@Example.COM"), "No.Reply+a@example.com");
  EXPECT_EQ(read_mail_address("root@localhost"), "root@localhost");
  const std::string form = "write it as \"belfry@example.com\"";
  const std::string local = "what stands before the @ is not in the plain form of ASCII letters, digits and dots";
  expect_refused(read_mail_address,
                 {{"", "it has no @", form},
                  {"Belfry <a@b>", "it is written as an address alone", form},
                  {"a@b c", "it is written as an address alone", form},
                  {"@b", local, form},
                  {".a@b", local, form},
                  {"a..b@c", local, form},
                  {"a.@b", local, form},
                  {"\"a\"@b", local, form},
                  {"a\r\nBcc:e@b", local, form},
                  {"caf\u00e9@b", local, form},
                  {"a@", "its domain is no name: it is empty", form},
                  {"a@b@c", "its domain is no name: only letters, digits, hyphens and dots make a name", form},
                  {"a@b\n", "its domain is no name: only letters, digits, hyphens and dots make a name", form},
                  {"a@192.0.2.1", "its domain is no name: it ends in a number", form},
                  {std::string(64, 'a') + "@" + std::string(190, 'b'), "it is longer than 254 characters"}});
}

TEST(ReadMailUser, RefusesWhatIsNone) {
  EXPECT_EQ(read_mail_user("J\u00e9r\u00f4me at home"), "J\u00e9r\u00f4me at home");
  expect_refused(read_mail_user, {{"", "it is empty", "leave user and password_file out where nobody signs in"},
                                  {"a\nb", "it has a control character"},
                                  {std::string(255, 'a'), "it is longer than 254 characters"}});
}

TEST(ReadEndpoint, RefusesWhatCannotBeListenedOn) {
  EXPECT_EQ(read_endpoint("[::]:443").value().to_string(), "[::]:443");
  const std::string form = "write it as \"0.0.0.0:443\" or \"[::]:443\"";
  expect_refused(read_endpoint, {{"443", "it must be an address and a port", form},
                                 {":443", "it must be an address and a port", form},
                                 {"localhost:443", "it must be an address and a port", form},
                                 {"0.0.0.0:70000", "it must be an address and a port", form},
                                 {"0.0.0.0", "the port is missing", "write \"0.0.0.0:443\""},
                                 {"::", "the port is missing", "write \"[::]:443\""}});
}

TEST(ReadAddress, TakesOneWithOrWithoutAPortAndShowsItSo) {
  for (const std::string_view text : {"192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:8443"}) {
    EXPECT_EQ(show_address(read_address(text).value()), text);
  }
  const std::string form = "write it as \"192.0.2.1\", \"192.0.2.1:443\" or \"[2001:db8::1]:443\"";
  expect_refused(read_address, {{"", "it must be an address, or an address and a port", form},
                                {"app.example.com", "it must be an address, or an address and a port", form},
                                {"192.0.2.1:0", "it must be an address, or an address and a port", form},
                                {"[2001:db8::1]", "it must be an address, or an address and a port", form},
                                {"192.0.2.0/24", "it must be an address, or an address and a port", form}});
}

TEST(ReadAddress, RefusesWhereNoVisitorComes) {
  for (const std::string_view text :
       {"0.0.0.0:443", "0.0.0.0", "0.1.2.3", "[::]:443", "::", "169.254.169.254:80", "224.0.0.1", "239.255.255.255",
        "255.255.255.255", "fe80::1", "[febf::1]:443", "ff02::1", "::ffff:169.254.0.1"}) {
    const auto read = read_address(text);
    EXPECT_FALSE(read) << text;
  }
  for (const std::string_view text :
       {"1.0.0.1", "169.253.0.1", "223.255.255.255", "240.0.0.1", "10.0.0.1", "fec0::1", "fd00::1", "127.0.0.1"}) {
    EXPECT_TRUE(read_address(text)) << text;
  }
}

TEST(ReadRange, RefusesWhatIsNoRange) {
  const std::string form = "write it as \"192.0.2.0/24\" or \"2001:db8::/32\"";
  expect_refused(read_range,
                 {{"", "it is neither an address nor a CIDR", form},
                  {"example.com", "it is neither an address nor a CIDR", form},
                  {"192.0.2.0-192.0.2.9", "it is neither an address nor a CIDR", form},
                  {"192.0.2.0/", "its prefix is not a length from 0 to 32"},
                  {"192.0.2.0/33", "its prefix is not a length from 0 to 32"},
                  {"192.0.2.0/024", "its prefix is not a length from 0 to 32"},
                  {"192.0.2.0/255.255.255.0", "its prefix is not a length from 0 to 32"},
                  {"::/129", "its prefix is not a length from 0 to 128"},
                  {"192.0.2.1/24", "bits behind the prefix are set", "the network is \"192.0.2.0/24\""},
                  {"192.0.2.1/0", "bits behind the prefix are set", "the network is \"0.0.0.0/0\""},
                  {"2001:db8::1/32", "bits behind the prefix are set", "the network is \"2001:db8::/32\""},
                  {"2001:db8:ffff::/33", "bits behind the prefix are set", "the network is \"2001:db8:8000::/33\""},
                  {"::ffff:192.0.2.0/64", "IPv4 ranges are written as IPv4, not mapped to IPv6"}});
}

TEST(ShowRange, GivesBackWhatWasRead) {
  for (const std::string text :
       {"192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "128.0.0.0/1", "::1", "2001:db8::/33", "::/0", "8000::/1"}) {
    EXPECT_EQ(show_range(read_range(text).value()), text);
  }
}

TEST(ReadPathBelow, TakesTheFormThatRequestsAreMatchedIn) {
  for (const std::string text : {"/hooks", "/hooks/Github", "/a%20b", "/~x"}) EXPECT_EQ(read_path_below(text), text);
  const std::string other = "requests are matched in another form";
  expect_refused(read_path_below, {{"", "a path begins with a slash"},
                                   {"hooks", "a path begins with a slash"},
                                   {"*", "a path begins with a slash"},
                                   {"/hooks?a", "it is written without query and fragment"},
                                   {"/hooks#a", "it is written without query and fragment"},
                                   {"/", "it is every path", "name a folder below it, like \"/hooks\""},
                                   {"//", "it is every path", "name a folder below it, like \"/hooks\""},
                                   {"/hooks/", other, "write \"/hooks\""},
                                   {"//hooks", other, "write \"/hooks\""},
                                   {"/%7Ex", other, "write \"/~x\""},
                                   {"/a%2cb", other, "write \"/a%2Cb\""}});
  for (const std::string text : {"/a/../b", "/a%2fb", "/a b", "/a\\b", "/caf\u00e9", "/%zz"}) {
    EXPECT_FALSE(read_path_below(text)) << text;
  }
}

TEST(ReadDuration, TakesAWholeNumberAndAUnit) {
  EXPECT_EQ(read_duration("500ms").value(), std::chrono::milliseconds{500});
  EXPECT_EQ(read_duration("5s").value(), std::chrono::seconds{5});
  EXPECT_EQ(read_duration("1 m").value(), std::chrono::minutes{1});
  EXPECT_EQ(read_duration("2h").value(), std::chrono::hours{2});
  const std::string form = R"(write it as "500ms", "5s", "1m" or "1h")";
  const std::string number = "it must be a whole number and a unit";
  expect_refused(read_duration, {{"", number, form},
                                 {"s", number, form},
                                 {"-5s", number, form},
                                 {" 5s", number, form},
                                 {"5", "the unit is missing", form},
                                 {"1.5s", "\".5s\" is not a unit here", form},
                                 {"1m30s", "\"m30s\" is not a unit here", form},
                                 {"5 sec", "\"sec\" is not a unit here", form},
                                 {"5  s", "\" s\" is not a unit here", form},
                                 {"5S", "\"S\" is not a unit here", form},
                                 {"99999999999999999999s", number, form},
                                 {"9223372036854775807h", "it is too large to be counted"}});
}

TEST(ReadBytes, TakesBinaryUnitsAlone) {
  EXPECT_EQ(read_bytes("512 B"), 512U);
  EXPECT_EQ(read_bytes("64KiB"), 65536U);
  EXPECT_EQ(read_bytes("2 GiB"), 2ULL << 30);
  const std::string form = R"(write it as "64 KiB", "10 MiB" or "2 GiB")";
  expect_refused(read_bytes, {{"2 GB", "\"GB\" is not a unit here", form},
                              {"2G", "\"G\" is not a unit here", form},
                              {"100", "the unit is missing", form},
                              {"0x10 B", "\"x10 B\" is not a unit here", form},
                              {"9223372036854775807 KiB", "it is too large to be counted"}});
}

TEST(Show, TakesTheLargestUnitThatIsExact) {
  EXPECT_EQ(show_duration(std::chrono::milliseconds{0}), "0ms");
  EXPECT_EQ(show_duration(std::chrono::milliseconds{1500}), "1500ms");
  EXPECT_EQ(show_duration(std::chrono::seconds{120}), "2m");
  EXPECT_EQ(show_bytes(0), "0 B");
  EXPECT_EQ(show_bytes(1025), "1025 B");
  EXPECT_EQ(show_bytes(3ULL << 20), "3 MiB");
}

TEST(Quote, KeepsControlCharactersAndLengthFromTheTerminal) {
  EXPECT_EQ(quote("a\"b\\c\x1b[0m\n\x7f"), R"("a\"b\\c\x1b[0m\x0a\x7f")");
  EXPECT_EQ(quote(std::string(80, 'a')), "\"" + std::string(80, 'a') + "\"");
  EXPECT_EQ(quote(std::string(79, 'a') + "\u00e9"), "\"" + std::string(79, 'a') + "…\"");
}

TEST(Nearest, FindsTheKeyThatWasMeant) {
  const std::vector<std::string_view> keys{"host", "upstream", "listen", "workers", "first_byte"};
  const std::vector<std::pair<std::string, std::string>> table{{"hots", "host"},
                                                               {"Host", "host"},
                                                               {"hosts", "host"},
                                                               {"upstraem", "upstream"},
                                                               {"worker", "workers"},
                                                               {"lsiten", "listen"},
                                                               {"firstbyte", "first_byte"},
                                                               {"fristbyte", "first_byte"},
                                                               {"colour", ""},
                                                               {"", ""},
                                                               {"x", ""},
                                                               {std::string(4000, 'h'), ""}};
  for (const auto& [name, meant] : table) EXPECT_EQ(nearest(name, keys), meant) << name;
}

}  // namespace
}  // namespace belfry::app
