#pragma once

// The text of an e-mail: RFC 5322 with MIME, as the program sends it. Lines end in CRLF and are ASCII alone, whatever
// the mail says, so that no server on its way has to change them. Nothing that a mail is made of can end a header,
// begin another or end the mail: what could is refused here, before any byte is sent.

#include "net/mail_client.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::net {

// In bytes, inclusive.
inline constexpr std::size_t kMailAddressLimit = 254;   // RFC 5321, section 4.5.3.1.3, without the brackets
inline constexpr std::size_t kMailSubjectLimit = 1024;  // two names of hosts and some words
inline constexpr std::size_t kMailTextLimit = std::size_t{64} * 1024;
inline constexpr std::size_t kMailIdLimit = 64;

// One mailbox in the form that needs no quotes anywhere: a dot-atom of ASCII, "@", and a name of letters, digits,
// hyphens and dots. So it has no blank, control, bracket, comma, or quote.
bool is_mail_address(std::string_view text);

// nullopt for what may not be sent: an address that is_mail_address() refuses; a subject with control characters; a
// text with others than line ends and tabs; an id of other characters than letters, digits, "-" and "_"; what is empty
// (but for the text); what is beyond a limit.
std::optional<std::string> mail_message(const Mail& mail, std::string_view from);

}  // namespace belfry::net
