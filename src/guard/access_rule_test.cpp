#include "guard/access_rule.hpp"

#include <gtest/gtest.h>

namespace belfry::guard {
namespace {

TEST(AccessRule, IsToBeSignedInWhereNothingIsSaid) {
  EXPECT_EQ(access_of({}, "/"), Access::SignedIn);
  EXPECT_EQ(access_of({}, "/anything"), Access::SignedIn);
}

TEST(AccessRule, OpensExactlyThePathsThatAreWritten) {
  const AccessOptions options{.preset = Access::SignedIn, .public_paths = {"/hooks"}, .signed_in_paths = {}};
  EXPECT_EQ(access_of(options, "/hooks"), Access::Public);
  EXPECT_EQ(access_of(options, "/hooks/a"), Access::Public);
  for (const char* path : {"/", "/hook", "/hooksmith", "/HOOKS", "/Hooks/a", "/h%6Foks", "/hooks;v=1"}) {
    EXPECT_EQ(access_of(options, path), Access::SignedIn) << path;
  }
}

TEST(AccessRule, ClosesWhateverAProgramCouldTakeForThePath) {
  const AccessOptions options{.preset = Access::Public, .public_paths = {}, .signed_in_paths = {"/admin"}};
  for (const char* path : {"/admin", "/admin/x", "/Admin", "/ADMIN/x", "/admin;v=1", "/%61dmin"}) {
    EXPECT_EQ(access_of(options, path), Access::SignedIn) << path;
  }
  EXPECT_EQ(access_of(options, "/administrator"), Access::Public);
}

TEST(AccessRule, TheLongerPathCounts) {
  const AccessOptions options{
      .preset = Access::Deny, .public_paths = {"/shop", "/shop/cart/help"}, .signed_in_paths = {"/shop/cart"}};
  EXPECT_EQ(access_of(options, "/shop/x"), Access::Public);
  EXPECT_EQ(access_of(options, "/shop/cart/1"), Access::SignedIn);
  EXPECT_EQ(access_of(options, "/shop/CART/1"), Access::SignedIn);
  EXPECT_EQ(access_of(options, "/shop/cart/help"), Access::Public);
  EXPECT_EQ(access_of(options, "/else"), Access::Deny);
}

TEST(AccessRule, OfTwoOfOneLengthTheStricterCounts) {
  const AccessOptions options{.preset = Access::Deny, .public_paths = {"/a"}, .signed_in_paths = {"/a"}};
  EXPECT_EQ(access_of(options, "/a"), Access::SignedIn);
}

}  // namespace
}  // namespace belfry::guard
