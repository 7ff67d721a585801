"""`belfry demo`: the whole of it on one machine, with nothing to configure."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess

import pytest

import harness
from visitor import Visitor, accept


class Demo:
    def __init__(self, folder):
        self.port, self.folder = harness.free_port(), pathlib.Path(folder)
        self.log = open(self.folder / "stderr.log", "wb")
        self.process = subprocess.Popen(
            [harness.BINARY, "demo", "--port", str(self.port), "--data", str(self.folder / "data"), "--json"],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, text=True)
        self.facts = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20 * harness.PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.log.close()
            print((self.folder / "stderr.log").read_text()[-4000:])

    def raw(self, host):
        context = ssl.create_default_context(cafile=self.facts["ca"])
        tcp = socket.create_connection(("127.0.0.1", self.port), 20)
        return harness.Raw(context.wrap_socket(tcp, server_hostname=host))

    def get(self, host, path, *lines, method="GET", body=b""):
        with self.raw(host) as raw:
            return raw.request(method, path, *lines, host=f"{host}:{self.port}", body=body)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


def test_one_line_says_where_everything_is(demo):
    assert set(demo.facts) == {"app_url", "belfry_url", "status_url", "ca", "admin_link", "upstream"}
    assert demo.facts["app_url"].rstrip("/") == f"https://app.localhost:{demo.port}"
    assert demo.facts["belfry_url"].rstrip("/") == f"https://belfry.localhost:{demo.port}"
    assert demo.facts["upstream"].startswith("http://127.0.0.1:")
    assert demo.facts["status_url"] is None
    assert demo.facts["admin_link"].startswith(demo.facts["belfry_url"].rstrip("/") + "/first-administrator?token=")
    assert "BEGIN CERTIFICATE" in pathlib.Path(demo.facts["ca"]).read_text()


@pytest.fixture(scope="module")
def administrator(demo):
    """The first one, signed in by the link that the demo prints."""
    visitor = Visitor(demo)
    page, _ = accept(visitor, demo.facts["admin_link"], email="ann@example.com")
    assert len(page.recovery_codes()) == 10
    return visitor


def guestbook(administrator):
    return administrator.get(administrator.url("app.localhost", "/"))


def test_guestbook_stands_behind_the_door(demo, administrator):
    page = guestbook(administrator)
    assert page.status == 200 and "Guestbook" in page.text
    assert page.response.get("strict-transport-security") and page.response.id
    signed = administrator.fetch(page.url + "sign", "POST", b"name=Eve&text=through+the+door",
                                 ("Sec-Fetch-Site: same-origin",))
    assert signed.status == 303
    assert "through the door" in guestbook(administrator).text


def test_nobody_sees_the_guestbook_without_signing_in(demo):
    assert demo.get("app.localhost", "/").status == 401


def test_same_form_from_elsewhere_is_refused(demo, administrator):
    forged = administrator.fetch(administrator.url("app.localhost", "/sign"), "POST", b"name=E&text=forged",
                                 ("Origin: https://evil.test",))
    assert forged.status == 403
    assert "forged" not in guestbook(administrator).text


def test_bare_guestbook_takes_it(demo, administrator):
    """The control: without the door the forged form works."""
    import http.client
    host, port = demo.facts["upstream"].removeprefix("http://").rstrip("/").split(":")
    bare = http.client.HTTPConnection(host, int(port), timeout=20)
    bare.request("POST", "/sign", b"name=E&text=taken+bare", {"Origin": "https://evil.test"})
    assert bare.getresponse().status == 303
    bare.close()
    assert "taken bare" in guestbook(administrator).text


def test_security_page_is_live(demo):
    def live():
        claims = demo.get("belfry.localhost", "/security.json").json()["claims"]
        return {claim["id"] for claim in claims if claim["state"] == "holds"} >= {"transit.hsts", "request.traced"}
    harness.wait_until(live, 60, "the drills of the demo")
    assert "Belfry" in demo.get("belfry.localhost", "/security", "Accept: text/html").body.decode()


def test_ca_is_bound_to_localhost(demo):
    text = subprocess.run(["openssl", "x509", "-in", demo.facts["ca"], "-noout", "-text"], capture_output=True, text=True,
                          check=True).stdout
    assert "CA:TRUE" in text and "prime256v1" in text
    assert "Name Constraints: critical" in text and "localhost" in text
    assert "IP:0.0.0.0/0.0.0.0" in text, "every address excluded"


def test_private_keys_are_the_owners_alone(demo):
    data = demo.folder / "data"
    keys = [path for path in data.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert keys and all(path.stat().st_mode & 0o077 == 0 for path in keys)


def test_certificate_of_the_authority_is_everybodys_and_the_rest_is_not(demo):
    data, certificate = demo.folder / "data", pathlib.Path(demo.facts["ca"])
    assert certificate.parent == data and data.stat().st_mode & 0o777 == 0o755
    assert certificate.stat().st_mode & 0o777 == 0o644
    for path in data.iterdir():
        assert path == certificate or path.stat().st_mode & 0o077 == 0, path


def test_demo_listens_on_this_machine_alone(demo):
    with open(f"/proc/{demo.process.pid}/net/tcp") as table:
        listening = [line.split()[1] for line in list(table)[1:] if line.split()[3] == "0A"]
    ours = [address for address in listening if address.endswith(f":{demo.port:04X}")]
    assert ours and all(address.startswith("0100007F:") for address in ours), ours


def test_end_takes_the_guestbook_along_and_a_second_start_keeps_ca_and_history(tmp_path):
    with Demo(tmp_path) as first:
        ca = pathlib.Path(first.facts["ca"]).read_bytes()
        upstream_port = int(first.facts["upstream"].rpartition(":")[2].rstrip("/"))
        socket.create_connection(("127.0.0.1", upstream_port), 5).close()
    assert first.process.returncode == 0

    def is_gone():
        try:
            socket.create_connection(("127.0.0.1", upstream_port), 5).close()
            return False
        except OSError:
            return True
    harness.wait_until(is_gone, 10, "the guestbook's end")
    with Demo(tmp_path) as second:
        assert pathlib.Path(second.facts["ca"]).read_bytes() == ca


def test_guestbook_ends_with_a_killed_demo(tmp_path):
    with Demo(tmp_path) as demo:
        upstream_port = int(demo.facts["upstream"].rpartition(":")[2].rstrip("/"))
        os.kill(demo.process.pid, signal.SIGKILL)
        demo.process.wait()

        def is_gone():
            try:
                socket.create_connection(("127.0.0.1", upstream_port), 5).close()
                return False
            except OSError:
                return True
        harness.wait_until(is_gone, 10, "the guestbook's end")


def test_taken_port_is_said_and_the_work_failed(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        run = subprocess.run([harness.BINARY, "demo", "--port", str(port), "--data", str(tmp_path / "data"), "--json"],
                             capture_output=True, text=True, timeout=30)
        assert run.returncode == 1 and str(port) in run.stderr


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_run_sees_that_a_port_is_taken(address):
    """./run then takes 8443 instead of 443."""
    run = pathlib.Path(__file__).resolve().parents[2] / "run"
    check = f"eval \"$(sed -n '/^can_bind() {{/,/^}}/p' '{run}')\"; can_bind \"$1\""

    def can_bind(port):
        return subprocess.run(["bash", "-c", check, "-", str(port)], timeout=30).returncode == 0
    try:
        holder = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    except OSError:
        pytest.skip(f"no {address} here")
    with holder:
        port = holder.getsockname()[1]
        assert not can_bind(port)
    assert can_bind(port)
