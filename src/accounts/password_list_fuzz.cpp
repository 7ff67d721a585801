// Whatever an operator's file holds, it is refused or it can be asked; of a list that is opened the answers are those
// of a reading line by line.

#include "accounts/password_list.hpp"
#include "accounts/password_text.hpp"
#include "crypto/encode.hpp"
#include "crypto/sha1.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using belfry::accounts::PasswordList;

bool is_listed(std::string_view text, PasswordList::Form form, std::string_view password) {
  const std::string wanted = form == PasswordList::Form::Plain ? belfry::accounts::bare(password)
                                                               : belfry::crypto::to_hex(belfry::crypto::sha1(password));
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string entry = belfry::accounts::bare(form == PasswordList::Form::Plain ? line : line.substr(0, 40));
    if (!entry.empty() && entry == wanted) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const belfry::base::FileDescriptor file{::memfd_create("list", MFD_CLOEXEC)};
  if (!file || ::write(file.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
  const auto list = PasswordList::open("/proc/self/fd/" + std::to_string(file.get()));
  if (!list) {
    if (list.error().to_string().empty()) std::abort();
    return 0;
  }
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const std::string_view password : {"password", "123456", "qwerty", "a", "dragon", "not in any list"}) {
    // So small a list was read whole when it was opened: it can be answered for.
    const auto found = (*list)->contains(password);
    if (!found || *found != is_listed(text, (*list)->form(), password)) std::abort();
  }
  return 0;
}
