#pragma once

// The client's side of an exchange, played by a test: it hands in what the client sends and keeps what is sent to it.

#include "base/event.hpp"
#include "http/exchange.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::upstream {

class FakeTunnel final : public http::Tunnel {
 public:
  explicit FakeTunnel(const boost::asio::any_io_executor& executor) : arrived_{executor} {}

  // What the client sends; an empty text is the end of its direction.
  void push(std::string text) {
    incoming_.emplace_back(std::move(text));
    arrived_.set();
  }
  void fail(http::StreamError error) {
    incoming_.emplace_back(std::unexpected(error));
    arrived_.set();
  }

  http::Awaitable<http::StreamResult<base::Buffer>> read() override {
    while (incoming_.empty()) co_await arrived_.wait();
    auto next = std::move(incoming_.front());
    incoming_.pop_front();
    if (!next) co_return std::unexpected(next.error());
    co_return base::Buffer::copy_of(*next);
  }
  http::Awaitable<http::StreamResult<void>> write(base::Buffer piece) override {
    received += piece.view();
    co_return http::StreamResult<void>{};
  }

  std::string received;

 private:
  base::Event arrived_;
  std::deque<http::StreamResult<std::string>> incoming_;
};

class FakeExchange final : public http::Exchange {
 public:
  explicit FakeExchange(const boost::asio::any_io_executor& executor)
      : tunnel{executor}, body_arrived_{executor}, unblocked_{executor} {
    head.host = "app.example.com";
    peer.endpoint = {*base::IpAddress::parse("192.0.2.7"), 50'000};
  }

  // --- what the client does
  void push_body(std::string text) {
    body_.emplace_back(std::move(text));
    body_arrived_.set();
  }
  void end_body() { push_body({}); }
  void fail_body(http::StreamError error) {
    body_.emplace_back(std::unexpected(error));
    body_arrived_.set();
  }
  // The client reads nothing until unblock().
  void block() { blocked_ = true; }
  void unblock() {
    blocked_ = false;
    unblocked_.set();
  }
  void go_away() {
    if (auto told = std::exchange(abandoned_, {})) told();
  }
  bool listens_for_abandonment() const { return static_cast<bool>(abandoned_); }

  // --- Exchange
  const http::RequestHead& request() const override { return head; }
  const http::Client& client() const override { return peer; }
  void limit_body(std::uint64_t) override {}
  http::Awaitable<http::StreamResult<base::Buffer>> read_body() override {
    ++body_reads;
    while (body_.empty()) co_await body_arrived_.wait();
    auto next = std::move(body_.front());
    body_.pop_front();
    if (!next) co_return std::unexpected(next.error());
    co_return base::Buffer::copy_of(*next);
  }
  const http::Fields& request_trailers() const override { return request_trailer_fields; }

  http::Awaitable<http::StreamResult<void>> send_interim(http::ResponseHead interim) override {
    interim_statuses.push_back(interim.status);
    interim_fields = std::move(interim.fields);
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<void>> send_head(http::ResponseHead response_head, base::Buffer first,
                                                      http::More more) override {
    response = std::move(response_head);
    first_piece = first.view();
    co_return co_await take(std::move(first), more);
  }
  http::Awaitable<http::StreamResult<void>> send_body(base::Buffer piece, http::More more) override {
    ++body_sends;
    co_return co_await take(std::move(piece), more);
  }
  http::Awaitable<http::StreamResult<void>> send_trailers(http::Fields trailers) override {
    response_trailers = std::move(trailers);
    ended = true;
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<http::Tunnel*>> begin_tunnel(http::ResponseHead response_head) override {
    response = std::move(response_head);
    tunnel_begun = true;
    co_return &tunnel;
  }
  bool head_sent() const override { return response.has_value(); }
  std::uint64_t body_bytes_sent() const override { return body.size(); }
  void on_abandoned(std::move_only_function<void()> abandoned) override { abandoned_ = std::move(abandoned); }
  void abort() override { aborted = true; }

  // --- what was asked and what came
  http::RequestHead head;
  http::Client peer;
  http::Fields request_trailer_fields;

  int body_reads = 0;
  std::vector<int> interim_statuses;
  http::Fields interim_fields;
  std::optional<http::ResponseHead> response;
  std::string first_piece;  // of the body, sent with the head
  std::string body;
  int body_sends = 0;
  http::Fields response_trailers;
  bool ended = false;
  bool aborted = false;
  bool tunnel_begun = false;
  FakeTunnel tunnel;
  // Every piece of the response fails with it.
  std::optional<http::StreamError> send_failure;

 private:
  http::Awaitable<http::StreamResult<void>> take(base::Buffer piece, http::More more) {
    while (blocked_) co_await unblocked_.wait();
    if (send_failure) co_return std::unexpected(*send_failure);
    body += piece.view();
    ended = more == http::More::No;
    co_return http::StreamResult<void>{};
  }

  base::Event body_arrived_;
  std::deque<http::StreamResult<std::string>> body_;
  base::Event unblocked_;
  bool blocked_ = false;
  std::move_only_function<void()> abandoned_;
};

}  // namespace belfry::upstream
