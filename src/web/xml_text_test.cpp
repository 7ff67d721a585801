#include "web/xml_text.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

TEST(XmlText, LosesItsMeaningAsMarkup) {
  EXPECT_EQ(xml_escaped("<a b=\"c\" d='e'>&amp;</a>]]>"),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;&lt;/a&gt;]]&gt;");
  EXPECT_EQ(xml_escaped("é\u202f; l’été"), "é\u202f; l’été");
}

TEST(XmlText, HoldsNoCharacterThatXmlHasNoFormFor) {
  EXPECT_EQ(xml_escaped(std::string_view{"a\0b\x1b\r\n\t", 7}), "a\ufffdb\ufffd\ufffd\n\t");
}

}  // namespace
}  // namespace belfry::web
