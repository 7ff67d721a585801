#include "record/request_log.hpp"

#include "record/log_file.hpp"
#include "record/request_line.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace belfry::record {

static_assert(kRequestLineLimit <= RequestLog::kBlockBytes);

namespace {

// Blocks kept for the next lines; what a busy second needed beyond them goes back to the system.
constexpr std::size_t kFreeBlocks = 8;

}  // namespace

struct RequestLog::Block {
  std::size_t used = 0;
  std::uint64_t lines = 0;
  std::array<char, kBlockBytes> bytes;

  std::size_t room() const { return bytes.size() - used; }
  void clear() { used = 0, lines = 0; }
};

RequestLog::RequestLog(std::filesystem::path directory, std::function<void(std::string_view)> report,
                       RequestLogLimits limits)
    : file_{std::make_unique<LogFile>(std::move(directory), kFileName, limits)}, report_{std::move(report)} {
  queued_.reserve(kQueuedBlocks);
  free_.reserve(kFreeBlocks);
  thread_ = std::thread{[this] { run(); }};
}

RequestLog::~RequestLog() {
  {
    const std::scoped_lock lock{mutex_};
    assert(writers_.empty());
    stopping_ = true;
  }
  queued_changed_.notify_one();
  thread_.join();
}

std::unique_ptr<RequestLog::Writer> RequestLog::writer() {
  std::unique_ptr<Writer> writer{new Writer{*this}};
  const std::scoped_lock lock{mutex_};
  writer->epoch_ = epoch_.load(std::memory_order_relaxed);
  writers_.push_back(writer.get());
  return writer;
}

bool RequestLog::settle(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  const std::uint64_t epoch = epoch_.load(std::memory_order_relaxed) + 1;
  epoch_.store(epoch, std::memory_order_relaxed);
  // In this order under one lock: once every writer has reported, all their blocks are among the queued ones.
  std::optional<std::uint64_t> last_block;
  return settled_changed_.wait_for(lock, patience, [&] {
    if (!last_block && every_writer_reached(epoch)) last_block = blocks_queued_;
    return last_block && blocks_written_ >= *last_block;
  });
}

bool RequestLog::every_writer_reached(std::uint64_t epoch) const {
  return std::ranges::all_of(writers_, [&](const Writer* writer) { return writer->epoch_ >= epoch; });
}

// Takes a worker's block, if it holds lines, and gives it an empty one.
std::unique_ptr<RequestLog::Block> RequestLog::exchange(std::unique_ptr<Block> full, Writer& writer) {
  std::unique_ptr<Block> empty;
  {
    const std::scoped_lock lock{mutex_};
    if (full->lines == 0) {
      empty = std::move(full);
    } else if (queued_.size() == kQueuedBlocks) {
      dropped_.fetch_add(full->lines, std::memory_order_relaxed);
      full->clear();
      empty = std::move(full);
    } else {
      queued_.push_back(std::move(full));
      ++blocks_queued_;
      if (!free_.empty()) {
        empty = std::move(free_.back());
        free_.pop_back();
      }
      queued_changed_.notify_one();
    }
    if (writer.epoch_ != epoch_.load(std::memory_order_relaxed)) {
      writer.epoch_ = epoch_.load(std::memory_order_relaxed);
      settled_changed_.notify_all();
    }
  }
  return empty ? std::move(empty) : std::unique_ptr<Block>{new Block};
}

void RequestLog::forget(Writer& writer) {
  const std::scoped_lock lock{mutex_};
  std::erase(writers_, &writer);
  settled_changed_.notify_all();
}

void RequestLog::run() {
  bool failing = false;
  std::uint64_t lost = 0;
  std::unique_lock lock{mutex_};
  while (true) {
    queued_changed_.wait(lock, [&] { return stopping_ || !queued_.empty(); });
    if (queued_.empty()) return;
    std::unique_ptr<Block> block = std::move(queued_.front());
    queued_.erase(queued_.begin());
    lock.unlock();

    const auto written = file_->append({block->bytes.data(), block->used});
    if (!written) {
      dropped_.fetch_add(block->lines, std::memory_order_relaxed);
      lost += block->lines;
      if (!std::exchange(failing, true)) report_("request log: " + written.error() + "; lines are dropped");
    } else if (std::exchange(failing, false)) {
      report_("request log: writes again after " + std::to_string(std::exchange(lost, 0)) + " dropped lines");
    }
    block->clear();

    lock.lock();
    ++blocks_written_;
    if (free_.size() < kFreeBlocks) free_.push_back(std::move(block));
    settled_changed_.notify_all();
  }
}

RequestLog::Writer::Writer(RequestLog& log) : log_{log}, block_{new Block} {}

RequestLog::Writer::~Writer() {
  block_ = log_.exchange(std::move(block_), *this);
  log_.forget(*this);
}

void RequestLog::Writer::write(const RequestRecord& record) {
  if (block_->room() < request_line_bound(record)) block_ = log_.exchange(std::move(block_), *this);
  char* const begin = block_->bytes.data() + block_->used;
  block_->used += static_cast<std::size_t>(write_request_line(begin, record) - begin);
  ++block_->lines;
}

void RequestLog::Writer::flush() {
  if (block_->lines == 0 && epoch_ == log_.epoch_.load(std::memory_order_relaxed)) return;
  block_ = log_.exchange(std::move(block_), *this);
}

}  // namespace belfry::record
