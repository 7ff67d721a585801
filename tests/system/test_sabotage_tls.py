"""The encryption of a running door is broken for real, at the door and on the way to it: the rows that speak of it must
turn within one interval and the drills' round, come back after the repair, and keep the lapse in the public history.
Prints a table.

On port 443 of a loopback address of its own, so that the rows can hold in full; needs the right to listen there."""

import os
import shutil
import socket

import pytest

import harness
import tls_relay
from test_sabotage import TwinInTheDoorsPlace, lapse, print_table, row, wait_for

# Loopback addresses that no other run on this machine has.
DOOR, BESIDE = (f"127.83.{os.getpid() >> 8 & 255}.{(os.getpid() & 254) + last}" for last in (0, 1))


@pytest.fixture(scope="module", autouse=True)
def privileged():
    try:
        socket.create_server((DOOR, 443)).close()
    except PermissionError:
        pytest.skip("port 443 cannot be had")


class Files:
    """The door's certificate as files of its own, which a test may replace."""

    def __init__(self, folder, certificates):
        folder.mkdir()
        self.certificate, self.key = folder / "door.pem", folder / "door.key"
        self.certificates = certificates
        self.ca = certificates.ca
        self.put(certificates.certificate, certificates.key)

    def put(self, certificate, key):
        for source, target in ((certificate, self.certificate), (key, self.key)):
            aside = target.with_suffix(".new")
            shutil.copy(source, aside)
            aside.rename(target)

    def client_context(self, alpn=("http/1.1",)):
        return self.certificates.client_context(alpn)


@pytest.fixture(scope="module")
def door(workplace, upstream, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    files = Files(folder / "files", workplace.certificates)
    door = harness.Door(folder / "door", files, upstream.port, {
        "limit": {"rate": 20, "burst": 100}, "drill": {"interval": "2s"},
        "trusted_proxies": {"ranges": ["127.0.0.9"], "proxy_protocol": True}})
    door.address, door.port = DOOR, 443
    with door:
        yield door
    print_table()


@pytest.fixture(scope="module")
def relay(door):
    """Stands at a second address of the site, and is as good as the door until a test changes it."""
    certificates = door.certificates
    relay = tls_relay.Relay(BESIDE, door, tls_relay.strong_context(certificates.certificate, certificates.key))
    door.write_config(drill={"addresses": [f"{BESIDE}:443", DOOR]}, trusted_proxies={"proxy_protocol": False})
    door.reload()
    yield relay
    door.write_config(drill={"addresses": []}, trusted_proxies={"proxy_protocol": True})
    door.reload()
    relay.close()


@pytest.mark.parametrize("claim", ["transit.encrypted", "transit.report"])
def test_a_door_that_is_built_with_weak_tls_breaks_the_row(door, tmp_path, claim):
    lapse(door, claim, "the door is built with weak TLS", lambda: TwinInTheDoorsPlace(door, claim, tmp_path / "twin"),
          TwinInTheDoorsPlace.undo)


def test_the_rows_hold_with_their_figures(door):
    wait_for(door, "transit.encrypted", ("holds",))
    assert "10 of 10 parts hold" in row(door, "transit.encrypted")["value"]
    wait_for(door, "transit.report", ("holds",))
    report = door.get("/tls.json", host=harness.BELFRY).json()
    assert [one["name"] for one in report["addresses"][0]["protocols"]] == ["TLS 1.3", "TLS 1.2"]
    assert report["addresses"][0]["grade_without_trust"] == "A+"
    page = door.get("/tls", host=harness.BELFRY).body.decode()
    assert report["addresses"][0]["certificate"]["fingerprint"] in page


def test_a_certificate_for_another_name_breaks_the_report_row(door, workplace):
    wrong = workplace.certificates.issue("elsewhere", ["elsewhere.test"])
    names = harness.Door.raw

    def without_checking_the_name(self, **connection):
        context = self.certificates.client_context(connection.get("alpn", ("http/1.1",)))
        context.check_hostname = False
        return names(self, **{**connection, "context": context})

    harness.Door.raw = without_checking_the_name
    try:
        lapse(door, "transit.report", "a certificate for another name", lambda: door.certificates.put(*wrong),
              lambda _: door.certificates.put(workplace.certificates.certificate, workplace.certificates.key))
    finally:
        harness.Door.raw = names


def test_a_relay_that_strips_hsts_of_the_application_alone_breaks_its_row(door, relay):
    def strip(host):
        relay.strips_hsts = host
    lapse(door, "transit.hsts", "a relay in between strips it", lambda: strip(harness.APP), lambda _: strip(None))


def test_tls_1_0_at_one_address_breaks_the_row(door, relay):
    sound = relay.context

    def use(context):
        relay.context = context
    lapse(door, "transit.encrypted", "one address takes TLS 1.0",
          lambda: use(tls_relay.old_context(door.certificates.certificate, door.certificates.key)),
          lambda _: use(sound))


def test_plain_http_at_one_address_breaks_the_row(door, relay):
    def speak(plain):
        relay.speaks_plain_http = plain
    lapse(door, "transit.encrypted", "one address answers plain HTTP", lambda: speak(True), lambda _: speak(False))


def test_an_open_port_80_breaks_the_row(door, relay):
    lapse(door, "transit.encrypted", "port 80 is open at one address", lambda: socket.create_server((BESIDE, 80)),
          socket.socket.close)


@pytest.mark.parametrize("what", ["expired", "of RSA with 1024 bits"])
def test_a_weak_certificate_at_one_address_breaks_the_report_row(door, relay, workplace, what):
    hosts, sound = [harness.APP, harness.BELFRY], relay.context
    if what == "expired":
        pair = workplace.certificates.issue("expired", hosts, days=-1)
    else:
        pair = workplace.certificates.issue("short", hosts, key_type=("rsa:1024",))

    def use(context):
        relay.context = context
    lapse(door, "transit.report", f"a certificate {what} at one address",
          lambda: use(tls_relay.weak_key_context(*pair)), lambda _: use(sound))


def test_a_stranger_with_a_good_certificate_of_his_own_breaks_the_report_row(door, relay, workplace):
    pair, sound = workplace.certificates.issue("stranger", [harness.APP, harness.BELFRY]), relay.context

    def use(context):
        relay.context = context
    lapse(door, "transit.report", "another certificate than the door's at one address",
          lambda: use(tls_relay.strong_context(*pair)), lambda _: use(sound))
    assert "another certificate than the door" in door.log()


def test_an_address_that_cannot_be_reached_is_not_vouched_for(door, relay):
    def configure(addresses):
        door.write_config(drill={"addresses": addresses})
        door.reload()
    lapse(door, "transit.encrypted", "one address cannot be reached",
          lambda: configure([DOOR, "127.83.255.255:443"]), lambda _: configure([f"{BESIDE}:443", DOOR]),
          states=("unknown",))
