#pragma once

// Reads the text form that block lists share: one address or CIDR a line, blank lines, and comments behind '#' or ';'
// to the end of the line (FireHOL's .netset and .ipset, Spamhaus DROP: "192.0.2.0/24 ; SBL123"). Lines end with LF or
// CRLF. A line that is anything else is an error: a list of which a part was not understood protects from a part.
//
// Incremental: the text comes in pieces that end anywhere. The first error ends it.

#include "guard/address_set.hpp"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace belfry::guard {

struct BlocklistLineError {
  std::size_t line = 0;  // from 1
  std::string problem;   // printable ASCII, without the line's end
};

class BlocklistParser {
 public:
  // Of a line, its comment included; inclusive.
  static constexpr std::size_t kLineLimit = 4096;

  // Ranges go to `ranges`, which outlives this.
  explicit BlocklistParser(AddressSet::Builder& ranges) : ranges_{ranges} {}

  std::expected<void, BlocklistLineError> feed(std::string_view text);
  // The end of the text; a last line needs no line end.
  std::expected<void, BlocklistLineError> finish();

 private:
  std::expected<void, BlocklistLineError> read_line(std::string_view line);

  AddressSet::Builder& ranges_;
  std::string rest_;  // the beginning of a line whose end has not come yet
  std::size_t line_ = 0;
};

}  // namespace belfry::guard
