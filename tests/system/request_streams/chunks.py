"""Chunked bodies: sizes, extensions, the ends of lines and of chunks.

In the streams named after "Funky chunks" (Jeppe Bonde Weikop, 2025) one reader takes an odd line end for the end of a
chunk's line (TERM) and another for part of an extension (EXT) or of data (SPILL), or counts as an end of a chunk no,
one or two bytes. What the one sees as a chunk's data is a request to the other.
"""

from request_streams.stream import CHUNKED, END, EVIL, HELLO, admitted, chunk, either, get, post, posted, refused, Seen
from request_streams.stream import unfinished


def broken(name, body):
    """The head is clear, and the body no body."""
    return refused(name, post(CHUNKED, body), begun=True)


def sized(name, size):
    return broken(name, size + b"\r\nhello\r\n" + END)


def extended(name, extension):
    return broken(name, b"5" + extension + b"\r\nhello\r\n" + END)


def funky(name, end):
    """`end` closes an extension for one, and belongs to it for the other."""
    rest = chunk(EVIL) + END
    return [
        broken(f"term_ext_{name}", b"2;" + end + b"xx\r\n%x\r\n" % len(rest) + rest + b"\r\n" + END),
        broken(f"ext_term_{name}", b"2;" + end + b"xx\r\n0\r\n\r\n" + EVIL),
        broken(f"term_spill_{name}", b"5\r\nAAAAA" + end + b"2\r\n%x\r\n" % len(rest) + rest + END),
        broken(f"spill_term_{name}", b"5\r\nAAAAA" + end + b"%x\r\n" % (len(rest) + 3) + b"8\r\n" + rest + END),
    ]


STREAMS = [
    # Sizes.
    sized("size_missing", b""),
    sized("size_blank", b" "),
    sized("size_extension_alone", b";a=b"),
    sized("size_hex_prefix", b"0x5"),
    sized("size_hex_prefix_upper", b"0X5"),
    sized("size_plus", b"+5"),
    sized("size_minus", b"-5"),
    sized("size_minus_zero", b"-0"),
    sized("size_blank_before", b" 5"),
    sized("size_tab_before", b"\t5"),
    sized("size_blank_behind", b"5 "),
    sized("size_tab_behind", b"5\t"),
    sized("size_vertical_tab_behind", b"5\x0b"),
    sized("size_nul_behind", b"5\0"),
    sized("size_nul_before", b"\x005"),
    sized("size_next_line_behind", b"5\x85"),
    sized("size_no_break_space_behind", b"5\xa0"),
    sized("size_underscore", b"0_5"),
    sized("size_two_numbers", b"5 0"),
    sized("size_list", b"5,5"),
    sized("size_fraction", b"5.0"),
    sized("size_junk_behind", b"5these-bytes"),
    sized("size_h_behind", b"5h"),
    sized("size_letters", b"zz"),
    sized("size_quoted", b'"5"'),
    sized("size_full_width_digit", b"\xef\xbc\x95"),
    sized("size_over_64_bits", b"10000000000000005"),
    sized("size_over_64_bits_by_far", b"f" * 40),
    sized("size_over_64_bits_to_minus", b"fffffffffffffffff5"),
    sized("size_many_zeros", b"0" * 40 + b"5"),
    sized("size_empty_line_before", b"\r\n5"),
    unfinished("size_over_32_bits", post(CHUNKED, b"100000005\r\nhello\r\n" + END)),
    unfinished("size_of_63_bits", post(CHUNKED, b"7fffffffffffffff\r\nhello\r\n" + END)),
    unfinished("size_of_64_bits", post(CHUNKED, b"ffffffffffffffff\r\nhello\r\n" + END)),
    broken("size_underscore_hides_a_request", b"0_2e\r\n\r\n" + EVIL + END),
    # The line of a size.
    broken("line_lf", b"5\nhello\r\n" + END),
    broken("line_cr", b"5\rhello\r\n" + END),
    broken("line_cr_and_a_byte", b"5\rXhello\r\n" + END),
    broken("line_cr_cr_lf", b"5\r\r\nhello\r\n" + END),
    broken("line_lf_cr", b"5\n\rhello\r\n" + END),
    broken("line_cr_before_extension", b"2\r\r;a\r\n02\r\n41\r\n" + END + EVIL),
    broken("line_folded", b"5\r\n \r\nhello\r\n" + END),
    # Extensions.
    extended("extension_lf", b";a\nb"),
    extended("extension_cr", b";a\rb"),
    extended("extension_cr_cr", b";a\r\rb"),
    extended("extension_nul", b";a=\0"),
    extended("extension_control", b";a=\x01"),
    extended("extension_lf_in_quotes", b';a="\n"'),
    extended("extension_line_end_in_quotes", b';a="\r\n5\r\n"'),
    extended("extension_open_quote", b';a="b'),
    extended("extension_non_ascii", b";\xe9=\xe9"),
    extended("extension_blank_before_semicolon", b" ;a=b"),
    extended("extension_cr_before_semicolon", b"\r;a=b"),
    extended("extension_very_long", b";a=" + b"b" * 16_000),
    broken("extension_of_the_last_chunk_lf", b"5\r\nhello\r\n0;a\nb\r\n\r\n"),
    broken("extension_of_the_last_chunk_cr", b"5\r\nhello\r\n0;\ra\r\n\r\n"),
    # The end of a chunk.
    broken("end_lf", b"5\r\nhello\n" + END),
    broken("end_cr", b"5\r\nhello\r" + END),
    broken("end_missing", b"5\r\nhello" + END),
    broken("end_two_other_bytes", b"5\r\nhelloXX" + END),
    broken("end_cr_and_a_byte", b"5\r\nhello\rX" + END),
    broken("end_lf_cr", b"5\r\nhello\n\r" + END),
    broken("end_twice", b"5\r\nhello\r\n\r\n" + END),
    broken("end_blank_before", b"5\r\nhello \r\n" + END),
    broken("data_too_long", b"4\r\nhello\r\n" + END),
    broken("data_too_short", b"6\r\nhello\r\n" + END),
    broken("data_a_request_too_long", b"5\r\nhello" + EVIL + b"\r\n" + END),
    broken("one_two_lf", b"2\r\nXX\n12\r\nXX\r\n19\r\n" + EVIL + END),
    broken("two_one_cr", b"2\r\nXX\r10\r\n\r\n" + EVIL + END),
    broken("zero_two", b"2\r\nXX012\r\nXX\r\n19\r\n" + EVIL + END),
    broken("two_zero", b"2\r\nXX010\r\n\r\n" + EVIL + END),
    *funky("lf", b"\n"), *funky("cr", b"\r"), *funky("cr_cr", b"\r\r"), *funky("cr_and_a_byte", b"\rX"),
    # The last chunk.
    broken("last_lf", b"5\r\nhello\r\n0\n\n"),
    broken("last_lf_then_crlf", b"5\r\nhello\r\n0\n\r\n"),
    broken("last_crlf_then_lf", b"5\r\nhello\r\n0\r\n\n"),
    broken("last_crlf_then_cr", b"5\r\nhello\r\n0\r\n\r"),
    broken("last_minus", b"5\r\nhello\r\n-0\r\n\r\n"),
    broken("last_hex_prefix", b"5\r\nhello\r\n0x0\r\n\r\n"),
    broken("last_blank", b"5\r\nhello\r\n0 \r\n\r\n"),
    broken("last_empty_size", b"5\r\nhello\r\n\r\n\r\n"),
    broken("last_without_its_empty_line", b"5\r\nhello\r\n0\r\n"),
    broken("last_is_junk", b"5\r\nhello\r\nINVALID!!!\r\n"),
    unfinished("last_missing", post(CHUNKED, b"5\r\nhello\r\n")),
    unfinished("last_half", post(CHUNKED, b"5\r\nhello\r\n0\r\n")),
    unfinished("body_missing", post(CHUNKED)),
    unfinished("data_missing", post(CHUNKED, b"5\r\n")),
    # So many lines for so little that somebody pays for them (CVE-2023-39326 and kin).
    broken("a_byte_to_a_chunk_with_long_sizes", b"000000000000001\r\nx\r\n" * 20_000 + END),
    # RFC 9112, section 7.1.1: what is not known of an extension is ignored; or refused, as one may.
    either("extension", post(CHUNKED, b"5;name=value\r\nhello\r\n" + END), posted(b"hello"), begun=True),
    either("extension_quoted", post(CHUNKED, b'5;name="a;b"\r\nhello\r\n' + END), posted(b"hello"), begun=True),
    either("extension_bare", post(CHUNKED, b"5;\r\nhello\r\n" + END), posted(b"hello"), begun=True),
    either("extension_of_the_last_chunk", post(CHUNKED, b"5\r\nhello\r\n0;a=b\r\n\r\n"), posted(b"hello"), begun=True),
    either("last_of_many_zeros", post(CHUNKED, b"5\r\nhello\r\n000\r\n\r\n"), posted(b"hello"), begun=True),
    admitted("plain", post(CHUNKED, HELLO), posted(b"hello")),
    admitted("empty", post(CHUNKED, END), posted()),
    admitted("several", post(CHUNKED, b"1\r\nh\r\n3\r\nell\r\n1\r\no\r\n" + END), posted(b"hello")),
    admitted("size_upper_case", post(CHUNKED, b"A\r\nhellohello\r\n" + END), posted(b"hellohello")),
    admitted("size_lower_case", post(CHUNKED, b"a\r\nhellohello\r\n" + END), posted(b"hellohello")),
    admitted("size_leading_zeros", post(CHUNKED, b"0005\r\nhello\r\n" + END), posted(b"hello")),
    admitted("data_is_a_request", post(CHUNKED, chunk(EVIL) + END), posted(EVIL)),
    admitted("data_is_an_end", post(CHUNKED, chunk(END) + END), posted(END)),
    admitted("data_is_line_ends", post(CHUNKED, chunk(b"\r\n\r\n\n") + END), posted(b"\r\n\r\n\n")),
    admitted("data_of_all_bytes", post(CHUNKED, chunk(bytes(range(256))) + END), posted(bytes(range(256)))),
    admitted("larger_than_a_buffer", post(CHUNKED, chunk(b"x" * 50_000) + END), posted(b"x" * 50_000)),
    admitted("get", get(CHUNKED, HELLO), Seen("GET", "/", b"hello")),
    admitted("followed_by_another", post(CHUNKED, HELLO) + get(target=b"/second"), posted(b"hello"),
             Seen("GET", "/second")),
]
