#include "accounts/session_cache.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace belfry::accounts {

namespace {

std::chrono::milliseconds::rep milliseconds_of(auto time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Never back: a refresh brings the store's time, which is that of the last flush.
void raise(std::atomic<std::chrono::milliseconds::rep>& value, std::chrono::milliseconds::rep to) {
  auto seen = value.load(std::memory_order_relaxed);
  while (seen < to && !value.compare_exchange_weak(seen, to, std::memory_order_relaxed)) {
  }
}

}  // namespace

// The tokens' hashes are SHA-256 of random bits: any eight bytes are as good as a hash of them.
std::size_t SessionCache::HashOfToken::operator()(const SecretHash& token) const {
  std::size_t hash;
  std::memcpy(&hash, token.digest().data() + 8, sizeof hash);
  return hash;
}

SessionCache::SessionCache(AccountStore& store, const base::Clock& clock, SessionLimits limits, std::size_t capacity,
                           SecondFactorRule rule)
    : store_{store}, clock_{clock}, limits_{limits}, capacity_{capacity}, requires_second_factor_{rule} {}

SessionCache::Instant SessionCache::now() const {
  return {.steady = milliseconds_of(clock_.steady_now()), .wall = milliseconds_of(clock_.wall_now())};
}

bool SessionCache::is_over(const Entry& entry, const Instant& now) const {
  const auto idle = limits_.idle.count();
  return now.steady >= entry.steady_end || now.wall >= entry.wall_end ||
         now.steady - entry.use->steady.load(std::memory_order_relaxed) >= idle ||
         now.wall - entry.use->wall.load(std::memory_order_relaxed) >= idle;
}

SessionCache::Part& SessionCache::part_of(const SecretHash& token) {
  return parts_[std::to_integer<std::size_t>(token.digest()[0])];
}
const SessionCache::Part& SessionCache::part_of(const SecretHash& token) const {
  return parts_[std::to_integer<std::size_t>(token.digest()[0])];
}

std::shared_ptr<const SessionCache::Entry> SessionCache::entry(const SecretHash& token) const {
  const Part& part = part_of(token);
  const std::lock_guard lock{part.mutex};
  const auto found = part.entries.find(token);
  return found == part.entries.end() ? nullptr : found->second;
}

std::shared_ptr<const SignedInAs> SessionCache::find(std::string_view token, std::string_view host) {
  const auto hash = hash_of_token(token);
  if (!hash) return nullptr;
  auto found = entry(*hash);
  if (!found || found->who.host != host) return nullptr;
  const Instant instant = now();
  if (is_over(*found, instant)) return nullptr;
  Use& use = *found->use;
  // Written once in a millisecond at most: threads that share a session need not fight for its line.
  if (use.steady.load(std::memory_order_relaxed) != instant.steady) {
    raise(use.steady, instant.steady);
    // Back too, as the wall clock may be set.
    use.wall.store(instant.wall, std::memory_order_relaxed);
    use.is_to_be_told.store(true, std::memory_order_relaxed);
  }
  const SignedInAs* const who = &found->who;
  return {std::move(found), who};
}

bool SessionCache::is_signed_in(const SecretHash& token) const {
  const auto found = entry(token);
  return found && !is_over(*found, now());
}

void SessionCache::put(std::shared_ptr<const Entry> entry) {
  const SecretHash token = entry->who.token;
  // Let go of behind the lock.
  std::shared_ptr<const Entry> gone;
  Part& part = part_of(token);
  const std::lock_guard lock{part.mutex};
  if (const auto found = part.entries.find(token); found != part.entries.end()) {
    gone = std::exchange(found->second, std::move(entry));
    return;
  }
  if (size_.load() >= capacity_ && !part.entries.empty()) {
    const auto oldest = std::ranges::min_element(
        part.entries, {}, [](const auto& one) { return one.second->use->steady.load(std::memory_order_relaxed); });
    gone = std::move(oldest->second);
    part.entries.erase(oldest);
    --size_;
    ++pushed_out_;
    ++let_go_;
  }
  part.entries.emplace(token, std::move(entry));
  ++size_;
}

void SessionCache::drop(const SecretHash& token) {
  Part& part = part_of(token);
  const std::lock_guard lock{part.mutex};
  const std::size_t gone = part.entries.erase(token);
  size_ -= gone;
  let_go_ += gone;
}

Answer<void> SessionCache::load() {
  const std::lock_guard lock{writers_};
  for (const auto& [person, tokens] : std::exchange(tokens_, {})) {
    for (const SecretHash& token : tokens) drop(token);
  }
  const auto store_now = store_.now();
  if (!store_now) return std::unexpected{store_now.error()};
  const auto people = store_.people();
  if (!people) return std::unexpected{people.error()};
  const auto sessions = store_.sessions();
  if (!sessions) return std::unexpected{sessions.error()};
  std::map<PersonId, std::vector<Session>> by_person;
  for (const Session& session : *sessions) by_person[session.person].push_back(session);
  for (const Person& person : *people) {
    if (const auto found = by_person.find(person.id); found != by_person.end()) {
      replace(person, found->second, *store_now);
    }
  }
  unread_.clear();
  return {};
}

void SessionCache::refresh(const PersonId& person) {
  const std::lock_guard lock{writers_};
  read(person);
}

void SessionCache::read(const PersonId& id) {
  const auto store_now = store_.now();
  const auto person = store_.find(id);
  const auto sessions = store_.sessions(id);
  unread_.erase(id);
  if (store_now && person && sessions) {
    replace(*person, *sessions, *store_now);
    return;
  }
  drop_all_but(id, {});
  const bool is_gone = !person && person.error() == AccountError::NotFound;
  if (!is_gone) unread_.insert(id);
}

void SessionCache::replace(const Person& person, const std::vector<Session>& sessions, const Moment& store_now) {
  const Instant instant = now();
  // What the steady clock showed at a time of the store's running clock.
  const auto steady_at = [&](RunningTime time) { return instant.steady - (store_now.running - time).count(); };
  std::set<SecretHash> kept;
  if (person.state == PersonState::Active) {
    for (const Session& session : sessions) kept.insert(session.token);
  }
  drop_all_but(person.id, kept);
  for (const Session& session : sessions) {
    if (!kept.contains(session.token)) continue;
    const auto before = entry(session.token);
    auto use = before ? before->use : std::make_shared<Use>();
    if (before) {
      raise(use->steady, steady_at(session.used.running));
    } else {
      use->steady = steady_at(session.used.running);
      use->wall = milliseconds_of(session.used.wall);
    }
    put(std::make_shared<const Entry>(
        Entry{.who = {.token = session.token,
                      .person = person.id,
                      .email = person.email,
                      .name = person.name,
                      .role = person.role,
                      .has_second_factor = person.has_second_factor,
                      .must_have_second_factor = requires_second_factor_(person.role),
                      .proven = session.proven,
                      .host = session.host,
                      .created = session.created.wall},
              .steady_end = steady_at(session.created.running) + limits_.absolute.count(),
              .wall_end = milliseconds_of(session.created.wall) + limits_.absolute.count(),
              .use = std::move(use)}));
  }
  if (!kept.empty()) tokens_.insert_or_assign(person.id, std::move(kept));
}

void SessionCache::drop_all_but(const PersonId& person, const std::set<SecretHash>& kept) {
  const auto found = tokens_.find(person);
  if (found == tokens_.end()) return;
  for (const SecretHash& token : found->second) {
    if (!kept.contains(token)) drop(token);
  }
  if (kept.empty()) tokens_.erase(found);
}

void SessionCache::flush() {
  const std::lock_guard lock{writers_};
  const Instant instant = now();
  std::vector<std::shared_ptr<const Entry>> over;
  std::vector<std::shared_ptr<const Entry>> used;
  for (Part& part : parts_) {
    const std::lock_guard part_lock{part.mutex};
    for (const auto& [token, entry] : part.entries) {
      if (is_over(*entry, instant)) {
        over.push_back(entry);
      } else if (entry->use->is_to_be_told.exchange(false)) {
        used.push_back(entry);
      }
    }
  }
  for (const auto& entry : over) {
    drop(entry->who.token);
    if (const auto found = tokens_.find(entry->who.person); found != tokens_.end()) {
      found->second.erase(entry->who.token);
      if (found->second.empty()) tokens_.erase(found);
    }
  }
  std::vector<SecretHash> tokens;
  tokens.reserve(used.size());
  for (const auto& entry : used) tokens.push_back(entry->who.token);
  if (!tokens.empty() && !store_.use_sessions(tokens)) {
    for (const auto& entry : used) entry->use->is_to_be_told = true;
  }
  for (const PersonId& person : std::set<PersonId>{unread_}) read(person);
}

}  // namespace belfry::accounts
