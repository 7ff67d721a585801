#pragma once

// The public report of the site's TLS in HTML: for each address the letter that it earns by SSL Labs' rating guide and
// the rules that led to it, what is spoken there, the certificate, and what was offered and refused.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/tls_report.hpp"
#include "web/language.hpp"

#include <memory>
#include <string>

namespace belfry::web {

struct TlsPageInput {
  std::string site;
  Language language = Language::En;
  std::shared_ptr<const proof::TlsReport> report;  // nullptr: nothing was looked at yet
  base::WallTime now;
  std::string nonce;
};

http::Response tls_page(const TlsPageInput& input);

}  // namespace belfry::web
