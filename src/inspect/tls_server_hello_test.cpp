#include "inspect/tls_server_hello.hpp"

#include "inspect/tls_bytes_test_support.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::inspect {
namespace {

using testing_support::alert;
using testing_support::extension;
using testing_support::hello_body;
using testing_support::kChoosesTls13;
using testing_support::message;
using testing_support::number;
using testing_support::record;
using testing_support::server_hello;
using testing_support::with_length;

ServerHello hello_of(std::string_view bytes) {
  const auto flight = parse_flight(bytes);
  if (!flight) throw std::runtime_error{std::string{to_string(flight.error())}};
  return std::get<ServerHello>(*flight);
}

const std::string kRetryRandom =
    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

TEST(TlsServerHello, ReadsTls12) {
  const std::string extensions = extension(0xff01, std::string(1, '\0')) + extension(35, "") + extension(5, "") +
                                 extension(16, with_length(with_length("h2", 1), 2)) + extension(0x1234, "anything");
  const ServerHello hello = hello_of(server_hello({.suite = 0xc02b, .extensions = extensions}));
  EXPECT_EQ(hello.version, TlsVersion::Tls12);
  EXPECT_EQ(hello.suite, 0xc02b);
  EXPECT_EQ(hello.compression, 0);
  EXPECT_TRUE(hello.renegotiation_info);
  EXPECT_TRUE(hello.session_ticket);
  EXPECT_TRUE(hello.status_request);
  EXPECT_EQ(hello.protocol, "h2");
  EXPECT_FALSE(hello.retry_request);
  EXPECT_FALSE(hello.group);
  EXPECT_EQ(hello.extensions, (std::vector<std::uint16_t>{0xff01, 35, 5, 16, 0x1234}));
}

TEST(TlsServerHello, ReadsOldOnesWithoutExtensions) {
  const ServerHello hello = hello_of(
      server_hello({.version = 0x0300, .session = "", .suite = 0x000a, .compression = 1, .has_extensions = false}));
  EXPECT_EQ(hello.version, TlsVersion::Ssl3);
  EXPECT_EQ(hello.suite, 0x000a);
  EXPECT_EQ(hello.compression, 1);
  EXPECT_FALSE(hello.renegotiation_info);
}

TEST(TlsServerHello, ReadsTls13BySupportedVersions) {
  const std::string share = extension(51, number(29, 2) + with_length(std::string(32, 'k'), 2));
  const ServerHello hello = hello_of(server_hello({.suite = 0x1301, .extensions = kChoosesTls13 + share}));
  EXPECT_EQ(hello.version, TlsVersion::Tls13);
  EXPECT_EQ(hello.group, 29);
  EXPECT_FALSE(hello.retry_request);
}

TEST(TlsServerHello, ReadsHelloRetryRequest) {
  const ServerHello hello = hello_of(server_hello(
      {.random = kRetryRandom, .suite = 0x1302, .extensions = kChoosesTls13 + extension(51, number(24, 2))}));
  EXPECT_TRUE(hello.retry_request);
  EXPECT_EQ(hello.version, TlsVersion::Tls13);
  EXPECT_EQ(hello.group, 24);
}

TEST(TlsServerHello, SeesTheDowngradeSentinels) {
  const std::string start(24, 'r');
  EXPECT_EQ(hello_of(server_hello({.random = start + "DOWNGRD\x01"})).sentinel, Sentinel::ToTls12);
  EXPECT_EQ(hello_of(server_hello({.random = start + std::string("DOWNGRD\x00", 8)})).sentinel, Sentinel::ToTls11);
  EXPECT_EQ(hello_of(server_hello({.random = start + "DOWNGRD\x02"})).sentinel, Sentinel::None);
  EXPECT_EQ(hello_of(server_hello({.random = "DOWNGRD\x01" + start})).sentinel, Sentinel::None) << "at its end alone";
}

TEST(TlsServerHello, PutsAMessageTogetherFromRecords) {
  const std::string whole = message(2, hello_body({.suite = 0xc030}));
  std::string bytes;
  for (const char byte : whole) bytes += record(22, std::string_view{&byte, 1});
  EXPECT_EQ(hello_of(bytes).suite, 0xc030);
  // And two messages out of one record.
  EXPECT_EQ(hello_of(record(22, whole + message(11, "xyz"))).suite, 0xc030);
}

TEST(TlsServerHello, ReadsAlerts) {
  EXPECT_EQ(parse_flight(alert(40)), (Flight{TlsAlert{.fatal = true, .description = 40}}));
  EXPECT_EQ(parse_flight(alert(0, 1)), (Flight{TlsAlert{.fatal = false, .description = 0}})) << "close_notify ends it";
  EXPECT_EQ(hello_of(alert(112, 1) + server_hello({.suite = 0xc030})).suite, 0xc030) << "a warning does not";
  EXPECT_EQ(parse_flight(alert(112, 1)), Flight{});
}

TEST(TlsServerHello, WaitsForMoreAtEveryBeginning) {
  const std::string bytes = alert(112, 1) + server_hello({.extensions = extension(35, "")});
  for (std::size_t have = 0; have < bytes.size(); ++have) {
    EXPECT_EQ(parse_flight(std::string_view{bytes}.substr(0, have)), Flight{}) << have;
  }
  EXPECT_TRUE(std::holds_alternative<ServerHello>(*parse_flight(bytes)));
  EXPECT_EQ(parse_flight(bytes), parse_flight(bytes + "whatever comes"));
}

struct Refused {
  const char* what;
  std::string bytes;
  FlightError error = FlightError::Malformed;
};

std::vector<Refused> refused() {
  const std::string tls13_only = extension(43, number(0x0303, 2));
  const std::string share = extension(51, number(29, 2) + with_length(std::string(32, 'k'), 2));
  return {
      {"HTTP", "HTTP/1.1 400 Bad Request\r\n", FlightError::NotTls},
      {"one byte of HTTP", "H", FlightError::NotTls},
      {"application data first", record(23, "x"), FlightError::NotTls},
      {"a change of cipher first", record(20, "\x01"), FlightError::NotTls},
      {"another major version", "\x16\x02", FlightError::NotTls},
      {"an empty record", "\x16\x03\x03" + number(0, 2), FlightError::NotTls},
      {"a record of more than 2^14 bytes", "\x16\x03\x03" + number(16'385, 2), FlightError::NotTls},
      {"application data behind an alert", alert(112, 1) + record(23, "x")},
      {"an alert of three bytes", record(21, std::string_view{"\x02\x28\x00", 3})},
      {"an alert of one byte", record(21, "\x02")},
      {"an alert of level 3", alert(40, 3)},
      {"an alert inside a message", record(22, "\x02") + alert(40)},
      {"a ClientHello", record(22, message(1, "x"))},
      {"a HelloRequest", record(22, message(0, ""))},
      {"a Certificate first", record(22, message(11, "x"))},
      {"a message longer than all", record(22, "\x02" + number(70'000, 3)), FlightError::TooLong},
      {"an empty ServerHello", record(22, message(2, ""))},
      {"a session id of 33 bytes", server_hello({.session = std::string(33, 's')})},
      {"version 0x0002", server_hello({.version = 0x0002})},
      {"version 0x0304 in its old place", server_hello({.version = 0x0304})},
      {"version 0x0400", server_hello({.version = 0x0400})},
      {"bytes behind the extensions", record(22, message(2, hello_body({}) + "x"))},
      {"extensions longer than the message",
       record(22, message(2, hello_body({.has_extensions = false}) + number(4, 2) + "abc"))},
      {"half an extension", server_hello({.extensions = "\xff"})},
      {"an extension longer than the list", server_hello({.extensions = number(35, 2) + number(1, 2)})},
      {"an extension twice", server_hello({.extensions = extension(35, "") + extension(35, "")})},
      {"a ticket extension with content", server_hello({.extensions = extension(35, "x")})},
      {"renegotiation_info with content", server_hello({.extensions = extension(0xff01, "\x01x")})},
      {"renegotiation_info without its length", server_hello({.extensions = extension(0xff01, "")})},
      {"ALPN without a name", server_hello({.extensions = extension(16, with_length("", 2))})},
      {"ALPN with an empty name", server_hello({.extensions = extension(16, with_length(with_length("", 1), 2))})},
      {"ALPN with two names", server_hello({.extensions = extension(16, with_length("\x02h2\x02h3", 2))})},
      {"ALPN with more behind it", server_hello({.extensions = extension(16, with_length("\x02h2", 2) + "x")})},
      {"supported_versions with TLS 1.2", server_hello({.extensions = tls13_only})},
      {"supported_versions of three bytes", server_hello({.extensions = extension(43, "\x03\x04x")})},
      {"TLS 1.3 with an old version", server_hello({.version = 0x0302, .extensions = kChoosesTls13 + share})},
      {"TLS 1.3 with compression", server_hello({.compression = 1, .extensions = kChoosesTls13 + share})},
      {"TLS 1.3 with a share of the group alone",
       server_hello({.extensions = kChoosesTls13 + extension(51, number(29, 2))})},
      {"TLS 1.3 with an empty share",
       server_hello({.extensions = kChoosesTls13 + extension(51, number(29, 2) + number(0, 2))})},
      {"a key share in TLS 1.2", server_hello({.extensions = share})},
      {"HelloRetryRequest in TLS 1.2", server_hello({.random = kRetryRandom})},
      {"HelloRetryRequest with a whole share",
       server_hello({.random = kRetryRandom, .extensions = kChoosesTls13 + share})},
      {"65536 bytes of warnings and more",
       [] {
         std::string warnings;
         while (warnings.size() <= kFlightBytes) warnings += alert(112, 1);
         return warnings;
       }(),
       FlightError::TooLong},
  };
}

TEST(TlsServerHello, RefusesWhatIsMalformed) {
  for (const Refused& each : refused()) {
    const auto flight = parse_flight(each.bytes);
    ASSERT_FALSE(flight) << each.what;
    EXPECT_EQ(flight.error(), each.error) << each.what;
    EXPECT_FALSE(parse_flight(each.bytes + server_hello({}))) << each.what << ", and stays refused";
  }
}

std::string flight_with(int suite, std::string_view key_exchange) {
  return server_hello({.suite = suite}) + record(22, message(11, "certificates") + message(12, key_exchange));
}

TEST(TlsKeyExchange, ReadsCurveAndPrime) {
  const std::string curve = "\x03" + number(29, 2) + with_length(std::string(32, 'k'), 1) + "signature";
  EXPECT_EQ(parse_key_exchange(flight_with(0xc02f, curve)), (KeyExchangeFacts{.group = 29}));
  const auto dh = [](const std::string& prime) {
    return with_length(prime, 2) + with_length("\x02", 2) + with_length("key", 2) + "signature";
  };
  EXPECT_EQ(parse_key_exchange(flight_with(0x0033, dh(std::string(128, '\xff')))), (KeyExchangeFacts{.dh_bits = 1024}));
  EXPECT_EQ(parse_key_exchange(flight_with(0x0033, dh(std::string(3, '\0') + '\x01'))),
            (KeyExchangeFacts{.dh_bits = 1}))
      << "zeros ahead do not count";
  EXPECT_EQ(parse_key_exchange(flight_with(0x0034, dh(std::string(64, '\x7f')))), (KeyExchangeFacts{.dh_bits = 511}))
      << "anonymous DH too";
}

TEST(TlsKeyExchange, EndsWhereThereIsNone) {
  EXPECT_EQ(parse_key_exchange(server_hello({.suite = 0x002f}) + record(22, message(11, "c") + message(14, ""))),
            KeyExchangeFacts{});
  EXPECT_EQ(parse_key_exchange(server_hello({.suite = 0x002f}) + record(22, message(11, "c"))), std::nullopt);
  EXPECT_EQ(parse_key_exchange(alert(40)), KeyExchangeFacts{});
  const std::string share = extension(51, number(24, 2) + with_length("key", 2));
  EXPECT_EQ(parse_key_exchange(server_hello({.suite = 0x1301, .extensions = kChoosesTls13 + share})),
            (KeyExchangeFacts{.group = 24}));
}

TEST(TlsKeyExchange, RefusesWhatIsMalformed) {
  const std::vector<std::pair<const char*, std::string>> bad{
      {"an explicit curve", flight_with(0xc02f, "\x01" + number(29, 2) + with_length("key", 1))},
      {"a curve without key", flight_with(0xc02f, "\x03" + number(29, 2) + number(0, 1))},
      {"half a curve", flight_with(0xc02f, "\x03")},
      {"no prime", flight_with(0x0033, number(0, 2) + with_length("\x02", 2) + with_length("key", 2))},
      {"a prime longer than all", flight_with(0x0033, number(200, 2) + "short")},
      {"a Finished in the clear", server_hello({.suite = 0x002f}) + record(22, message(20, "x"))},
      {"a second ServerHello", server_hello({}) + server_hello({})},
      {"a Certificate first", record(22, message(11, "x"))},
  };
  for (const auto& [what, bytes] : bad) {
    const auto facts = parse_key_exchange(bytes);
    ASSERT_FALSE(facts) << what;
    EXPECT_EQ(facts.error(), FlightError::Malformed) << what;
  }
}

std::string ssl2_hello(std::string_view ciphers, int version = 2) {
  const std::string body = std::string{"\x04\x00\x01", 3} + number(static_cast<std::size_t>(version), 2) +
                           number(4, 2) + number(ciphers.size(), 2) + number(2, 2) + "cert" + std::string{ciphers} +
                           "id";
  return number(0x8000 | body.size(), 2) + body;
}

TEST(Ssl2Flight, ReadsItsHelloAndItsError) {
  EXPECT_EQ(parse_ssl2_flight(ssl2_hello(std::string_view{"\x01\0\x80\x07\0\xc0", 6})),
            (Ssl2Flight{Ssl2ServerHello{.ciphers = 2}}));
  EXPECT_EQ(parse_ssl2_flight(ssl2_hello("")), (Ssl2Flight{Ssl2ServerHello{.ciphers = 0}}));
  EXPECT_EQ(parse_ssl2_flight(std::string_view{"\x80\x03\x00\x00\x01", 5}),
            (Ssl2Flight{TlsAlert{.fatal = true, .description = 0}}));
  EXPECT_EQ(parse_ssl2_flight(alert(70)), (Ssl2Flight{TlsAlert{.fatal = true, .description = 70}}));
  EXPECT_EQ(parse_ssl2_flight(""), Ssl2Flight{});
  EXPECT_EQ(parse_ssl2_flight(ssl2_hello("abc").substr(0, 20)), Ssl2Flight{});
}

TEST(Ssl2Flight, RefusesWhatIsMalformed) {
  const std::vector<std::pair<const char*, std::string>> bad{
      {"HTTP", "HTTP/1.1 200 OK"},
      {"a ServerHello of TLS", server_hello({})},
      {"another message", std::string{"\x80\x0b\x01", 3}},
      {"an error of four bytes", std::string{"\x80\x04\x00", 3}},
      {"a hello that is too short", std::string{"\x80\x0a\x04", 3}},
      {"another version", ssl2_hello("abc", 3)},
      {"ciphers of four bytes", ssl2_hello("abcd")},
  };
  for (const auto& [what, bytes] : bad) EXPECT_FALSE(parse_ssl2_flight(bytes)) << what;
  std::string longer = ssl2_hello("abc");
  longer[1] = static_cast<char>(longer[1] + 1);
  EXPECT_FALSE(parse_ssl2_flight(longer + "x")) << "lengths that do not add up";
}

}  // namespace
}  // namespace belfry::inspect
