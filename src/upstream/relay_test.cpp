#include "upstream/relay.hpp"

#include "upstream/relay_test_support.hpp"

#include <sys/socket.h>

#include <string>

// The system calls on the way to the application, counted. Scripted peers use read(2) and write(2).
namespace {
int looks = 0;
int receives = 0;
int sends = 0;
}  // namespace
extern "C" ssize_t recv(int descriptor, void* into, std::size_t size, int flags) {
  ++((flags & MSG_PEEK) != 0 ? looks : receives);
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

// --- what a request costs

TEST_F(RelayTest, OneLookOneWriteAndOneReadForAPlainRequest) {
  Peer peer = kept_connection();
  const int looks_before = looks;
  const int sends_before = sends;
  const int receives_before = receives;
  Call& get = answered(peer, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  EXPECT_TRUE(get.succeeded());
  EXPECT_EQ(sends - sends_before, 1);
  EXPECT_EQ(receives - receives_before, 1);
  EXPECT_EQ(looks - looks_before, 1);
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
  Call& get = start(call());
  second_peer.read_head();
  first_peer.close();  // as when the application was started anew: one kept connection is as dead as the other
  second_peer.close();
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
