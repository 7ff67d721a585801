#include "app/history_pages.hpp"

#include "web/history_json.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace belfry::app {

namespace {

// Each call takes milliseconds: a full queue is soon worked off.
constexpr std::chrono::seconds kRetryAfter{1};

std::expected<http::Response, proof::StoreError> read_page(proof::HistoryReader& reader, std::string site,
                                                           std::uint64_t after) {
  auto entries = reader.history_page(after, web::kHistoryPageEntries);
  if (!entries) return std::unexpected{entries.error()};
  auto head = reader.head();
  if (!head) return std::unexpected{head.error()};
  return web::history_json(
      {.site = std::move(site), .after = after, .entries = std::move(*entries), .head = std::move(*head)});
}

std::expected<std::optional<http::Response>, proof::StoreError> read_feed(proof::HistoryReader& reader,
                                                                          web::ChangeFeedInput feed) {
  const auto head = reader.head();
  if (!head) return std::unexpected{head.error()};
  const auto first = reader.history_page(0, 1);
  if (!first) return std::unexpected{first.error()};
  auto entries =
      reader.history_page(head->number - std::min<std::uint64_t>(head->number, web::kFeedEntries), web::kFeedEntries);
  if (!entries) return std::unexpected{entries.error()};
  if (first->empty() || entries->empty()) return std::nullopt;
  feed.begun = first->front().at;
  feed.entries = std::move(*entries);
  return web::change_feed(feed);
}

}  // namespace

http::Awaitable<HistoryPages::Answer> HistoryPages::page(std::string site, std::string query) {
  const auto after = web::history_after(query);
  if (!after) co_return std::unexpected{guard::Refuse{guard::Reason::MalformedQuery}};
  auto read = [this, site = std::move(site), after = *after]() -> Read { return read_page(reader_, site, after); };
  auto answer = co_await pool_.run(std::move(read));
  co_return answer_of(std::move(answer));
}

http::Awaitable<HistoryPages::Answer> HistoryPages::head(std::string site) {
  auto read = [this, site = std::move(site)]() -> Read {
    const auto head = reader_.head();
    if (!head) return std::unexpected{head.error()};
    return web::history_head_json(site, *head);
  };
  auto answer = co_await pool_.run(std::move(read));
  co_return answer_of(std::move(answer));
}

http::Awaitable<HistoryPages::Answer> HistoryPages::feed(web::ChangeFeedInput feed) {
  auto read = [this, feed = std::move(feed)]() mutable -> Read { return read_feed(reader_, std::move(feed)); };
  auto answer = co_await pool_.run(std::move(read));
  co_return answer_of(std::move(answer));
}

HistoryPages::Answer HistoryPages::answer_of(std::expected<Read, base::BlockingError> read) {
  if (!read) return std::unexpected{guard::Refuse{guard::Reason::TooBusy, kRetryAfter}};
  if (!*read) {
    log_.error("the history of states cannot be read", {{"why", to_string(read->error())}});
    return std::unexpected{guard::Refuse{guard::Reason::Internal}};
  }
  std::optional<http::Response>& response = **read;
  if (!response) return std::unexpected{guard::Refuse{guard::Reason::TooBusy, kRetryAfter}};
  return std::move(*response);
}

}  // namespace belfry::app
