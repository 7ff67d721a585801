#!/usr/bin/python3
"""Whether docs/threat-model.md can be believed: each of its rows names tests that are there, or says that nothing holds it.

    check_threat_model.py [ROOT]       says what is wrong, one line each; exit 1 where something is
    check_threat_model.py --self-test  breaks each rule once and expects it to be found
"""

import pathlib
import re
import sys

OPEN = ("not defended", "not built yet")
REFERENCE = re.compile(r"`([^`:]+)::([^`]+)`")
GTEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
PYTEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
NODE_TEST = re.compile(r"^\s*test\('([^']+)'", re.MULTILINE)
# The rooms where somebody stands who may attack: none may be forgotten.
SECTIONS = ("visitor", "network", "application", "member", "administrator", "operator", "worker", "backup")


def tests_in(name, text):
    if name.endswith(".py"):
        return set(PYTEST.findall(text))
    if name.endswith(".js"):
        return set(NODE_TEST.findall(text))
    return {f"{suite}.{test}" for suite, test in GTEST.findall(text)}


def tests_of(root):
    """The name of a file of tests -> the tests in it."""
    files = [*root.glob("src/*/*_test.cpp"), *root.glob("tests/system/test_*.py"), *root.glob("tests/browser/*.test.js")]
    return {path.name: tests_in(path.name, path.read_text(encoding="utf-8")) for path in files}


def rows_of(text):
    """(line, cells) of each row of each table, without heads and rulers."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("|") and not re.match(r"\|\s*(?:attack\s*\||-)", line):
            yield number, [cell.strip() for cell in line.strip().strip("|").split("|")]


def findings_of(text, tests):
    found, rows = [], 0
    for section in SECTIONS:
        if not re.search(rf"^## .*\b{section}", text, re.MULTILINE | re.IGNORECASE):
            found.append((0, f"no section about the {section}"))
    for line, cells in rows_of(text):
        rows += 1
        if len(cells) != 3 or not all(cells):
            found.append((line, "a row has three cells: attack, what Belfry does, held by"))
            continue
        held = cells[2]
        if held in OPEN:
            continue
        references = REFERENCE.findall(held)
        if not references or REFERENCE.sub("", held).strip():
            found.append((line, f"'{held}' is neither a list of `file::test` nor one of {', '.join(OPEN)}"))
        for file, test in references:
            if file not in tests:
                found.append((line, f"there is no file of tests {file}"))
            elif test not in tests[file]:
                found.append((line, f"{file} has no test {test}"))
    if rows == 0:
        found.append((0, "no row at all"))
    return found


def self_test():
    tests = {"a_test.cpp": {"A.Holds"}, "test_a.py": {"test_a"}, "a.test.js": {"it works"}}
    heads = "".join(f"## The {section}\n" for section in SECTIONS)
    table = "| attack | what Belfry does | held by |\n|---|---|---|\n"
    good = heads + table + ("| x | y | `a_test.cpp::A.Holds` `test_a.py::test_a` |\n| x | y | `a.test.js::it works` |\n"
                            "| x | y | not defended |\n| x | y | not built yet |\n")
    assert not findings_of(good, tests), findings_of(good, tests)
    for bad in ("| x | y | |", "| x | y |", "| x | y | trust us |", "| x | y | `b_test.cpp::A.Holds` |",
                "| x | y | `a_test.cpp::A.Gone` |", "| x | y | `test_a.py::test_b` |", "| x | y | not defended much |",
                "| x | y | `a_test.cpp::A.Holds` and more |", "| x | y | `a.test.js::it` |"):
        assert findings_of(good + bad + "\n", tests), bad
    assert findings_of(heads + table, tests), "no row"
    assert findings_of(good.replace("## The operator\n", ""), tests), "a section is missing"
    assert tests_in("a_test.cpp", "TEST_F(A,\n       B) {\n// TEST(C, D)\nTEST(E, F) {") == {"A.B", "E.F"}
    assert tests_in("test_a.py", "def test_a(door):\n    def test_b():\n") == {"test_a"}
    assert tests_in("a.test.js", "test('x y', async () => {\n  // test\n") == {"x y"}
    print("each rule finds what breaks it")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    text = (root / "docs/threat-model.md").read_text(encoding="utf-8")
    found = findings_of(text, tests_of(root))
    for line, what in found:
        print(f"docs/threat-model.md:{line}: {what}")
    if not found:
        print(f"{len(list(rows_of(text)))} rows, {len(set(REFERENCE.findall(text)))} tests named, all there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
