#pragma once

// A relay between a played client and a scripted application.

#include "upstream/fake_exchange_test_support.hpp"
#include "upstream/relay.hpp"
#include "upstream/scripted_application_test_support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::upstream {

// One exchange on its way.
struct Call {
  explicit Call(Stage* stage) : exchange{stage->io.get_executor()} {}

  FakeExchange exchange;
  std::optional<std::expected<void, UpstreamError>> outcome;

  bool succeeded() const { return outcome && outcome->has_value(); }
  std::optional<UpstreamFailure> failure() const {
    return outcome && !*outcome ? std::optional{outcome->error().failure} : std::nullopt;
  }
};

class RelayTest : public testing::Test {
 protected:
  explicit RelayTest(PoolOptions pool_options = {}) : pool_{stage_.io.get_executor(), &stage_.wheel, pool_options} {
    pool_.set_addresses({application_.endpoint()});
  }
  ~RelayTest() override { stage_.run_ready(); }

  Call& call(std::string_view method = "GET", std::string_view target = "/",
             http::BodyLength body = http::BodyLength::none()) {
    Call& made = calls_.emplace_back(&stage_);
    made.exchange.head.method = http::method_of(method);
    made.exchange.head.method_name = method;
    made.exchange.head.target = http::Target::parse(target).value();
    made.exchange.head.body = body;
    return made;
  }
  Call& websocket_call() {
    Call& made = call("GET", "/socket");
    made.exchange.head.upgrade = http::Upgrade::WebSocket;
    made.exchange.head.fields.add("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    return made;
  }
  Call& start(Call& made, ForwardedFields forwarded = ForwardedFields::Replace) {
    stage_.start(relay_.forward(&made.exchange, {.request_id = "id-1", .forwarded = forwarded}), &made.outcome);
    stage_.run_ready();
    return made;
  }
  void finish(Call& made) {
    stage_.run_until([&] { return made.outcome.has_value(); }, "the end of the exchange");
    EXPECT_FALSE(made.exchange.listens_for_abandonment());
  }
  // A request and its response of `text`, whole.
  Call& answered(Peer& peer, std::string_view text, std::string_view method = "GET") {
    Call& made = start(call(method));
    peer.read_head();
    peer.send(text);
    finish(made);
    return made;
  }
  // A connection that has carried one request and lies in the pool.
  Peer kept_connection() {
    Call& first = start(call());
    Peer peer = application_.accept();
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    finish(first);
    EXPECT_EQ(pool_.counts().idle, 1u);
    return peer;
  }
  void run_until(const std::function<bool()>& condition, std::string_view what) { stage_.run_until(condition, what); }

  Stage stage_;
  ScriptedApplication application_{&stage_};
  Pool pool_;
  Relay relay_{&pool_,
               {.host = "127.0.0.1",
                .port = 0,
                .connect = std::chrono::seconds{5},
                .first_byte = std::chrono::seconds{60},
                .idle = std::chrono::seconds{300}}};
  std::list<Call> calls_;
};

}  // namespace belfry::upstream
