#include "upstream/relay.hpp"

#include "upstream/relay_test_support.hpp"

#include <sys/socket.h>

#include <array>
#include <string>

// The system calls on the way to the application, counted. Scripted peers use read(2) and write(2).
namespace {
int receives = 0;
int sends = 0;
}  // namespace
extern "C" ssize_t recv(int descriptor, void* into, std::size_t size, int flags) {
  ++receives;
  return ::recvfrom(descriptor, into, size, flags, nullptr, nullptr);
}
extern "C" ssize_t send(int descriptor, const void* from, std::size_t size, int flags) {
  ++sends;
  return ::sendto(descriptor, from, size, flags, nullptr, 0);
}

namespace belfry::upstream {
namespace {

using namespace std::chrono_literals;
using enum UpstreamFailure;

// --- the request

TEST_F(RelayTest, SendsTheRequestAsItWasMatched) {
  Call& get = call("GET", "/a%20b/c?q=%2f%zz&x&&y=a+b");
  get.exchange.head.fields.add("accept", "*/*");
  get.exchange.head.fields.add("x_forwarded_for", "203.0.113.9");
  get.exchange.head.fields.add("cookie", "a=1; __Host-belfry=secret");
  start(get);
  Peer peer = application_.accept();
  EXPECT_EQ(peer.read_head(),
            "GET /a%20b/c?q=%2f%zz&x&&y=a+b HTTP/1.1\r\n"
            "host: app.example.com\r\n"
            "accept: */*\r\n"
            "cookie: a=1\r\n"
            "x-forwarded-for: 192.0.2.7\r\n"
            "x-forwarded-proto: https\r\n"
            "x-forwarded-host: app.example.com\r\n"
            "x-forwarded-port: 443\r\n"
            "forwarded: for=192.0.2.7;host=app.example.com;proto=https\r\n"
            "x-request-id: id-1\r\n"
            "\r\n");
  peer.send("HTTP/1.1 204 No Content\r\n\r\n");
  finish(get);
  EXPECT_TRUE(get.succeeded());
}

TEST_F(RelayTest, ExtendsTheFieldsOfATrustedProxy) {
  Call& get = call();
  get.exchange.head.fields.add("x-forwarded-for", "198.51.100.1");
  start(get, ForwardedFields::Extend);
  Peer peer = application_.accept();
  EXPECT_NE(peer.read_head().find("\r\nx-forwarded-for: 198.51.100.1, 192.0.2.7\r\n"), std::string::npos);
  peer.send("HTTP/1.1 204 No Content\r\n\r\n");
  finish(get);
}

TEST_F(RelayTest, OneWriteAndOneReadForAPlainRequest) {
  Peer peer = kept_connection();
  const int sends_before = sends;
  const int receives_before = receives;
  Call& get = answered(peer, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(sends - sends_before, 1);
  EXPECT_EQ(receives - receives_before, 1);
  EXPECT_EQ(get.exchange.first_piece, "hello");
  EXPECT_EQ(get.exchange.body_sends, 0);
  EXPECT_EQ(get.exchange.body_reads, 0);
}

TEST_F(RelayTest, SendsASmallBodyInOneWriteWithItsHead) {
  Peer peer = kept_connection();
  const int sends_before = sends;
  Call& post = call("POST", "/", http::BodyLength::known(5));
  post.exchange.push_body("a=b&c");
  start(post);
  EXPECT_NE(peer.read_head().find("\r\ncontent-length: 5\r\n"), std::string::npos);
  EXPECT_EQ(peer.read(5), "a=b&c");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_EQ(sends - sends_before, 1);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(pool_.counts().idle, 1u);
}

TEST_F(RelayTest, StreamsABodyOfKnownLength) {
  const std::string piece(16'384, 'x');
  Call& put = call("PUT", "/", http::BodyLength::known(3 * piece.size()));
  put.exchange.push_body(piece);
  start(put);
  Peer peer = application_.accept();
  peer.read_head();
  EXPECT_EQ(peer.read(piece.size()), piece);
  put.exchange.push_body(piece);
  EXPECT_EQ(peer.read(piece.size()), piece);
  put.exchange.push_body(piece);
  EXPECT_EQ(peer.read(piece.size()), piece);
  peer.send("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
  finish(put);
  EXPECT_TRUE(put.succeeded());
  EXPECT_EQ(put.exchange.response->status, 201);
  EXPECT_EQ(pool_.counts().idle, 1u);
}

TEST_F(RelayTest, StreamsABodyOfUnknownLengthInChunks) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.request_trailer_fields.add("x-checksum", "7");
  post.exchange.request_trailer_fields.add("true_client_ip", "203.0.113.9");
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  const std::string head = peer.read_head();
  EXPECT_NE(head.find("\r\ntransfer-encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(head.find("content-length"), std::string::npos);
  EXPECT_EQ(peer.read_through("hello\r\n"), "5\r\nhello\r\n");
  post.exchange.push_body(std::string(16'384, 'x'));
  post.exchange.end_body();
  std::string rest = peer.read_through("\r\n\r\n");
  EXPECT_EQ(rest.substr(rest.rfind("\r\n0\r\n")), "\r\n0\r\nx-checksum: 7\r\n\r\n");
  EXPECT_EQ(std::ranges::count(rest, 'x'), 16'384 + 1);
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(pool_.counts().idle, 1u);
}

TEST_F(RelayTest, SendsAnEmptyChunkedBody) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.end_body();
  start(post);
  Peer peer = application_.accept();
  peer.read_head();
  EXPECT_EQ(peer.read_through("0\r\n\r\n"), "0\r\n\r\n");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

TEST_F(RelayTest, SendsAHeadThatFillsMoreThanOneBuffer) {
  Call& post = call("POST", "/" + std::string(8'000, 'p'), http::BodyLength::known(4));
  post.exchange.head.fields.add("x-large", std::string(8'150, 'v'));
  post.exchange.push_body("body");
  start(post);
  Peer peer = application_.accept();
  EXPECT_NE(peer.read_head().find("x-request-id: id-1\r\n"), std::string::npos);
  EXPECT_EQ(peer.read(4), "body");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

TEST_F(RelayTest, AsksForAnExpectedBodyOnlyWhenTheApplicationIsThere) {
  application_.stop_listening();
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.head.expects_continue = true;
  start(post);
  finish(post);
  EXPECT_EQ(post.failure(), Unreachable);
  EXPECT_EQ(post.exchange.body_reads, 0);
}

TEST_F(RelayTest, DoesNotForwardTheExpectation) {
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.head.expects_continue = true;
  start(post);
  Peer peer = application_.accept();
  run_until([&] { return post.exchange.body_reads == 1; }, "the invitation to send");
  post.exchange.push_body("body");
  EXPECT_EQ(peer.read_head().find("expect"), std::string::npos);
  EXPECT_EQ(peer.read(4), "body");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

TEST_F(RelayTest, TakesAnotherConnectionWhereTheKeptOneClosedWhileTheClientWasAwaited) {
  Peer old_peer = kept_connection();
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.head.expects_continue = true;
  start(post);
  old_peer.close();
  post.exchange.push_body("body");
  Peer peer = application_.accept();
  peer.read_head();
  EXPECT_EQ(peer.read(4), "body");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

// --- the client's side fails

TEST_F(RelayTest, TellsHowTheFirstPieceOfTheBodyFailed) {
  struct Case {
    http::StreamError error;
    UpstreamFailure failure;
  };
  for (const auto& [error, failure] : std::to_array<Case>({{http::StreamError::Malformed, ClientBody},
                                                           {http::StreamError::TooLarge, ClientBody},
                                                           {http::StreamError::DeadlineExceeded, ClientBody},
                                                           {http::StreamError::Closed, ClientGone}})) {
    Call& post = call("POST", "/", http::BodyLength::unknown());
    post.exchange.fail_body(error);
    start(post);
    finish(post);
    EXPECT_EQ(post.failure(), failure);
    EXPECT_EQ(post.outcome->error().client, error);
    EXPECT_FALSE(application_.has_caller());
  }
}

TEST_F(RelayTest, CutsTheRequestWhereTheClientsBodyFails) {
  for (const auto error : {http::StreamError::Malformed, http::StreamError::Closed}) {
    Call& post = call("POST", "/", http::BodyLength::unknown());
    post.exchange.push_body("hello");
    start(post);
    Peer peer = application_.accept();
    peer.read_through("hello\r\n");
    post.exchange.fail_body(error);
    finish(post);
    EXPECT_EQ(post.failure(), error == http::StreamError::Closed ? ClientGone : ClientBody);
    EXPECT_EQ(post.outcome->error().client, error);
    EXPECT_TRUE(peer.reads_end());
    EXPECT_EQ(peer.unread(), "");  // no last chunk: the application sees that it was cut
    EXPECT_FALSE(post.exchange.aborted);
    EXPECT_EQ(pool_.counts().idle, 0u);
  }
}

TEST_F(RelayTest, AbortsWhereTheClientsBodyFailsBehindTheResponsesHead) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("hello\r\n");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab");
  run_until([&] { return post.exchange.head_sent(); }, "the response's head");
  post.exchange.fail_body(http::StreamError::Malformed);
  finish(post);
  EXPECT_EQ(post.failure(), BrokenOff);
  EXPECT_EQ(post.outcome->error().client, http::StreamError::Malformed);
  EXPECT_TRUE(post.exchange.aborted);
}

TEST_F(RelayTest, RefusesToForwardMoreThanWasAnnounced) {
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.push_body("body and more");
  start(post);
  finish(post);
  EXPECT_EQ(post.failure(), ClientBody);
  EXPECT_FALSE(application_.has_caller());
}

TEST_F(RelayTest, StopsWaitingForAnAbandonedRequest) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  get.exchange.go_away();
  finish(get);
  EXPECT_EQ(get.failure(), ClientGone);
  EXPECT_TRUE(peer.reads_end());
}

TEST_F(RelayTest, StopsWaitingForTheRestOfAnAbandonedResponse) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab");
  run_until([&] { return get.exchange.head_sent(); }, "the response's head");
  get.exchange.go_away();
  finish(get);
  EXPECT_EQ(get.failure(), ClientGone);
  EXPECT_TRUE(peer.reads_end());
}

TEST_F(RelayTest, EndsWhereTheClientTakesNoMore) {
  Call& get = call();
  get.exchange.send_failure = http::StreamError::DeadlineExceeded;
  start(get);
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab");
  finish(get);
  EXPECT_EQ(get.failure(), ClientGone);
  EXPECT_EQ(get.outcome->error().client, http::StreamError::DeadlineExceeded);
  EXPECT_TRUE(peer.reads_end());
}

// --- early responses

TEST_F(RelayTest, PassesAnEarlyResponseOnAndStopsSending) {
  Call& post = call("POST", "/", http::BodyLength::known(100));
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("hello");
  peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
  finish(post);  // though the client never sends the rest
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(post.exchange.response->status, 413);
  EXPECT_EQ(post.exchange.body, "big");
  EXPECT_TRUE(post.exchange.ended);
  EXPECT_TRUE(peer.reads_end());
  EXPECT_EQ(pool_.counts().idle, 0u);
}

TEST_F(RelayTest, PassesAnEarlyResponseOnWhileTheApplicationReadsNothing) {
  const std::string piece(16'384, 'x');
  Call& post = call("POST", "/", http::BodyLength::known(2'000 * piece.size()));
  for (int count = 0; count < 2'000; ++count) post.exchange.push_body(piece);
  start(post);
  Peer peer = application_.accept();
  stage_.run_ready();
  EXPECT_LT(post.exchange.body_reads, 2'000);  // the client is not read faster than the application takes it
  peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
  finish(post);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(post.exchange.response->status, 413);
}

TEST_F(RelayTest, CarriesBothBodiesAtTheSameTime) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("hello\r\n");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  run_until([&] { return post.exchange.head_sent(); }, "the response's head");
  post.exchange.push_body("more");
  peer.read_through("more\r\n");
  peer.send("cd");
  finish(post);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(post.exchange.body, "abcd");
}

TEST_F(RelayTest, ReadsAnAnswerThatWasLeftBehindByAReset) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("hello\r\n");
  // All of it before the relay does anything: its next write fails, its next read does not.
  peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
  peer.reset();
  for (int count = 0; count < 3; ++count) post.exchange.push_body("more");
  finish(post);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(post.exchange.response->status, 413);
  EXPECT_EQ(post.exchange.body, "big");
}

TEST_F(RelayTest, AnUploadUnderTheResponseIsNoSilence) {
  Call& post = call("POST", "/", http::BodyLength::unknown());
  post.exchange.push_body("a");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("a\r\n");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
  run_until([&] { return post.exchange.head_sent(); }, "the response's head");
  for (int count = 0; count < 3; ++count) {
    stage_.advance(299s);
    post.exchange.push_body("b");
    peer.read_through("b\r\n");
  }
  EXPECT_FALSE(post.outcome);
  peer.send("cd");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

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
  constexpr std::size_t kSize = 64 * 1024 * 1024;
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

// --- deadlines

TEST_F(RelayTest, WaitsForTheHeadUntilTheFirstByteDeadline) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  stage_.advance(59s);
  EXPECT_FALSE(get.outcome);
  peer.send("HTTP/1.1 200");  // slow bytes of a head gain no time
  stage_.run_ready();
  stage_.advance(2s);
  finish(get);
  EXPECT_EQ(get.failure(), FirstByteTimeout);
  EXPECT_FALSE(get.exchange.head_sent());
}

TEST_F(RelayTest, CountsTheFirstByteFromTheRequestsEnd) {
  Call& post = call("POST", "/", http::BodyLength::known(10));
  post.exchange.push_body("hello");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("hello");
  stage_.advance(100s);
  EXPECT_FALSE(post.outcome);
  post.exchange.push_body("again");
  peer.read_through("again");
  stage_.advance(59s);
  EXPECT_FALSE(post.outcome);
  stage_.advance(2s);
  finish(post);
  EXPECT_EQ(post.failure(), FirstByteTimeout);
}

TEST_F(RelayTest, AbortsABodyThatFallsSilent) {
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na");
  run_until([&] { return get.exchange.body == "a"; }, "the body's start");
  stage_.advance(299s);
  peer.send("b");
  run_until([&] { return get.exchange.body == "ab"; }, "one more byte");
  stage_.advance(299s);
  EXPECT_FALSE(get.outcome);
  stage_.advance(2s);
  finish(get);
  EXPECT_EQ(get.failure(), BrokenOff);
  EXPECT_TRUE(get.exchange.aborted);
}

TEST_F(RelayTest, ASlowClientIsNotTheApplicationsSilence) {
  Call& get = call();
  get.exchange.block();
  start(get);
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  run_until([&] { return get.exchange.head_sent(); }, "the head");
  stage_.advance(1000s);
  get.exchange.unblock();
  peer.send("def");
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(get.exchange.body, "abcdef");
}

TEST_F(RelayTest, GivesUpOnAnApplicationThatTakesNothing) {
  const std::string piece(16'384, 'x');
  Call& post = call("POST", "/", http::BodyLength::known(2'000 * piece.size()));
  for (int count = 0; count < 2'000; ++count) post.exchange.push_body(piece);
  start(post);
  const Peer peer = application_.accept();
  stage_.run_ready();
  stage_.advance(301s);
  finish(post);
  EXPECT_EQ(post.failure(), FirstByteTimeout);
}

// --- connections, and when a request is sent again

TEST_F(RelayTest, UsesAConnectionAgain) {
  Peer peer = kept_connection();
  Call& second = answered(peer, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
  EXPECT_TRUE(second.succeeded());
  EXPECT_EQ(pool_.counts().dialled, 1u);
  EXPECT_EQ(pool_.counts().reused, 1u);
}

TEST_F(RelayTest, RepeatsAnIdempotentRequestThatMetAClosedConnection) {
  for (const std::string_view method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    SCOPED_TRACE(method);
    Peer old_peer = kept_connection();
    Call& made = call(method);
    old_peer.close();
    start(made);
    Peer peer = application_.accept();
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    finish(made);
    EXPECT_TRUE(made.succeeded());
    peer.close();
    stage_.advance(31s);
  }
}

TEST_F(RelayTest, RepeatsWhereTheConnectionEndsUnderTheRequest) {
  Peer old_peer = kept_connection();
  Call& get = start(call());
  old_peer.read_head();
  old_peer.close();
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(get);
  EXPECT_TRUE(get.succeeded());
}

TEST_F(RelayTest, RepeatsOnANewConnection) {
  Call& first = start(call());
  Peer first_peer = application_.accept();
  Call& second = start(call());
  Peer second_peer = application_.accept();
  for (Peer* peer : {&first_peer, &second_peer}) {
    peer->read_head();
    peer->send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  }
  finish(first);
  finish(second);
  EXPECT_EQ(pool_.counts().idle, 2u);
  first_peer.close();  // as when the application was started anew: one kept connection is as dead as the other
  second_peer.close();
  Call& get = start(call());
  Peer peer = application_.accept();
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(get);
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(pool_.counts().reused, 1u);
}

TEST_F(RelayTest, RepeatsOnceAtMost) {
  Peer old_peer = kept_connection();
  Call& get = start(call());
  old_peer.read_head();
  old_peer.close();
  Peer peer = application_.accept();
  peer.read_head();
  peer.close();
  finish(get);
  EXPECT_EQ(get.failure(), NoResponse);
  EXPECT_FALSE(application_.has_caller());
}

TEST_F(RelayTest, RepeatsNothingThatIsNotIdempotent) {
  for (const std::string_view method : {"POST", "PATCH", "PURCHASE"}) {
    SCOPED_TRACE(method);
    Peer old_peer = kept_connection();
    Call& made = start(call(method));
    old_peer.read_head();
    old_peer.close();
    finish(made);
    EXPECT_EQ(made.failure(), NoResponse);
    EXPECT_FALSE(application_.has_caller());
  }
}

TEST_F(RelayTest, RepeatsNothingWithABody) {
  Peer old_peer = kept_connection();
  Call& put = call("PUT", "/", http::BodyLength::known(4));
  put.exchange.push_body("body");
  start(put);
  old_peer.read_through("body");
  old_peer.close();
  finish(put);
  EXPECT_EQ(put.failure(), NoResponse);
  EXPECT_FALSE(application_.has_caller());
}

TEST_F(RelayTest, RepeatsNothingAfterAByteOfTheResponse) {
  Peer old_peer = kept_connection();
  Call& get = start(call());
  old_peer.read_head();
  old_peer.send("H");
  old_peer.close();
  finish(get);
  EXPECT_EQ(get.failure(), NoResponse);
  EXPECT_FALSE(application_.has_caller());
}

TEST_F(RelayTest, RepeatsNothingThatTookTooLong) {
  Peer old_peer = kept_connection();
  Call& get = start(call());
  old_peer.read_head();
  stage_.advance(61s);
  finish(get);
  EXPECT_EQ(get.failure(), FirstByteTimeout);
  EXPECT_FALSE(application_.has_caller());
}

TEST_F(RelayTest, LooksBeforeItSendsWhatMustNotBeRepeated) {
  Peer old_peer = kept_connection();
  old_peer.close();
  stage_.run_ready();
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.push_body("body");
  start(post);
  Peer peer = application_.accept();
  peer.read_through("body");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
}

TEST_F(RelayTest, SaysThatTheApplicationIsNotThere) {
  application_.stop_listening();
  Call& get = start(call());
  finish(get);
  EXPECT_EQ(get.failure(), Unreachable);
  EXPECT_TRUE(get.outcome->error().answerable());
}

class FullRelayTest : public RelayTest {
 protected:
  FullRelayTest() : RelayTest{{.connections = 1}} {}
};

TEST_F(FullRelayTest, SaysThatThePoolIsFull) {
  Call& first = start(call());
  Peer peer = application_.accept();
  Call& second = start(call());
  finish(second);
  EXPECT_EQ(second.failure(), Overloaded);
  peer.read_head();
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(first);
  EXPECT_TRUE(first.succeeded());
}

TEST_F(RelayTest, NamesEachFailureForTheLog) {
  EXPECT_EQ(to_string(Unreachable), "upstream_unreachable");
  EXPECT_EQ(to_string(ClientGone), "client_gone");
  EXPECT_FALSE((UpstreamError{.failure = BrokenOff}.answerable()));
  EXPECT_FALSE((UpstreamError{.failure = ClientGone}.answerable()));
  EXPECT_TRUE((UpstreamError{.failure = ClientBody}.answerable()));
}

}  // namespace
}  // namespace belfry::upstream
