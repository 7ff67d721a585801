#include "edge/ticket_keys.hpp"

#include <openssl/crypto.h>

namespace belfry::edge {

TicketKey::~TicketKey() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(mac.data(), mac.size());
}

TicketKeys::TicketKeys(base::Random& random, const base::Clock& clock)
    : random_{random}, clock_{clock}, rotated_{clock.steady_now()} {
  auto first = std::make_shared<Generation>();
  first->current = make_key();
  // Nobody has a ticket under it: as good as none, and the readers need no special case.
  first->previous = make_key();
  generation_ = std::move(first);
}

TicketKey TicketKeys::make_key() {
  TicketKey key;
  random_.fill(std::as_writable_bytes(std::span{key.name}));
  random_.fill(std::as_writable_bytes(std::span{key.cipher}));
  random_.fill(std::as_writable_bytes(std::span{key.mac}));
  return key;
}

void TicketKeys::rotate_if_due() {
  const std::scoped_lock lock{mutex_};
  const base::SteadyTime now = clock_.steady_now();
  if (now - rotated_ < kRotation) return;
  // Nobody asked for so long that the current key is too old to be accepted as the previous one.
  if (now - rotated_ >= 2 * kRotation) rotate_at(now);
  rotate_at(now);
}

void TicketKeys::rotate() {
  const std::scoped_lock lock{mutex_};
  rotate_at(clock_.steady_now());
}

void TicketKeys::rotate_at(base::SteadyTime time) {
  auto next = std::make_shared<Generation>();
  next->current = make_key();
  next->previous = generation_->current;
  generation_ = std::move(next);
  rotated_ = time;
  number_.fetch_add(1, std::memory_order_release);
}

const TicketKeys::Generation& TicketKeys::View::now() {
  const std::uint64_t number = keys_.number_.load(std::memory_order_acquire);
  if (number != number_) {
    const std::scoped_lock lock{keys_.mutex_};
    generation_ = keys_.generation_;
    number_ = keys_.number_.load(std::memory_order_relaxed);
  }
  return *generation_;
}

}  // namespace belfry::edge
