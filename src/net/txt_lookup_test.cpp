#include "net/txt_lookup.hpp"

#include "net/native_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>

namespace belfry::net {
namespace {

using testing::ElementsAre;

std::string number(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

std::string wire_name(const std::string& name) {
  std::string wire;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    wire += static_cast<char>(dot - at) + name.substr(at, dot - at);
    at = dot + 1;
  }
  return wire + '\0';
}

std::string strings(const std::vector<std::string>& parts) {
  std::string data;
  for (const std::string& part : parts) data += static_cast<char>(part.size()) + part;
  return data;
}

std::string record(const std::string& name, unsigned type, const std::string& data) {
  return wire_name(name) + number(type) + number(1) + std::string(4, '\0') +
         number(static_cast<unsigned>(data.size())) + data;
}

constexpr unsigned kTxt = 16;
constexpr unsigned kCname = 5;
constexpr unsigned kAnswer = 0x8180;

std::string message(unsigned flags, const std::vector<std::string>& records, const std::string& name = "_x.a.test",
                    unsigned id = 1) {
  std::string text = number(id) + number(flags) + number(1) + number(static_cast<unsigned>(records.size())) +
                     number(0) + number(0) + wire_name(name) + number(kTxt) + number(1);
  for (const std::string& one : records) text += one;
  return text;
}

auto parse(const std::string& text) {
  return parse_txt_answer(std::as_bytes(std::span{text}));
}

TEST(TxtAnswer, StringsOfARecordArePutTogether) {
  const auto found = parse(message(kAnswer, {record("_x.a.test", kTxt, strings({"belfry-", "drill"})),
                                             record("_x.a.test", kTxt, strings({"another"}))}));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre("belfry-drill", "another"));
}

TEST(TxtAnswer, FollowsACnameAndNothingElse) {
  const auto found = parse(message(
      kAnswer, {record("_x.a.test", kCname, wire_name("b.test")), record("c.test", kTxt, strings({"of another name"})),
                record("B.test", kTxt, strings({"led to"}))}));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre("led to"));
}

TEST(TxtAnswer, RefusesWhatIsNoAnswer) {
  const std::string good = message(kAnswer, {record("_x.a.test", kTxt, strings({"x"}))});
  ASSERT_TRUE(parse(good));
  struct Case {
    const char* what;
    std::string text;
    TxtError error;
  };
  const Case cases[] = {
      {"nothing", "", TxtError::Malformed},
      {"a question", message(0x0100, {}), TxtError::Malformed},
      {"cut short by its sender", message(kAnswer | 0x0200, {record("_x.a.test", kTxt, strings({"x"}))}),
       TxtError::Malformed},
      {"cut short on the way", good.substr(0, good.size() - 1), TxtError::Malformed},
      {"bytes behind it", good + "x", TxtError::Malformed},
      {"a string longer than its record", message(kAnswer, {record("_x.a.test", kTxt, std::string{"\x05"} + "ab")}),
       TxtError::Malformed},
      {"no such name", message(kAnswer | 3, {}), TxtError::NotFound},
      {"a server that will not say", message(kAnswer | 5, {}), TxtError::NoAnswer},
      {"no record", message(kAnswer, {}), TxtError::NotFound},
      {"a record of another name", message(kAnswer, {record("y.test", kTxt, strings({"x"}))}), TxtError::NotFound},
  };
  for (const Case& one : cases) {
    const auto found = parse(one.text);
    ASSERT_FALSE(found) << one.what;
    EXPECT_EQ(found.error(), one.error) << one.what;
  }
}

// Answers each datagram with the question's id before `answer`, which is a message without one.
class NameServer {
 public:
  explicit NameServer(std::string answer) : answer_{std::move(answer)} {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    NativeAddress any = to_native({*base::IpAddress::parse("127.0.0.1"), 0});
    if (socket_ < 0 || ::bind(socket_, any.get(), any.size) != 0) std::abort();
    any.size = sizeof any.storage;
    ::getsockname(socket_, any.get(), &any.size);
    endpoint = *from_native(any);
    thread_ = std::thread{[this] { run(); }};
  }
  ~NameServer() {
    stopping_ = true;
    thread_.join();
    ::close(socket_);
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  base::Endpoint endpoint;

 private:
  void run() {
    while (!stopping_) {
      pollfd waiting{socket_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      std::string question(512, '\0');
      NativeAddress from;
      const auto size = ::recvfrom(socket_, question.data(), question.size(), 0, from.get(), &from.size);
      if (size < 2) continue;
      const std::string reply = question.substr(0, 2) + answer_.substr(2);
      (void)::sendto(socket_, reply.data(), reply.size(), 0, from.get(), from.size);
    }
  }

  std::string answer_;
  int socket_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

TEST(TxtLookup, AsksTheServer) {
  const NameServer server{message(kAnswer, {record("_x.a.test", kTxt, strings({"belfry-drill-1"}))})};
  const auto found = SystemTxtLookup{server.endpoint}.find("_x.a.test");
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_THAT(*found, ElementsAre("belfry-drill-1"));
}

TEST(TxtLookup, TellsThatThereIsNone) {
  const NameServer server{message(kAnswer | 3, {})};
  const auto found = SystemTxtLookup{server.endpoint}.find("_x.a.test");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), TxtError::NotFound);
}

}  // namespace
}  // namespace belfry::net
