#pragma once

// Answers that must not tell by their time what the store found. A reset for a known address writes and waits for the
// disk, one for an unknown address does not: both are answered at a full step of time behind their request, so that
// only what takes longer than a step could show. OWASP, Forgot Password Cheat Sheet: "Ensure that responses return in a
// consistent amount of time".

#include "base/clock.hpp"
#include "http/exchange.hpp"

#include <chrono>

namespace belfry::people {

// Several times what a write of the store takes, and hardly felt by a person.
inline constexpr std::chrono::milliseconds kEvenStep{250};

// How long it is until the next full step, from more than none to kEvenStep, inclusive.
std::chrono::nanoseconds until_even(std::chrono::nanoseconds elapsed);

// Holds nothing but the request: no thread, no place among what is hashed. An end of the program waits for it.
http::Awaitable<void> pause(std::chrono::nanoseconds time);

// Goes on at a full step behind `begun`. `clock` outlives the call.
http::Awaitable<void> even_out(const base::Clock* clock, base::SteadyTime begun);

}  // namespace belfry::people
