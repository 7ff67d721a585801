#pragma once

// One attack with everything that makes it count: a good request beside it is admitted, the bad one is refused for the
// expected reason (looked up by the id of its answer, as a refusal for anything else says nothing), and the same bad
// one succeeds on the twin. All three, or nobody can tell. Only that the attack succeeded on the site counts by itself.

#include "net/http_client.hpp"
#include "proof/drill.hpp"
#include "proof/twin.hpp"
#include "record/request_record.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace belfry::proof {

// The paths that answer nothing but that the guards let a request through.
inline constexpr std::string_view kAdmittedOnBelfry = "/drill/admitted";
inline constexpr std::string_view kAdmittedOnSite = "/.belfry/drill";
inline constexpr std::string_view kAdmittedBody = "admitted\n";

using Answer = std::expected<net::FetchResponse, net::FetchError>;

bool is_admitted(const Answer& answer);
// What came, with the bytes seen: "200, 9 bytes: “admitted”".
Finding bytes_seen(const net::FetchResponse& response);

// The twin without order.without, or nullptr with a line in the log where there is none to be had.
std::unique_ptr<Twin> launch_twin(TwinLauncher& twins, const TwinOrder& order, const DrillContext& context);
// What to say then.
Finding no_twin();

struct Trial {
  std::string_view part;
  net::FetchRequest good;
  net::FetchRequest bad;
  net::FetchRequest bad_on_twin;
  // How the bad one must be refused, and for what (the log's word).
  std::uint16_t status = 403;
  std::string_view reason;
};

// What the drills of one run share.
class Trials {
 public:
  // All of it outlives the trials.
  Trials(std::string_view claim, net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins,
         DrillContext& context);

  // Starts the twin without the claim's measure; false where there is none to be had, and then nothing holds.
  bool launch(TwinOrder order = {});
  bool launched() const { return twin_ != nullptr; }
  // Where launched().
  Target twin() const { return twin_->target(); }

  // Of one part: inconclusive until something better is known.
  Evidence evidence_of(std::string_view part) const;
  Evidence make(const Trial& trial);
  // Why the site refused it; empty where the log has nothing of it.
  std::string reason_of(const net::FetchResponse& response);

  // The attack was made on the twin as well.
  void note_control(const Answer& on_twin);
  void note_control(Finding seen, bool succeeded);
  // Of the part "control": holds where every attack succeeded on the twin, with what was seen there.
  Evidence control() const;

 private:
  std::string_view claim_;
  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  DrillContext& context_;
  std::unique_ptr<Twin> twin_;
  bool launch_failed_ = false;
  std::size_t controls_ = 0;
  std::size_t succeeded_ = 0;
  Finding first_seen_;
};

}  // namespace belfry::proof
