#include "base/timer_wheel.hpp"

#include <algorithm>
#include <exception>

namespace belfry::base {

namespace {

SteadyTime::rep tick_of(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()) / TimerWheel::kTick;
}

}  // namespace

Deadline::Deadline(TimerWheel& wheel, std::move_only_function<void()> expired)
    : wheel_{wheel}, expired_{std::move(expired)} {}

void Deadline::arm(std::chrono::milliseconds after) {
  expires_ = wheel_.now() + after;
  armed_ = true;
  // Linked at an earlier tick: the wheel will look there and move it on. Linked later, or not at all: link anew.
  const bool linked = next_ != nullptr;
  if (linked && linked_for_ <= expires_) return;
  unlink();
  wheel_.link(*this);
}

void Deadline::unlink() {
  if (next_ == nullptr) return;
  const std::size_t slot = wheel_.slot_of(linked_for_);
  if (next_ == this) {
    if (wheel_.slots_[slot] == this) wheel_.slots_[slot] = nullptr;
  } else {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    if (wheel_.slots_[slot] == this) wheel_.slots_[slot] = next_;
  }
  previous_ = next_ = nullptr;
}

TimerWheel::TimerWheel(const Clock& clock) : clock_{clock}, now_{clock.steady_now()}, last_tick_{tick_of(now_)} {}

TimerWheel::~TimerWheel() {
  if (!std::ranges::all_of(slots_, [](const Deadline* head) { return head == nullptr; })) std::terminate();
}

std::size_t TimerWheel::slot_of(SteadyTime time) const {
  // The slot after the one of `time`: when that comes round, `time` has passed for certain.
  return static_cast<std::size_t>(tick_of(time) + 1) % kSlots;
}

void TimerWheel::link(Deadline& deadline) {
  deadline.linked_for_ = deadline.expires_;
  Deadline*& head = slots_[slot_of(deadline.expires_)];
  if (head == nullptr) {
    deadline.next_ = deadline.previous_ = &deadline;
    head = &deadline;
    return;
  }
  deadline.next_ = head;
  deadline.previous_ = head->previous_;
  head->previous_->next_ = &deadline;
  head->previous_ = &deadline;
}

void TimerWheel::advance() {
  now_ = std::max(now_, clock_.steady_now());
  const auto tick = tick_of(now_);
  const auto from = std::max(last_tick_ + 1, tick - static_cast<SteadyTime::rep>(kSlots) + 1);
  last_tick_ = tick;
  for (auto turn = from; turn <= tick; ++turn) {
    const std::size_t slot = static_cast<std::size_t>(turn) % kSlots;
    // Callbacks may link and unlink anything, so the slot is taken apart from its head until only what belongs to a
    // later turn of the wheel is left: those go back in behind, and one that is met again ends the round.
    Deadline* first_kept = nullptr;
    while (Deadline* deadline = slots_[slot]) {
      if (deadline == first_kept) break;
      if (deadline->armed_ && deadline->expires_ > now_) {
        deadline->unlink();
        link(*deadline);
        if (first_kept == nullptr && slots_[slot] != nullptr && slot_of(deadline->linked_for_) == slot) {
          first_kept = deadline;
        }
        continue;
      }
      const bool fires = deadline->armed_;
      deadline->unlink();
      deadline->armed_ = false;
      if (fires) {
        if (deadline == first_kept) first_kept = nullptr;
        deadline->expired_();
        // What was kept may have been destroyed by the callback: begin the count of this slot anew.
        first_kept = nullptr;
      }
    }
  }
}

}  // namespace belfry::base
