#include "proof/page_visitor.hpp"

#include "http/percent_encoding.hpp"
#include "proof/fetch_finding.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

constexpr std::string_view kSessionCookie = "__Host-belfry";
constexpr std::string_view kHidden = "<input type=\"hidden\" name=\"";
constexpr std::string_view kBetween = "\" value=\"";

// The hidden fields of one form.
FormFields hidden_fields(std::string_view form) {
  FormFields fields;
  for (std::size_t at = form.find(kHidden); at != std::string_view::npos; at = form.find(kHidden, at)) {
    at += kHidden.size();
    const std::size_t name_end = form.find('"', at);
    if (name_end == std::string_view::npos || !form.substr(name_end).starts_with(kBetween)) continue;
    const std::size_t value = name_end + kBetween.size();
    const std::size_t value_end = form.find('"', value);
    if (value_end == std::string_view::npos) break;
    fields.push_back({std::string{form.substr(at, name_end - at)}, std::string{form.substr(value, value_end - value)}});
  }
  return fields;
}

}  // namespace

std::optional<FormFields> form_of(std::string_view html, std::string_view intent) {
  constexpr std::string_view kBegin = "<form";
  for (std::size_t at = html.find(kBegin); at != std::string_view::npos; at = html.find(kBegin, at + 1)) {
    const std::string_view form = html.substr(at, html.find("</form", at) - at);
    FormFields fields = hidden_fields(form);
    const FormField wanted{"intent", std::string{intent}};
    if (std::ranges::find(fields, wanted) != fields.end()) return fields;
  }
  return std::nullopt;
}

FormFields filled(FormFields form, FormFields typed) {
  for (FormField& field : typed) {
    const auto there = std::ranges::find(form, field.name, &FormField::name);
    if (there == form.end()) {
      form.push_back(std::move(field));
    } else {
      *there = std::move(field);
    }
  }
  return form;
}

std::string url_encoded(const FormFields& fields) {
  std::string text;
  for (const FormField& field : fields) {
    if (!text.empty()) text += '&';
    text += http::percent_encode(field.name);
    text += '=';
    text += http::percent_encode(field.value);
  }
  return text;
}

Finding came_instead(const Answer& answer) {
  if (!answer) return no_answer(answer.error());
  const std::string status = std::to_string(answer->status);
  return {"the answer was " + status, "la réponse était " + status};
}

Answer PageVisitor::send(net::FetchRequest request) {
  // What a browser says when somebody goes to a page of their own accord.
  request.fields.add("accept", "text/html");
  request.fields.add("accept-language", "en");
  request.fields.add("sec-fetch-mode", "navigate");
  std::string cookies;
  for (const auto& [name, value] : cookies_) {
    cookies.append(cookies.empty() ? "" : "; ").append(name).append("=").append(value);
  }
  if (!cookies.empty()) request.fields.add("cookie", cookies);
  Answer answer = client_.fetch(request);
  if (!answer) return answer;
  for (const http::Field field : answer->fields) {
    if (field.name != "set-cookie") continue;
    const std::string_view pair = field.value.substr(0, field.value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name{pair.substr(0, equals)};
    const bool is_dropped = field.value.contains("Max-Age=0");
    if (is_dropped) {
      cookies_.erase(name);
    } else {
      cookies_.insert_or_assign(name, std::string{pair.substr(equals + 1)});
    }
  }
  return answer;
}

Answer PageVisitor::get(const std::string& path) {
  return send(target_.request(target_.belfry_host, path));
}

Answer PageVisitor::post(const std::string& path, const FormFields& fields) {
  net::FetchRequest request = target_.request(target_.belfry_host, path);
  request.method = "POST";
  request.fields.add("content-type", "application/x-www-form-urlencoded");
  request.fields.add("origin", target_.origin_of(target_.belfry_host));
  request.fields.add("sec-fetch-site", "same-origin");
  request.body = url_encoded(fields);
  return send(std::move(request));
}

std::expected<FormFields, Finding> PageVisitor::form(const std::string& path, std::string_view intent) {
  const Answer page = get(path);
  auto found = page && page->status == 200 ? form_of(page->body, intent) : std::nullopt;
  if (found) return std::move(*found);
  const Finding instead = came_instead(page);
  return std::unexpected{Finding{"the form of " + path + " was not given: " + instead.en,
                                 "le formulaire de " + path + " n’a pas été donné\u00a0: " + instead.fr}};
}

std::expected<Answer, Finding> PageVisitor::submit(const std::string& path, std::string_view intent, FormFields typed) {
  auto fields = form(path, intent);
  if (!fields) return std::unexpected{std::move(fields.error())};
  return post(path, filled(std::move(*fields), std::move(typed)));
}

std::expected<Answer, Finding> PageVisitor::give_password(const Canary& canary, std::string_view password) {
  return submit("/sign-in", "sign_in", {{"email", canary.email}, {"password", std::string{password}}});
}

std::string PageVisitor::session() const {
  const auto found = cookies_.find(kSessionCookie);
  return found == cookies_.end() ? std::string{} : found->second;
}

std::expected<bool, Finding> PageVisitor::is_signed_in() {
  const Answer page = get("/account");
  if (page && page->status == 200) return true;
  if (page && page->status == 303) return false;
  return std::unexpected{came_instead(page)};
}

std::expected<void, Finding> PageVisitor::sign_in(const Canary& canary) {
  const auto answer = give_password(canary, canary.password);
  if (!answer) return std::unexpected{answer.error()};
  const auto in = is_signed_in();
  if (in && *in) return {};
  const Finding instead = came_instead(*answer);
  return std::unexpected{
      Finding{"the canary could not sign in: " + instead.en, "le canari n’a pas pu se connecter\u00a0: " + instead.fr}};
}

std::expected<void, Finding> PageVisitor::sign_out() {
  const auto fields = form("/account", "sign_out");
  if (!fields) return std::unexpected{fields.error()};
  const Answer answer = post("/sign-out", *fields);
  if (answer && answer->status == 303) return {};
  return std::unexpected{came_instead(answer)};
}

}  // namespace belfry::proof
