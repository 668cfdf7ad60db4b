"""Every C++ file is as clang-format writes it with the project's .clang-format."""

import pathlib
import shutil
import subprocess
import sys

import house

# Another release formats differently: the one of Debian 12 decides.
FORMATTER = "clang-format-14"


def check(root):
    sources = [str(path) for path in house.files(root) if path.suffix in house.CPP]
    if not sources:
        return []
    command = [FORMATTER, "--dry-run", "-Werror", "--style=file", "--ferror-limit=1", *sources]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return [line for line in result.stderr.splitlines() if "error:" in line]


def self_test(root):
    with house.Tree() as tree:
        tree.write(".clang-format", pathlib.Path(root, ".clang-format").read_text(encoding="utf-8"))
        tree.write("ring/good.hpp", "#pragma once\n\nint* f(int a);\n")
        wrong = house.expect(check, tree.root, [])
        tree.write("ring/bad.hpp", "#pragma once\n\nint *f( int a );\n")
        tree.write("bench/deep/bad.cpp", "int f() {\n    return 1;\n}\n\n\n\nint b;\n")
        wrong += house.expect(check, tree.root, ["ring/bad.hpp:3", "bench/deep/bad.cpp:1"])
    return wrong


if not shutil.which(FORMATTER):
    print(f"{FORMATTER} is not installed")
    sys.exit(house.SKIPPED)
house.main(check, self_test)
