#pragma once

// The HttpClient by libcurl: one connection a call unless the request says otherwise, HTTP/1.1 or HTTP/2. Follows no
// redirect, keeps no cookie, heeds no proxy of the environment, and tells nothing about itself that the request does
// not say.

#include "net/http_client.hpp"
#include "net/outbound_policy.hpp"
#include "net/private_client.hpp"

#include <memory>
#include <mutex>

namespace belfry::net {

// Any thread. A call ends within its deadline, but for a name look-up that is under way: libcurl waits for the system's
// resolver, which has a deadline of its own (resolv.conf(5): options timeout, attempts).
class CurlHttpClient final : public HttpClient {
 public:
  // Fields of a response, and bytes of them, inclusive; beyond that the call is TooLarge.
  static constexpr std::size_t kFieldLimit = 256;
  static constexpr std::size_t kHeadBytes = std::size_t{64} * 1024;

  explicit CurlHttpClient(OutboundPolicy policy = {});

  // BadRequest: a URL that is not http(s), carries user information, a fragment, blanks or control characters; a method
  // that is no token; a field that frames the message (Content-Length, Transfer-Encoding), which is ours to say.
  std::expected<FetchResponse, FetchError> fetch(const FetchRequest& request) override;

 private:
  // libcurl's handle with the connection that was kept, in nobody's use while it is here.
  using KeptHandle = std::unique_ptr<void, void (*)(void*)>;

  // nullptr unless one was kept that leads by this way.
  KeptHandle take_kept(const std::optional<Way>& way);
  void keep(KeptHandle handle, const std::optional<Way>& way);

  OutboundPolicy policy_;
  PrivateClient private_client_;
  std::mutex mutex_;
  KeptHandle kept_;              // guarded by mutex_
  std::optional<Way> kept_way_;  // guarded by mutex_
};

}  // namespace belfry::net
