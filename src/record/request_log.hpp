#pragma once

// One JSON line for each request, in <directory>/requests.log. A worker formats its lines into a block of its own and
// hands the block over when it is full or when its timer says so; one thread of the log writes the blocks to disk. A
// worker never waits for the disk: where the disk is too slow or gone, lines are dropped and counted, and requests go
// on.
//
// Files rotate by size: requests.log, requests.log.1 (the next older), … They hold clients' addresses and are readable
// by their owner alone.

#include "record/request_record.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace belfry::record {

class LogFile;

struct RequestLogLimits {
  std::uint64_t file_bytes = 64ULL << 20;  // a file is closed before it would grow beyond this
  std::uint32_t files = 8;                 // with the one that is written
};

class RequestLog {
 public:
  class Writer;

  static constexpr std::string_view kFileName = "requests.log";
  // A line always fits in one block: see request_line.hpp.
  static constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;
  // Blocks that wait for the disk; the next one's lines are dropped. 4 MiB: a second of the busiest door's lines.
  static constexpr std::size_t kQueuedBlocks = 64;

  // `report` is told, on the log's thread, once when writing begins to fail and once when it works again.
  RequestLog(std::filesystem::path directory, std::function<void(std::string_view message)> report,
             RequestLogLimits limits = {});
  // Writes what is queued. All Writers must be gone.
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  // A thread's own end of the log. Any thread may ask; the Writer is then used on one thread.
  std::unique_ptr<Writer> writer();

  // Waits until every line that was written before the call is in the file, or has been dropped. A Writer's lines come
  // with its next flush(), so the wait is about one timer tick. False where `patience` ran out. Blocking: never on a
  // thread that has a Writer.
  bool settle(std::chrono::milliseconds patience);

  // Lines that reached no file. Any thread.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Block;

  std::unique_ptr<Block> exchange(std::unique_ptr<Block> full, Writer& writer);
  void forget(Writer& writer);
  void run();
  bool every_writer_reached(std::uint64_t epoch) const;

  std::unique_ptr<LogFile> file_;  // the log's thread
  std::function<void(std::string_view)> report_;
  std::atomic<std::uint64_t> dropped_{0};
  // Raised by settle(); a Writer that has not seen the present one reports itself at its next flush().
  std::atomic<std::uint64_t> epoch_{0};

  mutable std::mutex mutex_;
  std::condition_variable queued_changed_;      // the log's thread waits
  std::condition_variable settled_changed_;     // settle() waits
  std::vector<std::unique_ptr<Block>> queued_;  // oldest first
  std::vector<std::unique_ptr<Block>> free_;
  std::vector<Writer*> writers_;
  std::uint64_t blocks_queued_ = 0;   // ever
  std::uint64_t blocks_written_ = 0;  // ever
  bool stopping_ = false;

  std::thread thread_;  // last: starts when all the rest is there
};

class RequestLog::Writer {
 public:
  // Flushes.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Takes no lock and allocates nothing while the block has room.
  void write(const RequestRecord& record);
  // To be called every 100 to 200 ms: the oldest line waits no longer than that. Costs one load where there is nothing
  // to do.
  void flush();

 private:
  friend class RequestLog;
  explicit Writer(RequestLog& log);

  RequestLog& log_;
  std::unique_ptr<Block> block_;
  std::uint64_t epoch_ = 0;  // written by this thread under log_.mutex_, read by others under it
};

}  // namespace belfry::record
