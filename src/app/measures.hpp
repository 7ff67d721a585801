#pragma once

// The measures of the door that a drill's control needs to be without: each as the piece of code that keeps it. Made by
// default of the real ones, and `belfry` knows no others: twin_main.cpp alone, which is no part of it, puts something
// else into one of these places.

#include "accounts/credential_check.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/person.hpp"
#include "accounts/session_cache.hpp"
#include "edge/listener.hpp"
#include "edge/tls_context.hpp"
#include "guard/blocklist.hpp"
#include "guard/pipeline.hpp"
#include "guard/seal.hpp"
#include "people/reception.hpp"
#include "record/request_log.hpp"
#include "web/page_template.hpp"

namespace belfry::app {

struct Measures {
  static bool admits(const guard::Blocklist& blocklist, const base::IpAddress& address) {
    return !blocklist.blocks(address);
  }
  static void write(record::RequestLog::Writer& log, const record::RequestRecord& record) { log.write(record); }

  // What TLS agrees to.
  edge::TlsPolicy tls = &edge::strong_tls_policy;
  // What is answered to a client that speaks something else than TLS: nothing.
  edge::FirstBytes first_bytes = nullptr;
  // Before the TLS handshake.
  bool (*admit)(const guard::Blocklist&, const base::IpAddress&) = &admits;
  // Of every request.
  guard::GuardList (*guards)(const guard::PipelineParts&) = &guard::standard_guards;
  // Of every form.
  people::Reception::TokenCheck token_check = &people::Reception::check_token;
  // Of every password that somebody wants.
  accounts::PasswordJudge password_judge = &accounts::judge_by_rules;
  // Of every password and code that somebody types.
  accounts::CredentialPieces credentials{};
  // Of everybody who is signed in.
  accounts::SecondFactorRule second_factor_rule = &accounts::requires_second_factor;
  // Of every page of people.
  web::Renderer render = &web::render;
  // Of every response.
  guard::SealFunction seal = &guard::seal;
  // The log's line.
  void (*record)(record::RequestLog::Writer&, const record::RequestRecord&) = &write;
};

}  // namespace belfry::app
