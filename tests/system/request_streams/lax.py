"""Readers with the habits that servers and proxies have been found with.

Of what the door forwards they have to see the same requests as the strict reader, all of them. Of what it refuses they
see many things, which shows that the corpus is worth its name.
"""

import dataclasses
import re

from request_streams.strict import Read, Unreadable, require


def digits(value):
    require(re.fullmatch(rb"[0-9]+", value), "length")
    return int(value)


def prefix(value):
    """atoi: blanks, a sign, digits, and whatever follows them."""
    match = re.match(rb"[\t-\r ]*[+-]?([0-9]+)", value)
    return int(match[1]) if match else 0


def any_base(value):
    """strtoll of base 0: 0x is hexadecimal, 0 octal."""
    match = re.match(rb"[\t-\r ]*[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", value)
    text = match[1] if match else b"0"
    return int(text, 16 if text[1:2] in b"xX" and len(text) > 1 else 8 if text.startswith(b"0") else 10)


def pythonic(value):
    """Python's int(): blanks, a sign, underscores between digits, digits of any script."""
    try:
        return abs(int(value.decode("utf-8", "replace")))
    except ValueError as error:
        raise Unreadable("length") from error


def hexadecimal(value):
    require(re.fullmatch(rb"[0-9a-fA-F]+", value), "chunk size")
    return int(value, 16)


def hexadecimal_prefix(value):
    """strtol of base 16."""
    match = re.match(rb"[\t-\r ]*[+-]?(?:0[xX])?([0-9a-fA-F]+)", value)
    require(match, "chunk size")
    return int(match[1], 16)


def pythonic_hexadecimal(value):
    try:
        return abs(int(value.decode("latin-1"), 16))
    except ValueError as error:
        raise Unreadable("chunk size") from error


def exactly(value):
    return value.lower() == b"chunked"


def last_of_list(value):
    return value.lower().rpartition(b",")[2].strip(b" \t") == b"chunked"


def anywhere(value):
    return b"chunked" in value.lower()


def as_written(name):
    return name.lower()


def trimmed(name):
    return bytes(byte for byte in name.lower() if 32 < byte < 127).strip(b"\"'")


def as_variable(name):
    return re.sub(rb"[^0-9a-z]", b"-", name.lower().strip())


@dataclasses.dataclass(frozen=True)
class Reader:
    """The defaults are what RFC 9112 lets a recipient do."""
    habit: str
    line_end: bytes = rb"\r?\n"  # section 2.2: "a recipient MAY recognize a single LF as a line terminator"
    prefers: str = "coding"  # where both are there, section 6.3
    repeated: int = -1  # which of several lengths counts
    length: object = digits
    is_chunked: object = last_of_list
    name: object = as_written
    folds: bool = True  # section 5.2: obs-fold as blanks
    size: object = hexadecimal
    chunk_line_end: bytes = rb"\r\n"
    chunk_end: bytes = rb"\r\n"
    coding_of_http10: bool = True
    stops_at_colon: bool = False

    def read_one(self, data):
        """The request at the beginning of `data`; None where more must come."""
        at = re.match(rb"(?:\r?\n)*", data).end()  # section 2.2: empty lines before the request line
        lines = []
        while True:
            end = re.compile(self.line_end).search(data, at)
            if not end:
                return None
            line, at = data[at:end.start()], end.end()
            if not line or (self.stops_at_colon and line == b":"):
                break
            if self.folds and line[:1] in b" \t" and len(lines) > 1:
                lines[-1] += b" " + line.strip()
            else:
                lines.append(line)
        require(lines, "nothing")
        words = lines[0].split(None, 2)
        require(len(words) >= 2, "request line")
        fields = [(self.name(name), value.strip(b" \t\r")) for name, _, value in
                  (line.partition(b":") for line in lines[1:])]
        request = Read(words[0].decode("latin-1"), words[1].decode("latin-1"), fields)
        codings = [value for name, value in fields if name == b"transfer-encoding"]
        lengths = [value for name, value in fields if name == b"content-length"]
        chunked = any(self.is_chunked(value) for value in codings)
        if not self.coding_of_http10 and words[-1] == b"HTTP/1.0":
            chunked = False
        if chunked and not (lengths and self.prefers == "length"):
            request.size = self._chunks(data, at, request)
            return request if request.size is not None else None
        size = self.length(lengths[self.repeated]) if lengths else 0
        request.body, request.size = data[at:at + size], at + size
        return request if len(data) >= request.size else None

    def _chunks(self, data, at, request):
        while True:
            end = re.compile(self.chunk_line_end).search(data, at)
            if not end:
                return None
            size = self.size(data[at:end.start()].partition(b";")[0].rstrip(b" \t"))
            at = end.end()
            if not size:
                break
            request.body += data[at:at + size]
            at += size
            if len(data) <= at:
                return None
            end = re.compile(self.chunk_end, re.DOTALL).match(data, at)
            require(end, "the end of a chunk")
            at = end.end()
        while True:
            end = re.compile(self.line_end).search(data, at)
            if not end:
                return None
            if end.start() == at:
                return end.end()
            at = end.end()


READERS = [
    Reader("what the RFC allows"),
    Reader("every line ends with CR LF", line_end=rb"\r\n"),
    Reader("a CR ends a line", line_end=rb"\r\n?|\n"),
    Reader("the length counts, where both are there", prefers="length"),
    Reader("the first of several lengths counts", prefers="length", repeated=0),
    Reader("digits until something else", length=prefix, size=hexadecimal_prefix),
    Reader("a length of any base", length=any_base, prefers="length"),
    Reader("Python's numbers", length=pythonic, size=pythonic_hexadecimal),
    Reader("chunked anywhere in the field", is_chunked=anywhere),
    Reader("chunked alone in the field", is_chunked=exactly),
    Reader("whatever the coding is called, it is chunked", is_chunked=bool),
    Reader("names without what is not visible", name=trimmed, folds=False),
    Reader("names as variables", name=as_variable),
    Reader("no folded lines", folds=False),
    Reader("a LF ends a chunk's lines", chunk_line_end=rb"\r?\n", chunk_end=rb"\r?\n"),
    Reader("CR and any byte end a chunk's lines", chunk_line_end=rb"\r[\s\S]", chunk_end=rb"\r[\s\S]"),
    Reader("any two bytes end a chunk", chunk_end=rb"[\s\S]{2}"),
    Reader("a chunk's end may be missing", chunk_end=rb"(?:\r\n)?"),
    Reader("HTTP/1.0 has no codings", coding_of_http10=False),
    Reader("a lone colon ends the head", stops_at_colon=True),
]


def requests_seen(data, reader):
    """(method, target, body) of each request that this reader finds, and behind them why it stopped, if it did."""
    seen = []
    try:
        while data and (request := reader.read_one(data)):
            seen.append((request.method, request.target, request.body))
            data = data[request.size:]
    except Unreadable:
        seen.append("unreadable")
    return seen


def readings(data):
    """In how many ways these readers see these bytes."""
    return len({repr(requests_seen(data, reader)) for reader in READERS})
