"""Size, width and hygiene of every text file the project owns."""

import pathlib
import re

import house

LINES_MAX = 350
WIDTH_MAX = 120
# Put together here, because this file is checked too.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
# Prose may show an example below /tmp.
MACHINE_PATH = re.compile(r"(?<![\w.~}-])/(home|root|tmp)(?![\w-])")
PERSONAL_PATH = re.compile(r"(?<![\w.~}-])/(home|root)(?![\w-])")


def is_code(root, path):
    """Sources, headers, build files and scripts; not prose, licences or data."""
    return path.suffix in house.CPP + (".py", ".cmake") or path.name == "CMakeLists.txt" or house.is_script(root, path)


def check_line(code, path, line):
    if line != line.rstrip():
        yield "trailing blank"
    if UNFINISHED.search(line):
        yield "unfinished work is tracked outside the code"
    if code and len(line) > WIDTH_MAX:
        yield f"{len(line)} characters, at most {WIDTH_MAX}"
    if "\t" in line and (path.suffix in house.CPP + (".cmake",) or path.name == "CMakeLists.txt"):
        yield "tab"
    if path.parts[0] != "tests" and (MACHINE_PATH if code else PERSONAL_PATH).search(line):
        yield "absolute path of a machine"


def check(root):
    problems = []
    for path in house.files(root):
        try:
            text = (pathlib.Path(root) / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            if is_code(root, path):
                problems.append(f"{path}: not UTF-8")
            continue
        code = is_code(root, path)
        if text and not text.endswith("\n"):
            problems.append(f"{path}: no newline at its end")
        lines = text.splitlines()
        if code and len(lines) > LINES_MAX:
            problems.append(f"{path}: {len(lines)} lines, at most {LINES_MAX}")
        for number, line in enumerate(lines, 1):
            problems += [f"{path}:{number}: {problem}" for problem in check_line(code, path, line)]
    return problems


def self_test(root):
    wrong = []
    planted = (
        ("ring/planted.hpp", "int a;\n" * (LINES_MAX + 1), "ring/planted.hpp: 351 lines"),
        ("scripts/planted", "#!/bin/sh\n" + "true\n" * LINES_MAX, "scripts/planted: 351 lines"),
        ("bench/planted.cpp", "//" + "x" * (WIDTH_MAX - 1) + "\n", "bench/planted.cpp:1: 121 characters"),
        ("model/planted.cpp", "int a; \n", "model/planted.cpp:1: trailing blank"),
        ("model/planted.cpp", "int a;", "model/planted.cpp: no newline"),
        ("notify/CMakeLists.txt", "\tproject(x)\n", "notify/CMakeLists.txt:1: tab"),
        ("consumer/planted.hpp", "\tint a;\n", "consumer/planted.hpp:1: tab"),
        ("producer/planted.hpp", "// TO" "DO: later\n", "producer/planted.hpp:1: unfinished"),
        ("docs/planted.md", "FIX" "ME\n", "docs/planted.md:1: unfinished"),
        ("bench/planted.cpp", 'auto a = "/ho' 'me/someone";\n', "bench/planted.cpp:1: absolute path"),
        ("docs/planted.md", "see /ro" "ot/notes\n", "docs/planted.md:1: absolute path"),
        ("scripts/planted", "#!/bin/sh\ncd /tm" "p\n", "scripts/planted:2: absolute path"),
    )
    for path, text, fragment in planted:
        with house.Tree() as tree:
            tree.write(path, text)
            wrong += house.expect(check, tree.root, [fragment])
    with house.Tree() as tree:
        tree.write("ring/edge.hpp", "//" + "\u00b5" * (WIDTH_MAX - 2) + "\n" + "int a;\n" * (LINES_MAX - 1))
        tree.write("docs/wide.md", "x" * 500 + " /tm" "p/example\n")
        tree.write("tests/data.cpp", 'auto a = "/tm' 'p/a";\n')
        tree.write("bench/a.cpp", 'auto root = dir + "/rooted"; auto b = name + "/a/tm' 'p";\n')
        tree.write("scripts/empty", "")
        wrong += house.expect(check, tree.root, [])
    return wrong


house.main(check, self_test)
