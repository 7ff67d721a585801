#include "web/script.hpp"

#include "web/invitation_pages.hpp"
#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace belfry::web {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Script, IsKeptUnderAnAddressOfItsContent) {
  const http::Response response = script();
  EXPECT_EQ(response.head.fields.get("content-type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(std::string{response.head.fields.get("cache-control").value_or("")}, HasSubstr("immutable"));
  EXPECT_THAT(script_url(), StartsWith("/password/tools.js?v="));
  EXPECT_THAT(script_integrity(), StartsWith("sha384-"));
  EXPECT_EQ(script_integrity().size(), 71U);
}

TEST(Script, IsLoadedByPagesWithANewPasswordAlone) {
  const http::Response with = welcome_page({.page = page()});
  EXPECT_EQ(with.script, http::PageScript::Own);
  EXPECT_THAT(with.body, HasSubstr("<script nonce=\"bm9uY2U=\" src=\"" + script_url() + "\" integrity=\"" +
                                   script_integrity() + "\" defer></script>"));
  const http::Response without = enrolment_page({.page = page()});
  EXPECT_EQ(without.script, http::PageScript::None);
  EXPECT_THAT(without.body, Not(HasSubstr("<script")));
}

// Trusted Types allow no policy: whatever wants markup of a text would throw.
TEST(Script, MakesNoMarkupOfText) {
  for (const char* sink : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
                           "createContextualFragment", "srcdoc", "localStorage", "sessionStorage", "console."}) {
    EXPECT_THAT(script().body, Not(HasSubstr(sink)));
  }
}

}  // namespace
}  // namespace belfry::web
