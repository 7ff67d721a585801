#include "inspect/tls_server_hello.hpp"

#include "inspect/tls_wire.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace belfry::inspect {

namespace {

// RFC 8446, section 4.1.3: SHA-256 of "HelloRetryRequest" in place of the random bytes.
constexpr std::string_view kRetryRandom{
    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c",
    32};

constexpr std::uint8_t kAlertRecord = 21;
constexpr std::uint8_t kHandshakeRecord = 22;

constexpr std::uint8_t kServerHelloMessage = 2;
constexpr std::uint8_t kCertificateMessage = 11;
constexpr std::uint8_t kServerKeyExchangeMessage = 12;
constexpr std::uint8_t kCertificateRequestMessage = 13;
constexpr std::uint8_t kServerHelloDoneMessage = 14;
constexpr std::uint8_t kCertificateStatusMessage = 22;

constexpr std::uint16_t kStatusRequest = 5;
constexpr std::uint16_t kAlpn = 16;
constexpr std::uint16_t kSessionTicket = 35;
constexpr std::uint16_t kSupportedVersions = 43;
constexpr std::uint16_t kKeyShare = 51;
constexpr std::uint16_t kRenegotiationInfo = 0xff01;

struct Message {
  std::uint8_t type = 0;
  std::string_view body;
};

// The messages of a handshake, put together from records; or the alert that ended it.
class FlightReader {
 public:
  explicit FlightReader(std::string_view bytes)
      : bytes_{bytes.substr(0, kFlightBytes)}, cut_{bytes.size() > kFlightBytes} {}

  enum class Step : std::uint8_t { Message, Alert, NeedMore };
  std::expected<Step, FlightError> next();

  const Message& message() const { return message_; }
  const TlsAlert& alert() const { return alert_; }

 private:
  std::expected<bool, FlightError> take_message();
  std::expected<bool, FlightError> take_record();

  std::string_view bytes_;
  bool cut_;
  bool first_record_ = true;
  std::string handshake_;  // of records, not yet taken as messages
  std::size_t taken_ = 0;
  Message message_;
  TlsAlert alert_;
  bool has_alert_ = false;
};

// false: the message is not whole yet.
std::expected<bool, FlightError> FlightReader::take_message() {
  const std::string_view rest = std::string_view{handshake_}.substr(taken_);
  // What a first flight holds, in any version; a HelloRequest has no place before it.
  if (!rest.empty() && (rest[0] == 0 || rest[0] == 1)) return std::unexpected{FlightError::Malformed};
  WireReader reader{rest};
  const auto type = reader.take8();
  const auto size = reader.take24();
  if (!type || !size) return false;
  if (*size > kFlightBytes) return std::unexpected{FlightError::TooLong};
  const auto body = reader.take(*size);
  if (!body) return false;
  message_ = {.type = *type, .body = *body};
  taken_ += 4 + *size;
  return true;
}

// false: the record is not whole yet. Judges each byte as soon as it is there.
std::expected<bool, FlightError> FlightReader::take_record() {
  const FlightError wrong = first_record_ ? FlightError::NotTls : FlightError::Malformed;
  WireReader reader{bytes_};
  const auto type = reader.take8();
  if (!type) return false;
  if (*type != kAlertRecord && *type != kHandshakeRecord) return std::unexpected{wrong};
  const auto major = reader.take8();
  if (!major) return false;
  if (*major != 3) return std::unexpected{wrong};
  const auto minor = reader.take8();
  const auto size = reader.take16();
  if (!minor || !size) return false;
  // RFC 8446, section 5.1: "The length MUST NOT exceed 2^14 bytes", and none of these types may be empty.
  if (*size == 0 || *size > kRecordBytes) return std::unexpected{wrong};
  const bool alert = *type == kAlertRecord;
  // Section 5.1: "Handshake messages MUST NOT be interleaved with other record types."
  if (alert && taken_ != handshake_.size()) return std::unexpected{FlightError::Malformed};
  // An alert of a first flight is in the clear: two bytes, and "MUST NOT be fragmented across records" (section 5.1).
  if (alert && *size != 2) return std::unexpected{FlightError::Malformed};
  const auto content = reader.take(*size);
  if (!content) return false;
  if (alert) {
    const auto level = static_cast<std::uint8_t>((*content)[0]);
    if (level != 1 && level != 2) return std::unexpected{FlightError::Malformed};
    alert_ = {.fatal = level == 2, .description = static_cast<std::uint8_t>((*content)[1])};
    has_alert_ = true;
  } else {
    handshake_.erase(0, taken_);
    taken_ = 0;
    handshake_.append(*content);
  }
  bytes_.remove_prefix(5 + *size);
  first_record_ = false;
  return true;
}

std::expected<FlightReader::Step, FlightError> FlightReader::next() {
  for (;;) {
    const auto whole = take_message();
    if (!whole) return std::unexpected{whole.error()};
    if (*whole) return Step::Message;
    const auto record = take_record();
    if (!record) return std::unexpected{record.error()};
    if (!*record) {
      if (cut_) return std::unexpected{FlightError::TooLong};
      return Step::NeedMore;
    }
    if (std::exchange(has_alert_, false)) return Step::Alert;
  }
}

std::uint16_t big16(std::string_view two) {
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(two[0]) << 8 | static_cast<std::uint8_t>(two[1]));
}

// false: it does not have the form that its type must have in a ServerHello.
bool take_extension(std::uint16_t type, std::string_view content, bool* tls13, ServerHello* hello) {
  switch (type) {
    case kStatusRequest:
      hello->status_request = true;
      return content.empty();
    case kSessionTicket:
      hello->session_ticket = true;
      return content.empty();
    case kRenegotiationInfo:
      // RFC 5746, section 3.4: in the first handshake "verify that the length of the 'renegotiated_connection' field is
      // zero".
      hello->renegotiation_info = true;
      return content == std::string_view{"\0", 1};
    case kAlpn: {
      WireReader reader{content};
      WireReader list{reader.take_vector16().value_or("")};
      const auto name = list.take_vector8();
      if (!name || name->empty() || !list.at_end() || !reader.at_end()) return false;
      hello->protocol = *name;
      return true;
    }
    case kSupportedVersions:
      *tls13 = true;
      // Section 4.2.1: the version that was offered, and none below TLS 1.3 is chosen in this way.
      return content == std::string_view{"\x03\x04", 2};
    case kKeyShare: {
      WireReader reader{content};
      const auto group = reader.take16();
      if (!group) return false;
      hello->group = group;
      // A HelloRetryRequest names the group alone.
      if (reader.at_end()) return hello->retry_request;
      const auto key = reader.take_vector16();
      return !hello->retry_request && key && !key->empty() && reader.at_end();
    }
    default:
      return true;
  }
}

std::optional<ServerHello> read_server_hello(std::string_view body) {
  WireReader reader{body};
  ServerHello hello;
  const auto version = reader.take16();
  const auto random = reader.take(32);
  const auto session = reader.take_vector8();
  const auto suite = reader.take16();
  const auto compression = reader.take8();
  if (!version || !random || !session || session->size() > 32 || !suite || !compression) return std::nullopt;
  // 0x0304 never stands here (RFC 8446, section 4.1.3), and SSL 2.0 has no such message.
  if (*version < 0x0300 || *version > 0x0303) return std::nullopt;
  hello.version = static_cast<TlsVersion>(*version);
  hello.suite = *suite;
  hello.compression = *compression;
  hello.retry_request = *random == kRetryRandom;
  const std::string_view tail = random->substr(24);
  if (tail == std::string_view{"DOWNGRD\x01", 8}) hello.sentinel = Sentinel::ToTls12;
  if (tail == std::string_view{"DOWNGRD\x00", 8}) hello.sentinel = Sentinel::ToTls11;

  bool tls13 = false;
  if (!reader.at_end()) {
    WireReader list{reader.take_vector16().value_or("")};
    if (!reader.at_end()) return std::nullopt;
    while (!list.at_end()) {
      const auto type = list.take16();
      const auto content = list.take_vector16();
      if (!type || !content || std::ranges::find(hello.extensions, *type) != hello.extensions.end())
        return std::nullopt;
      hello.extensions.push_back(*type);
      if (!take_extension(*type, *content, &tls13, &hello)) return std::nullopt;
    }
  }
  if (tls13) {
    // RFC 8446, section 4.1.3: legacy_version is 0x0303, and legacy_compression_method "MUST have the value 0".
    if (hello.version != TlsVersion::Tls12 || hello.compression != 0) return std::nullopt;
    hello.version = TlsVersion::Tls13;
  } else if (hello.retry_request || hello.group) {
    return std::nullopt;
  }
  return hello;
}

std::uint32_t bits_of(std::string_view number) {
  while (!number.empty() && number[0] == 0) number.remove_prefix(1);
  if (number.empty()) return 0;
  return static_cast<std::uint32_t>((number.size() - 1) * 8) +
         static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint8_t>(number[0])));
}

std::expected<KeyExchangeFacts, FlightError> read_key_exchange(std::uint16_t code, std::string_view body) {
  const CipherSuite* const suite = find_suite(code);
  KeyExchangeFacts facts;
  // RSA of export strength says here a key of 512 bits; the suite's name says as much.
  if (suite == nullptr || suite->exchange == KeyExchange::StaticRsa) return facts;
  WireReader reader{body};
  if (uses_elliptic_curves(*suite)) {
    const auto kind = reader.take8();
    const auto group = reader.take16();
    const auto key = reader.take_vector8();
    // RFC 8422, section 5.4: named_curve(3) is the only form that is left.
    if (!kind || *kind != 3 || !group || !key || key->empty()) return std::unexpected{FlightError::Malformed};
    facts.group = group;
    return facts;
  }
  const auto prime = reader.take_vector16();
  const auto generator = reader.take_vector16();
  const auto key = reader.take_vector16();
  if (!prime || prime->empty() || !generator || !key) return std::unexpected{FlightError::Malformed};
  facts.dh_bits = bits_of(*prime);
  return facts;
}

}  // namespace

std::string_view to_string(FlightError error) {
  switch (error) {
    case FlightError::NotTls:
      return "no TLS";
    case FlightError::Malformed:
      return "malformed";
    case FlightError::TooLong:
      return "too long";
  }
  std::unreachable();
}

std::expected<Flight, FlightError> parse_flight(std::string_view bytes) {
  FlightReader reader{bytes};
  for (;;) {
    const auto step = reader.next();
    if (!step) return std::unexpected{step.error()};
    switch (*step) {
      case FlightReader::Step::NeedMore:
        return Flight{};
      case FlightReader::Step::Alert:
        if (reader.alert().fatal || reader.alert().description == 0) return reader.alert();
        continue;
      case FlightReader::Step::Message:
        break;
    }
    if (reader.message().type != kServerHelloMessage) return std::unexpected{FlightError::Malformed};
    auto hello = read_server_hello(reader.message().body);
    if (!hello) return std::unexpected{FlightError::Malformed};
    return std::move(*hello);
  }
}

std::expected<std::optional<KeyExchangeFacts>, FlightError> parse_key_exchange(std::string_view bytes) {
  FlightReader reader{bytes};
  std::optional<ServerHello> hello;
  for (;;) {
    const auto step = reader.next();
    if (!step) return std::unexpected{step.error()};
    if (*step == FlightReader::Step::NeedMore) return std::nullopt;
    if (*step == FlightReader::Step::Alert) {
      if (!reader.alert().fatal && reader.alert().description != 0) continue;
      return KeyExchangeFacts{};
    }
    const Message& message = reader.message();
    if (!hello) {
      if (message.type != kServerHelloMessage) return std::unexpected{FlightError::Malformed};
      hello = read_server_hello(message.body);
      if (!hello) return std::unexpected{FlightError::Malformed};
      // Everything behind it is encrypted.
      if (hello->version == TlsVersion::Tls13) return KeyExchangeFacts{.group = hello->group};
      continue;
    }
    switch (message.type) {
      case kCertificateMessage:
      case kCertificateStatusMessage:
        continue;
      case kServerKeyExchangeMessage: {
        auto facts = read_key_exchange(hello->suite, message.body);
        if (!facts) return std::unexpected{facts.error()};
        return *facts;
      }
      case kCertificateRequestMessage:
      case kServerHelloDoneMessage:
        return KeyExchangeFacts{};
      default:
        return std::unexpected{FlightError::Malformed};
    }
  }
}

std::expected<Ssl2Flight, FlightError> parse_ssl2_flight(std::string_view bytes) {
  if (bytes.empty()) return Ssl2Flight{};
  // A record of SSL 2.0 in the clear has a header of two bytes with the high bit set.
  if ((static_cast<std::uint8_t>(bytes[0]) & 0x80) == 0) {
    auto flight = parse_flight(bytes);
    if (!flight) return std::unexpected{flight.error()};
    if (const auto* const alert = std::get_if<TlsAlert>(&*flight)) return *alert;
    if (std::holds_alternative<std::monostate>(*flight)) return Ssl2Flight{};
    // A ServerHello of TLS is no answer to this.
    return std::unexpected{FlightError::Malformed};
  }
  if (bytes.size() < 2) return Ssl2Flight{};
  const std::size_t size = big16(bytes) & 0x7fffU;
  const std::string_view record = bytes.substr(2);
  if (record.empty()) return Ssl2Flight{};
  constexpr std::uint8_t kError = 0;
  constexpr std::uint8_t kServerHello = 4;
  const auto type = static_cast<std::uint8_t>(record[0]);
  if (type == kError ? size != 3 : type != kServerHello || size < 11) return std::unexpected{FlightError::NotTls};
  if (record.size() < size) return Ssl2Flight{};
  if (type == kError) return TlsAlert{.fatal = true, .description = 0};
  WireReader reader{record.substr(0, size)};
  // Type, session_id_hit, certificate type.
  const bool has_head = reader.take(3).has_value();
  const auto version = reader.take16();
  const auto certificate = reader.take16();
  const auto ciphers = reader.take16();
  const auto connection = reader.take16();
  if (!has_head || !version || *version != 0x0002 || !certificate || !ciphers || *ciphers % 3 != 0 || !connection ||
      !reader.take(*certificate) || !reader.take(*ciphers) || !reader.take(*connection) || !reader.at_end()) {
    return std::unexpected{FlightError::Malformed};
  }
  return Ssl2ServerHello{.ciphers = *ciphers / std::size_t{3}};
}

}  // namespace belfry::inspect
