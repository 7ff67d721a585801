// What holds for every page of people, in every state and language. Where BELFRY_PAGES names a folder, the pages are
// written there, for the browser (tests/browser/people.test.js).

#include "web/people_samples_test_support.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::web {
namespace {

using Attributes = std::map<std::string, std::string>;

struct Tag {
  std::string name;
  Attributes attributes;
};

// Takes what stands before one of `ends` off the front.
std::string take(std::string_view& rest, std::string_view ends) {
  const std::string taken{rest.substr(0, rest.find_first_of(ends))};
  rest.remove_prefix(taken.size());
  return taken;
}

// Of our own pages, where attributes stand in double quotes; the name of an end tag begins with "/".
std::vector<Tag> tags_of(const std::string& html) {
  const auto begin = html.find("<body>");
  std::string_view rest = std::string_view{html}.substr(begin, html.rfind("</html>") - begin);
  std::vector<Tag> tags;
  for (auto at = rest.find('<'); at != std::string_view::npos; at = rest.find('<')) {
    rest.remove_prefix(at + 1);
    Tag tag;
    if (rest.starts_with('/')) {
      tag.name = "/";
      rest.remove_prefix(1);
    }
    tag.name += take(rest, " \n/>");
    while (!rest.empty() && rest.front() != '>') {
      if (rest.front() == ' ' || rest.front() == '\n' || rest.front() == '/') {
        rest.remove_prefix(1);
        continue;
      }
      const std::string name = take(rest, " \n/>=");
      std::string value;
      if (rest.starts_with("=\"")) {
        rest.remove_prefix(2);
        value = take(rest, "\"");
        rest.remove_prefix(1);
      }
      EXPECT_TRUE(tag.attributes.emplace(name, value).second) << tag.name << " has " << name << " twice";
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

std::string value_of(const Tag& tag, const std::string& name) {
  const auto found = tag.attributes.find(name);
  return found == tag.attributes.end() ? "" : found->second;
}

void for_each_sample(const SampleWords& words, const std::function<void(const http::Response&, Language)>& check) {
  for (const Language language : {Language::En, Language::Fr}) {
    for (const auto& [name, response] : PeopleSamples{language, words}.all()) {
      SCOPED_TRACE(name + " " + std::string{tag_of(language)});
      check(response, language);
    }
  }
}

TEST(PeoplePages, AreInTheReadersLanguageAndNeverKept) {
  for_each_sample({}, [](const http::Response& response, Language language) {
    EXPECT_EQ(response.head.fields.get("content-language"), tag_of(language));
    EXPECT_EQ(response.head.fields.get("cache-control"), "no-store");
    EXPECT_EQ(response.head.fields.get("vary"), "accept-language");
    EXPECT_NE(response.body.find("<html lang=\"" + std::string{tag_of(language)} + "\""), std::string::npos);
    EXPECT_EQ(response.body.find("{{"), std::string::npos);
    EXPECT_EQ(response.body.find("[["), std::string::npos);
    EXPECT_EQ(response.body.find("and sets no cookie"), std::string::npos);
  });
}

TEST(PeoplePages, GiveEachFormTheTokenOfItsIntent) {
  for_each_sample({}, [](const http::Response& response, Language language) {
    const std::string here = "?lang=" + std::string{tag_of(language)};
    const Tag* form = nullptr;
    std::string token;
    std::string intent;
    const auto tags = tags_of(response.body);
    for (const Tag& tag : tags) {
      if (tag.name == "form") {
        form = &tag;
        token.clear();
        intent.clear();
        EXPECT_EQ(value_of(tag, "method"), "post");
      } else if (tag.name == "input" || tag.name == "select") {
        ASSERT_NE(form, nullptr);
        const std::string name = value_of(tag, "name");
        EXPECT_FALSE(name.empty());
        if (name == "csrf_token") token = value_of(tag, "value");
        if (name == "intent") intent = value_of(tag, "value");
      } else if (tag.name == "/form") {
        ASSERT_NE(form, nullptr);
        EXPECT_FALSE(intent.empty());
        EXPECT_EQ(token, sample_token(intent));
        // Each is posted to the path of its page, but the one that signs out.
        EXPECT_EQ(value_of(*form, "action"), intent == "sign_out" ? "/sign-out" + here : here);
        form = nullptr;
      }
    }
    EXPECT_EQ(form, nullptr);
  });
}

TEST(PeoplePages, LabelEachFieldAndTieProblemsToIt) {
  for_each_sample({}, [](const http::Response& response, Language) {
    std::set<std::string> ids;
    std::multiset<std::string> labelled;
    const auto tags = tags_of(response.body);
    for (const Tag& tag : tags) {
      const std::string id = value_of(tag, "id");
      if (!id.empty()) {
        EXPECT_TRUE(ids.insert(id).second) << id << " stands twice";
      }
      if (tag.name == "label") labelled.insert(value_of(tag, "for"));
    }
    std::size_t cursors = 0;
    for (const Tag& tag : tags) {
      for (const char* reference : {"aria-describedby", "aria-labelledby", "for"}) {
        std::istringstream words{value_of(tag, reference)};
        for (std::string word; words >> word;) EXPECT_TRUE(ids.contains(word)) << reference << "=" << word;
      }
      if (tag.attributes.contains("autofocus")) ++cursors;
      if (tag.attributes.contains("aria-invalid")) {
        EXPECT_NE(value_of(tag, "aria-describedby"), "");
      }
      const bool is_field = tag.name == "select" || (tag.name == "input" && value_of(tag, "type") != "hidden");
      if (!is_field || tag.attributes.contains("aria-hidden")) continue;
      EXPECT_EQ(labelled.count(value_of(tag, "id")), 1U) << value_of(tag, "name");
      EXPECT_NE(value_of(tag, "autocomplete"), "") << value_of(tag, "name");
    }
    EXPECT_LE(cursors, 1U);
    EXPECT_TRUE(ids.contains("content"));
  });
}

TEST(PeoplePages, CallFieldsByTheirFixedNames) {
  const std::map<std::string, std::set<std::string>> completions = {
      {"email", {"username", "email", "off"}},
      {"password", {"current-password"}},
      {"new_password", {"new-password"}},
      {"code", {"one-time-code", "off"}},
      {"name", {"name"}},
      {"role", {"off"}},
  };
  const std::set<std::string> hidden = {"csrf_token", "intent", "token", "flow", "return_to", "session", "person"};
  for_each_sample({}, [&](const http::Response& response, Language) {
    for (const Tag& tag : tags_of(response.body)) {
      if (tag.name != "input" && tag.name != "select") continue;
      const std::string name = value_of(tag, "name");
      if (value_of(tag, "type") == "hidden") {
        EXPECT_TRUE(hidden.contains(name)) << name;
      } else {
        ASSERT_TRUE(completions.contains(name)) << name;
        EXPECT_TRUE(completions.at(name).contains(value_of(tag, "autocomplete"))) << name;
      }
      if (name == "password" || name == "new_password") {
        EXPECT_EQ(value_of(tag, "type"), "password");
        EXPECT_FALSE(tag.attributes.contains("value"));
      }
      if (name == "code") {
        EXPECT_FALSE(tag.attributes.contains("value"));
      }
    }
  });
}

TEST(PeoplePages, NestTheirTags) {
  const std::set<std::string> empty = {"input", "br", "meta", "link", "path", "circle"};
  for_each_sample({}, [&](const http::Response& response, Language) {
    std::vector<std::string> open;
    for (const Tag& tag : tags_of(response.body)) {
      if (empty.contains(tag.name)) continue;
      if (!tag.name.starts_with('/')) {
        open.push_back(tag.name);
        continue;
      }
      ASSERT_FALSE(open.empty()) << tag.name;
      ASSERT_EQ("/" + open.back(), tag.name);
      open.pop_back();
    }
    EXPECT_EQ(open, std::vector<std::string>{}) << "something stays open";
  });
}

constexpr std::string_view kPayloads[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus='alert(1)' autofocus='",
    "\" onfocus=\"alert(1)\" autofocus=\"",
    "</title></style></textarea></script><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{SITE}}[[layout.skip]]{{>style}}",
    "&lt;script&gt;&#60;script&#62;",
    "\xef\xbc\x9cscript\xef\xbc\x9e",
    "<!--",
    "]]>",
    "`-alert(1)-`",
    "\\u003cscript\\u003e",
};

std::vector<std::string> tag_names(const std::string& html) {
  std::vector<std::string> names;
  for (const Tag& tag : tags_of(html)) {
    names.push_back(tag.name);
    for (const auto& [name, value] : tag.attributes) names.push_back(name);
  }
  return names;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(PeoplePages, ShowMarkupAsText) {
  for (const Language language : {Language::En, Language::Fr}) {
    const auto plain = PeopleSamples{language, SampleWords::all("plain")}.all();
    for (const std::string_view payload : kPayloads) {
      const auto hostile = PeopleSamples{language, SampleWords::all(std::string{payload})}.all();
      ASSERT_EQ(hostile.size(), plain.size());
      for (std::size_t at = 0; at < plain.size(); ++at) {
        // The same elements with the same attributes, and no more.
        EXPECT_EQ(tag_names(hostile[at].second.body), tag_names(plain[at].second.body))
            << plain[at].first << ": " << payload;
        // Belfry's own stands in the head of some.
        EXPECT_EQ(count_of(hostile[at].second.body, "<script"), count_of(plain[at].second.body, "<script")) << payload;
        EXPECT_EQ(hostile[at].second.body.find("<img"), std::string::npos) << payload;
      }
    }
  }
}

TEST(PeoplePages, FollowNoScriptAsAnAddress) {
  RecoveryCodesPageInput codes{.next_url = "javascript:alert(1)"};
  codes.page.csrf_token = sample_token;
  EXPECT_EQ(recovery_codes_page(codes).body.find("javascript:"), std::string::npos);
}

TEST(PeoplePages, SayWhetherTheyRunAScript) {
  for_each_sample({}, [](const http::Response& response, Language language) {
    const bool says_none =
        response.body.find(language == Language::En ? "runs no script" : "aucun script") != std::string::npos;
    EXPECT_EQ(says_none, response.script == http::PageScript::None);
    EXPECT_EQ(response.body.find("<script ") == std::string::npos, response.script == http::PageScript::None);
  });
}

TEST(PeoplePages, NeedTokens) {
  EXPECT_THROW(static_cast<void>(sign_in_page({})), std::invalid_argument);
}

TEST(PeoplePages, KeepTheLinkOfAnInvitationInTheOtherLanguage) {
  WelcomePageInput invitation{.token = "abc"};
  invitation.page.csrf_token = sample_token;
  invitation.page.query = "token=abc";
  EXPECT_NE(welcome_page(invitation).body.find("href=\"?token=abc&amp;lang=fr\""), std::string::npos);
}

TEST(PeoplePages, AreWrittenForTheBrowser) {
  const char* folder = std::getenv("BELFRY_PAGES");
  if (folder == nullptr) GTEST_SKIP() << "BELFRY_PAGES names no folder";
  std::filesystem::create_directories(folder);
  for (const Language language : {Language::En, Language::Fr}) {
    for (const auto& [name, response] : PeopleSamples{language, {}}.all()) {
      std::ofstream file{std::filesystem::path{folder} / (name + "." + std::string{tag_of(language)} + ".html")};
      file << response.body;
      ASSERT_TRUE(file.flush());
    }
  }
}

}  // namespace
}  // namespace belfry::web
