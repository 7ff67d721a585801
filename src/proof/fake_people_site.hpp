#pragma once

// The pages of people on a site and its twin, as far as drills walk them, with each measure in place or left out; and
// the accounts behind them.

#include "crypto/totp.hpp"
#include "proof/canary_accounts.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"
#include "proof/page_visitor.hpp"
#include "record/request_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace belfry::proof {

struct FakeMeasures {
  bool tokens = true;
  bool token_age = true;
  bool policy = true;
  bool policy_at_reset = true;
  bool second_factor = true;
  bool of_staff = true;      // they must have a second factor
  bool at_hand_over = true;  // which is asked for on the way to the application too
  bool single_use = true;
  bool lockout = true;
  bool lock_ends = true;   // after its time
  bool lock_lasts = true;  // until then
  bool known_devices = true;
  bool escaping = true;
  // What goes wrong.
  bool is_shut = false;          // everything meets 429
  bool changes_nothing = false;  // good requests are refused too
  std::string reason = "csrf_token";
  std::string arriving = "second_factor_needed";  // the reason for those without
};

class FakePeopleSite final : public CanaryAccounts, public record::RequestLookup {
 public:
  static constexpr std::uint32_t kAttempts = 5;
  static constexpr std::chrono::minutes kLock{15};

  FakePeopleSite(const base::Clock& clock, const FakeTwinLauncher& twins) : clock_{clock}, twins_{twins} {}

  FakeMeasures site;
  FakeMeasures twin;
  bool takes_canaries = true;
  bool ages_locks = true;
  std::vector<std::string> made;
  std::vector<std::string> stored;  // everybody's hashes
  // How a password is stored.
  std::function<std::string(const std::string&)> hash = [this](const std::string&) {
    const std::string number = std::to_string(100 + ++hashes_);
    return "$2b$12$abcdefghijklmnopqrs" + number + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde";
  };

  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    const bool to_twin = is_for_twin(request);
    if (to_twin && twins_.orders.back().canary) add(twin_, *twins_.orders.back().canary);
    const std::string after_scheme = request.url.substr(std::string_view{"https://"}.size());
    Visit visit{.door = to_twin ? twin_ : site_,
                .measures = to_twin ? twin : site,
                .path = after_scheme.substr(after_scheme.find('/')),
                .application = to_twin ? "https://app.twin" : "https://app.example.com",
                .form = read_form(request.body),
                .session = cookie(request, "__Host-belfry"),
                .device = cookie(request, "device")};
    if (visit.measures.is_shut) return refused(429, "rate_exceeded");
    if (request.method == "GET") return get(visit);
    const std::string right = token(visit, visit.form["intent"]);
    const bool is_right =
        visit.form["csrf_token"] == right || (!visit.measures.token_age && visit.form["csrf_token"] == right + kStale);
    if (visit.measures.tokens && !is_right) return refused(403, visit.measures.reason);
    return post(visit);
  }

  std::expected<void, std::string> make(const Canary& canary) override {
    if (!takes_canaries) return std::unexpected{"no room"};
    made.push_back(canary.email);
    add(site_, canary);
    return {};
  }
  std::expected<void, std::string> age_locks(const Canary& canary, std::chrono::milliseconds by) override {
    if (!ages_locks) return std::unexpected{"no such canary"};
    site_.people.at(canary.email).aged += by;
    return {};
  }
  std::string stale_form_token(std::string_view session, std::string_view action) override {
    return std::string{session} + "." + std::string{action} + kStale;
  }
  std::expected<std::string, std::string> password_hash(const Canary& canary) override {
    return site_.people.at(canary.email).hash;
  }
  std::expected<std::vector<std::string>, std::string> password_hashes() override { return stored; }
  std::optional<record::RequestRecord> find(std::string_view id) override {
    const auto found = reasons_.find(id);
    if (found == reasons_.end()) return std::nullopt;
    record::RequestRecord record;
    record.reason = found->second;
    return record;
  }

 private:
  static constexpr const char* kStale = ".stale";

  struct Person {
    Canary canary;
    std::string hash;
    crypto::TotpStep newest_used = 0;
    std::uint32_t wrong = 0;
    std::chrono::milliseconds aged{};
  };
  struct Door {
    std::map<std::string, Person> people;
    std::map<std::string, std::string> sessions;  // to whose
    std::map<std::string, std::string> devices;
  };
  struct Visit {
    Door& door;
    const FakeMeasures& measures;
    std::string path;
    std::string application;
    std::map<std::string, std::string> form;
    std::string session;
    std::string device;

    Person* who() const {
      const auto found = door.sessions.find(session);
      return found == door.sessions.end() ? nullptr : &door.people.at(found->second);
    }
  };

  void add(Door& door, const Canary& canary) {
    if (!door.people.contains(canary.email)) {
      door.people[canary.email] = {.canary = canary, .hash = hash(canary.password)};
    }
  }
  static std::string cookie(const net::FetchRequest& request, const std::string& name) {
    const std::string all = "; " + std::string{request.fields.get("cookie").value_or("")} + ";";
    const auto at = all.find("; " + name + "=");
    if (at == std::string::npos) return {};
    const auto value = at + name.size() + 3;
    return all.substr(value, all.find(';', value) - value);
  }
  static std::map<std::string, std::string> read_form(const std::string& body) {
    std::map<std::string, std::string> form;
    std::string name;
    std::string text;
    for (std::size_t i = 0; i <= body.size(); ++i) {
      if (i == body.size() || body[i] == '&') {
        form[name] = text;
        name.clear();
        text.clear();
      } else if (body[i] == '=') {
        name = std::exchange(text, {});
      } else if (body[i] == '%') {
        text += static_cast<char>(std::stoi(body.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        text += body[i];
      }
    }
    return form;
  }
  net::FetchResponse refused(std::uint16_t status, const std::string& reason, const std::string& location = {}) {
    const std::string id = "id-" + std::to_string(++ids_);
    reasons_[id] = reason;
    return response_of(status, {{"x-request-id", id}, {"location", location}});
  }
  static bool is_complete(const Visit& visit) {
    const Canary& canary = visit.who()->canary;
    return !visit.measures.of_staff || canary.role == CanaryRole::Member || !canary.totp_secret.empty();
  }
  static std::string token(const Visit& visit, const std::string& intent) {
    return (visit.who() ? visit.session : "browser") + "." + intent;
  }
  static std::string form(const Visit& visit, const std::string& intent, const std::string& rest = {}) {
    const auto hidden = [](const std::string& name, const std::string& value) {
      return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + value + "\">";
    };
    return "<form method=\"post\">" + hidden("csrf_token", token(visit, intent)) + hidden("intent", intent) + rest +
           "</form>";
  }
  static std::string shown(const Visit& visit, const std::string& text) {
    if (!visit.measures.escaping) return text;
    std::string html;
    for (const char character : text) {
      if (character == '<') {
        html += "&lt;";
      } else if (character == '>') {
        html += "&gt;";
      } else if (character == '"') {
        html += "&quot;";
      } else if (character == '&') {
        html += "&amp;";
      } else {
        html += character;
      }
    }
    return html;
  }
  static net::FetchResponse page(std::uint16_t status, std::string html) {
    net::FetchResponse response = response_of(status);
    response.body = std::move(html);
    return response;
  }
  net::FetchResponse signed_in(const Visit& visit, const std::string& email) {
    const std::string number = std::to_string(++ids_);
    visit.door.sessions[number] = email;
    visit.door.devices[number] = email;
    return response_of(303, {{"set-cookie", "__Host-belfry=" + number + "; Path=/"},
                             {"set-cookie", "device=" + number + "; Max-Age=15552000"}});
  }
  static std::string account(const Visit& visit) {
    return form(visit, "name", "<input name=\"name\" value=\"" + shown(visit, visit.who()->canary.name) + "\">") +
           form(visit, "export") + form(visit, "sign_out");
  }
  net::FetchResponse get(const Visit& visit) {
    if (visit.path == "/sign-in") return visit.who() ? response_of(303) : page(200, form(visit, "sign_in"));
    if (visit.path.starts_with("/drill/")) return page(404, "nothing");
    if (visit.path.starts_with("/reset?token=")) return reset_page(visit, visit.path.substr(13));
    if (!visit.who()) return response_of(303);
    const std::string factor = "/account/security?lang=en";
    if (visit.path.starts_with("/enter?browser=")) {
      const bool may = is_complete(visit) || !visit.measures.at_hand_over;
      return response_of(303, {{"location", may ? visit.application + "/.belfry/enter?code=1" : factor}});
    }
    if (visit.path == "/account") {
      return is_complete(visit) ? page(200, account(visit)) : refused(303, visit.measures.arriving, factor);
    }
    return page(200, form(visit, "password") + (visit.who()->canary.totp_secret.empty() ? form(visit, "set_up") : ""));
  }
  net::FetchResponse post(Visit& visit) {
    if (visit.path == "/sign-in") return visit.form["intent"] == "code" ? code(visit) : password(visit);
    if (visit.path == "/sign-out") {
      visit.door.sessions.erase(visit.session);
      return response_of(303, {{"set-cookie", "__Host-belfry=; Max-Age=0"}});
    }
    if (visit.path.starts_with("/reset?token=")) return reset(visit);
    Person* const who = visit.who();
    if (who == nullptr) return refused(401, "sign_in_needed");
    if (visit.measures.changes_nothing) return page(503, {});
    if (visit.path == "/account") {
      who->canary.name = visit.form["name"];
      return page(200, account(visit));
    }
    const std::string wanted = visit.form["new_password"];
    if (visit.measures.policy && !wanted.starts_with("Quarry-7-")) {
      return page(422, form(visit, "password") + "<ul class=\"problem\" id=\"new_password-problem\">");
    }
    if (visit.form["password"] != who->canary.password) return page(422, form(visit, "password"));
    who->canary.password = wanted;
    who->hash = hash(wanted);
    return response_of(303);
  }
  static Person* holder_of(const Visit& visit, const std::string& link) {
    for (auto& [email, person] : visit.door.people) {
      if (!link.empty() && person.canary.reset_token == link) return &person;
    }
    return nullptr;
  }
  static net::FetchResponse reset_page(const Visit& visit, const std::string& link) {
    return holder_of(visit, link) == nullptr ? page(410, {}) : page(200, form(visit, "set"));
  }
  net::FetchResponse reset(Visit& visit) {
    Person* const who = holder_of(visit, visit.path.substr(13));
    if (who == nullptr) return page(410, {});
    if (visit.measures.changes_nothing) return page(503, {});
    const std::string wanted = visit.form["new_password"];
    if (visit.measures.policy && visit.measures.policy_at_reset && !wanted.starts_with("Quarry-7-")) {
      return page(422, form(visit, "set") + "<ul class=\"problem\" id=\"new_password-problem\">");
    }
    who->canary.reset_token.clear();
    who->canary.password = wanted;
    who->hash = hash(wanted);
    return response_of(303);
  }
  net::FetchResponse password(Visit& visit) {
    const std::string email = visit.form["email"];
    const net::FetchResponse no =
        page(403, form(visit, "sign_in", "<input name=\"email\" value=\"" + shown(visit, email) + "\">"));
    const auto found = visit.door.people.find(email);
    if (found == visit.door.people.end()) return no;
    Person& person = found->second;
    const bool is_known = visit.measures.known_devices && visit.door.devices.contains(visit.device);
    const bool is_over = visit.measures.lock_ends && (person.aged >= kLock || !visit.measures.lock_lasts) &&
                         person.aged > std::chrono::milliseconds::zero();
    const bool is_locked = visit.measures.lockout && !is_known && person.wrong >= kAttempts && !is_over;
    if (is_locked || visit.form["password"] != person.canary.password) {
      if (!is_known) ++person.wrong;
      return no;
    }
    if (person.canary.totp_secret.empty() || !visit.measures.second_factor) return signed_in(visit, email);
    return page(200, form(visit, "code", "<input type=\"hidden\" name=\"flow\" value=\"" + email + "\">"));
  }
  net::FetchResponse code(Visit& visit) {
    const std::string email = visit.form["flow"];
    Person& person = visit.door.people.at(email);
    const std::optional<crypto::TotpStep> newest =
        visit.measures.single_use ? std::optional{person.newest_used} : std::nullopt;
    const auto step = crypto::match_totp(person.canary.totp_secret, visit.form["code"], clock_.wall_now(), newest);
    if (!step || visit.measures.changes_nothing) {
      return page(403, form(visit, "code", "<input type=\"hidden\" name=\"flow\" value=\"" + email + "\">"));
    }
    person.newest_used = *step;
    return signed_in(visit, email);
  }

  const base::Clock& clock_;
  const FakeTwinLauncher& twins_;
  Door site_;
  Door twin_;
  std::map<std::string, std::string, std::less<>> reasons_;
  int ids_ = 0;
  int hashes_ = 0;
};

}  // namespace belfry::proof
