#include "accounts/password_list.hpp"

#include "crypto/encode.hpp"
#include "crypto/sha1.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace belfry::accounts {
namespace {

using testing::HasSubstr;

class PasswordListTest : public testing::Test {
 protected:
  PasswordListTest() : folder_{std::filesystem::path{testing::TempDir()} / ("lists." + std::to_string(::getpid()))} {
    std::filesystem::create_directories(folder_);
  }
  ~PasswordListTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(std::string_view content) {
    const auto path = folder_ / ("list" + std::to_string(++files_));
    std::ofstream{path, std::ios::binary} << content;
    return path;
  }
  std::shared_ptr<const PasswordList> opened(std::string_view content) {
    auto list = PasswordList::open(write(content));
    EXPECT_TRUE(list) << list.error().to_string();
    return list ? *list : nullptr;
  }
  std::string refusal(std::string_view content) {
    const auto list = PasswordList::open(write(content));
    return list ? "" : list.error().to_string();
  }

  std::filesystem::path folder_;
  int files_ = 0;
};

std::string digest_line(std::string_view password, std::string_view line_end = "\n") {
  std::string hex = crypto::to_hex(crypto::sha1(password));
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex + ':' + std::to_string(password.size() * 37) + std::string{line_end};
}

std::string password_number(int number) {
  return "Password#" + std::to_string(number);
}

// The lines of passwords 0 to count - 1, sorted, and the passwords in that order.
struct Digests {
  explicit Digests(int count, std::string_view line_end = "\n") {
    std::vector<std::pair<std::string, std::string>> all;
    all.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) all.emplace_back(digest_line(password_number(i), line_end), password_number(i));
    std::ranges::sort(all);
    for (auto& [line, password] : all) {
      text += line;
      lines.push_back(std::move(line));
      passwords.push_back(std::move(password));
    }
  }

  std::string joined() const {
    std::string all;
    for (const std::string& line : lines) all += line;
    return all;
  }

  std::string text;
  std::vector<std::string> lines;
  std::vector<std::string> passwords;
};

TEST_F(PasswordListTest, FindsDigestsInTheFile) {
  const Digests digests{200'000};
  const auto list = opened(digests.text);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->form(), PasswordList::Form::Sha1);
  EXPECT_EQ(list->memory_bytes(), 0U);
  for (const std::size_t i : {0UZ, 1UZ, 99'999UZ, 100'000UZ, 199'998UZ, 199'999UZ}) {
    EXPECT_EQ(list->contains(digests.passwords[i]), true) << i;
  }
  for (std::size_t i = 0; i < digests.passwords.size(); i += 37) {
    ASSERT_EQ(list->contains(digests.passwords[i]), true) << i;
  }
  for (int i = 200'000; i < 204'000; ++i) ASSERT_EQ(list->contains(password_number(i)), false) << i;
}

TEST_F(PasswordListTest, FindsDigestsWhateverEndsTheLines) {
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    for (int count = 1; count <= 20; ++count) {
      const Digests digests{count, line_end};
      for (const std::string& text : {digests.text, digests.text.substr(0, digests.text.size() - line_end.size()),
                                      digests.text + "\r\n\n", "\xef\xbb\xbf" + digests.text}) {
        const auto list = opened(text);
        ASSERT_TRUE(list);
        for (int i = 0; i < count; ++i) ASSERT_EQ(list->contains(password_number(i)), true) << text;
        for (int i = count; i < 60; ++i) ASSERT_EQ(list->contains(password_number(i)), false) << text;
      }
    }
  }
}

TEST_F(PasswordListTest, FindsDigestsInLowerCaseAndOfThePasswordInLowerCase) {
  Digests digests{50};
  std::ranges::transform(digests.text, digests.text.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  EXPECT_EQ(opened(digests.text)->contains(password_number(7)), true);
  const auto list = opened(digest_line("correct horse"));
  EXPECT_EQ(list->contains("Correct Horse"), true);
  EXPECT_EQ(list->contains("Correct Horsf"), false);
}

TEST_F(PasswordListTest, RefusesDigestsInDisorderWhenItIsOpened) {
  Digests digests{1000};
  std::swap(digests.lines[400], digests.lines[401]);
  EXPECT_THAT(refusal(digests.joined()), HasSubstr("not sorted by digest: the line at byte"));
}

TEST_F(PasswordListTest, SamplesDigestsBeyondWhatIsReadWhole) {
  Digests many{450'000};
  ASSERT_GT(many.text.size(), PasswordList::kWholeCheckLimit);
  EXPECT_EQ(refusal(many.text), "");
  EXPECT_THAT(refusal(many.text.substr(0, many.text.size() - 20)), HasSubstr("no SHA-1 digest in hex"));
  // In another order, as the list that is sorted by prevalence.
  std::ranges::sort(many.lines, {}, [](const std::string& line) { return line.substr(41) + line.substr(3, 8); });
  EXPECT_THAT(refusal(many.joined()), HasSubstr("not sorted by digest"));
}

TEST_F(PasswordListTest, RefusesBrokenLinesWhenItIsOpened) {
  const Digests digests{100};
  for (const std::string_view broken : {
           "\n",
           "# a comment\n",
           "0123\n",
           ":5\n",
           "7777777777777777777777777777777777777777\n",
           "7777777777777777777777777777777777777777:\n",
           "7777777777777777777777777777777777777777:-1\n",
           "7777777777777777777777777777777777777777:1 \n",
           "7777777777777777777777777777777777777777;1\n",
           "777777777777777777777777777777777777777g:1\n",
           "77777777777777777777777777777777777777777:1\n",
           "7777777777777777777777777777777777777777:123456789012345678901\n",
       }) {
    Digests other = digests;
    other.lines[50] = broken;
    EXPECT_THAT(refusal(other.joined()), HasSubstr("no SHA-1 digest in hex, colon and count in the line at byte"))
        << broken;
  }
  Digests other = digests;
  other.lines[50] = std::string(100'000, 'x') + '\n';
  EXPECT_THAT(refusal(other.joined()), HasSubstr("no SHA-1 digest in hex"));
  EXPECT_THAT(refusal(digests.text.substr(0, digests.text.size() - 20)), HasSubstr("no SHA-1 digest in hex"));
}

TEST_F(PasswordListTest, RefusesDigestsOfAnotherKind) {
  for (const std::string_view line :
       {"8846f7eaee8fb117ad06bdd830b7586c:9\n",                                     // NTLM
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8\n",                               // without a count
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8:9\n"}) {  // SHA-256
    EXPECT_THAT(refusal(line), HasSubstr(":1: begins with a digest, but not as SHA-1")) << line;
  }
}

// What was in order at the opening may not be later: each search looks again, and says so rather than "absent".
TEST_F(PasswordListTest, SaysWhenTheFileWasBrokenAfterItWasOpened) {
  const Digests digests{5000};
  const auto path = write(digests.text);
  const auto list = PasswordList::open(path);
  ASSERT_TRUE(list);

  std::ofstream{path, std::ios::binary} << std::string(digests.text.size(), 'x');
  auto found = (*list)->contains("any");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().to_string(), HasSubstr("no SHA-1 digest"));

  Digests reversed{5000};
  std::ranges::reverse(reversed.lines);
  std::ofstream{path, std::ios::binary} << reversed.joined();
  found = (*list)->contains("any");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().to_string(), HasSubstr("not sorted by digest"));

  std::filesystem::resize_file(path, 1000);
  found = (*list)->contains("any");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().to_string(), HasSubstr("became shorter"));
}

TEST_F(PasswordListTest, FindsPlainPasswordsInAnyCase) {
  const auto list = opened(
      "\xef\xbb\xbf"
      "hunter2\r\nCorrect Horse\n\n# no comment\n\xff\xfe\nl'\u00e9t\u00e9 \nhunter2\nlast");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->form(), PasswordList::Form::Plain);
  EXPECT_EQ(list->memory_bytes(), 5 * sizeof(std::uint64_t));
  for (const std::string_view listed :
       {"hunter2", "HUNTER2", "correct horse", "# no comment", "l'\u00e9t\u00e9 ", "L'E\u0301TE\u0301 ", "last"}) {
    EXPECT_EQ(list->contains(listed), true) << listed;
  }
  for (const std::string_view absent : {"", "hunter", "hunter2\r", "hunter22", "l'\u00e9t\u00e9", "\xff\xfe", "las"}) {
    EXPECT_EQ(list->contains(absent), false) << absent;
  }
}

TEST_F(PasswordListTest, IndexesPlainPasswordsOverManyPieces) {
  std::string text;
  for (int i = 0; i < 30'000; ++i)
    text += password_number(i) + std::string(static_cast<std::size_t>(i % 7), '-') + '\n';
  const auto list = opened(text);
  ASSERT_TRUE(list);
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_EQ(list->contains(password_number(i) + std::string(static_cast<std::size_t>(i % 7), '-')), true) << i;
  }
  EXPECT_EQ(list->contains(password_number(30'000)), false);
}

TEST_F(PasswordListTest, RefusesPlainListsBeyondItsBounds) {
  const std::string longest(PasswordList::kPlainLineLimit, 'a');
  EXPECT_EQ(opened("one\n" + longest + "\r\n")->contains(longest), true);
  EXPECT_THAT(refusal("one\n" + longest + "a\ntwo\n"), HasSubstr(":2: longer than 1024 bytes"));
  EXPECT_THAT(refusal("one\n" + std::string(1'000'000, 'a')), HasSubstr(":2: longer than 1024 bytes"));
  EXPECT_THAT(refusal(""), HasSubstr("lists no password"));
  EXPECT_THAT(refusal("\r\n\n"), HasSubstr("lists no password"));

  const auto large = write("one\n");
  std::filesystem::resize_file(large, PasswordList::kPlainFileLimit + 1);
  const auto list = PasswordList::open(large);
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().to_string(), HasSubstr("larger than 256 MiB"));
}

TEST_F(PasswordListTest, RefusesWhatIsNoFile) {
  const auto problem = [](const std::filesystem::path& path) {
    const auto list = PasswordList::open(path);
    return list ? "" : list.error().to_string();
  };
  EXPECT_THAT(problem(folder_ / "absent"), HasSubstr("absent: No such file or directory"));
  EXPECT_THAT(problem(folder_), HasSubstr("not a regular file"));
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(problem(pipe), HasSubstr("not a regular file"));
  EXPECT_THAT(problem("/dev/zero"), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace belfry::accounts
