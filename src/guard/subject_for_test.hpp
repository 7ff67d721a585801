#pragma once

// Requests as the guards' tests describe them: a well-formed one that every guard admits, to be spoiled in one way.

#include "base/address_range.hpp"
#include "guard/subject.hpp"

#include <string>
#include <string_view>

namespace belfry::guard {

class TestRequest {
 public:
  TestRequest() {
    head_.host = "app.example.com";
    subject_.client = base::IpAddress::parse("198.51.100.1").value();
    subject_.host_kind = HostKind::Application;
    subject_.route = {.methods = MethodSet::all(), .body_limit = 1000, .cost = std::nullopt};
    subject_.now = base::SteadyTime{std::chrono::hours{1}};
  }

  TestRequest& method(http::Method method) {
    head_.method = method;
    return *this;
  }
  TestRequest& path(std::string_view text) {
    head_.target = http::Target::parse(text).value();
    return *this;
  }
  TestRequest& field(std::string_view name, std::string_view value) {
    head_.fields.add(name, value);
    return *this;
  }
  TestRequest& body(http::BodyLength length) {
    head_.body = length;
    return *this;
  }
  TestRequest& port(std::uint16_t port) {
    head_.port = port;
    return *this;
  }
  TestRequest& host(std::string_view name) {
    head_.host = name;
    return *this;
  }
  TestRequest& version(http::Version version) {
    head_.version = version;
    return *this;
  }
  TestRequest& websocket() {
    head_.upgrade = http::Upgrade::WebSocket;
    return *this;
  }
  TestRequest& to(HostKind kind) {
    subject_.host_kind = kind;
    return *this;
  }
  TestRequest& from(std::string_view address) {
    subject_.client = base::IpAddress::parse(address).value();
    return *this;
  }
  TestRequest& route(RouteTraits traits) {
    subject_.route = traits;
    return *this;
  }

  const http::RequestHead& head() const { return head_; }
  // Valid as long as this, unchanged.
  Subject subject() const {
    Subject subject = subject_;
    subject.request = &head_;
    return subject;
  }

 private:
  http::RequestHead head_;
  Subject subject_;
};

}  // namespace belfry::guard
