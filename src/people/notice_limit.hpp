#pragma once

// How many notices of a kind a mailbox gets, so that whoever can cause them cannot flood it. A table of fixed size; any
// thread.

#include "accounts/email_address.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace belfry::people {

// The last three are asked for by whoever writes the address into a form.
enum class NoticeKind : std::uint8_t {
  Locked,
  NewDevice,
  SecondFactor,
  Password,
  EmailChanged,
  Approval,
  Reset,
  SignUp,
  EmailChange,
};
std::string_view to_string(NoticeKind kind);

class NoticeLimit {
 public:
  // Inclusive.
  static constexpr std::uint32_t kNotices = 5;
  static constexpr std::size_t kEntries = 4096;
  // From the first notice of a row; at its end it is over. By the steady clock: setting the wall's changes nothing.
  static constexpr std::chrono::hours kPeriod{1};

  // `clock` outlives this.
  explicit NoticeLimit(const base::Clock& clock) : clock_{clock} {}

  // Counts the notice. Where the table is full the oldest entry goes, and its mailbox may get as many again: rather one
  // notice too many than none.
  bool admits(const accounts::EmailAddress& email, NoticeKind kind);

 private:
  using Key = std::pair<accounts::EmailAddress, NoticeKind>;
  struct Row {
    Key key;
    base::SteadyTime end;
    std::uint32_t notices = 0;
  };

  const base::Clock& clock_;
  std::mutex mutex_;
  std::list<Row> rows_;  // all are equally long: the oldest stand first; guarded by mutex_, as is by_key_
  std::map<Key, std::list<Row>::iterator> by_key_;
};

}  // namespace belfry::people
