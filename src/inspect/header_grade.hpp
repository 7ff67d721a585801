#pragma once

// The grade of a site's headers by the rules of Mozilla's HTTP Observatory (github.com/mdn/mdn-http-observatory,
// src/analyzer/tests and src/grader/charts.js at version a57b50e, read in 2026). It is our reading of the public rules
// and no result of Mozilla's.
//
// 100 points to begin with; each of ten tests takes some away or adds some; what is added counts only where at least 90
// are left without it. Where we cannot know what the Observatory knows, the less favourable is taken: no host counts as
// preloaded, and a script is foreign unless its host is the page's, below it or above it (there is no list of public
// suffixes here). Its later tests of Cross-Origin-Opener-Policy and -Embedder-Policy, whose weights are not in those
// rules, are not made.

#include "http/fields.hpp"
#include "inspect/csp.hpp"
#include "inspect/html_scan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

// What port 80 of the host does, as far as the grade asks.
enum class PlainHttp : std::uint8_t {
  Unknown,  // not looked at, or no answer that tells
  Closed,
  RedirectsToHttps,      // to the same host
  RedirectsOffHost,      // to https of another host at once
  RedirectsToPlainHttp,  // to http again
  Answers,
};

struct GradedSite {
  std::string host;
  http::Fields page;  // of the page, over https
  std::string body;
  PlainHttp plain_http = PlainHttp::Unknown;
  // Of the same page asked for with an Origin of elsewhere, and which that was.
  http::Fields cross_origin;
  std::string cross_origin_sent;
};

struct HeaderModifier {
  std::string_view test;    // "content-security-policy"
  std::string_view result;  // the Observatory's own name for it: "csp-not-implemented"
  int score = 0;
  std::string_view reason;
};

struct HeaderGrade {
  int score = 0;            // never below 0
  std::string_view letter;  // "A+" to "F"
  bool bonuses_count = false;
  // One for each test, in the order above all of them were made; a bonus that does not count is listed with its score.
  std::vector<HeaderModifier> modifiers;
  // Tests that could not be made, and so took nothing away: the grade may be better than the site.
  std::vector<std::string_view> untested;
};

HeaderGrade grade_headers(const GradedSite& site);

// "A+" from 100, "A" from 90, then by fives down to "F" below 25.
std::string_view header_letter(int score);

// The policies that are in force on a page: of its fields and its <meta>. nullopt beyond the bounds of parse_csp.
std::optional<std::vector<CspPolicy>> policies_of(const http::Fields& page, const HtmlScan& scan);

}  // namespace belfry::inspect
