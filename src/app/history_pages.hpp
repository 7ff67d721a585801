#pragma once

// The history's pages: the one thing of Belfry's own that is read from the disk while somebody waits. It is read over a
// connection of its own on the blocking pool, and a full queue is refused, so that no number of readers slows a worker.

#include "base/blocking_pool.hpp"
#include "guard/refusal.hpp"
#include "http/exchange.hpp"
#include "http/message.hpp"
#include "proof/evidence_store.hpp"
#include "record/log.hpp"
#include "web/change_feed.hpp"

#include <expected>
#include <optional>
#include <string>

namespace belfry::app {

// Any thread. Shared by the doors, and outlives them.
class HistoryPages {
 public:
  using Answer = std::expected<http::Response, guard::Refuse>;

  // `pool` has one thread, which alone uses `reader`. All outlive this.
  HistoryPages(proof::HistoryReader& reader, base::BlockingPool& pool, record::Log& log)
      : reader_{reader}, pool_{pool}, log_{log} {}

  // TooBusy with a full queue, MalformedQuery for an `after` that is no number, Internal where the store fails.
  http::Awaitable<Answer> page(std::string site, std::string query);
  http::Awaitable<Answer> head(std::string site);
  // `feed` without entries; they are read here. TooBusy while the history is empty, as it is for a moment after the
  // first start of all.
  http::Awaitable<Answer> feed(web::ChangeFeedInput feed);

 private:
  // nullopt: there is nothing to show yet.
  using Read = std::expected<std::optional<http::Response>, proof::StoreError>;

  Answer answer_of(std::expected<Read, base::BlockingError> read);

  proof::HistoryReader& reader_;
  base::BlockingPool& pool_;
  record::Log& log_;
};

}  // namespace belfry::app
