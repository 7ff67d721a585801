#pragma once

// Everything for which a message is turned away while it is read, one name for each refused thing, so that a log line
// says exactly what was wrong. What two parsers could read differently is among them: a message that is refused here
// reaches nobody else.

#include "http/target.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::http {

enum class ParseError : std::uint8_t {
  // What is no HTTP/1 at all
  NotHttp,         // the first byte cannot begin a method: TLS, binary, a blank
  EmptyLineFirst,  // CR or LF before the request line
  Http2Preface,    // "PRI " on a connection that did not choose h2
  // Request line
  BadMethod,       // not a token
  MethodTooLong,   // above kMethodLimit
  MethodRefused,   // CONNECT, TRACE
  ExtraBlank,      // more than one space, a tab, a blank at the end of the line
  MissingVersion,  // HTTP/0.9
  BadVersion,      // lower case, no digits
  UnsupportedVersion,
  RequestLineTooLong,
  // Target
  EmptyTarget,
  TargetTooLong,
  TargetForm,  // not origin form, and no absolute http(s) URI; "*" outside of OPTIONS; authority form
  TargetForbiddenByte,
  TargetBrokenPercentEncoding,
  TargetAmbiguousEncoding,
  TargetDotSegment,
  // Status line
  BadStatusLine,
  BadStatus,  // outside 100 to 599
  StatusLineTooLong,
  // Any line
  BareLf,
  BareCr,
  NulByte,
  ControlCharacter,
  // Field lines
  ObsoleteFold,
  SpaceBeforeColon,
  MissingColon,
  EmptyFieldName,
  BadFieldName,
  BadFieldValue,     // HTTP/2: a blank at either end
  AliasedFieldName,  // "content_length": becomes another field's name where '_' and '-' are one
  FieldLineTooLong,
  HeadTooLarge,
  TooManyFields,
  // Framing
  BadContentLength,
  RepeatedContentLength,
  ContentLengthWithTransferEncoding,
  UnexpectedBody,  // a length above 0 where no body can be: HTTP/2 with the stream ended, 1xx
  LengthRequired,  // HTTP/1.0 with a method that has a body
  RepeatedTransferEncoding,
  UnknownTransferCoding,
  TransferEncodingInHttp10,
  // Host
  MissingHost,
  RepeatedHost,
  BadHost,
  HostDiffersFromTarget,  // absolute form, or :authority
  // Other fields
  BadConnection,              // not a list of tokens
  ConnectionNamesOtherField,  // a field that is not the connection's to remove
  BadExpect,
  // HTTP/2 (RFC 9113, section 8)
  UpperCaseFieldName,
  ConnectionSpecificField,
  BadScheme,
  // Chunked coding
  BadChunkSize,
  ChunkSizeTooLarge,
  ChunkExtension,
  BadChunkEnd,
  ChunkOverhead,  // nearly all of it framing, nearly no body
  TrailersTooLarge,
};

// Snake case, static: "bare_lf", "content_length_with_transfer_encoding".
std::string_view to_string(ParseError error);

// What a request is answered with; for a response of the application behind, the answer is 502 whatever it was.
std::uint16_t status_of(ParseError error);

ParseError parse_error_of(TargetError error);

// What a byte is called that may not stand where it stands; `otherwise` for one without a name of its own.
constexpr ParseError odd_byte(char byte, ParseError otherwise) {
  if (byte == '\0') return ParseError::NulByte;
  if (byte == '\n') return ParseError::BareLf;
  if (byte == '\r') return ParseError::BareCr;
  const bool control = (byte >= 0 && byte < 0x20) || byte == 0x7f;
  return control ? ParseError::ControlCharacter : otherwise;
}

}  // namespace belfry::http
