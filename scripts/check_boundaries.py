#!/usr/bin/python3
"""Who may include whom, and what may stand where: the rules of ARCHITECTURE.md that a program can check.

The rows come from CMakeLists.txt (belfry_room(NAME USES ...)). Everything that breaks a rule on purpose stands in
EXCEPTIONS below, with its reason, and nowhere else.

    check_boundaries.py [ROOT]       says what is wrong, one line each; exit 1 where something is
    check_boundaries.py --self-test  builds small trees that break one rule each and expects each to be found
"""

import pathlib
import re
import sys
import tempfile

# (file, rule): why. A path is relative to src/.
EXCEPTIONS = {
    ("app/twin_tls_weak.cpp", "outside-header"): "the twin's weak TLS; edge, which is in every door, must not have it",
}

# Outside headers that only some rooms may include: pattern of the name between the brackets.
OUTSIDE_HEADERS = {
    r"openssl/": {"net", "crypto", "edge"},
    r"curl/": {"net"},
    r"sqlite3\.h$|libpq|postgresql/": {"store"},
    r"nghttp2/": {"edge"},
    r"ctemplate/": {"web"},
    r"qrencode\.h$": {"web"},
    r"utf8proc\.h$": {"accounts"},
    r"toml\+\+|toml\.hpp|CLI/": {"app"},
    r"crypt\.h$|liboath/": {"crypto"},
    r"idn2\.h$": {"accounts"},
}

# (rule, what it looks like, the rooms or files where it may stand, why). Looked for outside comments and strings.
FORBIDDEN_TEXT = [
    ("real-clock",
     r"\b(?:system_clock|steady_clock|high_resolution_clock)\s*::\s*now\b|\b(?:gettimeofday|clock_gettime)\s*\("
     r"|(?:\bstd\s*::|(?<![\w>:])::)\s*time\s*\(|(?<![\w.>:])time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)",
     {"base"}, "time is handed in: tests advance a clock of their own"),
    ("real-random",
     r"\brandom_device\b|\b(?:getrandom|getentropy|arc4random\w*|drand48|rand_r)\s*\("
     r"|(?<![\w.>])s?rand\s*\(",
     {"base"}, "randomness is handed in: tests know what comes"),
    ("detached-task",
     r"\bco_spawn\b|\bdetached\b", {"base/task_group.cpp"}, "every task has an owner, a deadline and a join"),
]
# The namespaces of the standard's literal suffixes hold operators alone and no name: there is no other way to "5ms".
USING_NAMESPACE = r"\busing\s+namespace\b(?!\s+std::(?:\w+::)*\w*literals\s*;)[^;]*"

# May stand in tests alone: the test frameworks, and fakes.
TEST_HEADER = re.compile(r"^(?:gtest|gmock|rapidcheck)[/.]|(?:^|[/_])fake[_.]|_fake\.hpp$|_test_support\.hpp$")
TEST_FILE = re.compile(r"_test\.cpp$|_fuzz\.cpp$|(?:^|/)fake_\w+\.[ch]pp$|_fake\.[ch]pp$|_test_support\.[ch]pp$")

ROOM_ROW = re.compile(r"^\s*belfry_room\(([^)]*)\)", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', re.DOTALL)


def rooms_of(cmake_text):
    """room -> the rooms of its row."""
    rows = {}
    for match in ROOM_ROW.finditer(re.sub(r"#[^\n]*", "", cmake_text)):
        words = match.group(1).split()
        uses, inside = [], False
        for word in words[1:]:
            if word.isupper():
                inside = word == "USES"
            elif inside:
                uses.append(word)
        rows[words[0]] = uses
    return rows


def code_of(text):
    """The text without comments and literals; line numbers stay."""
    # A digit separator (1'000) would open a character literal.
    text = re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "", text)
    return NOT_CODE.sub(lambda match: " " + "\n" * match.group(0).count("\n"), text)


def find_cycle(graph):
    """The first cycle of a graph {node: [node]}, as a list that begins and ends with the same node, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for following in graph.get(node, ()):
            if cycle := visit(following):
                return cycle
        path.pop()
        done.add(node)
        return None

    for node in graph:
        if cycle := visit(node):
            return cycle
    return None


class Tree:
    def __init__(self, root):
        self.src = root / "src"
        self.rows = rooms_of((root / "CMakeLists.txt").read_text())
        self.text = {str(path.relative_to(self.src)): path.read_text()
                     for path in sorted(self.src.rglob("*")) if path.suffix in (".cpp", ".hpp")}
        self.code = {name: code_of(text) for name, text in self.text.items()}
        # name -> [(line, bracket, header)]
        self.includes = {name: [(text.count("\n", 0, match.start()) + 1, *match.groups())
                                for match in INCLUDE.finditer(re.sub(
                                    r"/\*.*?\*/", lambda comment: "\n" * comment.group(0).count("\n"), text,
                                    flags=re.DOTALL))]
                         for name, text in self.text.items()}
        self.findings = []

    def report(self, rule, name, line, what):
        if (name, rule) not in EXCEPTIONS:
            self.findings.append((rule, f"src/{name}:{line}: {rule}: {what}"))

    def check(self):
        if cycle := find_cycle(self.rows):
            self.findings.append(("room-cycle", "CMakeLists.txt: room-cycle: " + " -> ".join(cycle)))
        headers = {name: [header for _, bracket, header in included if bracket == '"']
                   for name, included in self.includes.items()}
        if cycle := find_cycle(headers):
            self.report("include-cycle", cycle[0], 1, " -> ".join(cycle))
        for name in self.text:
            self.check_file(name)
        for name, rule in EXCEPTIONS:
            if name not in self.text:
                self.findings.append(("stale-exception", f"src/{name}: stale-exception: {rule} for a file that is gone"))
        return self.findings

    def check_file(self, name):
        room, in_test = name.split("/")[0], bool(TEST_FILE.search(name))
        if room not in self.rows or "/" not in name:
            self.report("unknown-room", name, 1, f"{room} has no row in CMakeLists.txt")
            return
        for line, bracket, header in self.includes[name]:
            if not in_test and TEST_HEADER.search(header):
                self.report("test-header", name, line, f"{header} belongs in tests")
            if bracket == '"':
                self.check_room(name, room, line, header)
            else:
                self.check_outside(name, room, line, header)
        for rule, pattern, allowed, why in FORBIDDEN_TEXT:
            if not in_test and room not in allowed and name not in allowed:
                self.find_text(rule, pattern, name, why)
        self.find_text("using-namespace", USING_NAMESPACE, name, "names say where they come from")

    def check_room(self, name, room, line, header):
        other = header.split("/")[0]
        if "/" not in header or other not in self.rows:
            self.report("unknown-room", name, line, f'"{header}" is not "room/file"')
        elif header not in self.text:
            self.report("no-such-file", name, line, f"src/{header} is not there")
        elif other != room and other not in self.rows[room]:
            self.report("room", name, line, f"{room} may not include {other} ({header})")
        elif room == "store" and other not in ("store", "base", "crypto") and header not in self.store_values(other):
            self.report("store-interface", name, line,
                        f"store sees of {other} its *_store.hpp and what those include, not {header}")

    def check_outside(self, name, room, line, header):
        if header.split("/")[0] in self.rows and f"{header}" in self.text:
            self.report("brackets", name, line, f"<{header}> is ours: quotes")
        for pattern, allowed in OUTSIDE_HEADERS.items():
            if re.search(pattern, header) and room not in allowed:
                self.report("outside-header", name, line, f"<{header}> belongs in {', '.join(sorted(allowed))}")

    def store_values(self, room):
        """The store interfaces of a domain, and the values that they speak of: what they include of their own room."""
        allowed, waiting = set(), [name for name in self.text if re.fullmatch(rf"{room}/\w+_store\.hpp", name)]
        while waiting:
            name = waiting.pop()
            if name not in allowed:
                allowed.add(name)
                waiting += [header for _, bracket, header in self.includes.get(name, ())
                            if bracket == '"' and header.startswith(room + "/")]
        return allowed

    def find_text(self, rule, pattern, name, why):
        for match in re.finditer(pattern, self.code[name]):
            line = self.code[name].count("\n", 0, match.start()) + 1
            self.report(rule, name, line, f"{match.group(0).strip()} here; {why}")


# --- the self-test

GOOD_CMAKE = """belfry_room(base LINKS Threads::Threads)
belfry_room(crypto USES base)
belfry_room(net USES base crypto LINKS CURL::libcurl)
belfry_room(proof USES base net)  # USES nothing
belfry_room(store USES base crypto proof LINKS SQLite::SQLite3)
belfry_room(app USES base crypto net proof store)
"""
GOOD_TREE = {
    "base/clock.hpp": "#pragma once\n",
    "base/clock.cpp": '#include "base/clock.hpp"\nauto now() { return std::chrono::system_clock::now(); }\n',
    "base/task_group.cpp": "void spawn() { co_spawn(where, what, boost::asio::detached); }\n",
    "net/call.hpp": "#pragma once\n#include <curl/curl.h>\n#include <openssl/ssl.h>\n",
    "proof/evidence.hpp": "#pragma once\n",
    "proof/evidence_store.hpp": '#pragma once\n#include "proof/evidence.hpp"\n',
    "proof/drill.hpp": '#pragma once\n#include "net/call.hpp"\n',
    "proof/drill_test.cpp": "#include <gtest/gtest.h>\n#include \"proof/drill.hpp\"\nauto t = steady_clock::now();\n",
    "store/sqlite.cpp": '#include "proof/evidence_store.hpp"\n#include "proof/evidence.hpp"\n#include <sqlite3.h>\n',
    "app/main.cpp": '#include "store/sqlite.hpp"\n// system_clock::now() and using namespace std in a comment\n'
                    'const char* text = "co_spawn";\nint n = 1\'000\'000; auto t = record.time(); // rand()\n',
    "store/sqlite.hpp": "#pragma once\nusing namespace std::chrono_literals;\n",
}
# rule, changed files (or a changed CMakeLists.txt), each of which must be found.
BAD_TREES = [
    ("room", {"net/call.hpp": '#include "proof/evidence.hpp"\n'}),
    ("room", {"base/clock.hpp": '#include "app/x.hpp"\n', "app/x.hpp": ""}),
    ("room-cycle", {"CMakeLists.txt": GOOD_CMAKE.replace("belfry_room(base LINKS", "belfry_room(base USES app LINKS")}),
    ("include-cycle", {"base/clock.hpp": '#include "base/time.hpp"\n', "base/time.hpp": '#include "base/clock.hpp"\n'}),
    ("unknown-room", {"cellar/wine.cpp": ""}),
    ("unknown-room", {"base/clock.cpp": '#include "clock.hpp"\n'}),
    ("unknown-room", {"loose.cpp": ""}),
    ("no-such-file", {"app/main.cpp": '#include "base/gone.hpp"\n'}),
    ("brackets", {"app/main.cpp": "#include <base/clock.hpp>\n"}),
    ("outside-header", {"app/main.cpp": "#include <openssl/evp.h>\n"}),
    ("outside-header", {"proof/drill.hpp": "#  include <curl/curl.h>\n"}),
    ("outside-header", {"proof/drill.hpp": "#include <sqlite3.h>\n"}),
    ("outside-header", {"proof/drill.hpp": "#include <libpq-fe.h>\n"}),
    ("outside-header", {"net/call.hpp": "#include <toml++/toml.h>\n"}),
    ("store-interface", {"store/sqlite.cpp": '#include "proof/drill.hpp"\n'}),
    ("real-clock", {"app/main.cpp": "auto t = std::chrono::steady_clock::now();\n"}),
    ("real-clock", {"app/main.cpp": "auto t = system_clock :: now();\n"}),
    ("real-clock", {"app/main.cpp": "auto t = std::time(nullptr);\n"}),
    ("real-clock", {"app/main.cpp": "auto t = time(nullptr);\n"}),
    ("real-clock", {"app/main.cpp": "timespec t; clock_gettime(CLOCK_REALTIME, &t);\n"}),
    ("real-clock", {"app/main.cpp": "timeval t; gettimeofday(&t, nullptr);\n"}),
    ("real-random", {"app/main.cpp": "std::random_device seed;\n"}),
    ("real-random", {"app/main.cpp": "int n = rand();\n"}),
    ("real-random", {"app/main.cpp": "int n = std::rand();\n"}),
    ("real-random", {"app/main.cpp": "getrandom(&n, sizeof n, 0);\n"}),
    ("detached-task", {"app/main.cpp": "boost::asio::co_spawn(a, b, c);\n"}),
    ("detached-task", {"base/clock.cpp": "start(asio::detached);\n"}),
    ("using-namespace", {"app/main.cpp": "using namespace std;\n"}),
    ("using-namespace", {"app/main.cpp": "using namespace std::chrono;\n"}),
    ("using-namespace", {"app/main_test.cpp": "using  namespace belfry;\n"}),
    ("test-header", {"app/main.cpp": "#include <gmock/gmock.h>\n"}),
    ("test-header", {"app/main.cpp": '#include "base/fake_clock.hpp"\n', "base/fake_clock.hpp": ""}),
]


def findings_of(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {"CMakeLists.txt": GOOD_CMAKE, **files}.items():
            path = root / name if name == "CMakeLists.txt" else root / "src" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tree(root).check()


def self_test():
    wrong = 0
    if found := [text for rule, text in findings_of(GOOD_TREE) if rule != "stale-exception"]:
        print("the good tree is refused:", *found, sep="\n  ")
        wrong += 1
    for rule, changes in BAD_TREES:
        found = {found_rule for found_rule, _ in findings_of({**GOOD_TREE, **changes})} - {"stale-exception"}
        if rule not in found:
            print(f"not found: {rule} in {changes}; found {found or 'nothing'}")
            wrong += 1
    print(f"{len(BAD_TREES)} bad trees and a good one, {wrong} judged wrongly")
    return wrong == 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 0 if self_test() else 1
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    tree = Tree(root)
    findings = tree.check()
    for _, text in findings:
        print(text)
    if not tree.text or not tree.rows:
        print("nothing to check: no rooms or no sources")
        return 1
    if not findings:
        print(f"{len(tree.text)} files in {len(tree.rows)} rooms keep to their bounds")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
