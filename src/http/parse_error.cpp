#include "http/parse_error.hpp"

namespace belfry::http {

namespace {

struct Meaning {
  std::string_view name;
  std::uint16_t status;
};

Meaning meaning_of(ParseError error) {
  switch (error) {
    case ParseError::NotHttp:
      return {"not_http", 400};
    case ParseError::EmptyLineFirst:
      return {"empty_line_first", 400};
    case ParseError::Http2Preface:
      return {"http2_preface", 505};
    case ParseError::BadMethod:
      return {"bad_method", 400};
    case ParseError::MethodTooLong:
      return {"method_too_long", 501};  // RFC 9112, section 3
    case ParseError::MethodRefused:
      return {"method_refused", 501};
    case ParseError::ExtraBlank:
      return {"extra_blank", 400};
    case ParseError::MissingVersion:
      return {"missing_version", 400};
    case ParseError::BadVersion:
      return {"bad_version", 400};
    case ParseError::UnsupportedVersion:
      return {"unsupported_version", 505};
    case ParseError::RequestLineTooLong:
      return {"request_line_too_long", 414};
    case ParseError::EmptyTarget:
      return {"empty_target", 400};
    case ParseError::TargetTooLong:
      return {"target_too_long", 414};
    case ParseError::TargetForm:
      return {"target_form", 400};
    case ParseError::TargetForbiddenByte:
      return {"target_forbidden_byte", 400};
    case ParseError::TargetBrokenPercentEncoding:
      return {"target_broken_percent_encoding", 400};
    case ParseError::TargetAmbiguousEncoding:
      return {"target_ambiguous_encoding", 400};
    case ParseError::TargetDotSegment:
      return {"target_dot_segment", 400};
    case ParseError::BadStatusLine:
      return {"bad_status_line", 400};
    case ParseError::BadStatus:
      return {"bad_status", 400};
    case ParseError::StatusLineTooLong:
      return {"status_line_too_long", 400};
    case ParseError::BareLf:
      return {"bare_lf", 400};
    case ParseError::BareCr:
      return {"bare_cr", 400};
    case ParseError::NulByte:
      return {"nul_byte", 400};
    case ParseError::ControlCharacter:
      return {"control_character", 400};
    case ParseError::ObsoleteFold:
      return {"obsolete_fold", 400};
    case ParseError::SpaceBeforeColon:
      return {"space_before_colon", 400};
    case ParseError::MissingColon:
      return {"missing_colon", 400};
    case ParseError::EmptyFieldName:
      return {"empty_field_name", 400};
    case ParseError::BadFieldName:
      return {"bad_field_name", 400};
    case ParseError::BadFieldValue:
      return {"bad_field_value", 400};
    case ParseError::AliasedFieldName:
      return {"aliased_field_name", 400};
    case ParseError::FieldLineTooLong:
      return {"field_line_too_long", 431};
    case ParseError::HeadTooLarge:
      return {"head_too_large", 431};
    case ParseError::TooManyFields:
      return {"too_many_fields", 431};
    case ParseError::BadContentLength:
      return {"bad_content_length", 400};
    case ParseError::RepeatedContentLength:
      return {"repeated_content_length", 400};
    case ParseError::ContentLengthWithTransferEncoding:
      return {"content_length_with_transfer_encoding", 400};
    case ParseError::UnexpectedBody:
      return {"unexpected_body", 400};
    case ParseError::LengthRequired:
      return {"length_required", 411};
    case ParseError::RepeatedTransferEncoding:
      return {"repeated_transfer_encoding", 400};
    case ParseError::UnknownTransferCoding:
      return {"unknown_transfer_coding", 501};  // RFC 9112, section 6.1
    case ParseError::TransferEncodingInHttp10:
      return {"transfer_encoding_in_http_1_0", 400};
    case ParseError::MissingHost:
      return {"missing_host", 400};
    case ParseError::RepeatedHost:
      return {"repeated_host", 400};
    case ParseError::BadHost:
      return {"bad_host", 400};
    case ParseError::HostDiffersFromTarget:
      return {"host_differs_from_target", 400};
    case ParseError::BadConnection:
      return {"bad_connection", 400};
    case ParseError::ConnectionNamesOtherField:
      return {"connection_names_other_field", 400};
    case ParseError::BadExpect:
      return {"bad_expect", 417};  // RFC 9110, section 10.1.1
    case ParseError::UpperCaseFieldName:
      return {"upper_case_field_name", 400};
    case ParseError::ConnectionSpecificField:
      return {"connection_specific_field", 400};
    case ParseError::BadScheme:
      return {"bad_scheme", 400};
    case ParseError::BadChunkSize:
      return {"bad_chunk_size", 400};
    case ParseError::ChunkSizeTooLarge:
      return {"chunk_size_too_large", 400};
    case ParseError::ChunkExtension:
      return {"chunk_extension", 400};
    case ParseError::BadChunkEnd:
      return {"bad_chunk_end", 400};
    case ParseError::ChunkOverhead:
      return {"chunk_overhead", 400};
    case ParseError::TrailersTooLarge:
      return {"trailers_too_large", 431};
  }
  return {"unknown", 400};
}

}  // namespace

std::string_view to_string(ParseError error) {
  return meaning_of(error).name;
}

std::uint16_t status_of(ParseError error) {
  return meaning_of(error).status;
}

ParseError parse_error_of(TargetError error) {
  switch (error) {
    case TargetError::Empty:
      return ParseError::EmptyTarget;
    case TargetError::TooLong:
      return ParseError::TargetTooLong;
    case TargetError::NotOriginForm:
      return ParseError::TargetForm;
    case TargetError::ForbiddenByte:
      return ParseError::TargetForbiddenByte;
    case TargetError::BrokenPercentEncoding:
      return ParseError::TargetBrokenPercentEncoding;
    case TargetError::AmbiguousEncoding:
      return ParseError::TargetAmbiguousEncoding;
    case TargetError::DotSegment:
      return ParseError::TargetDotSegment;
  }
  return ParseError::TargetForm;
}

}  // namespace belfry::http
