#include "record/log.hpp"

#include "record/json_text.hpp"
#include "record/timestamp.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <utility>

namespace belfry::record {

namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  std::unreachable();
}

std::unique_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink) {
  auto logger = std::make_unique<spdlog::logger>("belfry", std::move(sink));
  // The line is complete when it gets there: spdlog's own fields are not escaped.
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  return logger;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_json_text(out, text);
  out += '"';
}

// A value that reads as one word stands without quotes.
bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '='; });
}

std::string text_line(std::string_view time, LogLevel level, std::string_view message, Log::Fields fields) {
  std::string line{time};
  line += ' ';
  line += name_of(level);
  line += ' ';
  append_json_text(line, message);
  for (const LogField& field : fields) {
    line += ' ';
    append_json_text(line, field.name);
    line += '=';
    if (is_word(field.value)) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line;
}

std::string json_line(std::string_view time, LogLevel level, std::string_view message, Log::Fields fields) {
  std::string line = R"({"time":)";
  append_quoted(line, time);
  line += R"(,"level":)";
  append_quoted(line, name_of(level));
  line += R"(,"message":)";
  append_quoted(line, message);
  for (const LogField& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    append_quoted(line, field.value);
  }
  line += '}';
  return line;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  std::unreachable();
}

}  // namespace

Log::Log(const base::Clock& clock, LogLevel lowest, LogFormat format)
    : clock_{clock},
      lowest_{lowest},
      format_{format},
      logger_{make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>())} {}

Log::Log(const base::Clock& clock, LogLevel lowest, LogFormat format, std::ostream& stream)
    : clock_{clock},
      lowest_{lowest},
      format_{format},
      logger_{make_logger(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream))} {}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, Fields fields) {
  if (level < lowest_) return;
  const std::string time = timestamp(clock_.wall_now());
  const std::string line =
      format_ == LogFormat::Json ? json_line(time, level, message, fields) : text_line(time, level, message, fields);
  logger_->log(spdlog_level(level), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace belfry::record
