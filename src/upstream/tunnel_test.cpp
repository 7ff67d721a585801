#include "upstream/tunnel.hpp"

#include "upstream/relay_test_support.hpp"

#include <array>
#include <string>

namespace belfry::upstream {
namespace {

using namespace std::chrono_literals;
using enum UpstreamFailure;

constexpr std::string_view kAgreed =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";

class TunnelTest : public RelayTest {
 protected:
  // A handshake that the application has agreed to, with `first` right behind it.
  Peer agreed(Call& made, std::string_view first = {}) {
    start(made);
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(std::string{kAgreed} + std::string{first});
    run_until([&] { return made.exchange.tunnel_begun; }, "the tunnel");
    return peer;
  }
};

TEST_F(TunnelTest, AsksForWebSocketOnly) {
  Call& made = start(websocket_call());
  Peer peer = application_.accept();
  const std::string head = peer.read_head();
  EXPECT_NE(head.find("\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nconnection: upgrade\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nupgrade: websocket\r\n"), std::string::npos);
  peer.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
  finish(made);
  EXPECT_TRUE(made.succeeded());  // any other status is an ordinary response
  EXPECT_FALSE(made.exchange.tunnel_begun);
  EXPECT_EQ(made.exchange.response->status, 403);
  EXPECT_EQ(made.exchange.body, "no");
}

TEST_F(TunnelTest, CarriesBytesBothWays) {
  Call& made = websocket_call();
  Peer peer = agreed(made, "first");
  run_until([&] { return made.exchange.tunnel.received == "first"; }, "what came behind the 101");
  EXPECT_EQ(made.exchange.response->status, 101);
  EXPECT_EQ(made.exchange.response->fields.get("sec-websocket-accept"), "x");
  made.exchange.tunnel.push("to the application");
  EXPECT_EQ(peer.read(18), "to the application");
  peer.send(" and on");
  run_until([&] { return made.exchange.tunnel.received == "first and on"; }, "bytes for the client");
  peer.close();
  finish(made);
  EXPECT_TRUE(made.succeeded());
  EXPECT_EQ(pool_.counts().idle + pool_.counts().in_use, 0u);
}

TEST_F(TunnelTest, ForwardsNoByteOfTheClientBeforeThe101) {
  Call& made = websocket_call();
  made.exchange.tunnel.push("too early");
  start(made);
  Peer peer = application_.accept();
  peer.read_head();
  EXPECT_EQ(peer.unread(), "");
  peer.send(kAgreed);
  EXPECT_EQ(peer.read(9), "too early");
  peer.close();
  finish(made);
}

TEST_F(TunnelTest, RefusesA101ThatAgreesToSomethingElse) {
  for (const std::string_view text : std::to_array<std::string_view>({
           "HTTP/1.1 101 Switching Protocols\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
       })) {
    SCOPED_TRACE(text);
    Call& made = start(websocket_call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(text);
    finish(made);
    EXPECT_EQ(made.failure(), InvalidResponse);
    EXPECT_FALSE(made.exchange.tunnel_begun);
  }
}

TEST_F(TunnelTest, RefusesA101ForAnotherMethodOrWithABody) {
  for (const bool with_body : {false, true}) {
    Call& made = with_body ? call("GET", "/", http::BodyLength::known(2)) : call("POST");
    made.exchange.head.upgrade = http::Upgrade::WebSocket;
    if (with_body) made.exchange.push_body("xx");
    start(made);
    Peer peer = application_.accept();
    EXPECT_EQ(peer.read_head().find("upgrade"), std::string::npos);
    peer.send(kAgreed);
    finish(made);
    EXPECT_EQ(made.failure(), InvalidResponse);
  }
}

TEST_F(TunnelTest, TellsTheApplicationOfTheClientsEnd) {
  Call& made = websocket_call();
  Peer peer = agreed(made);
  made.exchange.tunnel.push("bye");
  made.exchange.tunnel.push({});
  EXPECT_EQ(peer.read(3), "bye");
  EXPECT_TRUE(peer.reads_end());
  EXPECT_FALSE(made.outcome);
  peer.send("so long");  // the other direction goes on
  run_until([&] { return made.exchange.tunnel.received == "so long"; }, "the last bytes");
  peer.close();
  finish(made);
  EXPECT_TRUE(made.succeeded());
}

TEST_F(TunnelTest, EndsWhenTheClientBreaksOff) {
  Call& made = websocket_call();
  Peer peer = agreed(made);
  made.exchange.tunnel.fail(http::StreamError::Closed);
  finish(made);
  EXPECT_EQ(made.failure(), ClientGone);
  EXPECT_TRUE(peer.reads_end());
}

TEST_F(TunnelTest, AbortsWhenTheApplicationBreaksOff) {
  Call& made = websocket_call();
  Peer peer = agreed(made);
  peer.reset();
  finish(made);
  EXPECT_EQ(made.failure(), BrokenOff);
  EXPECT_TRUE(made.exchange.aborted);
}

TEST_F(TunnelTest, EndsAfterSilenceInBothDirections) {
  Call& made = websocket_call();
  Peer peer = agreed(made);
  stage_.advance(299s);
  made.exchange.tunnel.push("ping");
  EXPECT_EQ(peer.read(4), "ping");
  stage_.advance(299s);
  peer.send("pong");
  run_until([&] { return made.exchange.tunnel.received == "pong"; }, "the answer");
  stage_.advance(299s);
  EXPECT_FALSE(made.outcome);
  stage_.advance(2s);
  finish(made);
  EXPECT_EQ(made.failure(), BrokenOff);
  EXPECT_TRUE(peer.reads_end());
}

}  // namespace
}  // namespace belfry::upstream
