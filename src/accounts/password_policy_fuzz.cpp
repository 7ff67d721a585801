// Any bytes as a password, a name and an address: each preset says something, and what it accepts goes through bcrypt's
// door.

#include "accounts/guessable.hpp"
#include "accounts/password_input.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/password_strength.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using belfry::accounts::PasswordPolicy;
  using belfry::accounts::PasswordPreset;
  using belfry::accounts::SecondFactor;
  static constexpr std::array<std::byte, 32> kKey{};
  // Three lines: name, address, and all the rest.
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t name_end = std::min(text.find('\n'), size);
  const std::size_t email_end = std::min(text.find('\n', std::min(name_end + 1, size)), size);
  const belfry::accounts::PasswordOwner owner{
      .name = std::string{text.substr(0, name_end)},
      .email =
          std::string{text.substr(std::min(name_end + 1, email_end), email_end - std::min(name_end + 1, email_end))}};
  const std::string_view password = text.substr(std::min(email_end + 1, size));
  for (const auto preset : {PasswordPreset::Standard, PasswordPreset::Nist}) {
    const PasswordPolicy policy{{.preset = preset}};
    const auto broken = policy.broken_rules(password, owner, SecondFactor::Absent);
    if (!std::ranges::is_sorted(broken)) std::abort();
    const auto input = belfry::accounts::password_input(belfry::accounts::format_of(preset), password, kKey);
    if (broken.empty() && !input) std::abort();
    if (input && (input->size() > PasswordPolicy::kStandardByteLimit || input->contains('\0'))) std::abort();
  }
  const auto strength =
      belfry::accounts::estimate_strength(password, belfry::accounts::name_parts(owner.name, owner.email));
  if (strength.score > 4 || !(strength.guesses_log10 >= 0)) std::abort();
  return 0;
}
