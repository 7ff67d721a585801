#include "record/request_log.hpp"

#include "record/request_line.hpp"
#include "record/request_lookup.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace belfry::record {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// A deadline for what happens on the log's thread; reached only where something is broken.
constexpr auto kPatience = 20s;

RequestRecord record_of(std::string id, std::size_t path_size = 1) {
  RequestRecord record;
  record.time = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31};
  record.id = std::move(id);
  record.version = "HTTP/1.1";
  record.method = "GET";
  record.host = "app.example.com";
  record.path.assign(path_size, '/');
  record.status = 200;
  record.route = "application";
  return record;
}

class RequestLogTest : public testing::Test {
 protected:
  RequestLogTest() {
    std::string name = (std::filesystem::temp_directory_path() / "belfry-log-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    directory_ = root_ / "log";
  }
  ~RequestLogTest() override { std::filesystem::remove_all(root_); }

  void open(RequestLogLimits limits = {}) {
    log_ = std::make_unique<RequestLog>(
        directory_, [this](std::string_view message) { reports_.emplace_back(message); }, limits);
    writer_ = log_->writer();
  }
  void close() {
    writer_.reset();
    log_.reset();
  }
  // Writes one line and sees it through to the disk (or to its loss).
  void write(const std::string& id, std::size_t path_size = 1) {
    writer_->write(record_of(id, path_size));
    settle();
  }
  // settle() waits for this thread's own writer: so that flush must come from here, meanwhile.
  void settle() {
    std::atomic<bool> settled{false};
    std::thread waiting{[&] {
      EXPECT_TRUE(log_->settle(kPatience));
      settled = true;
    }};
    while (!settled) {
      writer_->flush();
      std::this_thread::yield();
    }
    waiting.join();
  }
  std::filesystem::path file(std::uint32_t n = 0) const {
    return directory_ / (n == 0 ? "requests.log" : "requests.log." + std::to_string(n));
  }
  static std::vector<std::string> ids_in(const std::filesystem::path& path) {
    std::vector<std::string> ids;
    std::ifstream stream{path};
    for (std::string line; std::getline(stream, line);) {
      const auto record = parse_request_line(line);
      ids.push_back(record ? record->id : "?");
    }
    return ids;
  }

  std::filesystem::path root_;
  std::filesystem::path directory_;
  std::vector<std::string> reports_;  // read after settle() or close(), which order it behind the log's thread
  std::unique_ptr<RequestLog> log_;
  std::unique_ptr<RequestLog::Writer> writer_;
};

TEST_F(RequestLogTest, WritesOneLineForEachRequestInOrder) {
  open();
  for (const char* id : {"a", "b", "c"}) writer_->write(record_of(id));
  settle();
  EXPECT_THAT(ids_in(file()), ElementsAre("a", "b", "c"));
  EXPECT_EQ(log_->dropped(), 0U);
}

TEST_F(RequestLogTest, IsReadableByItsOwnerAlone) {
  open();
  write("a");
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(directory_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(RequestLogTest, HandsABlockOverWhenItIsFull) {
  open();
  // No flush: 200 lines of 1 KiB fill three blocks.
  for (int i = 0; i < 200; ++i) writer_->write(record_of("a", 1024));
  close();
  EXPECT_EQ(ids_in(file()).size(), 200U);
}

TEST_F(RequestLogTest, DestructionWritesWhatWasWritten) {
  open();
  writer_->write(record_of("a"));
  close();
  EXPECT_THAT(ids_in(file()), ElementsAre("a"));
}

TEST_F(RequestLogTest, SettleRunsOutOfPatienceWhereAWriterDoesNotFlush) {
  open();
  EXPECT_FALSE(log_->settle(1ms));
}

TEST_F(RequestLogTest, AppendsToWhatIsThere) {
  open();
  write("a");
  close();
  open();
  write("b");
  EXPECT_THAT(ids_in(file()), ElementsAre("a", "b"));
}

TEST_F(RequestLogTest, TornLineOfACrashDoesNotSwallowTheNext) {
  open();
  write("a");
  close();
  std::ofstream{file(), std::ios::app} << R"({"time":"2026-)";
  open();
  write("b");
  EXPECT_THAT(ids_in(file()), ElementsAre("a", "?", "b"));
}

TEST_F(RequestLogTest, RotatesBeforeAFileWouldGrowBeyondItsLimit) {
  open({.file_bytes = 1000, .files = 3});
  for (const char* id : {"a", "b", "c", "d"}) write(id, 500);
  EXPECT_THAT(ids_in(file(0)), ElementsAre("d"));
  EXPECT_THAT(ids_in(file(1)), ElementsAre("c"));
  EXPECT_THAT(ids_in(file(2)), ElementsAre("b"));
  EXPECT_FALSE(std::filesystem::exists(file(3)));
  EXPECT_EQ(log_->dropped(), 0U);
}

TEST_F(RequestLogTest, KeepsOneFileWhereOneIsAllowed) {
  open({.file_bytes = 1000, .files = 1});
  write("a", 500);
  write("b", 500);
  EXPECT_THAT(ids_in(file()), ElementsAre("b"));
  EXPECT_FALSE(std::filesystem::exists(file(1)));
}

TEST_F(RequestLogTest, BeginsAnewWhereItsDirectoryWasRemoved) {
  open();
  write("a");
  std::filesystem::remove_all(directory_);
  write("b");
  EXPECT_THAT(ids_in(file()), ElementsAre("b"));
  EXPECT_EQ(log_->dropped(), 0U);
}

TEST_F(RequestLogTest, FullDiskDropsCountsSaysSoOnceAndRecovers) {
  open();
  write("a");
  std::filesystem::rename(file(), root_ / "aside");
  std::filesystem::create_symlink("/dev/full", file());
  write("b");
  write("c");
  EXPECT_EQ(log_->dropped(), 2U);
  std::filesystem::remove(file());
  std::filesystem::rename(root_ / "aside", file());
  write("d");
  EXPECT_THAT(ids_in(file()), ElementsAre("a", "d"));
  EXPECT_EQ(log_->dropped(), 2U);
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("No space left on device"), HasSubstr("again after 2 dropped lines")));
}

TEST_F(RequestLogTest, DirectoryThatCannotBeMadeDropsAndRecovers) {
  std::ofstream{directory_} << "a file in its place";
  open();
  write("a");
  EXPECT_EQ(log_->dropped(), 1U);
  std::filesystem::remove(directory_);
  write("b");
  EXPECT_THAT(ids_in(file()), ElementsAre("b"));
  EXPECT_EQ(reports_.size(), 2U);
}

TEST_F(RequestLogTest, StalledDiskNeverHoldsUpAWorker) {
  // A pipe that nobody reads: the log's thread is stuck in write(2) after 64 KiB.
  std::filesystem::create_directory(directory_);
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  const int reader = ::open(file().c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  open();
  // 16 MiB of lines, where the queue takes 4 MiB. Would a write wait, the test would never end.
  constexpr int kLines = 16 * 1024;
  for (int i = 0; i < kLines; ++i) writer_->write(record_of("a", 1024));
  EXPECT_GT(log_->dropped(), static_cast<std::uint64_t>(kLines) / 2);
  EXPECT_LT(log_->dropped(), static_cast<std::uint64_t>(kLines));

  std::atomic<bool> closed{false};
  std::uint64_t lines = 0;
  std::thread draining{[&] {
    std::vector<char> bytes(std::size_t{64} * 1024);
    while (true) {
      const bool last = closed;
      const ssize_t got = ::read(reader, bytes.data(), bytes.size());
      if (got > 0) {
        lines += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.begin() + got, '\n'));
      } else if (last) {
        break;
      } else {
        std::this_thread::yield();
      }
    }
  }};
  writer_.reset();
  while (!log_->settle(10ms)) std::this_thread::yield();
  const std::uint64_t dropped = log_->dropped();
  log_.reset();
  closed = true;
  draining.join();
  ::close(reader);
  EXPECT_EQ(lines + dropped, static_cast<std::uint64_t>(kLines));
}

TEST_F(RequestLogTest, ManyThreadsLoseNoLine) {
  open();
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const auto writer = log_->writer();
      for (int i = 0; i < 1000; ++i) {
        writer->write(record_of(std::to_string(t) + "-" + std::to_string(i)));
        // 40 blocks in all, with those that fill up: the queue has room for them, however slow the disk.
        if (i % 200 == 0) writer->flush();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  settle();
  const std::vector<std::string> ids = ids_in(file());
  std::vector<int> next(4, 0);
  for (const std::string& id : ids) {
    const int thread = id.at(0) - '0';
    ASSERT_EQ(id, std::to_string(thread) + "-" + std::to_string(next.at(static_cast<std::size_t>(thread))++));
  }
  EXPECT_EQ(ids.size() + log_->dropped(), 4000U);
  EXPECT_EQ(log_->dropped(), 0U);
}

class RequestLookupTest : public RequestLogTest {
 protected:
  static constexpr RequestLogLimits kLimits{.file_bytes = std::uint64_t{600} * 1024, .files = 4};

  FileRequestLookup lookup() {
    return {directory_, [this] { settle(); }, kLimits};
  }
};

TEST_F(RequestLookupTest, FindsWhatWasWrittenAMomentAgo) {
  open(kLimits);
  writer_->write(record_of("before"));
  writer_->write(record_of("wanted", 17));
  const auto found = lookup().find("wanted");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "wanted");
  EXPECT_EQ(found->path.size(), 17U);
  EXPECT_FALSE(lookup().find("unknown"));
}

TEST_F(RequestLookupTest, FindsEveryLineOfEveryFileKept) {
  open(kLimits);
  // About 2 MiB: lines that straddle the windows in which it reads, and several files.
  constexpr int kLines = 1500;
  for (int i = 0; i < kLines; ++i) {
    writer_->write(record_of("id-" + std::to_string(i), 1000 + static_cast<std::size_t>(i % 97)));
  }
  settle();
  ASSERT_TRUE(std::filesystem::exists(file(3)));
  ASSERT_EQ(log_->dropped(), 0U);
  FileRequestLookup files{directory_, [] {}, kLimits};
  for (int i = 0; i < kLines; i += 7) {
    const std::string id = "id-" + std::to_string(i);
    const auto found = files.find(id);
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(found->path.size(), 1000 + static_cast<std::size_t>(i % 97));
  }
  EXPECT_FALSE(files.find("id-" + std::to_string(kLines)));
}

TEST_F(RequestLookupTest, ReadsNoMoreThanItsByteLimit) {
  open(kLimits);
  writer_->write(record_of("old"));
  for (int i = 0; i < 100; ++i) writer_->write(record_of("filler", 4000));
  writer_->write(record_of("new"));
  settle();
  FileRequestLookup files{directory_, [] {}, kLimits, 100'000};
  EXPECT_TRUE(files.find("new"));
  EXPECT_FALSE(files.find("old"));
}

TEST_F(RequestLookupTest, IsNotDeceivedByAnIdInAPath) {
  open(kLimits);
  RequestRecord record = record_of("real");
  record.path = R"(/","id":"forged","x":")";
  writer_->write(record);
  EXPECT_FALSE(lookup().find("forged"));
  EXPECT_TRUE(lookup().find("real"));
}

TEST_F(RequestLookupTest, StepsOverRubbishInTheFile) {
  open(kLimits);
  write("a");
  std::ofstream{file(), std::ios::app} << "\n\"id\":\"wanted\"\n{\"id\":\"wanted\"}\n";
  write("wanted");
  std::ofstream{file(), std::ios::app} << "\"id\":\"wanted\"";
  EXPECT_TRUE(lookup().find("wanted"));
}

TEST_F(RequestLookupTest, DoesNotLookForWhatIsNoId) {
  bool settled = false;
  FileRequestLookup files{directory_, [&] { settled = true; }, kLimits};
  for (const std::string& id : {std::string{}, std::string{"a\"b"}, std::string{"a b"}, std::string{"a\nb"},
                                std::string{"\xc3\xa9"}, std::string(65, 'a')}) {
    EXPECT_FALSE(files.find(id));
  }
  EXPECT_FALSE(settled);
  // Nothing was ever logged.
  EXPECT_FALSE(files.find(std::string(64, 'a')));
  EXPECT_TRUE(settled);
}

}  // namespace
}  // namespace belfry::record
