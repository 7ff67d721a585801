#include "upstream/request_sender.hpp"

#include "upstream/relay_test_support.hpp"

#include <algorithm>
#include <array>
#include <string>

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

TEST_F(RelayTest, TakesNothingForAnAnswerThatCameBeforeTheRequest) {
  Call& post = call("POST", "/", http::BodyLength::known(4));
  post.exchange.head.expects_continue = true;
  start(post);
  Peer tired = application_.accept();
  run_until([&] { return post.exchange.body_reads == 1; }, "the invitation to send");
  tired.send("HTTP/1.1 408 Request Timeout\r\ncontent-length: 4\r\n\r\nevil");
  post.exchange.push_body("body");
  Peer peer = application_.accept();
  peer.read_head();
  EXPECT_EQ(peer.read(4), "body");
  peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  finish(post);
  EXPECT_TRUE(post.succeeded());
  EXPECT_EQ(post.exchange.body_reads, 1);
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

}  // namespace
}  // namespace belfry::upstream
