#include "net/curl_http_client.hpp"

#include "net/certificate_test_support.hpp"
#include "net/native_address.hpp"
#include "net/openssl_handles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace belfry::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers each connection with the same bytes, then closes it, and keeps what it was sent. An empty answer is none: the
// connection stays open until the client goes.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::string answer, const TestCertificate* certificate = nullptr)
      : answer_{std::move(answer)} {
    if (certificate != nullptr) {
      tls_.reset(SSL_CTX_new(TLS_server_method()));
      SSL_CTX_use_cert_and_key(tls_.get(), certificate->certificate.get(), certificate->key.get(), nullptr, 1);
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    NativeAddress any = to_native({*base::IpAddress::parse("127.0.0.1"), 0});
    if (listener_ < 0 || ::bind(listener_, any.get(), any.size) != 0 || ::listen(listener_, 16) != 0) std::abort();
    any.size = sizeof any.storage;
    ::getsockname(listener_, any.get(), &any.size);
    endpoint_ = *from_native(any);
    thread_ = std::thread{[this] { run(); }};
  }
  ~ScriptedServer() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  const base::Endpoint& endpoint() const { return endpoint_; }
  std::string url(const std::string& host, const std::string& path = "/") const {
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(endpoint_.port) + path;
  }
  std::vector<std::string> requests() const {
    const std::scoped_lock lock{mutex_};
    return requests_;
  }
  std::vector<base::IpAddress> peers() const {
    const std::scoped_lock lock{mutex_};
    return peers_;
  }

 private:
  // False where the server is to stop.
  bool readable(int descriptor) const {
    while (!stopping_) {
      pollfd wait{descriptor, POLLIN, 0};
      if (::poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }
  void run() {
    // OpenSSL's socket BIO writes without MSG_NOSIGNAL, and clients that refuse a certificate are gone by then. On this
    // thread alone: the client's own writes must raise no signal.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (readable(listener_)) {
      NativeAddress peer;
      const int connection = ::accept4(listener_, peer.get(), &peer.size, SOCK_CLOEXEC);
      if (connection < 0) continue;
      {
        const std::scoped_lock lock{mutex_};
        peers_.push_back(from_native(peer)->address);
      }
      serve(connection);
      ::close(connection);
    }
  }
  void serve(int connection) {
    SslHandle tls;
    if (tls_) {
      tls.reset(SSL_new(tls_.get()));
      SSL_set_fd(tls.get(), connection);
      if (!readable(connection) || SSL_accept(tls.get()) != 1) return;
    }
    std::string request;
    std::vector<char> bytes(4096);
    while (!complete(request)) {
      if (!(tls && SSL_pending(tls.get()) > 0) && !readable(connection)) return;
      const auto got = tls ? SSL_read(tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : static_cast<int>(::recv(connection, bytes.data(), bytes.size(), 0));
      if (got <= 0) return;
      request.append(bytes.data(), static_cast<std::size_t>(got));
    }
    {
      const std::scoped_lock lock{mutex_};
      requests_.push_back(request);
    }
    if (answer_.empty()) {
      // Until the client gives up.
      if (readable(connection)) ::recv(connection, bytes.data(), bytes.size(), 0);
    } else if (tls) {
      SSL_write(tls.get(), answer_.data(), static_cast<int>(answer_.size()));
      SSL_shutdown(tls.get());
    } else {
      std::string_view rest{answer_};
      while (!rest.empty()) {
        const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
  }
  static bool complete(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t at = request.find(kLength);
    const std::size_t body = at < end ? std::stoul(request.substr(at + kLength.size())) : 0;
    return request.size() >= end + 4 + body;
  }

  std::string answer_;
  SslContextHandle tls_;
  int listener_ = -1;
  base::Endpoint endpoint_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<base::IpAddress> peers_;
  std::thread thread_;
};

FetchRequest request_to(const ScriptedServer& server, const std::string& path = "/") {
  FetchRequest request;
  request.url = server.url("app.example.com", path);
  request.way = Way{.endpoint = server.endpoint()};
  return request;
}

std::expected<FetchResponse, FetchError> fetch_answer(const std::string& answer, std::size_t body_limit = 1 << 20) {
  const ScriptedServer server{answer};
  FetchRequest request = request_to(server);
  request.body_limit = body_limit;
  return CurlHttpClient{}.fetch(request);
}

TEST(CurlHttpClient, GivesStatusFieldsAndBody) {
  const auto response =
      fetch_answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-One: 1\r\nx-one: \t2 \r\nX-Empty:\r\n\r\nbody");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->version, "HTTP/1.1");
  EXPECT_EQ(response->body, "body");
  EXPECT_EQ(response->fields.count("x-one"), 2U);
  EXPECT_EQ(response->fields.get("x-one"), "1");
  EXPECT_EQ(response->fields.get("x-empty"), "");
}

TEST(CurlHttpClient, SendsWhatTheRequestSaysAndNothingElse) {
  const ScriptedServer server{kOk};
  FetchRequest request = request_to(server, "/a/../b?c=%2e;d");
  request.fields.add("X-Mark", "value");
  request.fields.add("X-Empty", "");
  ASSERT_TRUE(CurlHttpClient{}.fetch(request));
  const std::string host = "app.example.com:" + std::to_string(server.endpoint().port);
  EXPECT_THAT(server.requests(),
              ElementsAre("GET /a/../b?c=%2e;d HTTP/1.1\r\nHost: " + host + "\r\nx-mark: value\r\nx-empty:\r\n\r\n"));
}

TEST(CurlHttpClient, SendsABodyWithItsLength) {
  const ScriptedServer server{kOk};
  FetchRequest request = request_to(server);
  request.method = "PUT";
  request.body = std::string{"a\0b", 3};
  request.fields.add("Content-Type", "text/plain");
  ASSERT_TRUE(CurlHttpClient{}.fetch(request));
  ASSERT_EQ(server.requests().size(), 1U);
  const std::string sent = server.requests().front();
  EXPECT_TRUE(sent.starts_with("PUT / HTTP/1.1\r\n")) << sent;
  EXPECT_THAT(sent, HasSubstr("content-type: text/plain\r\n"));
  EXPECT_TRUE(sent.ends_with(std::string{"\r\n\r\na\0b", 7})) << sent;
}

TEST(CurlHttpClient, SendsOtherMethodsByName) {
  for (const std::string method : {"DELETE", "POST", "PROPFIND"}) {
    const ScriptedServer server{kOk};
    FetchRequest request = request_to(server);
    request.method = method;
    ASSERT_TRUE(CurlHttpClient{}.fetch(request)) << method;
    EXPECT_TRUE(server.requests().front().starts_with(method + " / HTTP/1.1\r\n"));
  }
}

TEST(CurlHttpClient, ReadsNoBodyForHead) {
  const ScriptedServer server{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"};
  FetchRequest request = request_to(server);
  request.method = "HEAD";
  const auto response = CurlHttpClient{}.fetch(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->fields.get("content-length"), "1000");
  EXPECT_EQ(response->body, "");
}

TEST(CurlHttpClient, FollowsNoRedirectAndKeepsNoCookie) {
  const ScriptedServer server{
      "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"};
  CurlHttpClient client;
  for (int i = 0; i < 2; ++i) {
    const auto response = client.fetch(request_to(server));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
    EXPECT_EQ(response->fields.get("location"), "/elsewhere");
  }
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[1].find("ookie"), std::string::npos);
}

TEST(CurlHttpClient, HeedsNoProxyOfTheEnvironment) {
  const ScriptedServer proxy{kOk};
  const ScriptedServer server{kOk};
  for (const char* name : {"http_proxy", "https_proxy", "ALL_PROXY"}) {
    ::setenv(name, proxy.url("127.0.0.1").c_str(), 1);
  }
  EXPECT_TRUE(CurlHttpClient{}.fetch(request_to(server)));
  for (const char* name : {"http_proxy", "https_proxy", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_EQ(proxy.requests().size(), 0U);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(CurlHttpClient, RefusesRequestsThatCannotBeSent) {
  const ScriptedServer server{kOk};
  const std::string port = std::to_string(server.endpoint().port);
  const std::vector<std::function<void(FetchRequest&)>> table{
      [](FetchRequest& r) { r.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET"; },
      [](FetchRequest& r) { r.method = ""; },
      [](FetchRequest& r) { r.method = "GE T"; },
      [](FetchRequest& r) { r.method = "CONNECT"; },
      [&](FetchRequest& r) { r.url = "http://app.example.com:" + port + "/a\r\nX: y"; },
      [&](FetchRequest& r) { r.url = "http://app.example.com:" + port + "/a b"; },
      [&](FetchRequest& r) { r.url = "http://app.example.com:" + port + "/\x7f"; },
      [&](FetchRequest& r) { r.url = "http://app.example.com:" + port + "/\xc3\xa9"; },
      [&](FetchRequest& r) { (r.url = "http://app.example.com:" + port + "/").push_back('\0'); },
      [&](FetchRequest& r) { r.url = "http://app.example.com:" + port + "/#fragment"; },
      [&](FetchRequest& r) { r.url = "http://user:password@app.example.com:" + port + "/"; },
      [](FetchRequest& r) { r.url = ""; },
      [](FetchRequest& r) { r.url = "app.example.com"; },
      [](FetchRequest& r) { r.url = "http://"; },
      [](FetchRequest& r) { r.url = "http://app.example.com:99999/"; },
      [](FetchRequest& r) { r.url = "file:///etc/passwd"; },
      [](FetchRequest& r) { r.url = "ftp://app.example.com/"; },
      [](FetchRequest& r) { r.url = "gopher://app.example.com/"; },
      [](FetchRequest& r) { r.fields.add("Content-Length", "5"); },
      [](FetchRequest& r) { r.fields.add("Transfer-Encoding", "chunked"); },
  };
  for (std::size_t at = 0; at < table.size(); ++at) {
    FetchRequest request = request_to(server);
    table[at](request);
    const auto response = CurlHttpClient{}.fetch(request);
    ASSERT_FALSE(response) << at;
    EXPECT_EQ(response.error(), FetchError::BadRequest) << at;
  }
  EXPECT_EQ(server.peers().size(), 0U);
}

TEST(CurlHttpClient, ConnectsToNoAddressThatThePolicyForbids) {
  const ScriptedServer server{kOk};
  // However the address is spelt, and whatever a name resolves to.
  for (const char* host : {"127.0.0.1", "localhost", "0x7f.1", "2130706433", "017700000001", "127.1", "0",
                           "[::ffff:127.0.0.1]", "[::1]", "169.254.169.254", "10.0.0.1", "[fd00:ec2::254]"}) {
    FetchRequest request;
    request.url = server.url(host);
    const auto response = CurlHttpClient{}.fetch(request);
    ASSERT_FALSE(response) << host;
    EXPECT_EQ(response.error(), FetchError::ForbiddenTarget) << host;
  }
  EXPECT_EQ(server.peers().size(), 0U);
}

TEST(CurlHttpClient, ConnectsToWhatItsOwnerPermits) {
  const ScriptedServer server{kOk};
  CurlHttpClient client{OutboundPolicy{{*base::AddressRange::parse("127.0.0.0/8")}}};
  FetchRequest request;
  request.url = server.url("127.0.0.1");
  EXPECT_TRUE(client.fetch(request));
}

TEST(CurlHttpClient, BindsToTheSourceAddress) {
  const ScriptedServer server{kOk};
  FetchRequest request = request_to(server);
  request.way->source = base::IpAddress::parse("127.0.0.2");
  ASSERT_TRUE(CurlHttpClient{}.fetch(request));
  EXPECT_THAT(server.peers(), ElementsAre(*base::IpAddress::parse("127.0.0.2")));
  request.way->source = base::IpAddress::parse("192.0.2.1");
  const auto elsewhere = CurlHttpClient{}.fetch(request);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error(), FetchError::ConnectFailed);
}

TEST(CurlHttpClient, TellsARefusedConnection) {
  FetchRequest request;
  {
    const ScriptedServer gone{kOk};
    request = request_to(gone);
  }
  const auto response = CurlHttpClient{}.fetch(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), FetchError::ConnectFailed);
}

TEST(CurlHttpClient, EndsAtItsDeadline) {
  const ScriptedServer silent{""};
  FetchRequest request = request_to(silent);
  request.deadline = 100ms;
  const auto response = CurlHttpClient{}.fetch(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), FetchError::DeadlineExceeded);
  request.deadline = 0ms;
  EXPECT_EQ(CurlHttpClient{}.fetch(request).error(), FetchError::DeadlineExceeded);
}

TEST(CurlHttpClient, RefusesABodyAboveItsLimit) {
  const std::string ten = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  EXPECT_TRUE(fetch_answer(ten, 10));
  EXPECT_EQ(fetch_answer(ten, 9).error(), FetchError::TooLarge);
  EXPECT_EQ(
      fetch_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n", 9).error(),
      FetchError::TooLarge);
  EXPECT_EQ(fetch_answer("HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x'), 9).error(), FetchError::TooLarge);
  EXPECT_EQ(fetch_answer(ten, 0).error(), FetchError::TooLarge);
}

TEST(CurlHttpClient, RefusesAHeadAboveItsLimit) {
  const auto with_fields = [](int count, const std::string& field) {
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    for (int i = 0; i < count; ++i) answer += field;
    return answer + "\r\n";
  };
  EXPECT_TRUE(fetch_answer(with_fields(255, "X: y\r\n")));
  EXPECT_EQ(fetch_answer(with_fields(256, "X: y\r\n")).error(), FetchError::TooLarge);
  EXPECT_EQ(fetch_answer(with_fields(1, "X: " + std::string(70'000, 'y') + "\r\n")).error(), FetchError::TooLarge);
}

TEST(CurlHttpClient, TellsAResponseThatBreaksOff) {
  for (const char* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n012",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                             "HTTP/1.1 200 OK\r\nContent-", "rubbish\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"}) {
    const auto response = fetch_answer(answer);
    ASSERT_FALSE(response) << answer;
    EXPECT_EQ(response.error(), FetchError::BrokenOff) << answer;
  }
}

TEST(CurlHttpClient, LeavesOutFieldsThatAreMalformed) {
  const auto response = fetch_answer(
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nBad Name: x\r\nX-Control: a\x01"
      "b\r\nX-Good: c\r\n: d\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->fields.size(), 2U);
  EXPECT_EQ(response->fields.get("x-good"), "c");
}

TEST(CurlHttpClient, TellsTheFinalHeadWithoutInterimOnesAndTrailers) {
  const auto response = fetch_answer(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Final: "
      "2\r\n\r\n"
      "1\r\na\r\n0\r\nX-Trailer: 3\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "a");
  EXPECT_FALSE(response->fields.contains("x-early"));
  EXPECT_TRUE(response->fields.contains("x-final"));
  EXPECT_FALSE(response->fields.contains("x-trailer"));
}

class CurlHttpClientTls : public testing::Test {
 protected:
  CurlHttpClientTls() {
    std::string name = (std::filesystem::temp_directory_path() / "belfry-fetch-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    certificate_.write_to(directory_ / "ca.pem");
  }
  ~CurlHttpClientTls() override { std::filesystem::remove_all(directory_); }

  FetchRequest request() const {
    FetchRequest request = request_to(server_);
    request.ca_file = directory_ / "ca.pem";
    return request;
  }
  std::expected<FetchResponse, FetchError> fetch(const FetchRequest& request) { return client_.fetch(request); }

  TestCertificate certificate_;
  ScriptedServer server_{kOk, &certificate_};
  std::filesystem::path directory_;
  CurlHttpClient client_;
};

TEST_F(CurlHttpClientTls, AcceptsTheCertificateOfAnAuthorityThatItWasGiven) {
  const auto response = fetch(request());
  ASSERT_TRUE(response) << to_string(response.error());
  EXPECT_EQ(response->body, "ok");
}

TEST_F(CurlHttpClientTls, RefusesACertificateOfAnUnknownAuthority) {
  FetchRequest unknown = request();
  unknown.ca_file.reset();
  EXPECT_EQ(fetch(unknown).error(), FetchError::TlsFailed);
  unknown.ca_file = directory_ / "missing.pem";
  EXPECT_EQ(fetch(unknown).error(), FetchError::TlsFailed);
  EXPECT_EQ(server_.requests().size(), 0U);
}

TEST_F(CurlHttpClientTls, RefusesACertificateOfAnotherName) {
  FetchRequest other = request();
  other.url = server_.url("other.example.com");
  EXPECT_EQ(fetch(other).error(), FetchError::TlsFailed);
  EXPECT_EQ(server_.requests().size(), 0U);
}

TEST_F(CurlHttpClientTls, TakesAnyCertificateWhereItIsToldTo) {
  FetchRequest any = request();
  any.url = server_.url("other.example.com");
  any.ca_file.reset();
  any.verify_certificate = false;
  EXPECT_TRUE(fetch(any));
}

}  // namespace
}  // namespace belfry::net
