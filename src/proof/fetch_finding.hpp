#pragma once

// What a drill says where its request got no answer.

#include "net/http_client.hpp"
#include "proof/evidence.hpp"

namespace belfry::proof {

Finding no_answer(net::FetchError error);

}  // namespace belfry::proof
