#pragma once

// The form of a RequestRecord in the log: one JSON object, one line. Times in UTC, `took_us` in microseconds:
//
//   {"time":"2026-01-31T23:59:59.999Z","id":"…","client":"192.0.2.1","version":"HTTP/1.1","method":"GET",
//    "host":"app.example.com","path":"/","status":200,"reason":"","route":"application","bytes_sent":12,"took_us":345}

#include "record/request_record.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace belfry::record {

// No line is longer, its line feed included. Texts are cut where a stranger could make them longer: the path at 8 KiB
// (http::Target's limit), the host at 256 bytes, the method and the others at 64.
inline constexpr std::size_t kRequestLineLimit = std::size_t{56} * 1024;

// No fewer bytes than the record's line has, and never above kRequestLineLimit.
std::size_t request_line_bound(const RequestRecord& record);

// Writes the line with its line feed at `out`, which has room for request_line_bound(record); returns its end.
char* write_request_line(char* out, const RequestRecord& record);

// Reads such a line, without its line feed. nullopt for anything else, a broken-off line above all.
std::optional<RequestRecord> parse_request_line(std::string_view line);

}  // namespace belfry::record
