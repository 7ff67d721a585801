#include "base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace belfry::base {
namespace {

class File : public testing::Test {
 protected:
  File() {
    std::string name = (std::filesystem::temp_directory_path() / "belfry-file-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~File() override { std::filesystem::remove_all(directory_); }

  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{directory_}, {}));
  }

  std::filesystem::path directory_;
};

TEST_F(File, ReadsWhatWasWritten) {
  const std::string content{"line\n\0zero\xff", 11};
  ASSERT_TRUE(write_file(directory_ / "a", content, FileMode::OwnerOnly));
  EXPECT_EQ(read_file(directory_ / "a", 11), content);
}

TEST_F(File, RefusesFileAboveLimit) {
  ASSERT_TRUE(write_file(directory_ / "a", "12345", FileMode::OwnerOnly));
  EXPECT_TRUE(read_file(directory_ / "a", 5));
  const auto refused = read_file(directory_ / "a", 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), std::errc::file_too_large);
}

TEST_F(File, RefusesEndlessFileWhoseSizeReadsAsZero) {
  // Files of /proc tell a size of 0: the limit holds for what is read, not for what is told.
  EXPECT_EQ(read_file("/proc/self/status", 10).error(), std::errc::file_too_large);
  EXPECT_TRUE(read_file("/proc/self/status", 65536));
}

TEST_F(File, RefusesWhatIsNoRegularFile) {
  EXPECT_EQ(read_file(directory_, 10).error(), std::errc::is_a_directory);
  ASSERT_EQ(::mkfifo((directory_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_file(directory_ / "fifo", 10).error(), std::errc::invalid_argument);
  EXPECT_EQ(read_file(directory_ / "none", 10).error(), std::errc::no_such_file_or_directory);
}

TEST_F(File, WritesSecretsForTheirOwnerAlone) {
  ASSERT_TRUE(write_file(directory_ / "secret", "s", FileMode::OwnerOnly));
  EXPECT_EQ(mode_of(directory_ / "secret"), 0600U);
  ASSERT_TRUE(write_file(directory_ / "public", "p", FileMode::Readable));
  EXPECT_EQ(mode_of(directory_ / "public"), 0644U);
  // What was readable before does not stay so.
  ASSERT_TRUE(write_file(directory_ / "public", "s", FileMode::OwnerOnly));
  EXPECT_EQ(mode_of(directory_ / "public"), 0600U);
}

TEST_F(File, FailedWriteLeavesOldContentAndNoRemains) {
  EXPECT_FALSE(write_file(directory_ / "none" / "a", "x", FileMode::OwnerOnly));
  std::filesystem::create_directory(directory_ / "taken");
  EXPECT_FALSE(write_file(directory_ / "taken", "x", FileMode::OwnerOnly));
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, ReplacingLeavesNothingBeside) {
  ASSERT_TRUE(write_file(directory_ / "a", "old", FileMode::OwnerOnly));
  ASSERT_TRUE(write_file(directory_ / "a", "new", FileMode::OwnerOnly));
  EXPECT_EQ(read_file(directory_ / "a", 10), "new");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, PrivateDirectoryIsForItsOwnerAlone) {
  ASSERT_TRUE(make_private_directory(directory_ / "a" / "b"));
  EXPECT_EQ(mode_of(directory_ / "a"), 0700U);
  EXPECT_EQ(mode_of(directory_ / "a" / "b"), 0700U);
  EXPECT_TRUE(make_private_directory(directory_ / "a" / "b"));
  ASSERT_TRUE(write_file(directory_ / "file", "", FileMode::OwnerOnly));
  EXPECT_FALSE(make_private_directory(directory_ / "file" / "below"));
}

TEST_F(File, StampTellsReplacementOfSameSize) {
  EXPECT_FALSE(FileStamp::of(directory_ / "a"));
  ASSERT_TRUE(write_file(directory_ / "a", "old", FileMode::OwnerOnly));
  const auto before = FileStamp::of(directory_ / "a");
  EXPECT_EQ(FileStamp::of(directory_ / "a"), before);
  ASSERT_TRUE(write_file(directory_ / "a", "new", FileMode::OwnerOnly));
  EXPECT_NE(FileStamp::of(directory_ / "a"), before);
}

}  // namespace
}  // namespace belfry::base
