import pytest

import harness
import upstreams


def pytest_configure(config):
    config.tables = []


def pytest_terminal_summary(terminalreporter, config):
    """What was measured, also where every test passed."""
    for title, rows in config.tables:
        terminalreporter.section(title)
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


@pytest.fixture(scope="session")
def report(request):
    """Takes (title, rows of texts, the first one their heads), to be printed at the end."""
    return lambda title, rows: request.config.tables.append((title, rows))


@pytest.fixture(scope="session")
def workplace(tmp_path_factory):
    return harness.Workplace(tmp_path_factory.mktemp("belfry"))


@pytest.fixture(scope="module")
def upstream():
    """Keeps what it gets and says ok; tests of one module share it and may change its `answer` for a while."""
    with upstreams.RecordingUpstream() as recording:
        yield recording


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream) as door:
        yield door


@pytest.fixture(scope="module")
def bad_door(workplace):
    """(door, upstream): an application that does something else in each test, on a new connection each time."""
    with upstreams.Upstream(upstreams.answers(upstreams.OK)) as upstream, \
            workplace.door(upstream, upstream_timeout={"connect": "2s", "first_byte": "2s", "idle": "2s"}) as door:
        yield door, upstream


@pytest.fixture(scope="module")
def guestbook():
    with upstreams.Guestbook() as guestbook:
        yield guestbook


@pytest.fixture(scope="module")
def guestbook_door(workplace, guestbook):
    with workplace.door(guestbook) as door:
        yield door


@pytest.fixture(autouse=True)
def fresh_upstream(request):
    """Each test sees its own requests alone, and the usual answer."""
    if "upstream" in request.fixturenames:
        recording = request.getfixturevalue("upstream")
        recording.answer = upstreams.OK
        recording.forget()
