#include "inspect/hsts.hpp"

#include <gtest/gtest.h>

namespace belfry::inspect {
namespace {

TEST(Hsts, IsRead) {
  const auto hsts = parse_hsts(" max-age=\"63072000\" ; IncludeSubDomains;preload; other=1");
  ASSERT_TRUE(hsts);
  EXPECT_EQ(hsts->max_age, 63072000U);
  EXPECT_TRUE(hsts->include_subdomains);
  EXPECT_TRUE(hsts->preload);
  EXPECT_FALSE(parse_hsts("max-age=0")->include_subdomains);
}

TEST(Hsts, RefusesWhatNoBrowserTakes) {
  for (const char* value : {"", "includeSubDomains", "max-age", "max-age=", "max-age=-1", "max-age=1x", "max-age= 1 2",
                            "max-age=1; max-age=1", "max-age=99999999999999999999", "max-age=\"1"}) {
    EXPECT_FALSE(parse_hsts(value)) << value;
  }
}

TEST(Hsts, StateOfAResponse) {
  struct Case {
    std::vector<const char*> values;
    HstsState state;
  };
  const Case cases[] = {
      {{}, HstsState::Missing},
      {{"max-age=15768000"}, HstsState::Good},
      {{"max-age=15767999"}, HstsState::TooShort},
      {{"max-age=x"}, HstsState::Malformed},
      {{"max-age=15768000", "max-age=15768000"}, HstsState::Repeated},
  };
  for (const Case& one : cases) {
    http::Fields fields;
    for (const char* value : one.values) fields.add("strict-transport-security", value);
    EXPECT_EQ(hsts_state(fields), one.state);
  }
}

}  // namespace
}  // namespace belfry::inspect
