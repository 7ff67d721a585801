"""SIGHUP puts a new configuration in force without dropping a connection; a bad file leaves the old one and says so."""

import ssl
import time

import pytest

import harness
import upstreams


@pytest.fixture
def door(workplace):
    """A door of the test's own: its configuration is changed."""
    with upstreams.RecordingUpstream() as upstream:
        door = workplace.door(upstream, blocklist={"files": []})
        with door:
            door.upstream = upstream
            yield door


def says(door, word, before):
    return harness.wait_until(lambda: word in door.log()[before:].lower(), 10, f"“{word}” in the log")


def test_new_rate_is_in_force_and_the_connection_stays(door):
    with door.raw() as raw:
        assert raw.request("GET", "/").status == 200
        door.write_config(limit={"rate": 0.1, "burst": 5})
        door.reload()
        harness.wait_until(lambda: any(raw.request("GET", "/").status == 429 for _ in range(8)), 10, "the new rate")
        door.write_config(limit={"rate": 10_000, "burst": 1000000})
        door.reload()
        harness.wait_until(lambda: raw.request("GET", "/").status == 200, 10, "the old rate again")


def test_new_blocklist_is_in_force_for_new_and_open_connections(door, workplace):
    with door.raw(source="127.0.0.70") as raw:
        assert raw.request("GET", "/").status == 200
        blocklist = workplace.folder / "reloaded.txt"
        blocklist.write_text("127.0.0.70\n")
        door.write_config(blocklist={"files": [str(blocklist)]})
        door.reload()

        def is_closed():
            try:
                door.raw(source="127.0.0.70", timeout=5).close()
                return False
            except (OSError, ssl.SSLError):
                return True
        harness.wait_until(is_closed, 10, "the new list")
        assert raw.request("GET", "/").status == 403
    assert door.get("/").status == 200


def serial_of(door):
    with door.raw() as raw:
        return raw.sock.getpeercert()["serialNumber"]


def test_new_certificate_is_served_and_open_connections_stay(door, workplace):
    before = serial_of(door)
    certificate, key = workplace.certificates.issue(f"renewed-{time.monotonic_ns()}", [harness.APP, harness.BELFRY])
    with door.raw() as raw:
        door.write_config(tls={"certificate": str(certificate), "key": str(key)})
        door.reload()
        harness.wait_until(lambda: serial_of(door) != before, 10, "the new certificate")
        assert raw.request("GET", "/").status == 200


def test_renewed_file_is_noticed_by_itself(door, workplace, tmp_path):
    """As certbot does it: the files change, nobody tells us."""
    import shutil
    certificate, key = tmp_path / "live.pem", tmp_path / "live.key"
    shutil.copy(workplace.certificates.certificate, certificate)
    shutil.copy(workplace.certificates.key, key)
    door.write_config(tls={"certificate": str(certificate), "key": str(key)})
    door.reload()
    before = serial_of(door)
    new_certificate, new_key = workplace.certificates.issue(f"noticed-{time.monotonic_ns()}",
                                                            [harness.APP, harness.BELFRY])
    for source, target in ((new_key, key), (new_certificate, certificate)):
        fresh = target.with_suffix(".new")
        shutil.copy(source, fresh)
        fresh.replace(target)
    harness.wait_until(lambda: serial_of(door) != before, 60, "the renewed certificate")


@pytest.mark.parametrize("text,where", [
    ("[site]\nhost = \"app.test\"\nupstrem = \"http://127.0.0.1:1\"\n", "upstream"),
    ("[site\n", "belfry.toml:1"), ("", "host"), ("[limit]\nrate = \"many\"\n", "rate")])
def test_bad_file_leaves_the_old_one_in_force_and_says_so(door, text, where):
    with door.raw() as raw:
        before = len(door.log())
        door.config_path.write_text(text)
        door.reload()
        assert says(door, "belfry.toml", before)
        assert where in door.log()[before:]
        assert raw.request("GET", "/").status == 200
    assert door.get("/").status == 200


def test_certificate_that_does_not_fit_its_key_leaves_the_old_one(door, workplace):
    certificate, _ = workplace.certificates.issue(f"unfit-{time.monotonic_ns()}", [harness.APP])
    before, log = serial_of(door), len(door.log())
    door.write_config(tls={"certificate": str(certificate)})
    door.reload()
    says(door, "key", log)
    assert serial_of(door) == before
    assert door.get("/").status == 200


def test_removed_certificate_leaves_the_old_configuration(door):
    log = len(door.log())
    door.write_config(tls={"certificate": None, "key": None}, limit={"rate": 0.1, "burst": 1})
    door.reload()
    says(door, "[tls] certificate and key are not written", log)
    assert "the old configuration stays in force" in door.log()[log:]
    assert all(door.get("/").status == 200 for _ in range(3)), "nothing of it was taken over"


def test_new_host_that_the_certificate_does_not_cover_is_told(door):
    log = len(door.log())
    door.write_config(site={"host": [harness.APP, "uncovered.test"]})
    door.reload()
    says(door, "the new configuration is in force", log)
    assert "refuse the certificate" in door.log()[log:] and "uncovered.test" in door.log()[log:]


def test_name_that_has_no_address_keeps_the_door_open_and_is_told(door):
    log = len(door.log())
    door.write_config(site={"upstream": "http://no-such-name.invalid:80"})
    door.reload()
    says(door, "not known yet", log)
    says(door, "the new configuration is in force", log)
    assert door.get("/").status == 502
    door.write_config(site={"upstream": f"http://127.0.0.1:{door.upstream_port}"})
    door.reload()
    harness.wait_until(lambda: door.get("/").status == 200, 10, "the application")


def test_missing_blocklist_keeps_the_old_one(door, workplace):
    """Fail closed: a list that can't be read does not open the door."""
    blocklist = workplace.folder / "vanishing.txt"
    blocklist.write_text("127.0.0.71\n")
    door.write_config(blocklist={"files": [str(blocklist)]})
    door.reload()

    def is_closed():
        try:
            door.raw(source="127.0.0.71", timeout=5).close()
            return False
        except (OSError, ssl.SSLError):
            return True
    harness.wait_until(is_closed, 10, "the list")
    blocklist.unlink()
    log = len(door.log())
    door.reload()
    says(door, "vanishing.txt", log)
    assert is_closed()


def test_hundred_reloads_under_load_drop_nothing(door):
    with door.raw() as raw, door.raw() as other:
        for number in range(100):
            if number % 10 == 0:
                door.write_config(limit={"rate": 10_000 - number, "burst": 1000000})
            door.reload()
            assert raw.request("GET", f"/{number}").status == 200
            assert other.request("POST", f"/{number}", body=b"x" * 5000).status == 200
    assert len(door.upstream.requests) == 200
