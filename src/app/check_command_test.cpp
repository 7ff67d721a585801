#include "app/check_command.hpp"

#include "edge/local_authority.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

namespace belfry::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Answer {
  int code = 0;
  std::string out;
  std::string err;
};

// A folder with a certificate for app.localhost and belfry.app.localhost.
class Check : public ::testing::Test {
 protected:
  Check() {
    std::string pattern = (std::filesystem::temp_directory_path() / "belfry-check-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    auto authority = edge::LocalAuthority::open(folder_ / "authority", clock_);
    if (!authority) throw std::runtime_error{authority.error()};
    const auto leaf = authority->ensure_leaf({"app.localhost", "belfry.app.localhost"});
    if (!leaf) throw std::runtime_error{leaf.error()};
    tls_ = "[tls]\ncertificate = \"" + leaf->certificate.string() + "\"\nkey = \"" + leaf->key.string() + "\"\n";
  }
  ~Check() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name} << text;
    return folder_ / name;
  }

  Answer check(const std::string& text, bool json = false) const {
    std::ostringstream out;
    std::ostringstream err;
    const int code = check_command({.config = write("belfry.toml", text), .json = json}, out, err);
    return {code, out.str(), err.str()};
  }

  // The only problem of a file, without the folder.
  std::string told(const std::string& text) const {
    const Answer answer = check(text);
    EXPECT_EQ(answer.code, 2);
    EXPECT_EQ(answer.out, "");
    std::string line = answer.err;
    for (auto at = line.find(folder_.string() + "/"); at != std::string::npos;
         at = line.find(folder_.string() + "/", at)) {
      line.erase(at, folder_.string().size() + 1);
    }
    return line;
  }

  base::SystemClock clock_;
  std::filesystem::path folder_;
  std::string tls_;
  const std::string site_ =
      "[site]\nhost = \"app.localhost\"\nupstream = \"http://127.0.0.1:3000\"\n[access]\ndefault = \"public\"\n[data]\n"
      "directory = \"data/below\"\n";
};

TEST_F(Check, SumsUpWhatWouldBeServed) {
  write("list", "192.0.2.0/24 ; comment\n");
  const Answer answer = check(site_ + tls_ +
                              "[blocklist]\nfiles = [\"list\"]\n[origin]\nexcept = [\"/hooks\"]\n[trusted_proxies]\n"
                              "ranges = [\"10.0.0.0/8\"]\nproxy_protocol = true\n");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.err, "");
  EXPECT_THAT(answer.out, HasSubstr("belfry.toml: nothing is wrong\n"));
  EXPECT_THAT(answer.out, HasSubstr("app.localhost, forwarded to 127.0.0.1 port 3000\n"));
  EXPECT_THAT(answer.out, HasSubstr("belfry.app.localhost\n"));
  EXPECT_THAT(answer.out, HasSubstr("0.0.0.0:443, [::]:443, by "));
  EXPECT_THAT(answer.out, HasSubstr("foreign origins are refused, but for /hooks\n"));
  EXPECT_THAT(answer.out, HasSubstr("10.0.0.0/8, by the PROXY protocol\n"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data")) << "a check makes nothing";
}

TEST_F(Check, RefusesAPasswordOfTheMailServerThatOthersMayRead) {
  const std::string mail =
      "[mail]\nserver = \"smtps://mail.example.com\"\nfrom = \"a@example.com\"\nuser = \"me\"\n"
      "password_file = \"password\"\n";
  std::filesystem::permissions(write("password", "secret\n"), std::filesystem::perms{0640});
  EXPECT_EQ(told(site_ + tls_ + mail),
            "belfry.toml:15:17: [mail] password_file: others may read or write password; chmod 600 it\n");
  std::filesystem::permissions(folder_ / "password", std::filesystem::perms{0600});
  EXPECT_THAT(check(site_ + tls_ + mail).out, HasSubstr("by smtps://mail.example.com:465, from a@example.com\n"));
  EXPECT_THAT(check(site_ + tls_).out, HasSubstr("none is sent\n"));
}

TEST_F(Check, TellsTheProblemsOfTheFile) {
  EXPECT_EQ(told(site_ + "[limit]\nrat = 1\nburst = 0\n"),
            "belfry.toml:9:1: unknown key \"rat\" in [limit]; did you mean \"rate\"?\n"
            "belfry.toml:10:9: [limit] burst must be from 1 to 1000000, not 0\n");
}

TEST_F(Check, RefusesToServeWithoutACertificate) {
  EXPECT_EQ(told(site_),
            "belfry.toml: [tls] certificate and key are not written; TLS is all that is spoken, and this version "
            "fetches no certificate by itself: name both files\n");
}

TEST_F(Check, RefusesACertificateThatIsNoneOrDoesNotFit) {
  EXPECT_THAT(told(site_ + "[tls]\ncertificate = \"none.pem\"\nkey = \"none.key\"\n"),
              HasSubstr("belfry.toml:9:15: [tls]: none.pem: "));
  std::string other = site_;
  other.replace(other.find("app.localhost"), 13, "www.localhost");
  EXPECT_EQ(told(other + "[belfry]\nhost = \"belfry.app.localhost\"\n" + tls_),
            "belfry.toml:11:15: [tls]: the certificate does not cover www.localhost, which is [site] "
            "host; its names are app.localhost, belfry.app.localhost\n");
  EXPECT_THAT(told(site_ + "[belfry]\nhost = \"security.localhost\"\n" + tls_),
              HasSubstr("does not cover security.localhost, which is [belfry] host"));
}

TEST_F(Check, RefusesACertificateThatHasExpired) {
  const auto configuration = load_configuration(write("belfry.toml", site_ + tls_));
  ASSERT_TRUE(configuration);
  EXPECT_THAT(missing_for_serve(*configuration, clock_.wall_now()), IsEmpty());
  EXPECT_EQ(missing_for_serve(*configuration, clock_.wall_now() + std::chrono::hours{24} * 365).size(), 1U);
}

TEST_F(Check, RefusesBlocklistFilesThatCannotBeReadToTheEnd) {
  write("good", "192.0.2.1\n");
  write("bad", "192.0.2.1\nnonsense\n");
  const std::string lines = told(site_ + tls_ + "[blocklist]\nfiles = [\"good\",\n\"none\",\n\"bad\"]\n");
  EXPECT_THAT(lines, HasSubstr("belfry.toml:13:1: [blocklist] files: none: "));
  EXPECT_THAT(lines, HasSubstr("belfry.toml:14:1: [blocklist] files: bad:2: "));
}

TEST_F(Check, RefusesADataDirectoryThatCannotBe) {
  write("file", "");
  std::string inside_a_file = site_;
  inside_a_file.replace(inside_a_file.find("data/below"), 10, "file/below");
  EXPECT_EQ(told(inside_a_file + tls_), "belfry.toml:7:13: [data] directory file/below: file is not a folder\n");
}

TEST_F(Check, AnswersInJson) {
  const Answer good = check(site_ + tls_, true);
  EXPECT_EQ(good.code, 0);
  EXPECT_EQ(good.out, "{\"ok\":true,\"problems\":[]}\n");

  const Answer bad = check(site_ + "[limit]\n\"a\\\"\\u001b\" = 1\n", true);
  EXPECT_EQ(bad.code, 2);
  EXPECT_EQ(bad.err, "");
  const auto problem = boost::json::parse(bad.out).as_object().at("problems").as_array().at(0).as_object();
  EXPECT_EQ(problem.at("file").as_string(), (folder_ / "belfry.toml").string());
  EXPECT_EQ(problem.at("line").to_number<int>(), 9);
  EXPECT_EQ(problem.at("column").to_number<int>(), 1);
  EXPECT_EQ(problem.at("message").as_string(), "unknown key \"a\\\"\\x1b\" in [limit]");
  EXPECT_EQ(problem.at("hint").as_string(), "its keys are rate, burst, body, connections");

  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(check_command({.config = folder_ / "none.toml", .json = true}, out, err), 2);
  EXPECT_THAT(out.str(), HasSubstr("\"line\":null"));
}

TEST_F(Check, PrintsTheReferenceWithoutAConfiguration) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(check_command({.config = folder_ / "none.toml", .reference = true}, out, err), 0);
  EXPECT_EQ(out.str(), configuration_reference());
}

}  // namespace
}  // namespace belfry::app
