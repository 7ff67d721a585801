#pragma once

// What is only to be said, and what one button confirms. A link from a mailbox changes nothing by itself, for programs
// that read mail follow links too: the page behind it asks, and the button does it.

#include "http/message.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <string>

namespace belfry::web {

enum class Message : std::uint8_t {
  ResetLinkSpent,       // used or expired, and nobody is told which; 410
  InvitationSpent,      // the same; 410
  SignUpSpent,          // the same; 410
  ConfirmationSpent,    // the same, of a link that confirms another address; 410
  ResetByHand,          // no mail is configured: an administrator makes the link
  ResetMailSent,        // whether there is such an account or not
  SignUpMailSent,       // whether the address can have an account or not
  EmailChangeMailSent,  // whether the address can be used or not
  AwaitsApproval,       // with a mailbox that is theirs
  ApprovalAsked,        // no mail is configured; whether the address can have an account or not
  ByInvitation,
  EmailHalfChanged,  // one mailbox has agreed
  EmailChanged,
  AnotherAccount,  // who follows the link is signed in, but not as whose address would change; 403
  AccountDeleted,
};

struct MessagePageInput {
  PeoplePageInput page;
  Message message = Message::ResetLinkSpent;
};

http::Response message_page(const MessagePageInput& input);

// Of a change of address. Intent: confirm.
struct ConfirmationPageInput {
  PeoplePageInput page;
  std::string token;  // of the link, carried as `token`
  std::string email;  // of the account at present: a mailbox is not led to agree to a stranger's account
  std::string new_email;
};

http::Response confirmation_page(const ConfirmationPageInput& input);

}  // namespace belfry::web
