#pragma once

// A server without any protection, for a drill's control: plain HTTP on a loopback port that the system chooses, 200 to
// every request, none of the door's response fields. It lives as long as the object, at most `lifetime`, on a thread of
// its own, and inherits nothing of the door. The clock outlives it.

#include "base/clock.hpp"
#include "base/ip_address.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace belfry::proof {

class ControlSite {
 public:
  // Throws std::system_error where there is no socket to be had.
  explicit ControlSite(const base::Clock& clock, std::chrono::milliseconds lifetime = std::chrono::seconds{30});
  ~ControlSite();
  ControlSite(const ControlSite&) = delete;
  ControlSite& operator=(const ControlSite&) = delete;

  const base::Endpoint& endpoint() const { return endpoint_; }
  std::string url() const { return "http://" + endpoint_.to_string() + "/"; }

 private:
  struct Descriptor {
    int number = -1;
    explicit Descriptor(int descriptor) : number{descriptor} {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
  };

  void serve(base::SteadyTime until) const;

  const base::Clock& clock_;
  Descriptor listener_;
  Descriptor stop_;
  base::Endpoint endpoint_;
  std::jthread thread_;
};

}  // namespace belfry::proof
