#include "accounts/session_opener.hpp"

#include "accounts/password_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace belfry::accounts {

namespace {

// UTF-8, as it is exported too; cut between characters, and without a NUL, which no text that is kept may have.
std::string device_text(std::string_view description) {
  std::string text{description};
  std::ranges::replace(text, '\0', ' ');
  if (!code_points(text)) {
    std::ranges::replace_if(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80U; }, '?');
  }
  if (text.size() <= kDeviceTextLimit) return text;
  std::size_t end = kDeviceTextLimit;
  // Bytes that go on with a character of UTF-8 are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

Answer<SessionOpener::Opened> SessionOpener::open(const PersonId& person, Proven proven, const Visitor& visitor,
                                                  const std::shared_ptr<const SignedInAs>& replaced,
                                                  const std::optional<SecretHash>& parent) {
  Opened opened{.token = new_token(random_),
                .session = {.token = SecretHash::of({}),
                            .person = person,
                            .parent = parent,
                            .proven = proven,
                            .host = visitor.host,
                            .device = device_text(visitor.description),
                            .address = visitor.address,
                            .created = {},
                            .used = {}}};
  opened.session.token = SecretHash::of(opened.token);
  // Before the new one is there: no failure leaves both.
  if (replaced) {
    const auto ended = store_.end_session(replaced->person, replaced->token);
    sessions_.refresh(replaced->person);
    if (!ended && ended.error() != AccountError::NotFound) return std::unexpected{ended.error()};
  }
  auto session = store_.open_session(opened.session);
  if (!session) return std::unexpected{session.error()};
  sessions_.refresh(person);
  opened.session = std::move(*session);
  return opened;
}

Answer<SessionOpener::Opened> SessionOpener::renew(const PersonId& person, Proven proven, const Visitor& visitor) {
  const auto ended = store_.end_sessions(person, std::nullopt);
  sessions_.refresh(person);
  if (!ended) return std::unexpected{ended.error()};
  return open(person, proven, visitor, nullptr, std::nullopt);
}

void SessionOpener::close(const Session& session) {
  // Where it fails, the session stays until it is idle for too long; its token was given to nobody.
  [[maybe_unused]] const auto ended = store_.end_session(session.person, session.token);
  sessions_.refresh(session.person);
}

}  // namespace belfry::accounts
