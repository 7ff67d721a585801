"""Each request leaves one line that is found again by its id, whatever the client wrote into it."""

import json
import subprocess

import pytest

import harness
from h2_client import H2


def trace(door, request_id):
    return subprocess.run([harness.BINARY, "admin", "trace", request_id, "--config", str(door.config_path)],
                          capture_output=True, text=True, timeout=20)


def test_line_says_what_happened(door):
    response = door.request("POST", "/path?secret=1", body=b"hello", source="127.0.0.3")
    line = door.record_of(response.id)
    assert line["client"] == "127.0.0.3" and line["version"] == "HTTP/1.1" and line["method"] == "POST"
    assert line["host"] == harness.APP and line["path"] == "/path" and line["status"] == 200
    assert line["route"] == "application" and line["bytes_sent"] == 2 and line["took_us"] > 0
    assert not line["reason"] and line["time"].startswith("20")
    with H2(door) as client:
        stream = client.request("GET", "/two")
    line = door.record_of(stream.id)
    assert line["version"] == "HTTP/2" and line["path"] == "/two"


def test_query_is_not_logged(door):
    response = door.get("/reset?token=very-secret-token")
    door.record_of(response.id)
    assert "very-secret-token" not in (door.data / "requests.log").read_text()
    assert "very-secret-token" not in door.log()


@pytest.mark.parametrize("path", ['/%22%7d%0a{"id":"forged"}', "/%1b%5b2J", "/%e2%80%ae", "/'\"<script>", "/%0d%0aevil"])
def test_hostile_path_stays_in_its_line(door, path):
    response = door.get(path, 'User-Agent: "}\t{"id":"forged"} \x9b2J', 'Referer: https://x/"}{')
    lines = (door.data / "requests.log").read_bytes
    record = door.record_of(response.id)
    assert record["status"] == response.status
    for line in lines().splitlines():
        parsed = json.loads(line)
        assert parsed["id"] != "forged"
        assert all(byte >= 0x20 for byte in line) and b"\x1b" not in line


def test_refused_request_is_logged_with_its_reason(door):
    with door.raw() as raw:
        response = raw.send("GET / HTTP/1.1\r\nHost: app.test\r\nX : y\r\n\r\n").read_response()
    line = door.record_of(response.id)
    assert (line["status"], line["reason"], line["route"]) == (400, "space_before_colon", "edge")


def test_request_is_traced_by_the_command(door):
    response = door.get("/traced-path")
    # The line is written within a moment, not before the response.
    run = harness.wait_until(lambda: (run := trace(door, response.id)).returncode == 0 and run, 3, "the line")
    assert response.id in run.stdout and "/traced-path" in run.stdout


def test_unknown_id_is_not_found(door):
    run = trace(door, "0" * 32)
    assert run.returncode == 1 and run.stderr
    assert trace(door, "../../etc/passwd").returncode in (1, 2)


def test_log_is_its_owners_alone(door):
    door.record_of(door.get("/").id)
    assert (door.data / "requests.log").stat().st_mode & 0o077 == 0


def test_requests_are_counted(door):
    before = door.metric("belfry_requests_total", route="application")
    for _ in range(5):
        door.get("/")
    assert door.metric("belfry_requests_total", route="application") == before + 5


def test_metrics_are_prometheus_text(door):
    response = door.get("/metrics", host=harness.BELFRY)
    assert response.get("content-type").startswith("text/plain; version=0.0.4")
    for line in response.body.decode().splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0


def test_metrics_are_for_the_listed_peers_alone(workplace, upstream):
    with workplace.door(upstream, metrics={"allow": ["127.0.0.50"]}) as door:
        assert door.get("/metrics", host=harness.BELFRY).status in (403, 404)
        assert door.get("/metrics", host=harness.BELFRY, source="127.0.0.50").status == 200
        assert door.get("/metrics", "X-Forwarded-For: 127.0.0.50", host=harness.BELFRY).status in (403, 404)


def test_metrics_are_not_on_the_applications_host(door, upstream):
    assert door.get("/metrics").body == b"ok"
    assert upstream.last().target == "/metrics"
