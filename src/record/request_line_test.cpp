#include "record/request_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::record {
namespace {

using namespace std::chrono_literals;

RequestRecord sample() {
  RequestRecord record;
  record.time = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h + 1ms;
  record.id = "0123456789abcdef0123456789abcdef";
  record.client = *base::IpAddress::parse("192.0.2.1");
  record.version = "HTTP/1.1";
  record.method = "GET";
  record.host = "app.example.com";
  record.path = "/a/b";
  record.status = 403;
  record.reason = "foreign_origin";
  record.route = "application";
  record.bytes_sent = 12;
  record.took = 345us;
  return record;
}

std::string line_of(const RequestRecord& record) {
  std::vector<char> room(request_line_bound(record));
  const char* end = write_request_line(room.data(), record);
  EXPECT_LE(static_cast<std::size_t>(end - room.data()), room.size());
  return {room.data(), static_cast<std::size_t>(end - room.data())};
}

RequestRecord parsed(const std::string& line) {
  EXPECT_TRUE(line.ends_with('\n'));
  const auto record = parse_request_line(std::string_view{line}.substr(0, line.size() - 1));
  EXPECT_TRUE(record) << line;
  return record.value_or(RequestRecord{});
}

TEST(RequestLine, HasTheFormThatIsDocumented) {
  EXPECT_EQ(line_of(sample()),
            R"({"time":"2026-01-31T12:00:00.001Z","id":"0123456789abcdef0123456789abcdef","client":"192.0.2.1",)"
            R"("version":"HTTP/1.1","method":"GET","host":"app.example.com","path":"/a/b","status":403,)"
            R"("reason":"foreign_origin","route":"application","bytes_sent":12,"took_us":345})"
            "\n");
}

TEST(RequestLine, ReadsWhatItWrote) {
  RequestRecord record = sample();
  record.client = *base::IpAddress::parse("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  record.bytes_sent = UINT64_MAX;
  record.status = 65535;
  record.took = std::chrono::microseconds::max();
  const RequestRecord read = parsed(line_of(record));
  EXPECT_EQ(read.time, record.time);
  EXPECT_EQ(read.id, record.id);
  EXPECT_EQ(read.client, record.client);
  EXPECT_EQ(read.version, record.version);
  EXPECT_EQ(read.method, record.method);
  EXPECT_EQ(read.host, record.host);
  EXPECT_EQ(read.path, record.path);
  EXPECT_EQ(read.status, record.status);
  EXPECT_EQ(read.reason, record.reason);
  EXPECT_EQ(read.route, record.route);
  EXPECT_EQ(read.bytes_sent, record.bytes_sent);
  EXPECT_EQ(read.took, record.took);
}

TEST(RequestLine, NothingFromOutsideEndsTheLineOrForgesAField) {
  RequestRecord record = sample();
  record.path = "/\",\"status\":200,\"x\":\"\r\n{\"id\":\"forged\"}\n\xff\xfe";
  record.host = "a\nb\x1b[2J";
  record.method = "GE\"T";
  const std::string line = line_of(record);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\r'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(line.find(R"("id":"forged")"), std::string::npos);
  const RequestRecord read = parsed(line);
  EXPECT_EQ(read.status, 403);
  EXPECT_EQ(read.host, record.host);
  EXPECT_TRUE(read.path.ends_with("\n\xef\xbf\xbd\xef\xbf\xbd"));
}

TEST(RequestLine, LongestTextsStayWithinTheLimit) {
  RequestRecord record = sample();
  for (std::string* text :
       {&record.id, &record.version, &record.method, &record.host, &record.path, &record.reason, &record.route}) {
    text->assign(100'000, '\x01');
  }
  record.client = *base::IpAddress::parse("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  record.bytes_sent = UINT64_MAX;
  EXPECT_LE(request_line_bound(record), kRequestLineLimit);
  const RequestRecord read = parsed(line_of(record));
  EXPECT_EQ(read.path.size(), 8192U);
  EXPECT_EQ(read.host.size(), 256U);
  EXPECT_EQ(read.method.size(), 64U);
}

TEST(RequestLine, RefusesWhatIsNoWholeLine) {
  const std::string line = line_of(sample());
  for (std::size_t size = 0; size < line.size() - 1; ++size) EXPECT_FALSE(parse_request_line(line.substr(0, size)));
  for (const char* text : {"[]", "null", "{}", R"({"id":"a"})", "\xff", "{\"time\":1}"}) {
    EXPECT_FALSE(parse_request_line(text)) << text;
  }
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = line.substr(0, line.size() - 1);
    const std::size_t found = changed.find(from);
    EXPECT_NE(found, std::string::npos) << from;
    return changed.replace(found, from.size(), to);
  };
  EXPECT_TRUE(parse_request_line(with("403", "404")));
  EXPECT_FALSE(parse_request_line(with("403", "70000")));
  EXPECT_FALSE(parse_request_line(with("403", "-1")));
  EXPECT_FALSE(parse_request_line(with("403", "\"403\"")));
  EXPECT_FALSE(parse_request_line(with("192.0.2.1", "192.0.2.x")));
  EXPECT_FALSE(parse_request_line(with("2026-01-31T", "2026-02-31T")));
}

}  // namespace
}  // namespace belfry::record
