#include "web/xml_text.hpp"

namespace belfry::web {

std::string xml_escaped(std::string_view text) {
  std::string xml;
  xml.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\'':
        xml += "&#39;";
        break;
      case '\t':
      case '\n':
        xml += character;
        break;
      default:
        if (static_cast<unsigned char>(character) < 0x20) {
          xml += "\ufffd";
        } else {
          xml += character;
        }
    }
  }
  return xml;
}

}  // namespace belfry::web
