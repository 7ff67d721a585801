#pragma once

// The latest of a series of immutable values, from the thread that makes them to those that look. Any thread.

#include <memory>
#include <mutex>
#include <utility>

namespace belfry::base {

template <class T>
class Published {
 public:
  void publish(std::shared_ptr<const T> value) {
    const std::lock_guard lock{mutex_};
    value_ = std::move(value);
  }
  // nullptr before the first.
  std::shared_ptr<const T> now() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace belfry::base
