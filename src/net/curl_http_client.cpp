#include "net/curl_http_client.hpp"

#include "net/curl_parts.hpp"
#include "net/native_address.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace belfry::net {

namespace {

struct UrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// One call under way: what libcurl's callbacks work on.
struct Call {
  const OutboundPolicy& policy;
  const FetchRequest& request;
  FetchResponse response;
  std::size_t head_bytes = 0;
  bool head_ended = false;
  bool body_began = false;
  bool forbidden = false;
  bool too_large = false;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_sendable_url(const std::string& text) {
  // RFC 3986, section 2: a URL is made of visible ASCII. libcurl would pass some of the others on.
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; })) return false;
  const std::unique_ptr<CURLU, UrlFree> url{curl_url()};
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return false;
  const auto part = [&](CURLUPart which) {
    char* found = nullptr;
    if (curl_url_get(url.get(), which, &found, 0) != CURLUE_OK) return std::string{};
    std::string value{found};
    curl_free(found);
    return value;
  };
  const std::string scheme = part(CURLUPART_SCHEME);
  return (scheme == "http" || scheme == "https") && text.find('#') == std::string::npos;
}

bool is_sendable(const FetchRequest& request) {
  return http::is_field_name(request.method) && request.method != "CONNECT" && is_sendable_url(request.url) &&
         !request.fields.contains("content-length") && !request.fields.contains("transfer-encoding");
}

// Asked for each address that libcurl is about to connect to, after the name was resolved: what is judged here is what
// is connected to.
curl_socket_t open_socket(void* user, curlsocktype purpose, curl_sockaddr* target) {
  Call& call = *static_cast<Call*>(user);
  NativeAddress native;
  native.size = std::min<socklen_t>(target->addrlen, sizeof native.storage);
  std::memcpy(&native.storage, &target->addr, native.size);
  const auto endpoint = from_native(native);
  const bool permitted =
      purpose == CURLSOCKTYPE_IPCXN && endpoint &&
      (call.request.way ? *endpoint == call.request.way->endpoint : call.policy.permits(endpoint->address));
  if (!permitted) {
    call.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

std::size_t take_head_line(char* data, std::size_t size, std::size_t count, void* user) {
  Call& call = *static_cast<Call*>(user);
  const std::string_view line{data, size * count};
  call.head_bytes += line.size();
  if (call.head_bytes > CurlHttpClient::kHeadBytes) {
    call.too_large = true;
    return 0;
  }
  if (call.body_began) return line.size();  // trailers
  if (line.starts_with("HTTP/")) {
    // The head of a final response behind an interim one.
    call.response.fields.clear();
    call.head_ended = false;
    return line.size();
  }
  if (line == "\r\n" || line == "\n") call.head_ended = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (http::is_field_name(name) && http::is_field_value(value)) {
    if (call.response.fields.size() == CurlHttpClient::kFieldLimit) {
      call.too_large = true;
      return 0;
    }
    call.response.fields.add(name, value);
  }
  return line.size();
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  Call& call = *static_cast<Call*>(user);
  const std::size_t bytes = size * count;
  call.body_began = true;
  if (bytes > call.request.body_limit - call.response.body.size()) {
    call.too_large = true;
    return 0;
  }
  call.response.body.append(data, bytes);
  return bytes;
}

FetchError error_of(CURLcode code, const Call& call) {
  if (call.too_large) return FetchError::TooLarge;
  // Some other address of the name may have been permitted and failed: the caller is told what it can do about.
  if (code == CURLE_COULDNT_CONNECT && call.forbidden) return FetchError::ForbiddenTarget;
  if (is_tls_failure(code)) return FetchError::TlsFailed;
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return FetchError::BadRequest;
    case CURLE_COULDNT_RESOLVE_HOST:
      return FetchError::NameNotFound;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      return FetchError::ConnectFailed;
    case CURLE_OPERATION_TIMEDOUT:
      return FetchError::DeadlineExceeded;
    // Received or sent less than there was to come, or what is not HTTP (HTTP/0.9 is told as an unsupported protocol).
    default:
      return FetchError::BrokenOff;
  }
}

std::string_view version_name(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "HTTP/1.0";
    case CURL_HTTP_VERSION_2_0:
      return "HTTP/2";
    default:
      return "HTTP/1.1";
  }
}

// "::address:port": from whatever host and port to these.
std::string connect_to_text(const base::Endpoint& endpoint) {
  return "::" + endpoint.to_string();
}

void set_request(CurlOptions& options, const FetchRequest& request, const curl_slist* fields) {
  options.set(CURLOPT_URL, request.url.c_str());
  options.set(CURLOPT_PROTOCOLS_STR, "http,https");
  // What is asked for is what is sent: a drill may want "/../".
  options.set(CURLOPT_PATH_AS_IS, 1L);
  options.set(CURLOPT_FOLLOWLOCATION, 0L);
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(request.version == HttpVersion::Http11 ? CURL_HTTP_VERSION_1_1
                                                                                             : CURL_HTTP_VERSION_2TLS));
  if (request.method == "HEAD") {
    options.set(CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
             request.method == "PATCH") {
    options.set(CURLOPT_POST, 1L);
    options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    options.set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  options.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  options.set(CURLOPT_HTTPHEADER, fields);
}

void set_way(CurlOptions& options, const FetchRequest& request, const curl_slist* connect_to) {
  // An empty string also overrules the environment's http_proxy.
  options.set(CURLOPT_PROXY, "");
  if (request.way) {
    options.set(CURLOPT_CONNECT_TO, connect_to);
    if (request.way->source) {
      options.set(CURLOPT_INTERFACE, ("host!" + request.way->source->to_string()).c_str());
    }
  }
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SSL_VERIFYPEER, request.verify_certificate ? 1L : 0L);
  options.set(CURLOPT_SSL_VERIFYHOST, request.verify_certificate ? 2L : 0L);
  if (request.ca_file) {
    options.set(CURLOPT_CAINFO, request.ca_file->c_str());
    // The built-in directory of authorities would be trusted beside it.
    options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void set_limits(CurlOptions& options, const FetchRequest& request) {
  // Signals would hit other threads; without them libcurl resolves names on a thread of its own.
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline.count()));
  options.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.deadline.count()));
}

void set_callbacks(CurlOptions& options, Call& call) {
  options.set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  options.set(CURLOPT_OPENSOCKETDATA, &call);
  options.set(CURLOPT_HEADERFUNCTION, &take_head_line);
  options.set(CURLOPT_HEADERDATA, &call);
  options.set(CURLOPT_WRITEFUNCTION, &take_body);
  options.set(CURLOPT_WRITEDATA, &call);
}

// libcurl's lines: "Name: value", "Name;" for an empty value, "Name:" against a field that it would add by itself.
bool field_lines(const http::Fields& fields, CurlList& lines) {
  for (const http::Field field : fields) {
    const std::string name{field.name};
    if (!append(lines, field.value.empty() ? name + ";" : name + ": " + std::string{field.value})) return false;
  }
  for (const char* name : {"accept", "content-type", "expect", "user-agent"}) {
    if (!fields.contains(name) && !append(lines, std::string{name} + ":")) return false;
  }
  return true;
}

}  // namespace

CurlHttpClient::CurlHttpClient(OutboundPolicy policy) : policy_{std::move(policy)}, kept_{nullptr, &curl_easy_cleanup} {
  initialise_libcurl();
}

CurlHttpClient::KeptHandle CurlHttpClient::take_kept(const std::optional<Way>& way) {
  const std::lock_guard lock{mutex_};
  KeptHandle handle = std::exchange(kept_, KeptHandle{nullptr, &curl_easy_cleanup});
  // libcurl would take the connection for one to the same host, whoever is at its other end.
  if (kept_way_ != way) handle.reset();
  return handle;
}

void CurlHttpClient::keep(KeptHandle handle, const std::optional<Way>& way) {
  // Forgets the request; the connection stays.
  curl_easy_reset(handle.get());
  const std::lock_guard lock{mutex_};
  kept_ = std::move(handle);
  kept_way_ = way;
}

std::expected<FetchResponse, FetchError> CurlHttpClient::fetch(const FetchRequest& request) {
  if (!is_sendable(request)) return std::unexpected{FetchError::BadRequest};
  // libcurl reads 0 as "no deadline".
  if (request.deadline.count() <= 0) return std::unexpected{FetchError::DeadlineExceeded};
  if (request.way && !request.way->socket.empty()) return private_client_.fetch(request);

  KeptHandle handle{nullptr, &curl_easy_cleanup};
  if (request.keep_connection) handle = take_kept(request.way);
  if (!handle) handle.reset(curl_easy_init());
  CurlList fields;
  CurlList connect_to;
  const bool listed = handle && field_lines(request.fields, fields) &&
                      (!request.way || append(connect_to, connect_to_text(request.way->endpoint)));
  if (!listed) throw std::bad_alloc{};

  Call call{.policy = policy_, .request = request, .response = {}};
  CurlOptions options{handle.get()};
  set_request(options, request, fields.get());
  set_way(options, request, connect_to.get());
  set_limits(options, request);
  set_callbacks(options, call);
  if (options.result() != CURLE_OK) return std::unexpected{error_of(options.result(), call)};

  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) return std::unexpected{error_of(code, call)};
  // libcurl takes a connection that ends inside the head for a response without a body.
  if (!call.head_ended) return std::unexpected{FetchError::BrokenOff};
  long status = 0;
  long version = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle.get(), CURLINFO_HTTP_VERSION, &version);
  call.response.status = static_cast<std::uint16_t>(std::clamp(status, 0L, 999L));
  call.response.version = version_name(version);
  if (request.keep_connection) keep(std::move(handle), request.way);
  return std::move(call.response);
}

}  // namespace belfry::net
