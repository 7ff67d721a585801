"""A list of blocked ranges, the same at each run, in the two forms that the proxies read."""

import pathlib
import random

SEED = 20260301
# The client that must be turned away while the list is in force, and one that must not.
BLOCKED_CLIENT, OTHER_CLIENT = "127.9.9.9", "127.0.0.1"
# Three of ten are networks of 256, the others single addresses: what lists of attackers look like. None touches
# another, so that none can be merged away.
NETWORKS_OF_TEN = 3


def _text(number):
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


class Blocklist:
    def __init__(self, folder, ranges):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.cidrs, self.ranges, self.count = folder / "blocked.cidr", folder / "blocked.ranges", ranges
        chance = random.Random(SEED)
        # Every second network of 256 between 1.0.0.0 and 127.0.0.0, one entry in each, so they are in ascending order.
        networks = sorted(chance.sample(range(1 << 15, 127 << 15), ranges - 1))
        with self.cidrs.open("w") as cidrs, self.ranges.open("w") as pairs:
            for half in networks:
                network = half << 9
                if chance.randrange(10) < NETWORKS_OF_TEN:
                    cidrs.write(f"{_text(network)}/24\n")
                    pairs.write(f"{_text(network)}-{_text(network + 255)} 1;\n")
                else:
                    address = _text(network + chance.randrange(1, 255))
                    cidrs.write(f"{address}\n")
                    pairs.write(f"{address}-{address} 1;\n")
            client = BLOCKED_CLIENT.rsplit(".", 1)[0]
            cidrs.write(f"{client}.0/24\n")
            pairs.write(f"{client}.0-{client}.255 1;\n")
