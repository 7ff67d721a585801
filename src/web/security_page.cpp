#include "web/security_page.hpp"

#include "web/day_line.hpp"
#include "web/own_response.hpp"
#include "web/page_template.hpp"
#include "web/phrases.hpp"
#include "web/times.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::web {

namespace {

using ctemplate::TemplateDictionary;
using proof::Reason;
using proof::State;

// How a state looks. The word says it, the sign's shape says it; the colour only repeats it.
struct StateLook {
  Wording word;
  Wording since;
  const char* css_class;
  const char* sign;
};

StateLook look_of(State state) {
  switch (state) {
    case State::Holds:
      return {phrase("state.holds"), phrase("fact.since.holds"), "is-holds", "#sign-holds"};
    case State::Broken:
      return {phrase("state.broken"), phrase("fact.since.broken"), "is-broken", "#sign-broken"};
    case State::Unknown:
      break;
  }
  return {phrase("state.unknown"), phrase("fact.since.unknown"), "is-unknown", "#sign-unknown"};
}

// What a reader must know of a row that is neither plainly held nor plainly broken; empty for those.
Wording explain(Reason reason) {
  switch (reason) {
    case Reason::Evidence:
      return {};
    case Reason::NotBuilt:
      return phrase("reason.not_built");
    case Reason::PartNotBuilt:
      return phrase("reason.part_not_built");
    case Reason::NoEvidence:
      return phrase("reason.no_evidence");
    case Reason::Inconclusive:
      return phrase("reason.inconclusive");
    case Reason::Expired:
      return phrase("reason.expired");
    case Reason::FromFuture:
      return phrase("reason.from_future");
    case Reason::Uncovered:
      return phrase("reason.uncovered");
    case Reason::Unrecorded:
      return phrase("reason.unrecorded");
  }
  return {};
}

Wording word_of(proof::Basis basis) {
  switch (basis) {
    case proof::Basis::Enforced:
      return phrase("basis.enforced");
    case proof::Basis::Drilled:
      return phrase("basis.drilled");
    case proof::Basis::Measured:
      return phrase("basis.measured");
    case proof::Basis::Declared:
      return phrase("basis.declared");
  }
  return {};
}

Wording word_of(proof::Scope scope) {
  return scope == proof::Scope::Belfry ? phrase("scope.belfry") : phrase("scope.application");
}

constexpr std::array<std::pair<DayState, const char*>, 4> kDayClasses{{
    {DayState::Held, "day-held"},
    {DayState::Broken, "day-broken"},
    {DayState::Unknown, "day-unknown"},
    {DayState::NoRecord, "day-none"},
}};

struct JudgedClaim {
  const proof::Claim* claim;
  proof::Verdict verdict;
};

class PageWriter {
 public:
  explicit PageWriter(const SecurityPageInput& input) : input_{input}, page_{"security"} {}

  std::string write() {
    const proof::ClaimBoard nothing = input_.board ? proof::ClaimBoard{} : proof::empty_board();
    std::vector<JudgedClaim> judged;
    for (const proof::ClaimRow& row : (input_.board ? *input_.board : nothing).rows) {
      judged.push_back({row.claim, proof::judge(row, input_.now)});
    }
    write_head(judged);
    for (std::size_t i = 0; i < judged.size();) i = write_group(judged, i);
    return render(Page::Security, input_.language, page_);
  }

 private:
  static void set(TemplateDictionary& where, const char* name, std::string_view value) {
    set_value(where, name, value);
  }
  void set(TemplateDictionary& where, const char* name, const Wording& wording) const {
    set(where, name, pick(wording, input_.language));
  }
  void set_time(TemplateDictionary& where, const char* time_name, const char* text_name, base::WallTime time) const {
    set(where, time_name, rfc3339(time));
    set(where, text_name, readable_time(time, input_.language));
  }

  void write_head(const std::vector<JudgedClaim>& judged) {
    set(page_, "LANGUAGE", tag_of(input_.language));
    set(page_, "NONCE", input_.nonce);
    set(page_, "SITE", input_.site);
    set(page_, "TITLE", std::string{pick(phrase("security.title"), input_.language)} + input_.site);
    TemplateDictionary& feed = *page_.AddSectionDictionary("FEED");
    set(feed, "FEED_TITLE", phrase("security.feed"));
    const std::string in_language = "?lang=" + std::string{tag_of(input_.language)};
    set(page_, "FEED_URL", "/security/feed.atom" + in_language);
    set(page_, "BADGE_URL", "/security/badge.svg" + in_language);
    offer_languages(page_, input_.language);
    set_time(page_, "GENERATED_TIME", "GENERATED", input_.now);

    std::array<std::size_t, 3> count{};
    for (const JudgedClaim& one : judged) ++count[static_cast<std::size_t>(one.verdict.state)];
    const auto of = [&](State state) { return count[static_cast<std::size_t>(state)]; };
    write_count("HOLDING", "HOLDING_CLASS", "ONE_HOLDS", "MANY_HOLD", State::Holds, of(State::Holds));
    write_count("BROKEN", "BROKEN_CLASS", "ONE_BROKEN", "MANY_BROKEN", State::Broken, of(State::Broken));
    write_count("UNKNOWN", "UNKNOWN_CLASS", "ONE_UNKNOWN", "MANY_UNKNOWN", State::Unknown, of(State::Unknown));
  }

  void write_count(const char* name, const char* css_class, const char* one, const char* many, State state,
                   std::size_t count) {
    set(page_, name, std::to_string(count));
    // A zero says nothing that needs a colour.
    set(page_, css_class, count == 0 ? "is-none" : look_of(state).css_class);
    // French counts 0 as one, English as many.
    const bool singular = count == 1 || (count == 0 && input_.language == Language::Fr);
    page_.ShowSection(singular ? one : many);
  }

  // Writes the group that begins at `first`, and its entry in the contents; returns where the next one begins.
  std::size_t write_group(const std::vector<JudgedClaim>& judged, std::size_t first) {
    const proof::Group group = judged[first].claim->group;
    const Wording title = proof::title_of(group);
    const std::string id = "group-" + std::to_string(static_cast<unsigned>(group) + 1);
    TemplateDictionary& entry = *page_.AddSectionDictionary("ENTRY");
    TemplateDictionary& section = *page_.AddSectionDictionary("GROUP");
    for (TemplateDictionary* where : {&entry, &section}) {
      set(*where, "GROUP_ID", id);
      set(*where, "GROUP_TITLE", title);
    }
    std::size_t next = first;
    for (; next < judged.size() && judged[next].claim->group == group; ++next) {
      const StateLook look = look_of(judged[next].verdict.state);
      TemplateDictionary& dot = *entry.AddSectionDictionary("DOT");
      set(dot, "DOT_CLASS", look.css_class);
      set(dot, "DOT_SIGN", look.sign);
      set(dot, "DOT_WORD", look.word);
      write_claim(*section.AddSectionDictionary("CLAIM"), judged[next]);
    }
    return next;
  }

  void write_claim(TemplateDictionary& row, const JudgedClaim& judged) const {
    const proof::Claim& claim = *judged.claim;
    const proof::Verdict& verdict = judged.verdict;
    const StateLook look = look_of(verdict.state);
    set(row, "CLAIM_ID", claim.id);
    set(row, "CLAIM_TITLE_ID", "title-" + std::string{claim.id});
    set(row, "CLAIM_TITLE", claim.title);
    set(row, "SENTENCE", proof::sentence_of(claim, input_.presets));
    set(row, "STATE_CLASS", look.css_class);
    set(row, "STATE_SIGN", look.sign);
    set(row, "STATE_WORD", look.word);
    if (const Wording why = explain(verdict.reason); !why.en.empty()) {
      row.ShowSection("REASON");
      set(row, "REASON_TEXT", why);
    }
    if (!claim.check.en.empty()) {
      row.ShowSection("CHECK");
      set(row, "CHECK_TEXT", claim.check);
    }
    if (claim.group == proof::Group::Transit) row.ShowSection("TLS_REPORT");
    write_parts(row, verdict);
    if (const auto outside = reader_check(claim, input_.door)) {
      TemplateDictionary& where = *row.AddSectionDictionary("OUTSIDE");
      set(where, "COMMAND", outside->command);
      set(where, "OUTCOME", outside->outcome);
    }
    write_days(row, judged);
    write_facts(row, judged, look);
  }

  void write_days(TemplateDictionary& row, const JudgedClaim& judged) const {
    if (!input_.recent) {
      row.ShowSection("NO_DAYS");
      return;
    }
    ClaimDays recent = input_.recent->claims[static_cast<std::size_t>(judged.claim - proof::claims().data())];
    const proof::Verdict& verdict = judged.verdict;
    // What became of it since the last entry, as evidence that expired a moment ago.
    if (recent.changes().empty() || recent.changes().back().state != verdict.state) {
      recent.add(verdict.state, verdict.since.value_or(input_.now));
    }
    const Days days = recent.days(input_.now, verdict.state);
    TemplateDictionary& where = *row.AddSectionDictionary("DAYS");
    set(where, "DAYS_TEXT", describe_days(days, input_.language));
    for (const auto& [state, css_class] : kDayClasses) {
      const std::string path = day_path(days, state);
      if (path.empty()) continue;
      TemplateDictionary& run = *where.AddSectionDictionary("RUN");
      set(run, "RUN_CLASS", css_class);
      set(run, "RUN_PATH", path);
    }
    write_spans(where, recent);
    if (recent.has_earlier_changes()) where.ShowSection("EARLIER");
    if (recent.reaches_beyond(input_.now)) where.ShowSection("BEYOND");
  }

  // From when to when it was in which state, newest first.
  void write_spans(TemplateDictionary& where, const ClaimDays& recent) const {
    const std::span<const ClaimDays::Change> changes = recent.changes();
    for (std::size_t i = changes.size(); i-- > 0;) {
      const StateLook look = look_of(changes[i].state);
      TemplateDictionary& span = *where.AddSectionDictionary("SPAN");
      set(span, "SPAN_CLASS", look.css_class);
      set(span, "SPAN_SIGN", look.sign);
      set(span, "SPAN_WORD", look.word);
      set_time(span, "SPAN_FROM_TIME", "SPAN_FROM", changes[i].at);
      if (i + 1 < changes.size()) {
        set_time(*span.AddSectionDictionary("ENDED"), "SPAN_TO_TIME", "SPAN_TO", changes[i + 1].at);
      } else {
        span.ShowSection("LASTS");
      }
    }
  }

  void write_parts(TemplateDictionary& row, const proof::Verdict& verdict) const {
    // What is said of every part is said by the row already.
    if (verdict.finding.en.empty() || verdict.parts.size() < 2) return;
    TemplateDictionary& list = *row.AddSectionDictionary("PARTS");
    for (const proof::PartVerdict& part : verdict.parts) {
      TemplateDictionary& item = *list.AddSectionDictionary("PART");
      const StateLook look = look_of(part.state);
      set(item, "PART_CLASS", look.css_class);
      set(item, "PART_SIGN", look.sign);
      set(item, "PART_WORD", look.word);
      set(item, "PART_NAME", part.part->name);
      if (part.evidence != nullptr) {
        set(item, "PART_FINDING", pick(part.evidence->finding, input_.language));
      } else if (!is_built(*part.part)) {
        set(item, "PART_FINDING", part.part->not_built);
      } else {
        set(item, "PART_FINDING", phrase("part.no_evidence"));
      }
    }
  }

  // Of the claim, and of the parts that are known otherwise.
  std::string basis_of(const proof::Claim& claim) const {
    std::string text{pick(word_of(claim.basis), input_.language)};
    std::optional<proof::Basis> last;
    for (const proof::Part& part : claim.parts) {
      if (!part.own_terms) continue;
      const proof::Basis basis = part.own_terms->basis;
      if (basis == last) {
        text += ", ";
      } else {
        text.append(last ? ")" : "").append(pick(Wording{.en = "; ", .fr = "\u202f; "}, input_.language));
        text.append(pick(word_of(basis), input_.language)).append(" (");
        last = basis;
      }
      text += pick(part.name, input_.language);
    }
    return last ? text + ")" : text;
  }

  void write_facts(TemplateDictionary& row, const JudgedClaim& judged, const StateLook& look) const {
    const proof::Verdict& verdict = judged.verdict;
    if (!verdict.finding.en.empty()) {
      row.ShowSection("EVIDENCE");
      set(row, "EVIDENCE_TEXT", pick(verdict.finding, input_.language));
    }
    if (verdict.observed) {
      row.ShowSection("OBSERVED");
      set_time(row, "OBSERVED_TIME", "OBSERVED_TEXT", *verdict.observed);
    }
    if (verdict.expires) {
      row.ShowSection("EXPIRES");
      set(row, "EXPIRES_LABEL", *verdict.expires < input_.now ? phrase("fact.expired") : phrase("fact.expires"));
      set_time(row, "EXPIRES_TIME", "EXPIRES_TEXT", *verdict.expires);
    }
    if (verdict.since) {
      row.ShowSection("SINCE");
      set(row, "SINCE_LABEL", look.since);
      set_time(row, "SINCE_TIME", "SINCE_TEXT", *verdict.since);
    }
    if (verdict.lapse && verdict.lapse->to) {
      row.ShowSection("LAPSE");
      set_time(row, "LAPSE_FROM_TIME", "LAPSE_FROM", verdict.lapse->from);
      set_time(row, "LAPSE_TO_TIME", "LAPSE_TO", *verdict.lapse->to);
      set(row, "LAPSE_TEXT", pick(verdict.lapse->finding, input_.language));
    }
    const bool built = verdict.reason != Reason::NotBuilt && verdict.reason != Reason::PartNotBuilt;
    set(row, "BASIS_LABEL", built ? phrase("fact.basis") : phrase("fact.basis_later"));
    set(row, "BASIS", basis_of(*judged.claim));
    set(row, "SCOPE", word_of(judged.claim->scope));
  }

  const SecurityPageInput& input_;
  TemplateDictionary page_;
};

}  // namespace

http::Response security_page(const SecurityPageInput& input) {
  http::Response response = html_response(200, input.language, PageWriter{input}.write());
  response.head.fields.add("vary", "accept-language");
  return response;
}

}  // namespace belfry::web
