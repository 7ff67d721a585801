#include "base/private_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <initializer_list>
#include <string>

namespace belfry::base {
namespace {

class PrivateDirectory : public testing::Test {
 protected:
  ~PrivateDirectory() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("belfry-private-directory-test-" + std::to_string(::getpid()));
};

TEST_F(PrivateDirectory, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(open_private_directory(directory_ / "a"));
  struct stat status{};
  ASSERT_EQ(::stat((directory_ / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST_F(PrivateDirectory, ThatOthersMayWriteIsRefusedWithTheWayOut) {
  ASSERT_TRUE(open_private_directory(directory_));
  for (const mode_t mode : std::initializer_list<mode_t>{0777, 0770, 0702, 01777}) {
    ASSERT_EQ(::chmod(directory_.c_str(), mode), 0);
    const auto opened = open_private_directory(directory_);
    ASSERT_FALSE(opened) << mode;
    EXPECT_NE(opened.error().find("chmod go-w " + directory_.string()), std::string::npos);
  }
  for (const mode_t mode : std::initializer_list<mode_t>{0755, 0750, 0700}) {
    ASSERT_EQ(::chmod(directory_.c_str(), mode), 0);
    EXPECT_TRUE(open_private_directory(directory_)) << mode;
  }
}

}  // namespace
}  // namespace belfry::base
