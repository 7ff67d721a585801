"""The corpus of request streams: one family to a module, and here all of them."""

from request_streams import both, chunks, codings, connections, hosts, lengths, lines, request_lines, targets, trailers

FAMILIES = {module.__name__.rpartition(".")[2]: module.STREAMS for module in (
    lengths, codings, both, chunks, trailers, lines, request_lines, targets, hosts, connections)}
# "family-name" -> Stream
STREAMS = {f"{family}-{stream.name}": stream for family, streams in FAMILIES.items() for stream in streams}
