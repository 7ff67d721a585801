#pragma once

// A client whose answers a test gives.

#include "net/http_client.hpp"

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::proof {

class FakeHttpClient final : public net::HttpClient {
 public:
  using Answer = std::expected<net::FetchResponse, net::FetchError>;

  explicit FakeHttpClient(std::function<Answer(const net::FetchRequest&)> answer) : answer_{std::move(answer)} {}

  std::expected<net::FetchResponse, net::FetchError> fetch(const net::FetchRequest& request) override {
    requests.push_back(request);
    return answer_(request);
  }

  std::vector<net::FetchRequest> requests;

 private:
  std::function<Answer(const net::FetchRequest&)> answer_;
};

inline net::FetchResponse response_of(std::uint16_t status,
                                      const std::vector<std::pair<std::string_view, std::string_view>>& fields = {}) {
  net::FetchResponse response;
  response.status = status;
  for (const auto& [name, value] : fields) response.fields.add(name, value);
  return response;
}

}  // namespace belfry::proof
