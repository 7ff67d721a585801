#include "store/master_key.hpp"

#include "base/file.hpp"
#include "base/temporary_folder_test_support.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

namespace belfry::store {
namespace {

class MasterKeyTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_ / "master.key"; }

  base::TemporaryFolder folder_;
  base::FakeRandom random_;
};

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

bool same_keys(const MasterKey& a, const MasterKey& b) {
  return a.text() == b.text();
}

TEST_F(MasterKeyTest, IsMadeOnceForItsOwnerAlone) {
  const auto made = MasterKey::make(file(), random_);
  ASSERT_TRUE(made);
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(MasterKey::make(file(), random_).error(), "there is a master key already: " + file().string());
  const auto read = MasterKey::read(file());
  ASSERT_TRUE(read);
  EXPECT_TRUE(same_keys(*read, *made));
  EXPECT_FALSE(made->is_rotating());
}

TEST_F(MasterKeyTest, IsReadFromItsCopy) {
  const auto made = MasterKey::make(file(), random_).value();
  const auto box = crypto::seal("text", {"a", "b", "c"}, made.keys(), random_);
  const auto copy = MasterKey::parse(made.text());
  ASSERT_TRUE(copy);
  EXPECT_EQ(crypto::open_text(box, {"a", "b", "c"}, copy->keys()), "text");
  // The environment may have no line break at its end.
  const std::string text = made.text();
  EXPECT_TRUE(MasterKey::parse(text.substr(0, text.size() - 1)));
}

TEST_F(MasterKeyTest, RefusesAFileThatOthersMayRead) {
  ASSERT_TRUE(MasterKey::make(file(), random_));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    EXPECT_EQ(MasterKey::read(file()).error(),
              "others may read or write the master key " + file().string() + ": chmod 600 it");
  }
  ASSERT_EQ(::chmod(file().c_str(), 0400), 0);
  EXPECT_TRUE(MasterKey::read(file()));
}

TEST_F(MasterKeyTest, RefusesWhatIsNone) {
  const std::string text = MasterKey::make(file(), random_).value().text();
  const std::string header = "belfry-master-key-1\n";
  const std::string line = text.substr(header.size());
  const std::string number = line.substr(0, 8);
  const std::string key = line.substr(8);
  for (const std::string& other :
       {std::string{}, header, line, text.substr(0, text.size() - 3), joined({"belfry-master-key-2\n", line}),
        joined({text, line}), joined({text, "\n"}), joined({" ", text}), joined({header, "0", line}),
        joined({header, number, key.substr(0, 10)}), joined({header, "0123456g", key}),
        joined({header, number, "-", key.substr(1)}), joined({text, "00000001", key, "00000002", key}),
        std::string(1000, 'x')}) {
    EXPECT_FALSE(MasterKey::parse(other)) << other;
  }
  EXPECT_FALSE(MasterKey::read(folder_ / "none"));
  ASSERT_TRUE(base::write_file(file(), std::string(10'000, 'x'), base::FileMode::OwnerOnly));
  EXPECT_FALSE(MasterKey::read(file()));
}

TEST_F(MasterKeyTest, IsRotatedInStepsThatACrashCanStandBetween) {
  MasterKey key = MasterKey::make(file(), random_).value();
  const crypto::KeyNumber before = key.keys().current();
  ASSERT_TRUE(key.begin_rotation(file(), random_));
  EXPECT_NE(key.keys().current(), before);
  EXPECT_NE(key.keys().find(before), nullptr);

  // Started again in the middle: both are there, and beginning again goes on with the same new key.
  MasterKey again = MasterKey::read(file()).value();
  EXPECT_TRUE(again.is_rotating());
  EXPECT_TRUE(same_keys(again, key));
  ASSERT_TRUE(again.begin_rotation(file(), random_));
  EXPECT_TRUE(same_keys(again, key));

  ASSERT_TRUE(again.finish_rotation(file()));
  EXPECT_FALSE(again.is_rotating());
  EXPECT_EQ(again.keys().find(before), nullptr);
  EXPECT_TRUE(same_keys(MasterKey::read(file()).value(), again));
  ASSERT_TRUE(again.finish_rotation(file()));
}

TEST_F(MasterKeyTest, UsesNoNewKeyThatIsOnNoDisk) {
  MasterKey key = MasterKey::make(file(), random_).value();
  const std::string before = key.text();
  EXPECT_FALSE(key.begin_rotation(folder_ / "no/such/folder", random_));
  EXPECT_EQ(key.text(), before);
}

}  // namespace
}  // namespace belfry::store
