#pragma once

// One request over a Unix socket that speaks the PROXY protocol ahead of TLS: how a door's own drills come as somebody
// else. (libcurl names no client of our choice in the header before version 8.2, and 7.88 connects a socket anew that
// it was told is connected.) The certificate is not checked: who may reach the socket is the file system's to say.

#include "net/http_client.hpp"

#include <memory>

struct ssl_ctx_st;

namespace belfry::net {

// Any thread.
class PrivateClient {
 public:
  // Throws std::bad_alloc where OpenSSL has no memory.
  PrivateClient();

  // By request.way, whose socket is set. HTTP/1.1, one connection a request; a body of unknown length is BrokenOff, as
  // none of the door's own pages has one. Each wait ends at request.deadline.
  std::expected<FetchResponse, FetchError> fetch(const FetchRequest& request) const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace belfry::net
