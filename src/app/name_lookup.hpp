#pragma once

// Looks a name up on a thread of its own, so that nobody who has other things to do waits for a resolver that hangs.
// One name at a time matters: a new question displaces the one before, and the answer to what was displaced is dropped.
//
// ask() and answer() are called from one thread. The destructor waits for a look-up that is under way, as long as the
// resolver's own time-out.

#include "base/ip_address.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace belfry::app {

class NameLookup {
 public:
  using Addresses = std::vector<base::IpAddress>;
  // Blocking; empty where the name has no address, nullopt where nobody could tell now.
  using Resolve = std::function<std::optional<Addresses>(const std::string& name)>;

  explicit NameLookup(Resolve resolve = system_resolver());
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  // Never waits. An address is its own answer, and the resolver hears nothing of it. Asking again for the name that is
  // being looked up changes nothing.
  void ask(const std::string& name);
  // The answer to the last question, once; nullopt where it has not come within this time, nobody could tell, or
  // nothing was asked.
  std::optional<Addresses> answer(std::chrono::milliseconds within);

  static Resolve system_resolver();

 private:
  void run();

  Resolve resolve_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string asked_;
  // The thread has not begun with what was asked.
  bool waiting_ = false;
  // What was asked is not answered yet.
  bool open_ = false;
  bool stopping_ = false;
  std::optional<Addresses> answer_;
  std::thread thread_;
};

}  // namespace belfry::app
