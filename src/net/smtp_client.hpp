#pragma once

// The MailClient by libcurl: SMTP, one connection a mail. Certificates are verified and TLS is 1.2 at least; no proxy
// of the environment is heeded, and no .netrc.

#include "net/mail_client.hpp"
#include "net/smtp_options.hpp"

#include <string>

namespace belfry::net {

// Any thread. A call ends within two seconds of its deadline, the goodbye included, but for a name look-up that is
// under way (curl_http_client.hpp).
class SmtpClient final : public MailClient {
 public:
  // Throws std::invalid_argument where no mail could ever be sent by these options, which whoever read them has to
  // have refused before.
  explicit SmtpClient(SmtpOptions options);

  // Unsendable: what mail_message() refuses.
  std::expected<void, MailFailure> send(const Mail& mail, const std::stop_token& stopping) override;

 private:
  SmtpOptions options_;
  std::string url_;
};

}  // namespace belfry::net
