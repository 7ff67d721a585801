#pragma once

// /account: name, e-mail address, export, deletion.

#include "http/message.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <string>

namespace belfry::web {

enum class AccountNotice : std::uint8_t { None, NameSaved };

// Absent where there is no mail server: nobody could show that the new mailbox is theirs.
enum class EmailChange : std::uint8_t { Offered, Absent };

enum class SecondFactorState : std::uint8_t { Off, On };

// Intents and fields: name (name); email (email, password); export; delete (password, and code where the second factor
// is on); sign_out, which is posted to /sign-out.
struct AccountPageInput {
  PeoplePageInput page;
  Visitor visitor;
  AccountNotice notice = AccountNotice::None;
  FieldInput name;
  EmailChange email_change = EmailChange::Offered;
  FieldInput new_email;  // problem: Email or SameEmail; whether another has it is not told
  FieldProblem new_email_password = FieldProblem::None;
  SecondFactorState second_factor = SecondFactorState::Off;
  CredentialProblems deletion;
  bool last_administrator = false;  // it was not deleted, for nobody could let anybody in any more; 409
};

http::Response account_page(const AccountPageInput& input);

}  // namespace belfry::web
