"""TLS as it is offered: versions, suites, ALPN, resumption; and what is not TLS."""

import socket
import ssl

import pytest

import harness

SUITES_OF_1_2 = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"}


def weak_context(door, lowest, highest, ciphers="ALL:COMPLEMENTOFALL:@SECLEVEL=0"):
    """A client that would take anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(door.certificates.ca))
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = lowest, highest
    return context


def refused_with(door, context):
    """The alert that the door sent, as OpenSSL names it."""
    with pytest.raises(ssl.SSLError) as failure:
        door.raw(context=context).close()
    assert "ALERT" in failure.value.reason, failure.value
    return failure.value.reason


def test_tls13_and_tls12_are_spoken(door):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = door.certificates.client_context()
        context.minimum_version = context.maximum_version = version
        with door.raw(context=context) as raw:
            assert raw.request("GET", "/").status == 200
            assert raw.sock.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_older_tls_is_refused(door, version):
    assert "PROTOCOL_VERSION" in refused_with(door, weak_context(door, version, version))


def client_hello(version, suites, extensions=b""):
    body = version + b"\x11" * 32 + b"\0" + len(suites).to_bytes(2, "big") + suites + b"\1\0"
    if extensions:
        body += len(extensions).to_bytes(2, "big") + extensions
    handshake = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16" + version + len(handshake).to_bytes(2, "big") + handshake


@pytest.mark.parametrize("version", [b"\3\0", b"\3\1", b"\3\2"])
def test_older_hello_made_by_hand_gets_an_alert_and_the_end(door, version):
    with door.plain() as raw:
        raw.send(client_hello(version, b"\xc0\x09\xc0\x13\x00\x2f\x00\x35\x00\x0a"))
        answer = raw.read_to_end()
        assert answer[:1] == b"\x15" and len(answer) == 7, answer  # one alert, no ServerHello


def test_ssl2_hello_is_closed(door):
    with door.plain() as raw:
        raw.send(b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + b"\x01\x00\x80" * 7 + b"\x11" * 16)
        assert b"\x16\x03" not in raw.read_to_end()


@pytest.mark.parametrize("cipher", [
    "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM8",
    "ECDHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256", "AES128-SHA", "DHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-CAMELLIA128-SHA256", "AECDH-AES128-SHA", "ECDHE-ECDSA-NULL-SHA"])
def test_weak_or_unfit_suite_is_refused(door, cipher):
    """No CBC, no static RSA, no anonymous or null suites; RSA signatures find no RSA key."""
    version = ssl.TLSVersion.TLSv1_2
    assert "HANDSHAKE_FAILURE" in refused_with(door, weak_context(door, version, version, cipher + ":@SECLEVEL=0"))


@pytest.mark.parametrize("cipher", sorted(SUITES_OF_1_2))
def test_forward_secret_aead_suite_is_spoken(door, cipher):
    version = ssl.TLSVersion.TLSv1_2
    with door.raw(context=weak_context(door, version, version, cipher)) as raw:
        assert raw.sock.cipher()[0] == cipher
        assert raw.request("GET", "/").status == 200


def test_alpn_chooses(door):
    for offered, chosen in ((("h2", "http/1.1"), "h2"), (("http/1.1", "h2"), "h2"), (("http/1.1",), "http/1.1"),
                            (("h2",), "h2"), ((), None)):
        with door.raw(alpn=offered) as raw:
            assert raw.sock.selected_alpn_protocol() == chosen, offered


def test_without_alpn_http1_is_spoken(door):
    with door.raw(alpn=()) as raw:
        assert raw.request("GET", "/").status == 200


def test_alpn_without_a_known_protocol_is_refused(door):
    with pytest.raises(ssl.SSLError, match="(?i)application.protocol"):
        door.raw(alpn=("spdy/3.1", "h2c")).close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_session_is_resumed_on_whichever_thread(door, version):
    context = door.certificates.client_context()
    context.minimum_version = context.maximum_version = version

    def connect(session=None):
        tcp = socket.create_connection(("127.0.0.1", door.port))
        return harness.Raw(context.wrap_socket(tcp, server_hostname=harness.APP, session=session))
    with connect() as first:
        assert first.request("GET", "/").status == 200
        session = first.sock.session
    # Each of the workers must know the ticket's key: connections are spread over them.
    for _ in range(12):
        with connect(session) as again:
            assert again.request("GET", "/").status == 200
            assert again.sock.session_reused


@pytest.mark.parametrize("data", [
    b"GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0" * 100, b"SSH-2.0-x\r\n",
    b"\x15\x03\x01\x00\x02\x02\x28", b"\x16\x03\x01\xff\xff" + b"\1" * 100])
def test_what_is_no_tls_is_closed(door, upstream, data):
    with door.plain(timeout=8) as raw:
        raw.send(data)
        answer = raw.read_to_end()
        assert not answer.startswith(b"HTTP/"), answer
        assert len(answer) <= 64
    assert not upstream.received()


def test_nothing_listens_for_plaintext_beside_the_door(door):
    """All listening sockets of the process are the configured one."""
    inodes = set()
    import os
    for descriptor in os.listdir(f"/proc/{door.process.pid}/fd"):
        try:
            target = os.readlink(f"/proc/{door.process.pid}/fd/{descriptor}")
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    listening = set()
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{door.process.pid}/net/{table}") as lines:
            for line in list(lines)[1:]:
                columns = line.split()
                if columns[3] == "0A" and columns[9] in inodes:
                    listening.add(int(columns[1].rpartition(":")[2], 16))
    assert listening == {door.port}


def test_renegotiation_and_compression_are_not_offered(door):
    version = ssl.TLSVersion.TLSv1_2
    with door.raw(context=weak_context(door, version, version, "ECDHE-ECDSA-AES128-GCM-SHA256")) as raw:
        assert raw.sock.compression() is None


def test_no_early_data_is_offered(door, tmp_path):
    """Tickets must not carry the early_data extension: what is replayed cannot be told from what is sent."""
    import subprocess
    session = tmp_path / "session.pem"
    run = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{door.port}", "-servername", harness.APP,
                          "-tls1_3", "-ign_eof", "-CAfile", str(door.certificates.ca), "-sess_out", str(session)],
                         input=b"GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n", capture_output=True,
                         timeout=20)
    assert b"Verify return code: 0" in run.stdout
    text = subprocess.run(["openssl", "sess_id", "-in", str(session), "-noout", "-text"], capture_output=True,
                          check=True).stdout.decode()
    assert "Max Early Data: 0" in text or "Max Early Data" not in text, text


def test_certificate_is_the_configured_one(door):
    with door.raw() as raw:
        names = [value for kind, value in raw.sock.getpeercert()["subjectAltName"] if kind == "DNS"]
    assert harness.APP in names
