#include "web/tls_page.hpp"

#include "inspect/tls_names.hpp"
#include "web/own_response.hpp"
#include "web/page_template.hpp"
#include "web/phrases.hpp"
#include "web/times.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace belfry::web {

namespace {

using ctemplate::TemplateDictionary;
using inspect::Letter;

struct Look {
  const char* css_class;
  const char* sign;
  Wording word;
};

Look look_of(Letter letter) {
  if (letter == Letter::Unknown) return {"is-unknown", "#sign-unknown", phrase("tls.unknown")};
  if (letter <= Letter::A) return {"is-holds", "#sign-holds", phrase("tls.good")};
  return {"is-broken", "#sign-broken", phrase("tls.bad")};
}

// Of what must be refused.
Look look_of(const inspect::OfferResult& result, bool answers_tls) {
  if (result.answer == inspect::OfferAnswer::Accepted) return {"is-broken", "#sign-broken", phrase("tls.accepted")};
  const bool refused = result.answer == inspect::OfferAnswer::Refused && answers_tls;
  if (refused) return {"is-holds", "#sign-holds", phrase("tls.refused")};
  return {"is-unknown", "#sign-unknown", phrase("tls.unclear")};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool same_answers(const inspect::TlsFacts& one, const inspect::TlsFacts& other) {
  return std::ranges::equal(one.offers, other.offers, [](const auto& left, const auto& right) {
    return left.offer == right.offer && left.answer == right.answer && left.reason == right.reason &&
           left.alert == right.alert;
  });
}

class ReportWriter {
 public:
  explicit ReportWriter(const TlsPageInput& input) : input_{input}, page_{"tls"} {}

  std::string write() {
    set(page_, "LANGUAGE", tag_of(input_.language));
    set(page_, "NONCE", input_.nonce);
    set(page_, "SITE", input_.site);
    set(page_, "TITLE", std::string{pick(phrase("tls.title"), input_.language)} + input_.site);
    set(page_, "SECURITY_URL", "/security?lang=" + std::string{tag_of(input_.language)} + "#transit.report");
    offer_languages(page_, input_.language);
    if (input_.report && !input_.report->addresses.empty()) {
      write_report(*input_.report);
    } else {
      page_.ShowSection("NOTHING");
    }
    return render(Page::Tls, input_.language, page_);
  }

 private:
  static void set(TemplateDictionary& where, const char* name, std::string_view value) {
    set_value(where, name, value);
  }
  void set(TemplateDictionary& where, const char* name, const Wording& wording) const {
    set(where, name, pick(wording, input_.language));
  }
  void set(TemplateDictionary& where, const char* name, const inspect::Sentence& sentence) const {
    set(where, name, std::string_view{input_.language == Language::Fr ? sentence.fr : sentence.en});
  }

  void write_report(const proof::TlsReport& report) {
    TemplateDictionary& section = *page_.AddSectionDictionary("REPORT");
    set(section, "TAKEN_TIME", rfc3339(report.taken));
    set(section, "TAKEN", readable_time(report.taken, input_.language));
    const Letter letter = proof::worst_letter(report);
    const Letter bare = proof::worst_letter_without_trust(report);
    set(section, "BARE_LETTER", inspect::to_string(bare));
    set(section, "BARE_CLASS", look_of(bare).css_class);
    set(section, "BARE_SIGN", look_of(bare).sign);
    set(section, "BARE_WORD", letter == bare ? phrase("tls.grade") : phrase("tls.grade_without_trust"));
    if (letter != bare) {
      TemplateDictionary& whole = *section.AddSectionDictionary("WHOLE");
      set(whole, "LETTER", inspect::to_string(letter));
      set(whole, "LETTER_CLASS", look_of(letter).css_class);
      set(whole, "LETTER_SIGN", look_of(letter).sign);
      section.ShowSection("TRUST_NOTE");
    }
    set(section, "COUNT", std::to_string(report.addresses.size()));
    section.ShowSection(report.addresses.size() == 1 ? "ONE_ADDRESS" : "MANY_ADDRESSES");
    if (report.source == proof::AddressSource::OwnListener) section.ShowSection("OWN_LISTENER");

    const std::vector<proof::ReportedAddress> names = proof::reported(report);
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (std::ranges::find(shown, i) != shown.end()) continue;
      // Addresses of which the same is to be said stand under one heading.
      std::string heading = names[i].address;
      for (std::size_t other = i + 1; other < names.size(); ++other) {
        if (!proof::differences(names[i], names[other]).en.empty()) continue;
        if (!same_answers(report.addresses[i].facts, report.addresses[other].facts)) continue;
        heading += ", " + names[other].address;
        shown.push_back(other);
      }
      TemplateDictionary& address = *section.AddSectionDictionary("ADDRESS");
      set(address, "ADDRESS_NAME", heading);
      write_address(address, report.addresses[i], names[i], i);
    }
  }

  void write_address(TemplateDictionary& section, const proof::AddressReport& report,
                     const proof::ReportedAddress& names, std::size_t number) const {
    set(section, "ADDRESS_ID", "address-" + std::to_string(number + 1));
    write_grade(section, report.grade);
    write_protocols(section, report.facts, names);
    write_certificate(section, report.facts);
    write_offers(section, report.facts);
  }

  void write_grade(TemplateDictionary& section, const inspect::TlsGrade& grade) const {
    set(section, "GRADE", inspect::to_string(grade.letter));
    set(section, "GRADE_CLASS", look_of(grade.without_trust).css_class);
    set(section, "GRADE_SIGN", look_of(grade.without_trust).sign);
    set(section, "SCORE_PROTOCOL", std::to_string(grade.scores.protocol));
    set(section, "SCORE_KEY", std::to_string(grade.scores.key_exchange));
    set(section, "SCORE_CIPHER", std::to_string(grade.scores.cipher));
    set(section, "SCORE_TOTAL", std::to_string(grade.scores.total));
    for (const inspect::GradeRule& rule : grade.rules) {
      TemplateDictionary& item = *section.AddSectionDictionary("RULE");
      set(item, "RULE_TEXT", rule.sentence);
      set(item, "RULE_SOURCE", rule.source);
    }
    if (grade.not_judged.empty()) return;
    TemplateDictionary& list = *section.AddSectionDictionary("NOT_JUDGED");
    for (const inspect::Sentence& sentence : grade.not_judged) {
      set(*list.AddSectionDictionary("MISSING"), "MISSING_TEXT", sentence);
    }
  }

  static void write_protocols(TemplateDictionary& section, const inspect::TlsFacts& facts,
                              const proof::ReportedAddress& names) {
    for (std::size_t i = 0; i < names.protocols.size(); ++i) {
      TemplateDictionary& protocol = *section.AddSectionDictionary("PROTOCOL");
      set(protocol, "PROTOCOL_NAME", names.protocols[i].name);
      for (std::size_t at = 0; at < names.protocols[i].suites.size(); ++at) {
        TemplateDictionary& suite = *protocol.AddSectionDictionary("SUITE");
        set(suite, "SUITE_NAME", names.protocols[i].suites[at]);
        const inspect::CipherSuite* known = inspect::find_suite(facts.versions[i].suites[at]);
        suite.ShowSection(known != nullptr && inspect::has_forward_secrecy(*known) ? "FORWARD" : "NOT_FORWARD");
      }
    }
    if (!names.groups.empty()) {
      section.ShowSection("GROUPS");
      set(section, "GROUPS_TEXT", joined(names.groups));
    }
  }

  void write_certificate(TemplateDictionary& section, const inspect::TlsFacts& facts) const {
    if (!facts.handshake || facts.handshake->chain.certificates.empty()) return;
    const net::ChainFacts& chain = facts.handshake->chain;
    const net::CertificateFacts& leaf = chain.certificates.front();
    TemplateDictionary& list = *section.AddSectionDictionary("CERTIFICATE");
    set(list, "NAMES", joined(leaf.names));
    set(list, "ISSUER", leaf.issuer);
    set(list, "KEY", leaf.key_type + " " + std::to_string(leaf.key_bits) + ", " + leaf.signature);
    set(list, "UNTIL_TIME", rfc3339(leaf.not_after));
    set(list, "UNTIL", readable_time(leaf.not_after, input_.language));
    set(list, "DAYS", std::to_string(inspect::days_left(facts, input_.now).value_or(0)));
    set(list, "FINGERPRINT", leaf.fingerprint);
    set(list, "CHAIN_LENGTH", std::to_string(chain.certificates.size()));
    if (chain.trusted) {
      list.ShowSection("TRUSTED");
    } else {
      TemplateDictionary& untrusted = *list.AddSectionDictionary("UNTRUSTED");
      set(untrusted, "VERIFICATION", chain.verification);
    }
  }

  void write_offers(TemplateDictionary& section, const inspect::TlsFacts& facts) const {
    const bool answers = inspect::answers_tls(facts);
    std::size_t refused = 0;
    const auto weak = inspect::weak_offers();
    for (const inspect::Offer offer : weak) {
      const inspect::OfferResult* result = inspect::find_offer(facts, offer);
      if (result == nullptr) continue;
      const Look look = look_of(*result, answers);
      if (result->answer == inspect::OfferAnswer::Refused && answers) ++refused;
      TemplateDictionary& item = *section.AddSectionDictionary("OFFER");
      set(item, "OFFER_CLASS", look.css_class);
      set(item, "OFFER_SIGN", look.sign);
      set(item, "OFFER_WORD", look.word);
      set(item, "OFFER_NAME", inspect::name_of(offer));
      set(item, "OFFER_TEXT", inspect::describe(*result));
    }
    set(section, "REFUSED", std::to_string(refused));
    set(section, "OFFERED", std::to_string(weak.size()));
  }

  const TlsPageInput& input_;
  TemplateDictionary page_;
};

}  // namespace

http::Response tls_page(const TlsPageInput& input) {
  http::Response response = html_response(200, input.language, ReportWriter{input}.write());
  response.head.fields.add("vary", "accept-language");
  return response;
}

}  // namespace belfry::web
