#pragma once

// Who is signed in by which token, for every request and on every thread, without asking the database: a table in
// memory of fixed size, filled at start and brought up to date behind each change. A miss is a stranger: what is not in
// the table is not signed in, so a made-up token costs no look at the disk either.
//
// Its parts have a lock each, held for as long as it takes to find or swap a pointer, never over the store. Behind
// refresh() no thread finds what was ended.
//
// Limits are those of the store, by both clocks (accounts/running_time.hpp): for the running clock the steady one
// stands in, set against it whenever sessions are read.

#include "accounts/account_store.hpp"
#include "base/clock.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace belfry::accounts {

// Who uses a session, as they were when they or it last changed.
struct SignedInAs {
  SecretHash token;
  PersonId person;
  EmailAddress email;
  std::string name;
  Role role;
  bool has_second_factor;
  bool must_have_second_factor;  // by their role
  Proven proven;
  std::string host;
  base::WallTime created;
};

// Whether they proved all that they have to. Who did not reaches the page where a second factor is set, and nothing
// else.
constexpr bool is_complete(const SignedInAs& who) {
  return who.proven == Proven::SecondFactor || (!who.has_second_factor && !who.must_have_second_factor);
}

// Sessions that are held, inclusive; one takes some 600 bytes.
inline constexpr std::size_t kCachedSessions = 100'000;

// How often flush() is to be called. What a crash loses of the times of use is no more than this.
inline constexpr std::chrono::seconds kSessionFlushInterval{5};

// Which roles must have a second factor; a drill's control is without it (app/measures.hpp).
using SecondFactorRule = bool (*)(Role);

class SessionCache {
 public:
  // Both outlive this. Beyond `capacity` the one unused for longest of its part goes, which signs its person out; so
  // long as a part is empty it takes one more.
  SessionCache(AccountStore& store, const base::Clock& clock, SessionLimits limits,
               std::size_t capacity = kCachedSessions, SecondFactorRule rule = &requires_second_factor);

  // Any thread, from here on. nullptr: nobody; also where the session is another host's. It has been used now.
  std::shared_ptr<const SignedInAs> find(std::string_view token, std::string_view host);
  // Whether it still is one, without having used it: for a stream that stays open.
  bool is_signed_in(const SecretHash& token) const;
  // How many have been let go of so far: who asked is_signed_in() need not ask again before this has changed, but for
  // what time alone ends.
  std::uint64_t let_go() const { return let_go_.load(std::memory_order_acquire); }

  // Blocking, on the database pool, as is all that follows. Reads everybody's but canaries', as the
  // drill that had one is over. An error: nobody is signed in.
  Answer<void> load();
  // Behind each change of a person's sessions, role, state, name, e-mail or second factor, in the same job as the
  // change. Where the store does not answer, the person is signed out here until a flush() has read them.
  void refresh(const PersonId& person);
  // Tells the store which were used, in one call, and lets go of those that are over.
  void flush();

  std::size_t size() const { return size_.load(); }
  // How many went for lack of room.
  std::uint64_t pushed_out() const { return pushed_out_.load(); }

 private:
  using Milliseconds = std::chrono::milliseconds::rep;

  // When it was used last, by both clocks in milliseconds; kept over a refresh.
  struct Use {
    std::atomic<Milliseconds> steady;
    std::atomic<Milliseconds> wall;
    std::atomic<bool> is_to_be_told = false;
  };
  struct Entry {
    SignedInAs who;
    Milliseconds steady_end;
    Milliseconds wall_end;
    std::shared_ptr<Use> use;
  };
  struct Instant {
    Milliseconds steady;
    Milliseconds wall;
  };
  struct HashOfToken {
    std::size_t operator()(const SecretHash& token) const;
  };
  struct Part {
    mutable std::mutex mutex;
    std::unordered_map<SecretHash, std::shared_ptr<const Entry>, HashOfToken> entries;
  };
  static constexpr std::size_t kParts = 256;

  Instant now() const;
  bool is_over(const Entry& entry, const Instant& now) const;
  Part& part_of(const SecretHash& token);
  const Part& part_of(const SecretHash& token) const;
  std::shared_ptr<const Entry> entry(const SecretHash& token) const;
  void put(std::shared_ptr<const Entry> entry);
  void drop(const SecretHash& token);
  // The rest with `writers_` held.
  void read(const PersonId& person);
  void replace(const Person& person, const std::vector<Session>& sessions, const Moment& store_now);
  void drop_all_but(const PersonId& person, const std::set<SecretHash>& kept);

  AccountStore& store_;
  const base::Clock& clock_;
  const SessionLimits limits_;
  const std::size_t capacity_;
  const SecondFactorRule requires_second_factor_;
  std::array<Part, kParts> parts_;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::uint64_t> pushed_out_ = 0;
  std::atomic<std::uint64_t> let_go_ = 0;

  // What is read first is put in first: two refreshes that overtook each other would bring an ended session back.
  std::mutex writers_;
  std::map<PersonId, std::set<SecretHash>> tokens_;  // of whom; guarded by writers_, as is
  std::set<PersonId> unread_;                        // who could not be read
};

}  // namespace belfry::accounts
