#pragma once

// What graders ask of a page's HTML: its scripts and its <meta http-equiv>. No document is built: the text is walked
// once, as far as HTML's tokenizer matters for that (comments, quoted attributes, raw text inside <script> and the
// like). What a browser would make of broken markup may differ; nothing is executed or fetched for it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

struct ScriptTag {
  std::optional<std::string> src;  // character references resolved, blanks at its ends taken off
  bool integrity = false;          // an integrity attribute that is not empty
};

struct HtmlScan {
  std::vector<ScriptTag> scripts;
  std::vector<std::string> policies;   // <meta http-equiv="Content-Security-Policy">
  std::vector<std::string> referrers;  // <meta name="referrer">
  // False where the page holds more than is looked at: the rest is not known.
  bool complete = true;
};

// Inclusive.
inline constexpr std::size_t kScannedTags = 4096;                         // <script> and <meta>
inline constexpr std::size_t kScannedAttribute = std::size_t{16} * 1024;  // bytes of one value; a longer one is cut

HtmlScan scan_html(std::string_view html);

// How a script is reached from a page of `page_host` over https.
enum class ScriptOrigin : std::uint8_t {
  Own,            // by a relative URL, or from the page's host, a host below it, or one above it of two labels or more
  ForeignSecure,  // https from elsewhere
  ForeignPlain,   // http, or "//host": the scheme is not said
};
ScriptOrigin script_origin(std::string_view src, std::string_view page_host);

}  // namespace belfry::inspect
