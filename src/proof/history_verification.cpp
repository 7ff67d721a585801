#include "proof/history_verification.hpp"

#include "record/timestamp.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

namespace belfry::proof {

namespace {

namespace json = boost::json;

struct Page {
  std::vector<HistoryEntry> entries;
  HistoryHead head;
};

// The strict readers of the agreed form: nothing stands for a value that is not there or is of another kind.
std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const std::int64_t* const number = value != nullptr ? value->if_int64() : nullptr;
  if (number == nullptr || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const json::string* const text = value != nullptr ? value->if_string() : nullptr;
  if (text == nullptr) return std::nullopt;
  return std::string{text->begin(), text->end()};
}

std::optional<std::string> hash_in(const json::object& object, std::string_view name) {
  auto hash = text_in(object, name);
  if (hash && !is_history_hash(*hash)) hash.reset();
  return hash;
}

std::optional<State> state_in(const json::object& object) {
  const auto word = text_in(object, "state");
  for (const State state : {State::Holds, State::Unknown, State::Broken}) {
    if (word == to_string(state)) return state;
  }
  return std::nullopt;
}

std::optional<HistoryEntry> read_entry(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  auto number = number_in(*object, "number");
  auto claim = text_in(*object, "claim");
  const auto state = state_in(*object);
  const auto at = record::parse_timestamp(text_in(*object, "at").value_or(""));
  auto previous = hash_in(*object, "previous");
  auto hash = hash_in(*object, "hash");
  if (!number || !claim || !state || !at || !previous || !hash) return std::nullopt;
  return HistoryEntry{.number = *number,
                      .claim = std::move(*claim),
                      .state = *state,
                      .at = *at,
                      .previous = std::move(*previous),
                      .hash = std::move(*hash)};
}

std::optional<HistoryHead> read_head(const json::value* value) {
  const json::object* const object = value != nullptr ? value->if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const auto number = number_in(*object, "number");
  auto hash = hash_in(*object, "hash");
  if (!number || !hash) return std::nullopt;
  return HistoryHead{.number = *number, .hash = std::move(*hash), .at = {}};
}

std::optional<Page> read_page(const json::value& value, std::uint64_t after) {
  const json::object* const object = value.if_object();
  if (object == nullptr || number_in(*object, "after") != after) return std::nullopt;
  const json::value* const entries = object->if_contains("entries");
  const json::array* const list = entries != nullptr ? entries->if_array() : nullptr;
  auto head = read_head(object->if_contains("head"));
  if (list == nullptr || !head) return std::nullopt;
  Page page{.entries = {}, .head = std::move(*head)};
  for (const json::value& one : *list) {
    auto entry = read_entry(one);
    if (!entry) return std::nullopt;
    page.entries.push_back(std::move(*entry));
  }
  return page;
}

std::chrono::seconds wait_of(const net::FetchResponse& response) {
  const std::string_view text = response.fields.get("retry-after").value_or("");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) seconds = 1;
  return std::clamp<std::chrono::seconds>(std::chrono::seconds{seconds}, std::chrono::seconds{1},
                                          HistoryVerificationOptions::kLongestWait);
}

// Why the verification ends before its end.
struct Failure {
  HistoryFault fault;
  std::uint64_t number;
  std::string detail;
};
template <class T>
using Checked = std::expected<T, Failure>;

std::unexpected<Failure> failed(HistoryFault fault, std::uint64_t number, std::string detail) {
  return std::unexpected{Failure{fault, number, std::move(detail)}};
}

class Verifier {
 public:
  Verifier(net::HttpClient& client, const base::Clock& clock, const HistoryVerificationOptions& options)
      : client_{client},
        clock_{clock},
        options_{options},
        base_{options.request.url},
        end_{clock.steady_now() + HistoryVerificationOptions::kTotalTime} {
    while (base_.ends_with('/')) base_.pop_back();
    for (const HistoryHead& head : options.kept) kept_.emplace(head.number, head.hash);
  }

  HistoryVerification run() {
    HistoryVerification result;
    if (auto done = follow(); !done) {
      result.fault = done.error().fault;
      result.number = done.error().number;
      result.detail = std::move(done.error().detail);
    }
    result.verified = verified_;
    result.kept_found = kept_found_;
    result.odd = std::move(odd_);
    result.odd_count = odd_count_;
    return result;
  }

 private:
  Checked<void> follow() {
    auto head = fetch_head();
    if (!head) return std::unexpected{std::move(head.error())};
    if (auto known = hear_of(*head); !known) return known;
    if (!kept_.empty() && kept_.rbegin()->first > head->number) {
      return failed(HistoryFault::HeadBackwards, head->number,
                    "the site's head is " + std::to_string(head->number) + ", and head " +
                        std::to_string(kept_.rbegin()->first) + " was kept");
    }
    // The empty history's head, where it was kept or is the site's.
    if (auto beginning = look_for_heads(HistoryHead{}); !beginning) return beginning;
    for (std::size_t pages = 0; verified_.number < head->number; ++pages) {
      if (pages == kHistoryPagesLimit) {
        return failed(HistoryFault::TooLong, head->number,
                      "head " + std::to_string(head->number) + " is not reached within " +
                          std::to_string(kHistoryPagesLimit) + " pages");
      }
      if (auto next = follow_page(); !next) return next;
      if (options_.progress) options_.progress(verified_.number, head->number);
    }
    return {};
  }

  Checked<void> follow_page() {
    const std::uint64_t next = verified_.number + 1;
    auto page = fetch_page(verified_.number);
    if (!page) return std::unexpected{std::move(page.error())};
    if (auto known = hear_of(page->head); !known) return known;
    if (page->entries.empty()) {
      return failed(HistoryFault::Incomplete, next, "the site gives no entry " + std::to_string(next));
    }
    for (const HistoryEntry& entry : page->entries) {
      if (const auto unfit = verify_chain(std::span{&entry, 1}, verified_)) {
        return failed(HistoryFault::ChainBroken, *unfit,
                      "entry " + std::to_string(*unfit) + " does not follow from those before it");
      }
      const HistoryHead reached = head_of(entry);
      if (auto fits = look_for_heads(reached); !fits) return fits;
      verified_ = reached;
      look_for_oddity(entry);
    }
    return {};
  }

  void look_for_oddity(const HistoryEntry& entry) {
    const auto last = last_of_claim_.find(entry.claim);
    if (last == last_of_claim_.end()) {
      if (last_of_claim_.size() == HistoryVerification::kFollowedClaims) return;
      last_of_claim_.emplace(entry.claim, Last{entry.state, entry.at});
      return;
    }
    if (entry.at + HistoryVerification::kClockTolerance < last->second.at) note(entry, HistoryOddity::Backwards);
    if (entry.state == last->second.state) note(entry, HistoryOddity::Repeated);
    last->second = {entry.state, entry.at};
  }

  void note(const HistoryEntry& entry, HistoryOddity oddity) {
    ++odd_count_;
    if (odd_.size() < HistoryVerification::kOddEntries) odd_.push_back({entry.number, oddity});
  }

  // What the site says of its head: it only goes on, and its hashes must be found in the chain.
  Checked<void> hear_of(const HistoryHead& head) {
    if (!told_.empty() && told_.rbegin()->first > head.number) {
      return failed(HistoryFault::HeadBackwards, head.number,
                    "the site's head was " + std::to_string(told_.rbegin()->first) + " and is now " +
                        std::to_string(head.number));
    }
    const auto [place, fresh] = told_.emplace(head.number, head.hash);
    if (!fresh && place->second != head.hash) return head_differs(head.number);
    return {};
  }

  Checked<void> look_for_heads(const HistoryHead& reached) {
    const auto [first, last] = kept_.equal_range(reached.number);
    for (auto kept = first; kept != last; ++kept) {
      if (kept->second != reached.hash) {
        return failed(HistoryFault::KeptMissing, reached.number,
                      "head " + std::to_string(reached.number) + ", which was kept, is not in the history");
      }
      ++kept_found_;
    }
    const auto told = told_.find(reached.number);
    if (told != told_.end() && told->second != reached.hash) return head_differs(reached.number);
    return {};
  }

  static std::unexpected<Failure> head_differs(std::uint64_t number) {
    return failed(HistoryFault::HeadDiffers, number,
                  "the hash that the site gives of its head " + std::to_string(number) + " is not in the history");
  }

  Checked<HistoryHead> fetch_head() {
    const std::string path = "/security/head";
    auto value = fetch(path);
    if (!value) return std::unexpected{std::move(value.error())};
    auto head = read_head(&*value);
    if (!head) return failed(HistoryFault::Unreadable, 0, path + " is not of the agreed form");
    return std::move(*head);
  }

  Checked<Page> fetch_page(std::uint64_t after) {
    const std::string path = "/security/history.json?after=" + std::to_string(after);
    auto value = fetch(path);
    if (!value) return std::unexpected{std::move(value.error())};
    auto page = read_page(*value, after);
    if (!page) return failed(HistoryFault::Unreadable, 0, path + " is not of the agreed form");
    return std::move(*page);
  }

  Checked<json::value> fetch(const std::string& path) {
    net::FetchRequest request = options_.request;
    request.method = "GET";
    request.url = base_ + path;
    request.body.clear();
    for (std::size_t tries = 1;; ++tries) {
      const auto left = time_left();
      if (left <= std::chrono::milliseconds{0}) return too_slow("gave not all of it within the time that there is");
      request.deadline = std::min(options_.request.deadline, left);
      const auto response = client_.fetch(request);
      if (!response) {
        return failed(HistoryFault::NoAnswer, 0, path + ": " + std::string{to_string(response.error())});
      }
      const bool busy = response->status == 429 || response->status == 503;
      if (busy && tries < HistoryVerificationOptions::kTriesPerCall && options_.wait) {
        const std::chrono::seconds pause = wait_of(*response);
        if (waited_ + pause > HistoryVerificationOptions::kTotalWait || pause > time_left()) {
          return too_slow("lets wait longer than there is time for");
        }
        waited_ += pause;
        if (options_.wait(pause)) continue;
      }
      if (response->status != 200) {
        return failed(HistoryFault::NoAnswer, 0, path + ": status " + std::to_string(response->status));
      }
      boost::system::error_code error;
      json::value value = json::parse(response->body, error);
      if (error) return failed(HistoryFault::Unreadable, 0, path + " is not JSON");
      return value;
    }
  }

  std::chrono::milliseconds time_left() const {
    return std::chrono::floor<std::chrono::milliseconds>(end_ - clock_.steady_now());
  }

  std::unexpected<Failure> too_slow(const std::string& what) const {
    return failed(HistoryFault::TooSlow, 0,
                  "the site " + what + "; verified up to entry " + std::to_string(verified_.number));
  }

  struct Last {
    State state;
    base::WallTime at;
  };

  net::HttpClient& client_;
  const base::Clock& clock_;
  const HistoryVerificationOptions& options_;
  std::string base_;
  base::SteadyTime end_;
  std::chrono::seconds waited_{0};
  std::map<std::string, Last> last_of_claim_;
  std::vector<OddEntry> odd_;
  std::size_t odd_count_ = 0;
  std::multimap<std::uint64_t, std::string> kept_;
  // The heads that the site gave, by their number.
  std::map<std::uint64_t, std::string> told_;
  HistoryHead verified_;
  std::size_t kept_found_ = 0;
};

}  // namespace

std::string_view to_string(HistoryFault fault) {
  switch (fault) {
    case HistoryFault::None:
      return "none";
    case HistoryFault::NoAnswer:
      return "no_answer";
    case HistoryFault::Unreadable:
      return "unreadable";
    case HistoryFault::TooLong:
      return "too_long";
    case HistoryFault::TooSlow:
      return "too_slow";
    case HistoryFault::Incomplete:
      return "incomplete";
    case HistoryFault::ChainBroken:
      return "chain_broken";
    case HistoryFault::HeadDiffers:
      return "head_differs";
    case HistoryFault::HeadBackwards:
      return "head_backwards";
    case HistoryFault::KeptMissing:
      return "kept_missing";
  }
  return {};
}

std::string_view to_string(HistoryOddity oddity) {
  switch (oddity) {
    case HistoryOddity::Backwards:
      return "backwards";
    case HistoryOddity::Repeated:
      return "repeated";
  }
  return {};
}

HistoryVerification verify_history(net::HttpClient& client, const base::Clock& clock,
                                   const HistoryVerificationOptions& options) {
  return Verifier{client, clock, options}.run();
}

}  // namespace belfry::proof
