#include "net/smtp_client.hpp"

#include "base/ip_address.hpp"
#include "http/authority.hpp"
#include "net/curl_parts.hpp"
#include "net/mail_message.hpp"
#include "net/native_address.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace belfry::net {

namespace {

// So that an end of the deadline is told as one, and not as a stop.
constexpr std::chrono::seconds kGrace{1};

struct HandleFree {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// One mail under way: what libcurl's callbacks work on.
struct Passage {
  MailSecurity security;
  std::string_view rest;  // of the message
  const std::stop_token& stopping;
  CURL* handle;
  std::chrono::milliseconds deadline;
};

// Asked for the address that is about to be connected to, after the name was resolved.
curl_socket_t open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* target) {
  Passage& passage = *static_cast<Passage*>(user);
  if (passage.security == MailSecurity::PlainOnLoopback) {
    NativeAddress native;
    native.size = std::min<socklen_t>(target->addrlen, sizeof native.storage);
    std::memcpy(&native.storage, &target->addr, native.size);
    const auto endpoint = from_native(native);
    if (!endpoint || !endpoint->address.is_loopback()) return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

std::size_t give_message(char* out, std::size_t size, std::size_t count, void* user) {
  Passage& passage = *static_cast<Passage*>(user);
  const std::size_t given = std::min(size * count, passage.rest.size());
  std::memcpy(out, passage.rest.data(), given);
  passage.rest.remove_prefix(given);
  return given;
}

// Called about once a second at least; anything but 0 ends the call. The deadline is libcurl's own affair but for the
// reply to QUIT, which it would wait two minutes for.
int look_whether_over(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const Passage& passage = *static_cast<const Passage*>(user);
  curl_off_t took = 0;
  curl_easy_getinfo(passage.handle, CURLINFO_TOTAL_TIME_T, &took);
  return passage.stopping.stop_requested() || std::chrono::microseconds{took} > passage.deadline + kGrace ? 1 : 0;
}

std::size_t ignore_reply(char* /*data*/, std::size_t size, std::size_t count, void* /*user*/) {
  return size * count;
}

std::string url_of(const SmtpOptions& options) {
  const MailServer& server = options.server;
  const std::string host = server.host.contains(':') ? "[" + server.host + "]" : server.host;
  // libcurl greets with the path.
  return (server.security == MailSecurity::Tls ? "smtps://" : "smtp://") + host + ":" + std::to_string(server.port) +
         "/" + options.greeting;
}

void check(const SmtpOptions& options) {
  const MailServer& server = options.server;
  const bool is_address = base::IpAddress::parse(server.host).has_value();
  if ((!is_address && !http::is_host(server.host)) || server.port == 0) throw std::invalid_argument{"mail server"};
  if (!is_mail_address(options.from)) throw std::invalid_argument{"sender of mails"};
  if (!http::is_host(options.greeting)) throw std::invalid_argument{"name to greet the mail server with"};
  // libcurl reads 0 as "no deadline", and an empty user as "no user".
  if (options.deadline.count() <= 0 || options.connect_deadline.count() <= 0) throw std::invalid_argument{"deadline"};
  if (options.login && options.login->user.empty()) throw std::invalid_argument{"user of the mail server"};
}

void set_way(CurlOptions& options, const SmtpOptions& ours, const std::string& url) {
  options.set(CURLOPT_URL, url.c_str());
  options.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  // An empty string also overrules the environment's all_proxy.
  options.set(CURLOPT_PROXY, "");
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  options.set(
      CURLOPT_USE_SSL,
      static_cast<long>(ours.server.security == MailSecurity::PlainOnLoopback ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (ours.authority) {
    options.set(CURLOPT_CAINFO, ours.authority->c_str());
    // The built-in directory of authorities would be trusted beside it.
    options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (ours.login) {
    options.set(CURLOPT_USERNAME, ours.login->user.c_str());
    options.set(CURLOPT_PASSWORD, ours.login->password.c_str());
  }
}

void set_limits(CurlOptions& options, const SmtpOptions& ours) {
  // Signals would hit other threads; without them libcurl resolves names on a thread of its own.
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(ours.connect_deadline.count()));
  options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(ours.deadline.count()));
  // QUIT is then said within the call, where it can still be stopped.
  options.set(CURLOPT_FORBID_REUSE, 1L);
}

void set_mail(CurlOptions& options, Passage& passage, const SmtpOptions& ours, const curl_slist* recipients) {
  options.set(CURLOPT_MAIL_FROM, ("<" + ours.from + ">").c_str());
  options.set(CURLOPT_MAIL_RCPT, recipients);
  options.set(CURLOPT_UPLOAD, 1L);
  options.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(passage.rest.size()));
  options.set(CURLOPT_READFUNCTION, &give_message);
  options.set(CURLOPT_READDATA, &passage);
  options.set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  options.set(CURLOPT_OPENSOCKETDATA, &passage);
  options.set(CURLOPT_WRITEFUNCTION, &ignore_reply);
  options.set(CURLOPT_NOPROGRESS, 0L);
  options.set(CURLOPT_XFERINFOFUNCTION, &look_whether_over);
  options.set(CURLOPT_XFERINFODATA, &passage);
}

MailError error_of(CURLcode code, long reply) {
  if (is_tls_failure(code)) return MailError::TlsFailed;
  const bool for_now = reply >= 400 && reply < 500;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return MailError::NameNotFound;
    case CURLE_COULDNT_CONNECT:
      return MailError::ConnectFailed;
    case CURLE_OPERATION_TIMEDOUT:
      return MailError::DeadlineExceeded;
    case CURLE_ABORTED_BY_CALLBACK:
      return MailError::Stopped;
    case CURLE_LOGIN_DENIED:
      return for_now ? MailError::RefusedForNow : MailError::SignInRefused;
    default:
      break;
  }
  if (for_now) return MailError::RefusedForNow;
  return reply >= 500 ? MailError::Refused : MailError::BrokenOff;
}

}  // namespace

SmtpClient::SmtpClient(SmtpOptions options) : options_{std::move(options)} {
  check(options_);
  initialise_libcurl();
  url_ = url_of(options_);
}

std::expected<void, MailFailure> SmtpClient::send(const Mail& mail, const std::stop_token& stopping) {
  const auto message = mail_message(mail, options_.from);
  if (!message) return std::unexpected{MailFailure{MailError::Unsendable}};
  const std::unique_ptr<CURL, HandleFree> handle{curl_easy_init()};
  CurlList recipients;
  if (!handle || !append(recipients, "<" + mail.to + ">")) throw std::bad_alloc{};

  Passage passage{.security = options_.server.security,
                  .rest = *message,
                  .stopping = stopping,
                  .handle = handle.get(),
                  .deadline = options_.deadline};
  CurlOptions options{handle.get()};
  set_way(options, options_, url_);
  set_limits(options, options_);
  set_mail(options, passage, options_, recipients.get());
  const CURLcode code = options.result() == CURLE_OK ? curl_easy_perform(handle.get()) : options.result();
  if (code == CURLE_OK) return {};
  long reply = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &reply);
  return std::unexpected{MailFailure{error_of(code, reply), static_cast<std::uint16_t>(std::clamp(reply, 0L, 999L))}};
}

}  // namespace belfry::net
