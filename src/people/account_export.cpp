#include "people/account_export.hpp"

#include "web/times.hpp"

#include <boost/json.hpp>

namespace belfry::people {

std::string account_export(const accounts::AccountExport& kept) {
  const accounts::Person& person = kept.person;
  boost::json::array sessions;
  for (const accounts::Session& session : kept.sessions) {
    sessions.push_back(boost::json::object{{"host", session.host},
                                           {"device", session.device},
                                           {"address", session.address},
                                           {"since", web::rfc3339(session.created.wall)},
                                           {"last_used", web::rfc3339(session.used.wall)}});
  }
  const boost::json::object document{{"email", person.email.text()},
                                     {"name", person.name},
                                     {"role", accounts::to_string(person.role)},
                                     {"created", web::rfc3339(person.created)},
                                     {"second_factor", person.has_second_factor},
                                     {"recovery_codes_left", kept.recovery_codes_left},
                                     {"known_devices", kept.known_devices},
                                     {"sessions", std::move(sessions)}};
  return boost::json::serialize(document) + "\n";
}

}  // namespace belfry::people
