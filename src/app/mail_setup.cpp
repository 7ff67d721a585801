#include "app/mail_setup.hpp"

#include "base/file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace belfry::app {
namespace {

constexpr std::string_view kPasswordKey = "mail.password_file";
constexpr std::size_t kAuthorityLimit = std::size_t{4} << 20;  // the system's own has a quarter of a megabyte

std::expected<std::string, MailFault> read_password(const std::filesystem::path& file) {
  const auto refuse = [](std::string message, std::string hint = {}) {
    return std::unexpected{MailFault{kPasswordKey, "[mail] password_file: " + std::move(message), std::move(hint)}};
  };
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return refuse("others may read or write " + file.string(), "chmod 600 it");
  }
  auto password = base::read_file(file, kMailPasswordLimit + 2);
  if (!password) return refuse("cannot read " + file.string() + ": " + password.error().message());
  if (password->ends_with('\n')) password->pop_back();
  if (password->ends_with('\r')) password->pop_back();
  const auto control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
  if (password->empty() || password->size() > kMailPasswordLimit || std::ranges::any_of(*password, control)) {
    return refuse(file.string() + " does not hold a password on one line");
  }
  return std::move(*password);
}

}  // namespace

std::expected<net::SmtpOptions, MailFault> make_smtp_options(const MailOptions& mail, std::string_view belfry_host) {
  net::SmtpOptions options{.server = mail.server, .from = mail.from, .greeting = std::string{belfry_host}};
  if (!mail.user.empty()) {
    auto password = read_password(mail.password_file);
    if (!password) return std::unexpected{std::move(password.error())};
    options.login = net::MailLogin{mail.user, std::move(*password)};
  }
  if (!mail.authority.empty()) {
    if (const auto read = base::read_file(mail.authority, kAuthorityLimit); !read) {
      return std::unexpected{
          MailFault{"mail.authority",
                    "[mail] authority: cannot read " + mail.authority.string() + ": " + read.error().message(),
                    {}}};
    }
    options.authority = mail.authority;
  }
  return options;
}

}  // namespace belfry::app
