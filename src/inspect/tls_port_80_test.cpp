#include "inspect/tls_port_80.hpp"

#include "inspect/tls_servers_test_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::inspect {
namespace {

using testing_support::Reply;
using testing_support::ScriptedServer;
using namespace std::chrono_literals;

Port80 look_at(Reply reply, std::chrono::milliseconds within = 10s) {
  const base::SystemClock clock;
  const ScriptedServer server{[&](std::string_view) { return reply; }};
  return look_at_port_80(server.way(), "site.example", clock, clock.steady_now() + within);
}

TEST(Port80, TellsRedirectsFromAnswers) {
  struct Case {
    const char* bytes;
    Port80State state;
    const char* location = "";
  };
  for (const Case& each : {
           Case{"HTTP/1.1 301 Moved\r\nServer: x\r\nLocation: https://site.example/\r\n\r\n", Port80State::Redirects,
                "https://site.example/"},
           Case{"HTTP/1.1 308 Moved\r\nLOCATION:HTTPS://site.example/a\r\n\r\n", Port80State::Redirects,
                "HTTPS://site.example/a"},
           Case{"HTTP/1.1 302 Found\r\nLocation: http://site.example/\r\n\r\n", Port80State::Plain,
                "http://site.example/"},
           Case{"HTTP/1.1 301 Moved\r\n\r\nLocation: https://site.example/", Port80State::Plain},
           Case{"HTTP/1.1 200 OK\r\nLocation: https://site.example/\r\n\r\n", Port80State::Plain},
           Case{"HTTP/1.0 404 Not Found\r\n\r\n", Port80State::Plain},
           Case{"220 mail.example ESMTP\r\n", Port80State::Open},
           Case{"HTTP/1.1 20", Port80State::Open},
           Case{"", Port80State::Open},
       }) {
    const Port80 port = look_at({.bytes = each.bytes});
    EXPECT_EQ(port.state, each.state) << each.bytes << ": " << to_string(port.state);
    EXPECT_EQ(port.location, each.location) << each.bytes;
    EXPECT_FALSE(describe(port).en.empty());
    EXPECT_FALSE(describe(port).fr.empty());
  }
}

TEST(Port80, SeesThatNobodyListens) {
  const base::SystemClock clock;
  const Port80 port = look_at_port_80({.endpoint = *base::Endpoint::parse("127.0.0.1:1")}, "site.example", clock,
                                      clock.steady_now() + 10s);
  EXPECT_EQ(port.state, Port80State::Closed);
}

TEST(Port80, AnOpenPortIsOpenWhateverItSays) {
  EXPECT_EQ(look_at({.end = Reply::End::Hold}, 50ms).state, Port80State::Open);
  EXPECT_EQ(look_at({.end = Reply::End::Reset}).state, Port80State::Open);
}

TEST(Port80, KeepsNoMoreOfARedirectThanCanBeShown) {
  const Port80 port =
      look_at({.bytes = "HTTP/1.1 301 Moved\r\nLocation: https://x/\x01\xff" + std::string(500, 'y') + "\r\n\r\n"});
  EXPECT_EQ(port.location.size(), 200U);
  EXPECT_TRUE(port.location.starts_with("https://x/??yyy"));
}

}  // namespace
}  // namespace belfry::inspect
