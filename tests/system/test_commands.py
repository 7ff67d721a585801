"""The command line: exit codes and messages that a script can rely on (0 success, 1 the work failed, 2 wrong use)."""

import json
import subprocess

import pytest

import harness


def belfry(*arguments):
    return subprocess.run([harness.BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["serve"], ["serve", "--no-such-option"],
                                       ["check", "--config", "/no/such/file"], ["serve", "--config", "/no/such/file"]])
def test_wrong_use_is_2_and_says_so(arguments):
    run = belfry(*arguments)
    assert run.returncode == 2 and (run.stderr or run.stdout)


def test_help_is_0():
    run = belfry("--help")
    assert run.returncode == 0 and "serve" in run.stdout and "demo" in run.stdout and "check" in run.stdout


GOOD = '[site]\nhost = "app.test"\nupstream = "http://127.0.0.1:3000"\n[access]\ndefault = "public"\n'


@pytest.mark.parametrize("text,line,wanted", [
    ('[site]\nhost = "app.test"\nupstraem = "http://127.0.0.1:1"\n[access]\ndefault = "public"\n', 3, "upstream"),
    ('[site]\nhost = 7\n[access]\ndefault = "public"\n', 2, "string"),
    ('[site]\nhost = "app.test"\nupstream = "https://x"\n[access]\ndefault = "public"\n', 3, "http://"),
    ('[site]\nhost = "app.test"\n[acess]\ndefault = "public"\n', 3, "access"),
    ('[site]\nhost = "app.test"\nhost = "b.test"\n', 3, "host"),
    ('[site]\nhost = "app.test"\nupstream = "http://127.0.0.1:1"\n[access]\ndefault = "open"\n', 5, "signed-in"),
    ('[site]\nhost = "app.test"\nupstream = "http://127.0.0.1:1"\n[belfry]\nhost = "app.test"\n[access]\ndefault = "public"\n',
     5, "app.test"),
    ('[site]\nhost = "app.test"\nlisten = ["0.0.0.0:99999"]\n[access]\ndefault = "public"\n', 3, "99999")])
def test_fault_is_told_with_its_place(tmp_path, text, line, wanted):
    config = tmp_path / "belfry.toml"
    config.write_text(text)
    for command in ("check", "serve"):
        run = belfry(command, "--config", config)
        assert run.returncode == 2
        assert f"belfry.toml:{line}:" in run.stderr and wanted in run.stderr, run.stderr
    run = belfry("check", "--config", config, "--json")
    answer = json.loads(run.stdout)
    assert not answer["ok"]
    assert any(problem["line"] == line and problem["column"] > 0 for problem in answer["problems"]), answer


def test_good_configuration_is_0(workplace, upstream):
    door = workplace.door(upstream)
    door.port = harness.free_port()
    door.data.mkdir()
    door.write_config()
    run = belfry("check", "--config", door.config_path)
    assert run.returncode == 0, run.stderr


def test_taken_port_is_1_and_named(workplace, upstream):
    with workplace.door(upstream) as door:
        import socket
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            other = workplace.door(upstream)
            other.port = holder.getsockname()[1]
            other.write_config()
            run = belfry("serve", "--config", other.config_path)
            assert run.returncode == 1 and str(other.port) in run.stderr
        assert door.get("/").status == 200


def test_directory_that_others_may_write_is_refused(workplace, upstream):
    door = workplace.door(upstream)
    door.port = harness.free_port()
    door.write_config()
    door.data.mkdir(parents=True, exist_ok=True)
    door.data.chmod(0o777)
    run = belfry("serve", "--config", door.config_path)
    assert run.returncode == 1 and f"chmod go-w {door.data}" in run.stderr
    twin = subprocess.run([harness.BINARY + "-twin", "--without", "request.origin", "--directory", str(door.data)],
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert twin.returncode == 1 and "chmod go-w" in twin.stdout
