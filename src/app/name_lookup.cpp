#include "app/name_lookup.hpp"

#include "net/native_address.hpp"

#include <netdb.h>

#include <cstring>
#include <utility>

namespace belfry::app {

namespace {

std::optional<NameLookup::Addresses> resolve_by_system(const std::string& name) {
  NameLookup::Addresses found;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &list); error != 0) {
    // EAI_AGAIN and the others say nothing of the name (RFC 3493, section 6.1).
    if (error == EAI_NONAME || error == EAI_NODATA) return found;
    return std::nullopt;
  }
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    net::NativeAddress native;
    if (entry->ai_addrlen > sizeof native.storage) continue;
    std::memcpy(&native.storage, entry->ai_addr, entry->ai_addrlen);
    if (const auto endpoint = net::from_native(native)) found.push_back(endpoint->address);
  }
  ::freeaddrinfo(list);
  return found;
}

}  // namespace

NameLookup::Resolve NameLookup::system_resolver() {
  return &resolve_by_system;
}

NameLookup::NameLookup(Resolve resolve) : resolve_{std::move(resolve)}, thread_{[this] { run(); }} {}

NameLookup::~NameLookup() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void NameLookup::ask(const std::string& name) {
  const auto address = base::IpAddress::parse(name);
  const std::lock_guard lock{mutex_};
  if (open_ && asked_ == name) return;
  asked_ = name;
  answer_.reset();
  open_ = !address;
  waiting_ = !address;
  if (address) {
    answer_ = Addresses{*address};
  } else {
    changed_.notify_all();
  }
}

std::optional<NameLookup::Addresses> NameLookup::answer(std::chrono::milliseconds within) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, within, [this] { return !open_; });
  return std::exchange(answer_, std::nullopt);
}

void NameLookup::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return waiting_ || stopping_; });
    if (stopping_) return;
    waiting_ = false;
    const std::string name = asked_;
    lock.unlock();
    std::optional<Addresses> found = resolve_(name);
    lock.lock();
    if (!open_ || waiting_ || asked_ != name) continue;  // displaced meanwhile
    open_ = false;
    answer_ = std::move(found);
    changed_.notify_all();
  }
}

}  // namespace belfry::app
