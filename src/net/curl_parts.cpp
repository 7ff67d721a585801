#include "net/curl_parts.hpp"

#include <stdexcept>

namespace belfry::net {

void initialise_libcurl() {
  // Thread-safe as any such variable.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::runtime_error{"curl_global_init failed"};
}

bool append(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return false;
  // The head of the list stays what it was.
  if (!list) list.reset(longer);
  return true;
}

}  // namespace belfry::net
