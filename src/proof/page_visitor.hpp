#pragma once

// Somebody with a browser, as drills need one for Belfry's own pages: keeps cookies, reads the hidden fields of a form,
// fills it in and sends it as the page itself would. Nothing is followed, and no exemption is asked for.

#include "proof/canary_accounts.hpp"
#include "proof/target.hpp"
#include "proof/trial.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

struct FormField {
  std::string name;
  std::string value;
  friend bool operator==(const FormField&, const FormField&) = default;
};
using FormFields = std::vector<FormField>;

// What the form of this intent carries unseen: its token, its intent, and what goes from one step to the next. It reads
// Belfry's own templates, in which these values need no escaping. nullopt where the page has no such form.
std::optional<FormFields> form_of(std::string_view html, std::string_view intent);
// The same with these values, in place of those that are there.
FormFields filled(FormFields form, FormFields typed);
// As a form sends them, application/x-www-form-urlencoded, with %20 for a blank.
std::string url_encoded(const FormFields& fields);

// What came instead of what was asked for.
Finding came_instead(const Answer& answer);

class PageVisitor {
 public:
  // The client outlives the visitor.
  PageVisitor(net::HttpClient& client, Target target) : client_{client}, target_{std::move(target)} {}

  Answer get(const std::string& path);
  Answer post(const std::string& path, const FormFields& fields);
  // Gets the page for its form of this intent; what came instead where it has none.
  std::expected<FormFields, Finding> form(const std::string& path, std::string_view intent);
  // Gets the page, fills in the form and sends it; what came instead of the form where it has none.
  std::expected<Answer, Finding> submit(const std::string& path, std::string_view intent, FormFields typed);

  // The first step of signing in. The answer is 303 where it is the last one too.
  std::expected<Answer, Finding> give_password(const Canary& canary, std::string_view password);
  // The cookie of its session on Belfry's host; empty: it has none.
  std::string session() const;
  // Whether the pages of an account are given to this browser.
  std::expected<bool, Finding> is_signed_in();
  // All of it, for a canary without a second factor.
  std::expected<void, Finding> sign_in(const Canary& canary);
  // By the form that stands on every page of an account. That the account signed in here stays known.
  std::expected<void, Finding> sign_out();

 private:
  Answer send(net::FetchRequest request);

  net::HttpClient& client_;
  Target target_;
  std::map<std::string, std::string, std::less<>> cookies_;
};

}  // namespace belfry::proof
