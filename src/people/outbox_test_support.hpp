#pragma once

// What tests of the outbox hand in and look at. Only tests include this.

#include "accounts/email_address.hpp"
#include "base/clock.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"

#include <sstream>
#include <string>

namespace belfry::people {

inline accounts::EmailAddress recipient(std::string_view email = "ada@example.org") {
  return accounts::EmailAddress::parse(email).value();
}

struct Records {
  std::ostringstream out;
  record::Log log;
  record::Metrics metrics;

  explicit Records(const base::Clock& clock) : log{clock, record::LogLevel::Info, record::LogFormat::Text, out} {}

  std::string text() const { return out.str(); }
  int lines_with(const std::string& words) const {
    int count = 0;
    const std::string all = text();
    for (std::size_t at = all.find(words); at != std::string::npos; at = all.find(words, at + 1)) ++count;
    return count;
  }
  // Of mails that became this.
  int count(const std::string& became) {
    const std::string all = metrics.exposition();
    const std::string name = "belfry_mails_total{reason=\"" + became + "\"} ";
    const std::size_t at = all.find(name);
    return at == std::string::npos ? 0 : std::stoi(all.substr(at + name.size()));
  }
};

}  // namespace belfry::people
