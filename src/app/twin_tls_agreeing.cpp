#include "app/twin_tls_agreeing.hpp"

#include "inspect/tls_hello.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace belfry::twin {

namespace {

constexpr std::uint16_t kTls10 = 0x0301;
constexpr std::uint16_t kTls12 = 0x0303;
constexpr char kHandshake = 22;
constexpr char kClientHello = 1;
constexpr std::uint16_t kSupportedVersions = 43;  // RFC 8446, section 4.2.1
// RFC 7507 and RFC 5746: signals, no suites.
constexpr std::uint16_t kFallbackSignal = 0x5600;
constexpr std::uint16_t kRenegotiationSignal = 0x00ff;

// What the twin's OpenSSL takes with the twin's P-256 key: TLS 1.3's, ECDHE_ECDSA with AES or without encryption, and
// ECDH_anon.
constexpr std::array<std::uint16_t, 14> kSpoken{0x1301, 0x1302, 0x1303, 0xc006, 0xc009, 0xc00a, 0xc015,
                                                0xc018, 0xc019, 0xc023, 0xc024, 0xc02b, 0xc02c, 0xcca9};

// ECDHE with AEAD, as the scan offers it first in TLS 1.2.
constexpr std::array<std::uint16_t, 6> kGood{0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9};

// Takes values off the front of bytes; what is not there reads as nothing, and stays so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_{bytes} {}

  bool good() const { return good_; }
  bool empty() const { return bytes_.empty(); }

  std::uint32_t number(std::size_t octets) {
    const std::string_view taken = take(octets);
    std::uint32_t value = 0;
    for (const char octet : taken) value = value << 8U | static_cast<unsigned char>(octet);
    return value;
  }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  // Bytes behind their own count, which is of that many octets.
  std::string_view counted(std::size_t octets) { return take(number(octets)); }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

struct Offer {
  std::uint16_t version = 0;  // the highest
  bool by_hand = false;       // made by our own scan, as its random bytes say
  std::string_view suites;
  std::string_view compressions;
};

bool is_grease(std::uint16_t value) {  // RFC 8701
  return (value & 0x0f0fU) == 0x0a0aU && value >> 8U == (value & 0xffU);
}

// The highest of the extension, or what stood in the hello itself.
std::uint16_t highest_version(std::uint16_t in_hello, std::string_view extensions) {
  std::uint16_t highest = in_hello;
  Reader reader{extensions};
  while (!reader.empty() && reader.good()) {
    const std::uint32_t type = reader.number(2);
    Reader content{reader.counted(2)};
    if (type != kSupportedVersions) continue;
    Reader versions{content.counted(1)};
    while (!versions.empty()) {
      const auto version = static_cast<std::uint16_t>(versions.number(2));
      if (!is_grease(version)) highest = std::max(highest, version);
    }
  }
  return highest;
}

std::optional<Offer> read_hello(std::string_view bytes) {
  Reader record{bytes};
  if (record.take(1) != std::string_view{&kHandshake, 1}) return std::nullopt;
  (void)record.number(2);
  Reader message{record.counted(2)};
  if (message.take(1) != std::string_view{&kClientHello, 1}) return std::nullopt;
  Reader hello{message.counted(3)};
  Offer offer;
  offer.version = static_cast<std::uint16_t>(hello.number(2));
  offer.by_hand = hello.take(32) == inspect::kHelloRandom;
  (void)hello.counted(1);  // session id
  offer.suites = hello.counted(2);
  offer.compressions = hello.counted(1);
  const std::string_view extensions = hello.empty() ? std::string_view{} : hello.counted(2);
  if (!record.good() || !message.good() || !hello.good() || offer.suites.size() % 2 != 0) return std::nullopt;
  offer.version = highest_version(offer.version, extensions);
  return offer;
}

void append_number(std::string& bytes, std::size_t value, std::size_t octets) {
  while (octets > 0) bytes.push_back(static_cast<char>(value >> (8 * --octets) & 0xffU));
}

// 32 bytes that nobody would take for random; above all they do not end in TLS 1.3's sign of a downgrade.
constexpr std::string_view kRandom = "the twin agrees to what is weak.";
static_assert(kRandom.size() == 32);

std::string server_hello(std::uint16_t version, std::uint16_t suite, char compression) {
  std::string hello;
  append_number(hello, version, 2);
  hello += kRandom;
  append_number(hello, 0, 1);  // no session id
  append_number(hello, suite, 2);
  hello.push_back(compression);

  std::string record;
  record.push_back(kHandshake);
  append_number(record, version, 2);
  append_number(record, hello.size() + 4, 2);
  append_number(record, 2, 1);  // ServerHello
  append_number(record, hello.size(), 3);
  return record + hello;
}

std::optional<std::string> agree_to_tls(std::string_view bytes) {
  const auto offer = read_hello(bytes);
  if (!offer) return std::nullopt;
  std::optional<std::uint16_t> first;
  bool spoken = false;
  bool falls_back = false;
  for (Reader suites{offer->suites}; !suites.empty();) {
    const auto suite = static_cast<std::uint16_t>(suites.number(2));
    falls_back = falls_back || suite == kFallbackSignal;
    if (suite == kFallbackSignal || suite == kRenegotiationSignal || is_grease(suite)) continue;
    if (!first) first = suite;
    spoken = spoken || std::ranges::find(kSpoken, suite) != kSpoken.end();
  }
  if (!first) return std::nullopt;
  const std::uint16_t version = std::min(offer->version, kTls12);
  const auto compression = offer->compressions.find_first_not_of('\0');
  if (compression != std::string_view::npos) return server_hello(version, *first, offer->compressions[compression]);
  // OpenSSL cannot be brought to leave out the sign of a downgrade, nor RFC 5746; our own answer has neither.
  const bool plain_12 = offer->by_hand && offer->version == kTls12 && std::ranges::find(kGood, *first) != kGood.end();
  if (spoken && !falls_back && !plain_12 && offer->version >= kTls10) return std::nullopt;
  return server_hello(version, *first, 0);
}

// SSL 2.0's CLIENT-HELLO in a record with a header of two bytes, answered by its SERVER-HELLO: no session, an empty
// certificate, the offer's own ciphers, 16 bytes of connection id.
std::optional<std::string> agree_to_ssl2(std::string_view bytes) {
  Reader reader{bytes};
  const std::uint32_t header = reader.number(2);
  if ((header & 0x8000U) == 0 || reader.number(1) != 1 || reader.number(2) != 2) return std::nullopt;
  const std::uint32_t size = reader.number(2);
  (void)reader.number(4);  // the lengths of session id and challenge
  const std::string_view ciphers = reader.take(size);
  if (!reader.good() || ciphers.empty() || ciphers.size() % 3 != 0 || ciphers.size() > 60) return std::nullopt;
  std::string hello;
  append_number(hello, 0x04, 1);
  append_number(hello, 0, 1);  // no session hit
  append_number(hello, 1, 1);  // X.509
  append_number(hello, 2, 2);  // SSL 2.0
  append_number(hello, 0, 2);
  append_number(hello, ciphers.size(), 2);
  append_number(hello, 16, 2);
  hello.append(ciphers).append(kRandom.substr(0, 16));
  std::string record;
  append_number(record, 0x8000U | hello.size(), 2);
  return record + hello;
}

bool is_plain_http(std::string_view bytes) {
  const auto space = bytes.find(' ');
  return space != std::string_view::npos && space >= 3 && space <= 7 &&
         std::ranges::all_of(bytes.substr(0, space), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

}  // namespace

std::optional<std::string> agree_to(std::string_view bytes) {
  if (is_plain_http(bytes)) {
    return "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\nconnection: close\r\n\r\nadmitted\n";
  }
  if (auto hello = agree_to_ssl2(bytes)) return hello;
  return agree_to_tls(bytes);
}

}  // namespace belfry::twin
