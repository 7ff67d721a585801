#include "web/change_feed.hpp"

#include "proof/claims.hpp"
#include "web/own_response.hpp"
#include "web/phrases.hpp"
#include "web/times.hpp"
#include "web/xml_text.hpp"

#include <algorithm>
#include <string_view>

namespace belfry::web {

namespace {

using proof::HistoryEntry;
using proof::State;

Wording word_of(State state) {
  switch (state) {
    case State::Holds:
      return phrase("state.holds");
    case State::Broken:
      return phrase("state.broken");
    case State::Unknown:
      break;
  }
  return phrase("state.unknown");
}

std::string element(std::string_view name, std::string_view text) {
  std::string xml{"<"};
  xml.append(name).append(">").append(xml_escaped(text)).append("</").append(name).append(">\n");
  return xml;
}

std::string link(std::string_view relation, std::string_view type, const std::string& target) {
  std::string xml{"<link rel=\""};
  xml.append(relation).append("\" type=\"").append(type).append("\" href=\"").append(xml_escaped(target));
  return xml.append("\"/>\n");
}

class FeedWriter {
 public:
  explicit FeedWriter(const ChangeFeedInput& input) : input_{input} {
    // RFC 4151, section 2.1: tag:authority,date:specific
    id_ = "tag:" + input.belfry + "," + rfc3339(input.begun).substr(0, 10) + ":security/history";
  }

  std::string write() const {
    // RFC 4287, section 4.1.1: a feed has exactly one id, title and updated, and an author where its entries have none.
    const std::string language{tag_of(input_.language)};
    std::string xml{"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""};
    xml.append(" xml:lang=\"").append(language).append("\">\n");
    xml += element("id", id_);
    xml += element("title",
                   std::string{say(phrase("security.title"))} + input_.site + std::string{say(phrase("feed.changes"))});
    const auto newest = std::ranges::max_element(input_.entries, {}, &HistoryEntry::at);
    xml += element("updated", rfc3339(newest->at));
    xml += "<author>\n" + element("name", "Belfry, " + input_.site) + "</author>\n";
    xml += link("self", "application/atom+xml", input_.belfry_url + "/security/feed.atom?lang=" + language);
    xml += link("alternate", "text/html", page());
    for (auto entry = input_.entries.rbegin(); entry != input_.entries.rend(); ++entry) xml += describe(*entry);
    return xml + "</feed>\n";
  }

 private:
  std::string_view say(const Wording& wording) const { return pick(wording, input_.language); }
  std::string page() const { return input_.belfry_url + "/security?lang=" + std::string{tag_of(input_.language)}; }

  std::string describe(const HistoryEntry& entry) const {
    const proof::Claim* claim = proof::find_claim(entry.claim);
    const std::string title{claim != nullptr ? say(claim->title) : entry.claim};
    const std::string state{say(word_of(entry.state))};
    const std::string number = std::to_string(entry.number);
    std::string summary{state};
    summary.append(", ").append(readable_time(entry.at, input_.language)).append(". ");
    if (claim != nullptr) summary.append(say(proof::sentence_of(*claim, input_.presets))).append(" ");
    summary.append(say(phrase("feed.entry"))).append(" ").append(number).append(", ");
    summary.append(say(phrase("feed.hash"))).append(" ").append(entry.hash).append(".");

    std::string xml{"<entry>\n"};
    xml += element("id", id_ + "/" + number + "/" + entry.hash);
    xml += element("title", state + " – " + title);
    xml += element("updated", rfc3339(entry.at));
    xml += element("published", rfc3339(entry.at));
    xml += link("alternate", "text/html", page() + "#" + entry.claim);
    xml.append("<category term=\"").append(to_string(entry.state)).append("\"/>\n");
    xml += element("summary", summary);
    return xml + "</entry>\n";
  }

  const ChangeFeedInput& input_;
  std::string id_;
};

}  // namespace

http::Response change_feed(const ChangeFeedInput& input) {
  http::Response response = own_response(200, "application/atom+xml; charset=utf-8", FeedWriter{input}.write());
  response.head.fields.add("content-language", tag_of(input.language));
  response.head.fields.add("vary", "accept-language");
  return response;
}

}  // namespace belfry::web
