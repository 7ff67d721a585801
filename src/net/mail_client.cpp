#include "net/mail_client.hpp"

namespace belfry::net {

std::string_view to_string(MailError error) {
  switch (error) {
    case MailError::Unsendable:
      return "unsendable";
    case MailError::NameNotFound:
      return "name_not_found";
    case MailError::ConnectFailed:
      return "connect_failed";
    case MailError::TlsFailed:
      return "tls_failed";
    case MailError::DeadlineExceeded:
      return "deadline_exceeded";
    case MailError::SignInRefused:
      return "sign_in_refused";
    case MailError::RefusedForNow:
      return "refused_for_now";
    case MailError::Refused:
      return "refused";
    case MailError::BrokenOff:
      return "broken_off";
    case MailError::Stopped:
      return "stopped";
  }
  return {};
}

bool may_pass_later(MailError error) {
  switch (error) {
    case MailError::Unsendable:
    case MailError::SignInRefused:
    case MailError::Refused:
      return false;
    case MailError::NameNotFound:
    case MailError::ConnectFailed:
    case MailError::TlsFailed:
    case MailError::DeadlineExceeded:
    case MailError::RefusedForNow:
    case MailError::BrokenOff:
    case MailError::Stopped:
      return true;
  }
  return false;
}

}  // namespace belfry::net
