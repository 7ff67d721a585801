#include "http/exchange.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::http {
namespace {

// Keeps what is sent; fails from the `fail_at`th piece on.
class RecordingExchange final : public Exchange {
 public:
  const RequestHead& request() const override { return request_; }
  const Client& client() const override { return client_; }
  void limit_body(std::uint64_t) override {}
  Awaitable<StreamResult<base::Buffer>> read_body() override { co_return base::Buffer{}; }
  const Fields& request_trailers() const override { return request_.fields; }
  Awaitable<StreamResult<void>> send_interim(ResponseHead) override { co_return StreamResult<void>{}; }
  Awaitable<StreamResult<void>> send_head(ResponseHead head, base::Buffer first, More more) override {
    head_ = std::move(head);
    co_return take(std::move(first), more);
  }
  Awaitable<StreamResult<void>> send_body(base::Buffer piece, More more) override {
    co_return take(std::move(piece), more);
  }
  Awaitable<StreamResult<void>> send_trailers(Fields) override { co_return StreamResult<void>{}; }
  Awaitable<StreamResult<Tunnel*>> begin_tunnel(ResponseHead) override { co_return nullptr; }
  bool head_sent() const override { return head_.has_value(); }
  std::uint64_t body_bytes_sent() const override { return body_.size(); }
  void on_abandoned(std::move_only_function<void()>) override {}
  void abort() override {}

  StreamResult<void> take(base::Buffer piece, More more) {
    EXPECT_FALSE(ended_);
    if (++pieces_ >= fail_at_) return std::unexpected{StreamError::Closed};
    body_ += piece.view();
    ended_ = more == More::No;
    return {};
  }

  std::optional<ResponseHead> head_;
  std::string body_;
  std::size_t pieces_ = 0;
  std::size_t fail_at_ = 1000;
  bool ended_ = false;

 private:
  RequestHead request_;
  Client client_;
};

StreamResult<void> run(RecordingExchange& exchange, Response response) {
  boost::asio::io_context context;
  std::optional<StreamResult<void>> result;
  boost::asio::co_spawn(context, respond(&exchange, std::move(response)),
                        [&](const std::exception_ptr& failure, StreamResult<void> sent) {
                          EXPECT_FALSE(failure);
                          result = sent;
                        });
  context.run();
  return result.value();
}

TEST(Respond, SendsASmallBodyWithItsHead) {
  RecordingExchange exchange;
  Response response;
  response.head.status = 404;
  response.body = "not here";
  ASSERT_TRUE(run(exchange, std::move(response)).has_value());
  EXPECT_EQ(exchange.head_->status, 404);
  EXPECT_EQ(exchange.head_->body, BodyLength::known(8));
  EXPECT_EQ(exchange.body_, "not here");
  EXPECT_EQ(exchange.pieces_, 1U);
  EXPECT_TRUE(exchange.ended_);
}

TEST(Respond, SendsALargeBodyInPieces) {
  for (const std::size_t size :
       {std::size_t{0}, base::Buffer::kCapacity, base::Buffer::kCapacity + 1, std::size_t{100'000}}) {
    RecordingExchange exchange;
    Response response;
    response.body = std::string(size, 'x');
    ASSERT_TRUE(run(exchange, std::move(response)).has_value());
    EXPECT_EQ(exchange.head_->body, BodyLength::known(size));
    EXPECT_EQ(exchange.body_, std::string(size, 'x'));
    EXPECT_EQ(exchange.pieces_, size == 0 ? 1 : (size + base::Buffer::kCapacity - 1) / base::Buffer::kCapacity);
    EXPECT_TRUE(exchange.ended_);
  }
}

TEST(Respond, StopsWhereTheClientIsGone) {
  RecordingExchange exchange;
  exchange.fail_at_ = 2;
  Response response;
  response.body = std::string(100'000, 'x');
  EXPECT_EQ(run(exchange, std::move(response)), std::unexpected{StreamError::Closed});
  EXPECT_EQ(exchange.pieces_, 2U);
}

TEST(Respond, LeavesTheLengthOf204And304ToTheCaller) {
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{204, 304}) {
    RecordingExchange exchange;
    Response response;
    response.head.status = status;
    ASSERT_TRUE(run(exchange, std::move(response)).has_value());
    EXPECT_EQ(exchange.head_->body, BodyLength::none());
  }
}

TEST(StreamError, HasAName) {
  EXPECT_EQ(to_string(StreamError::Closed), "closed");
  EXPECT_EQ(to_string(StreamError::DeadlineExceeded), "deadline_exceeded");
  EXPECT_EQ(to_string(StreamError::Malformed), "malformed");
  EXPECT_EQ(to_string(StreamError::TooLarge), "too_large");
}

}  // namespace
}  // namespace belfry::http
