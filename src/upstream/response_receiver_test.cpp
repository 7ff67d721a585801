#include "upstream/response_receiver.hpp"

#include "upstream/relay_test_support.hpp"

#include <array>
#include <string>

namespace belfry::upstream {
namespace {

using namespace std::chrono_literals;
using enum UpstreamFailure;

// --- the response

struct ResponseCase {
  const char* what;
  std::string_view method;
  std::string_view text;
  int status;
  http::BodyLength length;
  std::string_view body;
  bool kept;
};

TEST_F(RelayTest, ReadsEveryFraming) {
  for (const auto& one : std::to_array<ResponseCase>({
           {"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, http::BodyLength::known(5),
            "hello", true},
           {"no body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, http::BodyLength::known(0), "",
            true},
           {"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            200, http::BodyLength::unknown(), "hello", true},
           {"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, http::BodyLength::known(5), "", true},
           {"204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, http::BodyLength::none(), "", true},
           {"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, http::BodyLength::known(5), "",
            true},
           {"close", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", 200,
            http::BodyLength::known(5), "hello", false},
           {"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, http::BodyLength::known(5),
            "hello", false},
           {"surplus behind length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n", 200,
            http::BodyLength::known(5), "hello", false},
           {"surplus behind chunks", "GET",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1", 200,
            http::BodyLength::unknown(), "hello", false},
           {"surplus behind HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200,
            http::BodyLength::known(5), "", false},
           {"surplus behind 204", "GET", "HTTP/1.1 204 No Content\r\n\r\nhello", 204, http::BodyLength::none(), "",
            false},
       })) {
    SCOPED_TRACE(one.what);
    Call& made = start(call(one.method));
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(one.text);
    finish(made);
    EXPECT_TRUE(made.succeeded());
    ASSERT_TRUE(made.exchange.response);
    EXPECT_EQ(made.exchange.response->status, one.status);
    EXPECT_EQ(made.exchange.response->body, one.length);
    EXPECT_EQ(made.exchange.first_piece, one.body);
    EXPECT_EQ(made.exchange.body, one.body);
    EXPECT_TRUE(made.exchange.ended);
    EXPECT_EQ(made.exchange.body_sends, 0);  // head and body at once
    EXPECT_EQ(pool_.counts().idle, one.kept ? 1u : 0u);
    peer.close();
    stage_.advance(31s);
  }
}

TEST_F(RelayTest, SendsTheBodyOnAsItComes) {
  for (const bool chunked : {false, true}) {
    Call& get = start(call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    run_until([&] { return get.exchange.head_sent(); }, "the head");
    EXPECT_EQ(get.exchange.body, "");
    peer.send(chunked ? "3\r\nabc\r\n" : "abc");
    run_until([&] { return get.exchange.body == "abc"; }, "the first event");
    EXPECT_FALSE(get.outcome);
    peer.send(chunked ? "3\r\ndef\r\n0\r\n\r\n" : "def");
    finish(get);
    EXPECT_TRUE(get.succeeded());
    EXPECT_EQ(get.exchange.body, "abcdef");
    EXPECT_TRUE(get.exchange.ended);
    EXPECT_EQ(get.exchange.body_sends, 2);
    stage_.advance(31s);
  }
}

TEST_F(RelayTest, ReadsAResponseByteByByte) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  for (const char byte : std::string_view{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
                                          "3\r\nabc\r\n0\r\nX-T: t\r\n\r\n"}) {
    peer.send({&byte, 1});
    stage_.run_ready();
  }
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(get.exchange.response->fields.get("x-a"), "b");
  EXPECT_EQ(get.exchange.body, "abc");
  EXPECT_EQ(get.exchange.response_trailers.get("x-t"), "t");
  EXPECT_EQ(pool_.counts().idle, 1u);
}

TEST_F(RelayTest, PassesTrailersOn) {
  for (const bool at_once : {true, false}) {
    Call& get = start(call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    if (!at_once) run_until([&] { return get.exchange.head_sent(); }, "the head");
    peer.send("3\r\ndef\r\n0\r\nX-T: t\r\n\r\n");
    finish(get);
    EXPECT_TRUE(get.succeeded());
    EXPECT_EQ(get.exchange.body, "abcdef");
    EXPECT_EQ(get.exchange.response_trailers.get("x-t"), "t");
    EXPECT_TRUE(get.exchange.ended);
    stage_.advance(31s);
  }
}

TEST_F(RelayTest, ReadsUntilACleanEnd) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\n\r\nhel");
  peer.send("lo");
  peer.close();
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(get.exchange.response->body, http::BodyLength::unknown());
  EXPECT_EQ(get.exchange.body, "hello");
  EXPECT_TRUE(get.exchange.ended);
  EXPECT_EQ(pool_.counts().idle, 0u);
}

TEST_F(RelayTest, RemovesFieldsOfTheConnectionFromTheResponse) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send(
      "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n"
      "X-Stays: 2\r\nContent-Length: 0\r\n\r\n");
  finish(get);
  ASSERT_TRUE(get.succeeded());
  ASSERT_EQ(get.exchange.response->fields.size(), 1u);
  EXPECT_EQ(get.exchange.response->fields[0].name, "x-stays");
}

TEST_F(RelayTest, ReadsNoFasterThanTheClient) {
  Call& get = call();
  get.exchange.block();
  start(get);
  Peer peer = application_.accept();
  peer.read_head();
  constexpr std::size_t kSize = std::size_t{64} * 1024 * 1024;
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
  const std::string body(kSize, 'x');
  const std::size_t taken = peer.send_until_full(body);
  EXPECT_LT(taken, kSize);  // what the sockets hold, and no more
  EXPECT_EQ(get.exchange.body.size(), 0u);
  get.exchange.unblock();
  peer.send(std::string_view{body}.substr(taken));
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(get.exchange.body.size(), kSize);
}

TEST_F(RelayTest, GivesTheConnectionBackBeforeASlowClientHasRead) {
  Call& get = call();
  get.exchange.block();
  start(get);
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  run_until([&] { return pool_.counts().idle == 1; }, "the connection's return");
  EXPECT_FALSE(get.outcome);
  get.exchange.unblock();
  finish(get);
  EXPECT_TRUE(get.succeeded());
}

// --- interim responses

TEST_F(RelayTest, PassesInterimResponsesOn) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
  peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 199 Odd\r\n\r\n");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(get.exchange.interim_statuses, (std::vector{102, 103}));
  EXPECT_EQ(get.exchange.interim_fields.get("link"), "</a.css>");
  EXPECT_EQ(get.exchange.first_piece, "hi");
}

TEST_F(RelayTest, RefusesEndlessInterimResponses) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  for (int count = 0; count < 16; ++count) peer.send("HTTP/1.1 100 Continue\r\n\r\n");
  stage_.run_ready();
  EXPECT_FALSE(get.outcome);
  peer.send("HTTP/1.1 100 Continue\r\n\r\n");
  finish(get);
  EXPECT_EQ(get.failure(), InvalidResponse);
}

// --- responses that can't be passed on

TEST_F(RelayTest, RefusesWhatIsNotStrictlyHttp) {
  for (const std::string_view text : std::to_array<std::string_view>({
           "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
           "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",  // nobody asked
       })) {
    SCOPED_TRACE(text);
    Call& get = start(call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(text);
    finish(get);
    EXPECT_EQ(get.failure(), InvalidResponse);
    EXPECT_TRUE(get.outcome->error().answerable());
    EXPECT_FALSE(get.exchange.head_sent());
    EXPECT_FALSE(get.exchange.aborted);
    EXPECT_EQ(pool_.counts().in_use + pool_.counts().idle, 0u);
    EXPECT_TRUE(peer.reads_end());
  }
}

TEST_F(RelayTest, RefusesAHeadAboveTheLimit) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\n");
  for (int count = 0; count < 20; ++count)
    peer.send("X-" + std::to_string(count) + ": " + std::string(1000, 'v') + "\r\n");
  finish(get);
  EXPECT_EQ(get.failure(), InvalidResponse);
}

TEST_F(RelayTest, AbortsABodyThatBreaksOff) {
  for (const std::string_view start_of_response : std::to_array<std::string_view>({
           "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
       })) {
    for (const bool resets : {false, true}) {
      Call& get = start(call());
      Peer peer = application_.accept();
      peer.read_head();
      peer.send(start_of_response);
      run_until([&] { return get.exchange.head_sent(); }, "the head");
      if (resets) {
        peer.reset();
      } else {
        peer.close();
      }
      finish(get);
      EXPECT_EQ(get.failure(), BrokenOff);
      EXPECT_TRUE(get.exchange.aborted);
      EXPECT_FALSE(get.exchange.ended);
      EXPECT_EQ(get.exchange.body, "abc");
    }
  }
}

TEST_F(RelayTest, AbortsWhereABodyUntilCloseEndsByReset) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\n\r\nabc");
  run_until([&] { return get.exchange.head_sent(); }, "the head");
  peer.reset();
  finish(get);
  EXPECT_EQ(get.failure(), BrokenOff);
  EXPECT_TRUE(get.exchange.aborted);
}

TEST_F(RelayTest, AbortsAtABadChunkBehindTheHead) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  run_until([&] { return get.exchange.head_sent(); }, "the head");
  peer.send("3;ext=1\r\nabc\r\n");
  finish(get);
  EXPECT_EQ(get.failure(), BrokenOff);
  EXPECT_TRUE(get.exchange.aborted);
}

TEST_F(RelayTest, SaysThatNoResponseCame) {
  for (const std::string_view text : {"", "HTTP/1.1 200 OK\r\nX-Half: "}) {
    Call& get = start(call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send(text);
    peer.close();
    finish(get);
    EXPECT_EQ(get.failure(), NoResponse);
    EXPECT_FALSE(application_.has_caller());  // a new connection that fails is no reason to try again
  }
}

}  // namespace
}  // namespace belfry::upstream
