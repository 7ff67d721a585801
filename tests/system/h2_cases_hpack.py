"""The cases of h2spec's section "hpack": what RFC 7541 calls a decoding error, which is a connection error of type
COMPRESSION_ERROR (RFC 9113, section 4.3). The fields in front are an ordinary request's; what follows is by hand."""

from h2_cases import Cases, connection_error
from h2_frames import COMPRESSION_ERROR, HEADER_TABLE_SIZE, INDEXED, headers, integer, string, table_size

HPACK = Cases()

# The static table has 61 entries (RFC 7541, appendix A), a first request adds fewer than nine.
BEYOND_BOTH_TABLES = 70
# "x-test" in Huffman's code (appendix B).
X_TEST = b"\x85\xf2\xb2\x4a\x84\xff"


def undecodable(number, name, bad, first=False):
    """`bad` behind the ordinary fields, or in front of them; a function of the peer's settings where it has to be."""
    def send(wire):
        piece = bad(wire.settings) if callable(bad) else bad
        block = wire.head()
        wire.send(headers(1, piece + block if first else block + piece))
    send.__name__ = name
    HPACK.case(number, connection_error(COMPRESSION_ERROR))(send)


undecodable("hpack/2.3.3/1", "index_beyond_the_tables", integer(BEYOND_BOTH_TABLES, 7, 0x80))
undecodable("hpack/2.3.3/2", "name_index_beyond_the_tables", integer(BEYOND_BOTH_TABLES, 6, INDEXED) + string(""))
undecodable("hpack/4.2/1", "table_size_update_at_the_end", table_size(1))
# Section 5.2. "test" is 49 50 9f in Huffman's code, with four bits of padding.
undecodable("hpack/5.2/1", "huffman_padding_beyond_seven_bits", b"\0" + X_TEST + b"\x84\x49\x50\x9f\xff")
undecodable("hpack/5.2/2", "huffman_padding_of_zeros", b"\0" + X_TEST + b"\x83\x49\x50\x90")
undecodable("hpack/5.2/3", "huffman_end_of_string_inside", b"\0" + X_TEST + b"\x87\xff\xff\xff\xfd\x25\x42\x7f")
undecodable("hpack/6.1/1", "index_zero", integer(0, 7, 0x80))
undecodable("hpack/6.3/1", "table_size_above_the_setting",
            lambda settings: table_size(settings.get(HEADER_TABLE_SIZE, 4096) + 1), first=True)
