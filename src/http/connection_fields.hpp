#pragma once

// The fields of an HTTP/1 message that are about this connection and this message's framing, not about its content:
// content-length, transfer-encoding, connection and what that names, keep-alive, proxy-connection, te, trailer,
// upgrade. They are taken out of the message here and become values; a message that goes on gets its own.

#include "http/fields.hpp"
#include "http/message.hpp"
#include "http/parse_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::http {

// 1*DIGIT and nothing else (RFC 9110, section 8.6).
std::expected<std::uint64_t, ParseError> parse_content_length(std::string_view value);

// "content_length" and the like: a name that becomes a framing or forwarding field's where every byte that is neither
// letter nor digit is one and the same, as in CGI's variables (RFC 3875, section 4.1.18). Exactly that field: false.
bool is_aliased_field_name(std::string_view name);

class ConnectionFields {
 public:
  // Fields that Connection may name for removal, inclusive; each costs a walk over all fields.
  static constexpr std::size_t kNamedLimit = 32;

  enum class Of : std::uint8_t { Request, Response };

  void restart(Of message);

  // Takes the field if it is one of these (true), or leaves it (false).
  std::expected<bool, ParseError> take(Field field);

  // When all are taken: framing that could be read in two ways is an error, and what Connection named is removed from
  // `fields`.
  std::expected<void, ParseError> finish(Version version, Fields& fields);

  const std::optional<std::uint64_t>& content_length() const { return content_length_; }
  bool chunked() const { return chunked_; }
  // "Connection: close".
  bool close() const { return close_; }
  // "Connection: upgrade" with "Upgrade: websocket" alone.
  bool asks_for_websocket() const { return upgrade_option_ && websocket_ && !other_upgrade_; }
  bool accepts_trailers() const { return accepts_trailers_; }

 private:
  std::expected<void, ParseError> take_option(std::string_view option);

  Of message_ = Of::Request;
  std::optional<std::uint64_t> content_length_;
  bool chunked_ = false;
  bool close_ = false;
  bool upgrade_option_ = false;
  bool websocket_ = false;
  bool other_upgrade_ = false;
  bool accepts_trailers_ = false;
  // Fields to remove, lower case, each followed by a comma.
  std::string named_;
  std::size_t named_count_ = 0;
};

}  // namespace belfry::http
