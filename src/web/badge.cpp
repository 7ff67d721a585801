#include "web/badge.hpp"

#include "web/own_response.hpp"
#include "web/phrases.hpp"
#include "web/times.hpp"
#include "web/xml_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace belfry::web {

namespace {

using proof::State;

struct Tally {
  std::array<std::size_t, 3> count{};
  State worst = State::Holds;
  // Until the first verdict may turn by itself, at most kBadgeKept.
  std::chrono::seconds lasts = kBadgeKept;

  std::size_t of(State state) const { return count[static_cast<std::size_t>(state)]; }
};

Tally tally(const BadgeInput& input) {
  const proof::ClaimBoard nothing = input.board ? proof::ClaimBoard{} : proof::empty_board();
  Tally tally;
  for (const proof::ClaimRow& row : (input.board ? *input.board : nothing).rows) {
    const proof::Verdict verdict = proof::judge(row, input.now);
    ++tally.count[static_cast<std::size_t>(verdict.state)];
    tally.worst = std::max(tally.worst, verdict.state);
    for (const proof::PartVerdict& part : verdict.parts) {
      if (part.reason != proof::Reason::Evidence || !part.expires) continue;
      tally.lasts = std::min(tally.lasts, std::chrono::floor<std::chrono::seconds>(*part.expires - input.now));
    }
  }
  return tally;
}

std::string counted(std::size_t number, const Wording& one, const Wording& many, Language language) {
  // French counts 0 as one, English as many.
  const bool singular = number == 1 || (number == 0 && language == Language::Fr);
  return std::to_string(number) + " " + std::string{pick(singular ? one : many, language)};
}

std::string holding(const Tally& tally, Language language) {
  const bool singular = tally.of(State::Holds) == 1 || (tally.of(State::Holds) == 0 && language == Language::Fr);
  std::string text = std::to_string(tally.of(State::Holds));
  text += pick(phrase("badge.of"), language);
  text.append(std::to_string(proof::kClaimCount)).append(" ");
  text += pick(singular ? phrase("count.holds.one") : phrase("count.holds.many"), language);
  return text;
}

// The sign of the worst state, as on the page, in the page's colours for light.
std::string_view sign_of(State worst) {
  switch (worst) {
    case State::Holds:
      return R"(<circle cx="14" cy="12" r="6" fill="#14604e"/>)"
             R"(<path d="m11 12.2 2 2 4-4.4" fill="none" stroke="#fbfaf6" stroke-width="1.6"/>)";
    case State::Broken:
      return R"(<path d="M14 5 21 12 14 19 7 12z" fill="#a11b17"/>)"
             R"(<path d="m12 10 4 4m0-4-4 4" fill="none" stroke="#fbfaf6" stroke-width="1.6"/>)";
    case State::Unknown:
      break;
  }
  return R"(<circle cx="14" cy="12" r="5.3" fill="none" stroke="#6b6457" stroke-width="1.5" )"
         R"(stroke-dasharray="2.5 1.9"/>)";
}

// Characters, not bytes.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string draw(const BadgeInput& input, const Tally& tally) {
  std::string shown = "Belfry · " + holding(tally, input.language);
  if (tally.of(State::Broken) > 0) {
    shown += ", " +
             counted(tally.of(State::Broken), phrase("count.broken.one"), phrase("count.broken.many"), input.language);
  }
  std::string said{pick(phrase("badge.promises"), input.language)};
  said += " " + holding(tally, input.language);
  said +=
      ", " + counted(tally.of(State::Broken), phrase("count.broken.one"), phrase("count.broken.many"), input.language);
  said += ", " +
          counted(tally.of(State::Unknown), phrase("count.unknown.one"), phrase("count.unknown.many"), input.language);
  said += ". " + input.site + ", " + readable_time(input.now, input.language);

  // Whatever font there is, the text is set to this width: a sans serif of 12 pixels takes about 6.2 a letter.
  const std::size_t text_width = length_of(shown) * 62 / 10;
  const std::string width = std::to_string(text_width + 38);
  std::string svg{R"(<svg xmlns="http://www.w3.org/2000/svg" width=")"};
  svg.append(width).append(R"(" height="24" viewBox="0 0 )").append(width).append(R"( 24" xml:lang=")");
  svg.append(tag_of(input.language)).append(R"(" role="img" aria-labelledby="said"><title id="said">)");
  svg.append(xml_escaped(said)).append("</title>");
  svg.append(R"(<rect x=".5" y=".5" width=")").append(std::to_string(text_width + 37));
  svg.append(R"(" height="23" rx="3.5" fill="#fbfaf6" stroke="#ddd8cb"/>)").append(sign_of(tally.worst));
  svg.append(R"(<text x="28" y="16" font-family="system-ui, sans-serif" font-size="12" fill="#211f1b" textLength=")");
  svg.append(std::to_string(text_width)).append(R"(" lengthAdjust="spacingAndGlyphs">)");
  svg.append(xml_escaped(shown)).append("</text></svg>\n");
  return svg;
}

}  // namespace

http::Response badge(const BadgeInput& input) {
  const Tally counts = tally(input);
  http::Response response = own_response(200, "image/svg+xml", draw(input, counts));
  if (counts.lasts.count() > 0) {
    response.head.fields.set("cache-control", "public, max-age=" + std::to_string(counts.lasts.count()));
  }
  response.head.fields.add("content-language", tag_of(input.language));
  response.head.fields.add("vary", "accept-language");
  return response;
}

}  // namespace belfry::web
