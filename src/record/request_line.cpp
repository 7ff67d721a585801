#include "record/request_line.hpp"

#include "record/json_text.hpp"
#include "record/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>

namespace belfry::record {

namespace {

constexpr std::size_t kPathLimit = 8192;
constexpr std::size_t kHostLimit = 256;
constexpr std::size_t kWordLimit = 64;
constexpr std::size_t kWords = 5;  // id, version, method, reason, route
// Names, punctuation, the time, the address and three numbers.
constexpr std::size_t kFixedLimit = 512;
static_assert(kJsonTextGrowth * (kPathLimit + kHostLimit + kWords * kWordLimit) + kFixedLimit <= kRequestLineLimit);

char* write_raw(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* write_text(char* out, std::string_view key, std::string_view text, std::size_t limit) {
  out = write_raw(out, key);
  out = write_json_text(out, text.substr(0, limit));
  *out++ = '"';
  return out;
}

char* write_number(char* out, std::string_view key, std::uint64_t value) {
  out = write_raw(out, key);
  return std::to_chars(out, out + std::numeric_limits<std::uint64_t>::digits10 + 1, value).ptr;
}

template <class T>
bool read_number(const boost::json::object& object, std::string_view key, T& number) {
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return false;
  boost::system::error_code error;
  number = value->to_number<T>(error);
  return !error;
}

bool read_text(const boost::json::object& object, std::string_view key, std::string& text) {
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return false;
  text.assign(value->get_string().data(), value->get_string().size());
  return true;
}

}  // namespace

std::size_t request_line_bound(const RequestRecord& record) {
  std::size_t text = std::min(record.path.size(), kPathLimit) + std::min(record.host.size(), kHostLimit);
  for (const std::string* word : {&record.id, &record.version, &record.method, &record.reason, &record.route}) {
    text += std::min(word->size(), kWordLimit);
  }
  return kJsonTextGrowth * text + kFixedLimit;
}

char* write_request_line(char* out, const RequestRecord& record) {
  out = write_raw(out, R"({"time":")");
  write_timestamp(out, record.time);
  out += kTimestampSize;
  out = write_text(out, R"(","id":")", record.id, kWordLimit);
  out = write_raw(out, R"(,"client":")");
  out = record.client.write_to(out);
  out = write_text(out, R"(","version":")", record.version, kWordLimit);
  out = write_text(out, R"(,"method":")", record.method, kWordLimit);
  out = write_text(out, R"(,"host":")", record.host, kHostLimit);
  out = write_text(out, R"(,"path":")", record.path, kPathLimit);
  out = write_number(out, R"(,"status":)", record.status);
  out = write_text(out, R"(,"reason":")", record.reason, kWordLimit);
  out = write_text(out, R"(,"route":")", record.route, kWordLimit);
  out = write_number(out, R"(,"bytes_sent":)", record.bytes_sent);
  // A steady clock never runs backwards; should a caller's arithmetic, the line must still be readable.
  out = write_number(out, R"(,"took_us":)", static_cast<std::uint64_t>(std::max<std::int64_t>(0, record.took.count())));
  return write_raw(out, "}\n");
}

std::optional<RequestRecord> parse_request_line(std::string_view line) {
  if (line.size() > kRequestLineLimit) return std::nullopt;
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse({line.data(), line.size()}, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const boost::json::object& object = parsed.get_object();

  RequestRecord record;
  std::string time;
  std::string client;
  std::int64_t took = 0;
  const bool complete = read_text(object, "time", time) && read_text(object, "id", record.id) &&
                        read_text(object, "client", client) && read_text(object, "version", record.version) &&
                        read_text(object, "method", record.method) && read_text(object, "host", record.host) &&
                        read_text(object, "path", record.path) && read_number(object, "status", record.status) &&
                        read_text(object, "reason", record.reason) && read_text(object, "route", record.route) &&
                        read_number(object, "bytes_sent", record.bytes_sent) && read_number(object, "took_us", took);
  if (!complete) return std::nullopt;
  const auto when = parse_timestamp(time);
  const auto address = base::IpAddress::parse(client);
  if (!when || !address) return std::nullopt;
  record.time = *when;
  record.client = *address;
  record.took = std::chrono::microseconds{took};
  return record;
}

}  // namespace belfry::record
