#include "app/history_pages.hpp"

#include "web/history_json.hpp"

#include <chrono>
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

HistoryPages::Answer HistoryPages::answer_of(std::expected<Read, base::BlockingError> read) {
  if (!read) return std::unexpected{guard::Refuse{guard::Reason::TooBusy, kRetryAfter}};
  if (!*read) {
    log_.error("the history of states cannot be read", {{"why", to_string(read->error())}});
    return std::unexpected{guard::Refuse{guard::Reason::Internal}};
  }
  return std::move(**read);
}

}  // namespace belfry::app
