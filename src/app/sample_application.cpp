#include "app/sample_application.hpp"

#include "base/file.hpp"
#include "base/file_descriptor.hpp"

#include <embedded/guestbook.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

namespace belfry::app {

namespace {

constexpr int kStartTimeout = 10'000;  // ms, for each piece of its first line

// Only calls that are safe between fork and exec.
[[noreturn]] void become(const char* program, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when the door is killed
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(output, STDOUT_FILENO);
  ::execlp("python3", "python3", "-u", program, "--port", "0", nullptr);
  ::_exit(127);
}

// The first line that comes, without its end; nullopt where none comes.
std::optional<std::string> read_line(int input) {
  std::string line;
  for (;;) {
    pollfd ready{.fd = input, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kStartTimeout) != 1) return std::nullopt;
    std::array<char, 256> piece{};
    const ssize_t got = ::read(input, piece.data(), piece.size());
    if (got <= 0) return std::nullopt;
    line.append(piece.data(), static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    if (line.size() > 4096) return std::nullopt;
  }
}

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
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::unexpected("no file descriptor is left");
  base::FileDescriptor input{pipe[0]};
  base::FileDescriptor output{pipe[1]};
  const pid_t process = ::fork();
  if (process < 0) return std::unexpected("no process can be started");
  if (process == 0) become(program.c_str(), output.get());
  output = {};
  SampleApplication sample{process, 0};
  const auto line = read_line(input.get());
  const auto port = line ? port_at_end(*line) : std::nullopt;
  if (!port) return std::unexpected("the guestbook did not start; it needs python3 (apt-get install python3)");
  sample.port_ = *port;
  return sample;
}

SampleApplication::SampleApplication(SampleApplication&& other) noexcept
    : process_{std::exchange(other.process_, -1)}, port_{other.port_} {}

SampleApplication::~SampleApplication() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace belfry::app
