#include "net/txt_lookup.hpp"

#include "http/fields.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <type_traits>

namespace belfry::net {

namespace {

constexpr int kTries = 2;
constexpr int kSecondsPerTry = 2;

// A res_state is a pointer to it.
using ResolverState = std::remove_pointer_t<res_state>;

struct StateClose {
  void operator()(ResolverState* state) const { ::res_nclose(state); }
};

// <character-string>s: a length and that many bytes, one behind the other, to the record's end.
std::optional<std::string> text_of(std::span<const unsigned char> data) {
  std::string text;
  while (!data.empty()) {
    const std::size_t size = data.front();
    if (size + 1 > data.size()) return std::nullopt;
    text.append(reinterpret_cast<const char*>(data.data()) + 1, size);
    data = data.subspan(size + 1);
  }
  return text;
}

TxtError error_of(int resolver_error) {
  return resolver_error == HOST_NOT_FOUND || resolver_error == NO_DATA ? TxtError::NotFound : TxtError::NoAnswer;
}

}  // namespace

std::string_view to_string(TxtError error) {
  switch (error) {
    case TxtError::NotFound:
      return "there is no such record";
    case TxtError::NoAnswer:
      return "no name server answered";
    case TxtError::Malformed:
      return "the answer cannot be read";
  }
  return {};
}

std::expected<std::vector<std::string>, TxtError> parse_txt_answer(std::span<const std::byte> message) {
  if (message.empty() || message.size() > INT_MAX) return std::unexpected{TxtError::Malformed};
  ns_msg parsed{};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (::ns_initparse(bytes, static_cast<int>(message.size()), &parsed) != 0) {
    return std::unexpected{TxtError::Malformed};
  }
  // An answer, not cut short, to one question.
  if (ns_msg_getflag(parsed, ns_f_qr) != 1 || ns_msg_getflag(parsed, ns_f_tc) != 0 ||
      ns_msg_count(parsed, ns_s_qd) != 1) {
    return std::unexpected{TxtError::Malformed};
  }
  if (ns_msg_getflag(parsed, ns_f_rcode) == ns_r_nxdomain) return std::unexpected{TxtError::NotFound};
  if (ns_msg_getflag(parsed, ns_f_rcode) != ns_r_noerror) return std::unexpected{TxtError::NoAnswer};
  ns_rr question{};
  if (::ns_parserr(&parsed, ns_s_qd, 0, &question) != 0 || ns_rr_type(question) != ns_t_txt) {
    return std::unexpected{TxtError::Malformed};
  }
  std::string wanted = ns_rr_name(question);
  std::vector<std::string> records;
  for (int index = 0; index < ns_msg_count(parsed, ns_s_an); ++index) {
    ns_rr record{};
    if (::ns_parserr(&parsed, ns_s_an, index, &record) != 0) return std::unexpected{TxtError::Malformed};
    if (ns_rr_class(record) != ns_c_in || !http::equals_ignoring_case(ns_rr_name(record), wanted)) continue;
    if (ns_rr_type(record) == ns_t_cname) {
      std::array<char, NS_MAXDNAME> target{};
      if (::ns_name_uncompress(ns_msg_base(parsed), ns_msg_end(parsed), ns_rr_rdata(record), target.data(),
                               target.size()) < 0) {
        return std::unexpected{TxtError::Malformed};
      }
      wanted = target.data();
    } else if (ns_rr_type(record) == ns_t_txt) {
      const auto text = text_of({ns_rr_rdata(record), static_cast<std::size_t>(ns_rr_rdlen(record))});
      if (!text) return std::unexpected{TxtError::Malformed};
      if (records.size() < kTxtRecords && text->size() <= kTxtBytes) records.push_back(*text);
    }
  }
  if (records.empty()) return std::unexpected{TxtError::NotFound};
  return records;
}

std::expected<std::vector<std::string>, TxtError> SystemTxtLookup::find(const std::string& name) {
  ResolverState state{};
  if (::res_ninit(&state) != 0) return std::unexpected{TxtError::NoAnswer};
  const std::unique_ptr<ResolverState, StateClose> closing{&state};
  state.retry = kTries;
  state.retrans = kSecondsPerTry;
  // The name is whole: a search list would ask for others.
  state.options &= ~static_cast<unsigned long>(RES_DEFNAMES | RES_DNSRCH);
  if (server_) {
    if (!server_->address.is_v4()) return std::unexpected{TxtError::NoAnswer};
    state.nscount = 1;
    state.nsaddr_list[0] = {};
    state.nsaddr_list[0].sin_family = AF_INET;
    state.nsaddr_list[0].sin_port = htons(server_->port);
    state.nsaddr_list[0].sin_addr.s_addr = htonl(server_->address.v4_value());
  }
  std::vector<std::byte> answer(NS_MAXMSG);
  const int size = ::res_nquery(&state, name.c_str(), ns_c_in, ns_t_txt,
                                reinterpret_cast<unsigned char*>(answer.data()), static_cast<int>(answer.size()));
  if (size < 0) return std::unexpected{error_of(state.res_h_errno)};
  return parse_txt_answer(std::span{answer}.first(std::min(static_cast<std::size_t>(size), answer.size())));
}

}  // namespace belfry::net
