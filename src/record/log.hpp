#pragma once

// The operational log: what an operator must know, one line each, on standard error. Constructed once, handed in to
// whoever has something to say. Not for what a stranger can cause at will: that is counted (metrics.hpp) or recorded
// (request_log.hpp).
//
// Every text in a line is escaped: nothing that is logged can end a line, begin another, or steer a terminal.

#include "base/clock.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace belfry::record {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };
enum class LogFormat : std::uint8_t { Text, Json };

// A named value in a line: {"file", path}, {"port", 443}. The name is a literal of ours.
struct LogField {
  LogField(std::string_view field_name, std::string_view text) : name{field_name}, value{text} {}
  LogField(std::string_view field_name, std::integral auto number) : name{field_name}, value{std::to_string(number)} {}

  std::string_view name;
  std::string value;
};

// Any thread.
class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  // To standard error. Lines below `lowest` are left out. `clock` must outlive it.
  Log(const base::Clock& clock, LogLevel lowest, LogFormat format);
  // To a stream, for tests.
  Log(const base::Clock& clock, LogLevel lowest, LogFormat format, std::ostream& stream);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message, Fields fields = {}) { write(LogLevel::Debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) { write(LogLevel::Info, message, fields); }
  void warning(std::string_view message, Fields fields = {}) { write(LogLevel::Warning, message, fields); }
  void error(std::string_view message, Fields fields = {}) { write(LogLevel::Error, message, fields); }
  void write(LogLevel level, std::string_view message, Fields fields = {});

 private:
  const base::Clock& clock_;
  LogLevel lowest_;
  LogFormat format_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace belfry::record
