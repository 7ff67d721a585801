#include "proof/trial.hpp"

#include "proof/fetch_finding.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

// Of a body, in a finding; the rest is left out.
constexpr std::size_t kExcerpt = 40;

std::string excerpt_of(std::string_view body) {
  std::string text{body.substr(0, kExcerpt)};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& character : text) {
    if (character < ' ' || character > '~') character = '.';
  }
  return text;
}

}  // namespace

bool is_admitted(const Answer& answer) {
  return answer && answer->status == 200 && answer->body == kAdmittedBody;
}

Finding bytes_seen(const net::FetchResponse& response) {
  const std::string status = std::to_string(response.status);
  const std::string size = std::to_string(response.body.size());
  const std::string text = excerpt_of(response.body);
  return {status + ", " + size + " bytes: “" + text + "”",
          status + ", " + size + " octets\u00a0: «\u00a0" + text + "\u00a0»"};
}

std::unique_ptr<Twin> launch_twin(TwinLauncher& twins, const TwinOrder& order, const DrillContext& context) {
  auto twin = twins.launch(order);
  if (twin) return std::move(*twin);
  context.log("the twin of " + order.without + " could not be started: " + twin.error());
  return nullptr;
}

Finding no_twin() {
  return {"the twin could not be started", "la jumelle n’a pas pu être lancée"};
}

Trials::Trials(std::string_view claim, net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins,
               DrillContext& context)
    : claim_{claim}, client_{client}, lookup_{lookup}, twins_{twins}, context_{context} {}

bool Trials::launch(TwinOrder order) {
  order.without = claim_;
  twin_ = launch_twin(twins_, order, context_);
  launch_failed_ = twin_ == nullptr;
  return launched();
}

Evidence Trials::evidence_of(std::string_view part) const {
  return {.claim = std::string{claim_},
          .part = std::string{part},
          .outcome = Outcome::Inconclusive,
          .finding = {},
          .observed = context_.clock.wall_now()};
}

std::string Trials::reason_of(const net::FetchResponse& response) {
  const auto record = lookup_.find(response.fields.get("x-request-id").value_or(""));
  return record ? record->reason : std::string{};
}

Evidence Trials::make(const Trial& trial) {
  Evidence evidence = evidence_of(trial.part);
  if (context_.stopping.stop_requested()) return evidence;
  const Answer good = client_.fetch(trial.good);
  const Answer bad = client_.fetch(trial.bad);
  evidence.observed = context_.clock.wall_now();
  if (!bad) {
    evidence.finding = no_answer(bad.error());
    return evidence;
  }
  if (is_admitted(bad)) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"the bad request was let in", "la mauvaise requête est passée"};
    return evidence;
  }
  if (!is_admitted(good)) {
    evidence.finding = {"the good request beside it was not let in", "la bonne requête, à côté, n’est pas passée"};
    return evidence;
  }
  const std::string reason = reason_of(*bad);
  if (bad->status != trial.status || reason != trial.reason) {
    const std::string what = std::to_string(bad->status) + (reason.empty() ? "" : ", " + reason);
    evidence.finding = {"refused, but not for this: " + what, "refusée, mais pour autre chose\u00a0: " + what};
    return evidence;
  }
  if (!twin_) {
    evidence.finding = {"refused; whether it could succeed was not shown",
                        "refusée\u202f; qu’elle puisse réussir n’a pas été montré"};
    return evidence;
  }
  const Answer on_twin = client_.fetch(trial.bad_on_twin);
  note_control(on_twin);
  if (!is_admitted(on_twin)) {
    evidence.finding = {"refused; but it did not succeed on the twin either",
                        "refusée\u202f; mais elle n’a pas réussi non plus sur la jumelle"};
    return evidence;
  }
  const std::string status = std::to_string(bad->status);
  evidence.outcome = Outcome::Holds;
  evidence.finding = {"the good request passed, the bad one met " + status + " (" + reason + ")",
                      "la bonne requête est passée, la mauvaise a reçu " + status + " (" + reason + ")"};
  return evidence;
}

void Trials::note_control(const Answer& on_twin) {
  note_control(on_twin ? bytes_seen(*on_twin) : no_answer(on_twin.error()), is_admitted(on_twin));
}

void Trials::note_control(Finding seen, bool succeeded) {
  ++controls_;
  if (succeeded) ++succeeded_;
  // The first that went wrong says most; without one, the first.
  if (controls_ == 1 || (!succeeded && succeeded_ + 1 == controls_)) first_seen_ = std::move(seen);
}

Evidence Trials::control() const {
  Evidence evidence = evidence_of("control");
  if (launch_failed_) {
    evidence.finding = no_twin();
    return evidence;
  }
  if (controls_ == 0) {
    evidence.finding = {"not tried", "non éprouvé"};
    return evidence;
  }
  if (succeeded_ == controls_) evidence.outcome = Outcome::Holds;
  const std::string count = std::to_string(succeeded_) + "/" + std::to_string(controls_);
  evidence.finding = {"on the twin " + count + " succeeded; seen there: " + first_seen_.en,
                      "sur la jumelle, " + count + " ont réussi\u202f; vu là\u00a0: " + first_seen_.fr};
  return evidence;
}

}  // namespace belfry::proof
