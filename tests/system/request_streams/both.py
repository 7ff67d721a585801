"""A length and a coding in one message: CL.TE, TE.CL, and their kin, which RFC 9112, section 6.1 lets us refuse."""

from request_streams.stream import CHUNKED, END, EVIL, HELLO, Seen, admitted, chunk, get, length, post, posted, refused
from request_streams.stream import request

# To the reader of chunks a body and nothing; to the reader of lengths a body and another request, and the other way.
INSIDE = chunk(EVIL) + END

STREAMS = [
    refused("cl_te", post(length(6) + CHUNKED, END + b"G")),
    refused("te_cl", post(CHUNKED + length(4), b"5c\r\n" + END)),
    refused("cl_te_hides_a_request", post(length(len(END + EVIL)) + CHUNKED, END + EVIL)),
    refused("te_cl_hides_a_request", post(CHUNKED + length(4), INSIDE)),
    refused("cl_te_agree", post(length(len(HELLO)) + CHUNKED, HELLO)),
    refused("te_cl_agree", post(CHUNKED + length(len(HELLO)), HELLO)),
    refused("cl_zero", post(length(0) + CHUNKED, INSIDE)),
    refused("cl_of_the_chunk_alone", post(length(5) + CHUNKED, HELLO)),
    refused("cl_too_long", post(length(500) + CHUNKED, HELLO)),
    refused("cl_huge", post(b"Content-Length: 99999999999999999999\r\n" + CHUNKED, HELLO)),
    refused("cl_odd", post(b"Content-Length: abc\r\n" + CHUNKED, HELLO)),
    refused("cl_empty", post(b"Content-Length:\r\n" + CHUNKED, HELLO)),
    refused("cl_minus", post(CHUNKED + b"Content-Length: -1\r\n", HELLO)),
    refused("cl_te_cl", post(length(4) + CHUNKED + length(4), INSIDE)),
    refused("te_cl_te", post(CHUNKED + length(4) + CHUNKED, INSIDE)),
    refused("te_identity_and_cl", post(b"Transfer-Encoding: identity\r\n" + length(5), b"hello")),
    refused("te_upper_case_and_cl", post(b"Transfer-Encoding: CHUNKED\r\n" + length(4), INSIDE)),
    refused("names_in_upper_case", post(b"CONTENT-LENGTH: 4\r\nTRANSFER-ENCODING: chunked\r\n", INSIDE)),
    refused("far_apart", post(length(4) + b"X-Between: 1\r\n" * 20 + CHUNKED, INSIDE)),
    refused("connection_takes_the_length", post(b"Connection: Content-Length\r\n" + length(4) + CHUNKED, INSIDE)),
    refused("connection_takes_the_coding", post(b"Connection: Transfer-Encoding\r\n" + length(4) + CHUNKED, INSIDE)),
    refused("connection_close", post(b"Connection: close\r\n" + length(4) + CHUNKED, INSIDE)),
    refused("expects_continue", post(b"Expect: 100-continue\r\n" + length(4) + CHUNKED, INSIDE)),
    refused("upgrade", post(b"Upgrade: h2c\r\nConnection: Upgrade\r\n" + length(4) + CHUNKED, INSIDE)),
    refused("get", get(length(len(END + EVIL)) + CHUNKED, END + EVIL)),
    refused("head", request(b"HEAD", length(len(END + EVIL)) + CHUNKED, END + EVIL)),
    refused("options", request(b"OPTIONS", CHUNKED + length(4), INSIDE, b"*")),
    refused("unknown_method", request(b"PURGE", CHUNKED + length(4), INSIDE)),
    refused("http10", post(length(len(END + EVIL)) + CHUNKED, END + EVIL, version=b"HTTP/1.0")),
    refused("alias_of_the_length", post(b"Content_Length: 4\r\n" + CHUNKED, INSIDE)),
    refused("alias_of_the_coding", post(length(4) + b"Transfer_Encoding: chunked\r\n", b"5c\r\n")),
    refused("in_a_trailer_line_of_the_head", post(CHUNKED + b"Trailer: Content-Length\r\n" + length(4), INSIDE)),
    admitted("length_over_chunks", post(length(len(INSIDE)), INSIDE), posted(INSIDE)),
    admitted("chunks_over_a_request", post(CHUNKED, INSIDE), posted(EVIL)),
    admitted("chunks_over_chunks", post(CHUNKED, chunk(INSIDE) + END), posted(INSIDE)),
    admitted("one_after_the_other",
             post(length(5), b"hello") + post(CHUNKED, HELLO, b"/second") + get(target=b"/third"),
             posted(b"hello"), posted(b"hello", "/second"), Seen("GET", "/third")),
    admitted("and_back", post(CHUNKED, HELLO) + post(length(5), b"hello", b"/second"), posted(b"hello"),
             posted(b"hello", "/second")),
]
