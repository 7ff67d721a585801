#pragma once

// What the clients by libcurl share.

#include <curl/curl.h>

#include <memory>
#include <string>

namespace belfry::net {

struct CurlListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListFree>;

// Once for the process; any thread. Throws where libcurl cannot be used.
void initialise_libcurl();

// Of what TLS did not agree to, or would not vouch for.
bool is_tls_failure(CURLcode code);

// False: no memory.
bool append(CurlList& list, const std::string& line);

// Sets options until one is refused.
class CurlOptions {
 public:
  explicit CurlOptions(CURL* handle) : handle_{handle} {}
  template <class T>
  void set(CURLoption option, T value) {
    if (result_ == CURLE_OK) result_ = curl_easy_setopt(handle_, option, value);
  }
  CURLcode result() const { return result_; }

 private:
  CURL* handle_;
  CURLcode result_ = CURLE_OK;
};

}  // namespace belfry::net
