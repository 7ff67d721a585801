#pragma once

// Two directions of one exchange at the same time, in the frame of whoever needs both: no task is left behind when it
// goes on.

#include <boost/asio/awaitable.hpp>

namespace belfry::upstream {

// Runs both and returns when both have ended. `side` is cancelled (its pending operation throws operation_aborted) as
// soon as `main` has ended; that `side` ends first changes nothing for `main`. An exception of one ends the other and
// is thrown on.
boost::asio::awaitable<void> run_beside(boost::asio::awaitable<void> main, boost::asio::awaitable<void> side);

}  // namespace belfry::upstream
