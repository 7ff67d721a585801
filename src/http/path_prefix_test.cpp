#include "http/path_prefix.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace belfry::http {
namespace {

TEST(PathPrefix, EndsAtASegmentsEnd) {
  EXPECT_TRUE(path_has_prefix("/admin", "/admin"));
  EXPECT_TRUE(path_has_prefix("/admin/", "/admin"));
  EXPECT_TRUE(path_has_prefix("/admin/x", "/admin"));
  EXPECT_TRUE(path_has_prefix("/admin/x/y", "/admin/x"));
  EXPECT_FALSE(path_has_prefix("/administrator", "/admin"));
  EXPECT_FALSE(path_has_prefix("/admi", "/admin"));
  EXPECT_FALSE(path_has_prefix("/x/admin", "/admin"));
  EXPECT_FALSE(path_has_prefix("/", "/admin"));
  EXPECT_FALSE(path_has_prefix("/admin", "/admin/x"));
}

TEST(PathPrefix, CoversTheFolderItselfHoweverItIsWritten) {
  EXPECT_TRUE(path_has_prefix("/admin", "/admin/"));
  EXPECT_TRUE(path_has_prefix("/", "/"));
  EXPECT_TRUE(path_has_prefix("/x", "/"));
  EXPECT_TRUE(path_has_prefix("*", "/"));
}

// Each of these reaches /admin in some server.
TEST(PathPrefix, RestrictsEverySpellingThatAServerMayTakeForThePath) {
  for (const std::string_view path :
       {"/Admin", "/ADMIN/x", "/admin;v=1", "/admin;/x", "/;x/admin", "/%61dmin", "/adm%69n/x", "/%41dmin"}) {
    EXPECT_TRUE(path_has_prefix(path, "/admin")) << path;
  }
  EXPECT_TRUE(path_has_prefix("/a;x/b", "/a/b"));
  EXPECT_TRUE(path_has_prefix("/%40admin", "/@admin"));
  EXPECT_TRUE(path_has_prefix("/@admin", "/%40Admin"));
  EXPECT_TRUE(path_has_prefix("/%C3%A9", "/\xc3\xa9"));
  EXPECT_TRUE(path_has_prefix("/admin", "/ADMIN"));
  // Broken encodings are themselves; an encoded '%' is one byte.
  EXPECT_TRUE(path_has_prefix("/a%25", "/a%"));
  EXPECT_FALSE(path_has_prefix("/a%2", "/a%"));
  EXPECT_FALSE(path_has_prefix("/%2561dmin", "/admin"));
}

TEST(PathPrefix, LetsThroughOnlyWhatIsWritten) {
  EXPECT_TRUE(path_has_exact_prefix("/hook", "/hook"));
  EXPECT_TRUE(path_has_exact_prefix("/hook/a", "/hook"));
  EXPECT_TRUE(path_has_exact_prefix("/hook/a", "/hook/"));
  EXPECT_TRUE(path_has_exact_prefix("/anything", "/"));
  for (const std::string_view path : {"/Hook", "/hooks", "/hook;x", "/hook%61", "/;x/hook", "/x/hook", "/", "*"}) {
    EXPECT_FALSE(path_has_exact_prefix(path, "/hook")) << path;
  }
}

}  // namespace
}  // namespace belfry::http
