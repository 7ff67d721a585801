#include "app/mail_setup.hpp"

#include "base/file.hpp"
#include "base/temporary_folder_test_support.hpp"
#include "net/smtp_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace belfry::app {
namespace {

using testing::HasSubstr;

class MailSetup : public testing::Test {
 protected:
  MailSetup() {
    mail_.server = {"mail.example.com", 465, net::MailSecurity::Tls};
    mail_.from = "belfry@example.com";
    mail_.user = "me";
    mail_.password_file = folder_ / "password";
    write("secret\n");
  }
  void write(const std::string& content) {
    EXPECT_TRUE(base::write_file(mail_.password_file, content, base::FileMode::OwnerOnly));
  }
  std::string fault() const {
    const auto options = make_smtp_options(mail_, "belfry.example.com");
    return options ? std::string{} : options.error().message;
  }

  base::TemporaryFolder folder_;
  MailOptions mail_;
};

TEST_F(MailSetup, ReadsThePasswordWithoutTheEndOfItsLine) {
  for (const std::string content : {"s e\xc3\xa9", "s e\xc3\xa9\n", "s e\xc3\xa9\r\n"}) {
    write(content);
    const auto options = make_smtp_options(mail_, "belfry.example.com");
    ASSERT_TRUE(options);
    ASSERT_TRUE(options->login);
    EXPECT_EQ(options->login->user, "me");
    EXPECT_EQ(options->login->password, "s e\xc3\xa9");
    EXPECT_EQ(options->greeting, "belfry.example.com");
    EXPECT_FALSE(options->authority);
    EXPECT_NO_THROW(net::SmtpClient{*options});
  }
}

TEST_F(MailSetup, RefusesAPasswordThatIsNotOnOneLine) {
  write(std::string(kMailPasswordLimit, 'a') + "\n");
  EXPECT_EQ(fault(), "");
  const std::vector<std::string> table{
      "", "\n", "\n\n", "a\nb", "a\n\n", std::string{"a\0b", 3}, "a\tb", std::string(kMailPasswordLimit + 1, 'a')};
  for (const std::string& content : table) {
    write(content);
    EXPECT_THAT(fault(), HasSubstr("does not hold a password on one line")) << content;
  }
}

TEST_F(MailSetup, RefusesAPasswordThatOthersMayRead) {
  for (const auto mode : {std::filesystem::perms::group_read, std::filesystem::perms::others_read,
                          std::filesystem::perms::group_write, std::filesystem::perms::others_write}) {
    write("secret");
    std::filesystem::permissions(mail_.password_file, mode, std::filesystem::perm_options::add);
    EXPECT_THAT(fault(), HasSubstr("others may read or write")) << static_cast<int>(mode);
  }
}

TEST_F(MailSetup, NamesAFileThatCannotBeRead) {
  mail_.password_file = folder_ / "missing";
  EXPECT_THAT(fault(), HasSubstr("[mail] password_file: cannot read"));
  mail_.user.clear();
  EXPECT_EQ(fault(), "");
  mail_.authority = folder_ / "missing.pem";
  EXPECT_THAT(fault(), HasSubstr("[mail] authority: cannot read"));
  mail_.authority = folder_ / "password";
  EXPECT_EQ(fault(), "");
}

}  // namespace
}  // namespace belfry::app
