#include "proof/escape_drill.hpp"

#include <array>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

// It closes the attribute that it stands in, opens an element, and is good for nothing.
struct Markup {
  std::string typed;
  std::string raw;      // what of it would be an element
  std::string escaped;  // the same as text, in HTML
};
Markup new_markup(base::Random& random) {
  const std::string mark = "drill" + std::to_string(random.next_u64());
  return {.typed = "\"><b id=\"" + mark + "\">&amp;",
          .raw = "<b id=\"" + mark + "\">",
          .escaped = "&quot;&gt;&lt;b id=&quot;" + mark + "&quot;&gt;&amp;amp;"};
}

struct Field {
  std::string_view part;
  Answer answer;
};
using Fields = std::array<Field, 2>;

std::expected<Fields, Finding> type_it(net::HttpClient& client, const Target& target, const Canary& canary,
                                       const Markup& markup) {
  PageVisitor stranger{client, target};
  auto shown_again = stranger.submit("/sign-in", "sign_in", {{"email", markup.typed}, {"password", "nobody’s"}});
  if (!shown_again) return std::unexpected{std::move(shown_again.error())};

  PageVisitor visitor{client, target};
  if (const auto in = visitor.sign_in(canary); !in) return std::unexpected{in.error()};
  if (const auto kept = visitor.submit("/account", "name", {{"name", markup.typed}}); !kept) {
    return std::unexpected{kept.error()};
  }
  // As it is read from where it was kept.
  return Fields{{{"kept", visitor.get("/account")}, {"shown", std::move(*shown_again)}}};
}

bool is_raw(const Answer& answer, const Markup& markup) {
  return answer && answer->body.contains(markup.raw);
}

}  // namespace

std::vector<Evidence> EscapeDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary canary = new_canary(context.random, CanaryFactor::Absent);
  const Markup markup = new_markup(context.random);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = type_it(parts_.client, as_somebody(parts_.site, context.random), canary, markup);
  if (!on_site) return none_told(trials, claim(), on_site.error());

  const Canary of_twin = new_canary(context.random, CanaryFactor::Absent);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin = launched ? type_it(parts_.client, trials.twin(), of_twin, markup) : std::unexpected{no_twin()};

  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < on_site->size(); ++i) {
    const Field& field = (*on_site)[i];
    const bool came_back = field.answer && field.answer->body.contains(markup.escaped);
    PageTrial trial{.part = field.part,
                    .bad = field.answer,
                    .is_admitted = is_raw(field.answer, markup),
                    .is_refused = came_back,
                    // What was typed comes back as what was typed: the good and the bad are one here.
                    .good_is_admitted = came_back,
                    .bad_on_twin = {},
                    .is_admitted_on_twin = false,
                    .holds = {"the markup came back as the characters that were typed",
                              "le balisage est revenu comme les caractères saisis"}};
    if (on_twin) {
      trial.bad_on_twin = (*on_twin)[i].answer;
      trial.is_admitted_on_twin = is_raw((*on_twin)[i].answer, markup);
    }
    evidence.push_back(weigh(trials, trial));
  }
  evidence.push_back(trials.control());
  return evidence;
}

}  // namespace belfry::proof
