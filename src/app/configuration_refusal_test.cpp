#include "app/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kMinimal = R"([site]
host = "app.example.com"
[access]
default = "public"
)";
const std::string kBehind = R"([site]
host = "app.example.com"
upstream = "http://127.0.0.1:3000"
[access]
default = "public"
)";

// What is wrong, one line each, as a person sees it.
std::vector<std::string> told(const std::string& text) {
  const auto configuration = parse_configuration(text, "f");
  std::vector<std::string> lines;
  if (configuration) return lines;
  for (const Problem& problem : configuration.error()) lines.push_back(problem.to_string());
  return lines;
}

struct Refused {
  std::string text;
  std::string told;
};

void expect_refused(const std::string& before, const std::vector<Refused>& table) {
  for (const Refused& row : table) EXPECT_THAT(told(before + row.text), ElementsAre(row.told)) << row.text;
}

TEST(ConfigurationRefusal, RefusesWhatIsNotToml) {
  expect_refused(
      "",
      {{"[site\n", "f:1:6: not valid TOML: table header: expected ']', saw '\\n'"},
       {"[site]\nhost = app.example.com\n",
        "f:2:8: not valid TOML: value: could not determine value type; strings are written in quotes: \"like this\""},
       {"[site]\nhost = \"a\n",
        "f:2:10: not valid TOML: string: unescaped control characters other than TAB (U+0009) are explicitly "
        "prohibited"},
       {"[site]\nhost = \"a\"\nhost = \"b\"\n",
        "f:3:8: not valid TOML: key-value pair: cannot redefine existing string 'host'; each section and each key "
        "stands once in the file"},
       {"[site]\nhost = \"a\"\n[site]\n",
        "f:3:1: not valid TOML: table header: cannot redefine existing table 'site'; each section and each key stands "
        "once in the file"},
       {"a = i\x0f", "f:1:6: not valid TOML: floating-point: expected 'inf', saw 'i\\x0f'"},
       {"a = \"\xff\"", "f:1:5: not valid TOML: Encountered invalid utf-8 sequence"},
       {"[.site]\n", "f:1:2: not valid TOML: key: expected bare key starting character or string delimiter, saw '.'"},
       {"\xcc\x8asite = 1\n",
        "f:1:1: a character beyond ASCII outside a string; strings are written in quotes: \"like this\""},
       {"a = 'h\xc3\xa9'\xc3\xa9 # \xc3\xa9\n",
        "f:1:9: a character beyond ASCII outside a string; strings are written in quotes: \"like this\""},
       {"a = \"\"\"b\"\"\"\n", "f:1:5: a string of several lines; write it on one line, in one pair of quotes"}});
}

TEST(ConfigurationRefusal, RefusesATreeTooDeepToBeWalked) {
  std::string deep;
  for (int i = 0; i < 30'000; ++i) deep += "a.";
  EXPECT_THAT(told("\n" + deep + "a = 1"),
              ElementsAre("f:2:1: more than 300 dots on one line; write a long array on several lines"));
  EXPECT_THAT(told("a = " + std::string(10'000, '[')), ElementsAre(HasSubstr("maximum nested value depth")));
  // As deep as the limits let it be.
  std::string keys;
  for (int i = 0; i < 290; ++i) keys += "a.";
  std::string nested = "[" + keys + "a]\n" + keys + "a = ";
  for (int i = 0; i < 4; ++i) nested += "[\n{" + keys + "a = ";
  EXPECT_FALSE(told(nested + "1").empty());
}

TEST(ConfigurationRefusal, RefusesAFileAboveItsLimit) {
  const std::string filling(kConfigurationLimit - kMinimal.size(), '#');
  EXPECT_THAT(told(kMinimal + filling), IsEmpty());
  EXPECT_THAT(told(kMinimal + filling + "#"),
              ElementsAre("f: the file has 65537 bytes; 65536 are the limit; long lists "
                          "of addresses belong into files of [blocklist]"));
}

TEST(ConfigurationRefusal, SaysWhichKeyWasMeant) {
  expect_refused(
      kMinimal,
      {{"[limit]\nburts = 1\n", "f:6:1: unknown key \"burts\" in [limit]; did you mean \"burst\"?"},
       {"[limit]\nRate = 1\n", "f:6:1: unknown key \"Rate\" in [limit]; did you mean \"rate\"?"},
       {"[limit]\nallow = []\n", "f:6:1: unknown key \"allow\" in [limit]; it belongs into [blocklist] and [metrics]"},
       {"[limit]\nidel = \"1m\"\n",
        "f:6:1: unknown key \"idel\" in [limit]; did you mean \"idle\" of [upstream_timeout]?"},
       {"[limit]\ncolour = 1\n",
        "f:6:1: unknown key \"colour\" in [limit]; its keys are rate, burst, body, connections"},
       {"[limits]\nrate = 1\n", "f:5:2: unknown section \"limits\"; did you mean [limit]?"},
       {"[weather]\nfrom = 1\n",
        "f:5:2: unknown section \"weather\"; the sections are site, belfry, access, accounts, tls, data, limit, "
        "origin, "
        "hsts, cookies, blocklist, trusted_proxies, upstream_timeout, drill, mail, metrics"},
       {"[limit]\n\"a\\u001b[31m\" = 1\n",
        "f:6:1: unknown key \"a\\x1b[31m\" in [limit]; its keys are rate, burst, body, connections"}});
  expect_refused(
      "", {{"rate = 1\n" + kMinimal, "f:1:1: key \"rate\" stands in no section; it belongs into [limit]"},
           {"limit = 1\n" + kMinimal, "f:1:1: [limit] must be a section, not an integer; begin it with a line [limit]"},
           {"[[limit]]\n" + kMinimal, "f:1:3: [limit] must be a section, not an array; begin it with a line [limit]"}});
}

TEST(ConfigurationRefusal, SaysWhatIsMissing) {
  EXPECT_THAT(told("[access]\ndefault = \"public\"\n\n[site]\n"),
              ElementsAre("f:4:2: [site] host is missing; write the site's name: host = \"app.example.com\""));
  EXPECT_EQ(told("").size(), 1U);
}

TEST(ConfigurationRefusal, RefusesAnAccessThatThereIsNot) {
  expect_refused(
      "[site]\nhost = \"a\"\n[access]\n",
      {{"default = \"open\"\n",
        "f:4:11: [access] default cannot be \"open\": it is none of the three that there are; write "
        "\"signed-in\", \"public\" or \"deny\""},
       {"public = [\"/\"]\n",
        "f:4:11: [access] public cannot be \"/\": it is every path; name a folder below it, like \"/hooks\""},
       {"signed_in = [\"/admin/\"]\n",
        "f:4:14: [access] signed_in cannot be \"/admin/\": requests are matched in another form; write "
        "\"/admin\""},
       {"default = true\n", "f:4:11: [access] default must be a string, not true or false"}});
}

TEST(ConfigurationRefusal, RefusesWrongTypes) {
  expect_refused("[access]\ndefault = \"public\"\n",
                 {{"[site]\nhost = 1\n", "f:4:8: [site] host must be a string or an array of strings, not an integer"},
                  {"[site]\nhost = []\n", "f:4:8: [site] host must have at least one name"},
                  {"[site]\nhost = [\"a\", 2]\n",
                   "f:4:14: [site] host must be a string or an array of strings; this element is an integer"}});
  expect_refused(
      kMinimal + "[limit]\n",
      {{"rate = \"50\"\n", "f:6:8: [limit] rate must be a number, not a string"},
       {"burst = 1.5\n", "f:6:9: [limit] burst must be an integer, not a number with a fraction"},
       {"burst = 1979-05-27\n", "f:6:9: [limit] burst must be an integer, not a date or time"},
       {"body = {}\n",
        "f:6:8: [limit] body must be an integer of bytes or a string with a unit, like \"2 GiB\", not a table"}});
  expect_refused(kMinimal,
                 {{"[trusted_proxies]\nproxy_protocol = \"yes\"\n",
                   "f:6:18: [trusted_proxies] proxy_protocol must be true or false, not a string"},
                  {"[metrics]\nallow = \"::1\"\n", "f:6:9: [metrics] allow must be an array of strings, not a string"},
                  {"[data]\ndirectory = [\"a\"]\n", "f:6:13: [data] directory must be a string, not an array"},
                  {"[data]\ndirectory = \"\"\n", "f:6:13: [data] directory cannot be \"\": it is empty"}});
  expect_refused(kBehind, {{"[upstream_timeout]\nidle = 5\n",
                            "f:7:8: [upstream_timeout] idle must be a string with a unit, like \"500ms\", \"5s\" or "
                            "\"1m\", not an integer"}});
}

TEST(ConfigurationRefusal, RefusesWhatIsOutOfRange) {
  expect_refused(kMinimal + "[limit]\n",
                 {{"rate = 0\n", "f:6:8: [limit] rate must be from 0.1 to 10000, not 0"},
                  {"rate = nan\n", "f:6:8: [limit] rate must be from 0.1 to 10000, not nan"},
                  {"rate = inf\n", "f:6:8: [limit] rate must be from 0.1 to 10000, not inf"},
                  {"burst = 0\n", "f:6:9: [limit] burst must be from 1 to 1000000, not 0"},
                  {"burst = 1000001\n", "f:6:9: [limit] burst must be from 1 to 1000000, not 1000001"},
                  {"connections = -1\n", "f:6:15: [limit] connections must be from 1 to 65536, not -1"},
                  {"body = -1\n", "f:6:8: [limit] body must be from 1 KiB to 1 TiB, not -1"},
                  {"body = 1023\n", "f:6:8: [limit] body must be from 1 KiB to 1 TiB, not 1023 B"},
                  {"body = \"2 TiB\"\n", "f:6:8: [limit] body must be from 1 KiB to 1 TiB, not 2 TiB"}});
  expect_refused("[access]\ndefault = \"public\"\n[site]\nhost = \"a\"\n",
                 {{"workers = 0\n", "f:5:11: [site] workers must be from 1 to 256, not 0"},
                  {"workers = 257\n", "f:5:11: [site] workers must be from 1 to 256, not 257"},
                  {"listen = []\n", "f:5:10: [site] listen must have at least one address"},
                  {"listen = [\"[::]:443\", \"[0::0]:443\"]\n",
                   "f:5:23: [site] listen has \"[0::0]:443\" twice: first at line 5, column 11"},
                  {"listen = [\"443\"]\n",
                   "f:5:11: [site] listen cannot be \"443\": it must be an address and a port; write it as "
                   "\"0.0.0.0:443\" or \"[::]:443\""}});
  expect_refused(kBehind + "[upstream_timeout]\n",
                 {{"connect = \"9ms\"\n", "f:7:11: [upstream_timeout] connect must be from 10ms to 1h, not 9ms"},
                  {"idle = \"25h\"\n", "f:7:8: [upstream_timeout] idle must be from 10ms to 24h, not 25h"}});
}

TEST(ConfigurationRefusal, RefusesHostsThatAreNone) {
  expect_refused("[access]\ndefault = \"public\"\n[site]\n",
                 {{"host = \"https://App.example.com/\"\n",
                   "f:4:8: [site] host cannot be \"https://App.example.com/\": it is written without a scheme; write "
                   "\"app.example.com\""},
                  {"host = \"app.example.com:443\"\n",
                   "f:4:8: [site] host cannot be \"app.example.com:443\": it is written without a port; ports stand in "
                   "[site] listen"},
                  {"host = [\"a.example\", \"A.example\"]\n",
                   "f:4:22: [site] host has \"A.example\" twice: first at line 4, column 9"}});
}

TEST(ConfigurationRefusal, RefusesContradictionsAndNamesBothPlaces) {
  expect_refused(
      kBehind,
      {{"[belfry]\nhost = \"APP.example.com\"\n",
        "f:7:8: \"app.example.com\" is both the application's and Belfry's own: the two never share an origin ([site] "
        "host, line 2, column 8); give Belfry a name of its own"},
       {"[tls]\nkey = \"k\"\n",
        "f:7:7: [tls] key is written without [tls] certificate; a certificate is of no use without its key: write both "
        "or neither"},
       {"[tls]\ncertificate = \"c\"\n",
        "f:7:15: [tls] certificate is written without [tls] key; a certificate is of no use without its key: write "
        "both or neither"},
       {"[trusted_proxies]\nproxy_protocol = true\n",
        "f:7:18: [trusted_proxies] proxy_protocol is true, but [trusted_proxies] ranges is not written; name the "
        "proxies that may speak it in ranges"},
       {"[trusted_proxies]\nranges = []\nproxy_protocol = true\n",
        "f:8:18: [trusted_proxies] proxy_protocol is true, but [trusted_proxies] ranges (line 7, column 10) is empty; "
        "name the proxies that may speak it in ranges"},
       {"[hsts]\npreload = true\n",
        "f:7:11: [hsts] preload is true, but [hsts] include_subdomains is not written; the browsers' lists take whole "
        "domains only: write include_subdomains = true, or leave preload out"},
       {"[hsts]\ninclude_subdomains = false\npreload = true\n",
        "f:8:11: [hsts] preload is true, but [hsts] include_subdomains (line 7, column 22) is false; the browsers' "
        "lists "
        "take whole domains only: write include_subdomains = true, or leave preload out"},
       {"[trusted_proxies]\nranges = [\"::/0\"]\n",
        "f:7:10: [trusted_proxies] ranges cannot be \"::/0\": it would trust everybody; name the addresses of your own "
        "proxies"}});
  expect_refused(
      kMinimal,
      {{"[belfry]\nhost = \"b\"\n",
        "f:6:8: [belfry] host is \"b\", but [site] host (line 2, column 8) is \"app.example.com\" and there is no "
        "application: without [site] upstream Belfry's pages are on [site] host; leave [belfry] host out, or write "
        "[site] upstream"},
       {"[upstream_timeout]\nidle = \"1m\"\n",
        "f:6:8: [upstream_timeout] idle has nothing to wait for: [site] upstream is not written; name the application "
        "in [site] upstream, or leave out [upstream_timeout]"}});
  expect_refused(
      "access.default = \"public\"\n",
      {{"[site]\nhost = [\"a\", \"b\"]\n",
        "f:3:8: [site] host has several names, but there is no application: without [site] upstream Belfry serves its "
        "own pages, which are on one host; write one name, or [site] upstream"},
       {"[site]\nhost = [\"a\", \"belfry.a\"]\nupstream = \"http://127.0.0.1:3000\"\n",
        "f:3:14: \"belfry.a\" is both the application's and Belfry's own: the two never share an origin (it is the "
        "default of [belfry] host); write another [belfry] host"},
       {"[site]\nhost = \"" + std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." +
            std::string(60, 'd') + "\"\nupstream = \"http://127.0.0.1:3000\"\n",
        "f:3:8: [belfry] host cannot be made from [site] host: it is longer than 253 characters; write [belfry] "
        "host"}});
}

TEST(ConfigurationRefusal, RefusesMailThatCouldNotBeSent) {
  const std::string form = "write it as \"smtps://mail.example.com:465\" or \"smtp://mail.example.com:587\"";
  const std::string hint = "; name the server that takes the mails, or leave out [mail]";
  expect_refused(
      kMinimal + "[mail]\n",
      {{"server = \"mail.example.com\"\nfrom = \"a@b\"\n",
        "f:6:10: [mail] server cannot be \"mail.example.com\": it does not begin with smtps:// or smtp://; " + form},
       {"server = \"smtps://m.example\"\nfrom = \"Belfry <a@b>\"\n",
        "f:7:8: [mail] from cannot be \"Belfry <a@b>\": it is written as an address alone; write it as "
        "\"belfry@example.com\""},
       {"server = \"smtps://m.example\"\n",
        "f:6:10: [mail] server is written without [mail] from; write the address that mails come from: from = "
        "\"belfry@example.com\""},
       {"from = \"a@b\"\n", "f:6:8: [mail] from is written without [mail] server" + hint},
       {"authority = \"a.pem\"\n", "f:6:13: [mail] authority is written without [mail] server" + hint},
       {"user = \"me\"\npassword_file = \"p\"\n", "f:6:8: [mail] user is written without [mail] server" + hint},
       {"server = \"smtps://m.example\"\nfrom = \"a@b\"\nuser = \"me\"\n",
        "f:8:8: [mail] user is written without [mail] password_file; to sign in takes both: write both or neither"},
       {"server = \"smtps://m.example\"\nfrom = \"a@b\"\npassword_file = \"p\"\n",
        "f:8:17: [mail] password_file is written without [mail] user; to sign in takes both: write both or neither"},
       {"password = \"secret\"\n",
        "f:6:1: unknown key \"password\" in [mail]; its keys are server, from, user, password_file, authority"}});
}

TEST(ConfigurationRefusal, RefusesAnOpenSignUpThatConfirmsNoAddress) {
  expect_refused(
      kMinimal + "[accounts]\n",
      {{"sign_up = \"everybody\"\n",
        "f:6:11: [accounts] sign_up cannot be \"everybody\": it is none of the four that there are; write \"off\", "
        "\"invitation\", \"approval\" or \"open\""},
       {"sign_up = \"open\"\n",
        "f:6:11: [accounts] sign_up is \"open\", but [mail] server is not written; an open sign-up confirms addresses "
        "by e-mail: write [mail], or sign_up = \"approval\""}});
}

// A value that was refused is no ground for a second complaint.
TEST(ConfigurationRefusal, DerivesNoContradictionFromARefusedValue) {
  expect_refused(
      "access.default = \"public\"\n",
      {{"[site]\nhost = [\"a\", \"b\"]\nupstream = \"https://a\"\n",
        "f:4:12: [site] upstream cannot be \"https://a\": only http:// to the application is spoken; let the "
        "application listen without TLS on a loopback or private address"},
       {"[site]\nhost = \"a\"\n[trusted_proxies]\nproxy_protocol = true\nranges = [\"10.0.0.1/8\"]\n",
        "f:6:11: [trusted_proxies] ranges cannot be \"10.0.0.1/8\": bits behind the prefix are set; the "
        "network is \"10.0.0.0/8\""}});
}

TEST(ConfigurationRefusal, TellsAllProblemsInTheOrderOfTheFile) {
  EXPECT_THAT(told("[metrics]\nallow = 1\n[site]\nworkers = 0\nhots = 1\n[access]\ndefault = \"public\"\n"),
              ElementsAre(HasSubstr("f:2:9:"), HasSubstr("f:3:2: [site] host is missing"), HasSubstr("f:4:11:"),
                          HasSubstr("f:5:1: unknown key \"hots\"")));
}

TEST(ConfigurationRefusal, TellsTwentyProblemsAndCountsTheRest) {
  std::string text = kMinimal + "[limit]\n";
  for (int i = 0; i < 20; ++i) text += "unknown_" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(told(text).size(), 20U);
  const auto one_more = told(text + "another = 1\n");
  ASSERT_EQ(one_more.size(), 21U);
  EXPECT_EQ(one_more.back(), "f: 1 more problem is not shown");
  EXPECT_EQ(told(text + "another = 1\nlast = 2\n").back(), "f: 2 more problems are not shown");
}

}  // namespace
}  // namespace belfry::app
