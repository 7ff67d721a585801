#pragma once

// What somebody is in the middle of, for a few minutes: kept in memory by the hash of a token that they hold. Of fixed
// size, so that nobody can fill the memory, and with a share for each person, so that nobody can push others out. What
// is pushed out or lost at a restart is begun anew. Any thread.
//
// Time is the steady clock's: setting the wall's makes nothing last longer.

#include "accounts/person.hpp"
#include "accounts/secret.hpp"
#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace belfry::accounts {

struct ShortLivedLimits {
  std::chrono::milliseconds lifetime;  // at its end it is over
  std::size_t capacity;                // inclusive, as is:
  std::size_t per_owner;
};

// `Owner`: who has a share.
template <class Value, class Owner = PersonId>
class ShortLived {
 public:
  // `clock` outlives this.
  ShortLived(const base::Clock& clock, ShortLivedLimits limits) : clock_{clock}, limits_{limits} {}

  // In place of what had that token; beyond a limit, the oldest of all or of the owner goes.
  void put(const SecretHash& token, const Owner& owner, Value value) {
    const std::lock_guard lock{mutex_};
    drop_over();
    if (const auto found = by_token_.find(token); found != by_token_.end()) drop(found->second);
    insert(token, owner, std::move(value));
  }

  // What has that token, or else the value, which has it from now on.
  Value find_or_put(const SecretHash& token, const Owner& owner, Value value) {
    const std::lock_guard lock{mutex_};
    drop_over();
    if (const auto found = by_token_.find(token); found != by_token_.end()) return found->second->value;
    insert(token, owner, value);
    return value;
  }

  std::optional<Value> find(const SecretHash& token) {
    const std::lock_guard lock{mutex_};
    drop_over();
    const auto found = by_token_.find(token);
    return found == by_token_.end() ? std::nullopt : std::optional{found->second->value};
  }

  // Of two at the same time, one has it.
  std::optional<Value> take(const SecretHash& token) {
    const std::lock_guard lock{mutex_};
    drop_over();
    const auto found = by_token_.find(token);
    if (found == by_token_.end()) return std::nullopt;
    std::optional<Value> value{std::move(found->second->value)};
    drop(found->second);
    return value;
  }

  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return by_token_.size();
  }
  // How many went before their time, for lack of room.
  std::uint64_t pushed_out() const {
    const std::lock_guard lock{mutex_};
    return pushed_out_;
  }

 private:
  struct Entry {
    SecretHash token;
    Owner owner;
    base::SteadyTime end;
    Value value;
  };
  using Position = typename std::list<Entry>::iterator;

  void insert(const SecretHash& token, const Owner& owner, Value value) {
    if (share_[owner] >= limits_.per_owner) {
      push_out(std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.owner == owner; }));
    }
    // Behind their own: who is beyond the share pushes nobody else out.
    if (by_token_.size() >= limits_.capacity) push_out(entries_.begin());
    entries_.push_back({token, owner, clock_.steady_now() + limits_.lifetime, std::move(value)});
    by_token_.emplace(token, std::prev(entries_.end()));
    ++share_[owner];
  }
  void drop(Position entry) {
    if (const auto share = share_.find(entry->owner); --share->second == 0) share_.erase(share);
    by_token_.erase(entry->token);
    entries_.erase(entry);
  }
  void push_out(Position entry) {
    if (entry == entries_.end()) return;
    drop(entry);
    ++pushed_out_;
  }
  // All live equally long: the oldest stand first.
  void drop_over() {
    while (!entries_.empty() && clock_.steady_now() >= entries_.front().end) drop(entries_.begin());
  }

  const base::Clock& clock_;
  const ShortLivedLimits limits_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;
  std::map<SecretHash, Position> by_token_;
  std::map<Owner, std::size_t> share_;
  std::uint64_t pushed_out_ = 0;
};

}  // namespace belfry::accounts
