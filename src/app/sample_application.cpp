#include "app/sample_application.hpp"

#include "base/file.hpp"

#include <embedded/guestbook.hpp>

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace belfry::app {

namespace {

constexpr std::chrono::seconds kStartTimeout{10};

std::optional<std::uint16_t> port_at_end(std::string_view line) {
  const auto colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = line.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::expected<SampleApplication, std::string> SampleApplication::start(const std::filesystem::path& directory) {
  const std::filesystem::path program = directory / "guestbook.py";
  if (auto written = base::write_file(program, embedded::guestbook(), base::FileMode::OwnerOnly); !written) {
    return std::unexpected("cannot write " + program.string() + ": " + written.error().message());
  }
  auto process = base::ChildProcess::start({"python3", "-u", program.string(), "--port", "0"}, kStartTimeout);
  const auto port = process ? port_at_end(process->first_line()) : std::nullopt;
  if (!port) return std::unexpected("the guestbook did not start; it needs python3 (apt-get install python3)");
  return SampleApplication{std::move(*process), *port};
}

}  // namespace belfry::app
