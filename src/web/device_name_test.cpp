#include "web/device_name.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

struct Known {
  std::string_view user_agent;
  std::string_view name;
};

TEST(DeviceName, TellsBrowserAndSystem) {
  constexpr Known kKnown[] = {
      {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
       "Safari/537.36 Edg/130.0.0.0",
       "Edge · Windows"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
       "Safari/537.36",
       "Chrome · Windows"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 "
       "Chrome/122.0.0.0 Mobile Safari/537.36",
       "Samsung Internet · Android"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
       "Mobile/15E148 Safari/604.1",
       "Safari · iPhone"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
       "Safari/605.1.15",
       "Safari · macOS"},
      {"curl/7.88.1", "curl"},
      {"something (Linux)", "Linux"},
      {"", ""},
      {"<script>alert(1)</script>", ""},
  };
  for (const Known& known : kKnown) EXPECT_EQ(device_name(known.user_agent), known.name);
}

}  // namespace
}  // namespace belfry::web
