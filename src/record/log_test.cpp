#include "record/log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace belfry::record {
namespace {

class LogTest : public testing::Test {
 protected:
  base::FakeClock clock_;  // 2026-01-01
  std::ostringstream out_;
};

TEST_F(LogTest, WritesALineOfText) {
  Log log{clock_, LogLevel::Info, LogFormat::Text, out_};
  log.warning("certificate not replaced", {{"file", "/etc/site.pem"}, {"why", "not \"PEM\""}, {"port", 443}});
  EXPECT_EQ(out_.str(),
            "2026-01-01T00:00:00.000Z warning certificate not replaced file=/etc/site.pem why=\"not \\\"PEM\\\"\" "
            "port=443\n");
}

TEST_F(LogTest, WritesALineOfJson) {
  Log log{clock_, LogLevel::Info, LogFormat::Json, out_};
  log.error("cannot listen", {{"endpoint", "[::]:443"}});
  EXPECT_EQ(out_.str(),
            R"({"time":"2026-01-01T00:00:00.000Z","level":"error","message":"cannot listen","endpoint":"[::]:443"})"
            "\n");
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  Log log{clock_, LogLevel::Warning, LogFormat::Text, out_};
  log.debug("a");
  log.info("b");
  EXPECT_EQ(out_.str(), "");
  log.warning("c");
  log.error("d");
  EXPECT_NE(out_.str().find("warning c\n"), std::string::npos);
  EXPECT_NE(out_.str().find("error d\n"), std::string::npos);
}

TEST_F(LogTest, NoTextBreaksALineOrSteersATerminal) {
  for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
    std::ostringstream out;
    Log log{clock_, LogLevel::Debug, format, out};
    log.info("a\nb %v %+ {}", {{"name", "x\r\n2026-01-01T00:00:00.000Z error forged\x1b[2J\xff"}});
    const std::string text = out.str();
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
    EXPECT_NE(text.find("%v %+ {}"), std::string::npos);
    if (format == LogFormat::Json) {
      EXPECT_NO_THROW(boost::json::parse(text));
    }
  }
}

TEST_F(LogTest, AValueCannotPassForTwoFields) {
  Log log{clock_, LogLevel::Info, LogFormat::Text, out_};
  log.info("m", {{"a", "x b=y"}, {"c", ""}, {"d", "e=f"}});
  EXPECT_TRUE(out_.str().ends_with(" m a=\"x b=y\" c=\"\" d=\"e=f\"\n"));
}

}  // namespace
}  // namespace belfry::record
