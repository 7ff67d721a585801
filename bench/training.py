"""Sends a door what doors are sent, so that the compiler counts which way it goes (scripts/optimized): requests over
both versions on kept and new connections, large bodies, Belfry's own pages, and what is refused."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "system"))

import harness  # noqa: E402
import peers  # noqa: E402
import scenarios  # noqa: E402

SECONDS = 3.0
TURNS = 50
UPLOAD = b"u" * 100_000
OWN_PAGES = ("/", "/security", "/security.json", "/tls", "/health", "/nothing")


def main():
    with tempfile.TemporaryDirectory(prefix="belfry-training-") as folder:
        bench = scenarios.Bench(pathlib.Path(folder), SECONDS)
        with bench.running(peers.Belfry) as peer:
            for asking in (scenarios.H1, scenarios.H2, scenarios.FULL, scenarios.RESUMED, scenarios.LARGE_H1,
                           scenarios.LARGE_H2):
                asking.run(peer, SECONDS, scenarios.OTHER_CORES)
            for _ in range(TURNS):
                for page in OWN_PAGES:
                    peer.get(page, host=harness.BELFRY)
                peer.request("POST", "/1k", "Sec-Fetch-Site: same-origin", body=UPLOAD)
                peer.request("POST", "/1k", "Sec-Fetch-Site: cross-site", "Cookie: a=b")
                peer.get("/1k", host="elsewhere.test")


if __name__ == "__main__":
    main()
