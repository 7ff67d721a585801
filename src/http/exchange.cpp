#include "http/exchange.hpp"

#include <utility>

namespace belfry::http {

std::string_view to_string(StreamError error) {
  switch (error) {
    case StreamError::Closed:
      return "closed";
    case StreamError::DeadlineExceeded:
      return "deadline_exceeded";
    case StreamError::Malformed:
      return "malformed";
    case StreamError::TooLarge:
      return "too_large";
  }
  return "";
}

Awaitable<StreamResult<void>> respond(Exchange* exchange, Response response) {
  // 204 has no length at all, and that of a 304 is the length of what was not sent: both stay as the caller gave them.
  const std::uint16_t status = response.head.status;
  if (status != 204 && status != 304) response.head.body = BodyLength::known(response.body.size());

  std::string_view rest = response.body;
  base::Buffer piece = base::Buffer::copy_of(rest);
  rest.remove_prefix(piece.size());
  auto sent =
      co_await exchange->send_head(std::move(response.head), std::move(piece), rest.empty() ? More::No : More::Yes);
  while (sent && !rest.empty()) {
    piece = base::Buffer::copy_of(rest);
    rest.remove_prefix(piece.size());
    sent = co_await exchange->send_body(std::move(piece), rest.empty() ? More::No : More::Yes);
  }
  co_return sent;
}

}  // namespace belfry::http
