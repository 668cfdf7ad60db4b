"""Every header compiles alone, included twice, with the flags its folder is built with.

A header that a source includes first is known to: the build has compiled it so. Those are left out, because all of them
take longer than the rest of the checks together, and so are the headers of the tests.

usage: headers_alone.py [--self-test] ROOT COMPILER COMPILE_COMMANDS
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import house

KEPT = ("-std=", "-W", "-D", "-I", "-isystem", "-pthread")
AT_ONCE_MAX = 4


def flags_of(command):
    """The flags of a compile command that decide whether a header is valid, each as a tuple."""
    words = shlex.split(command)
    kept = []
    for index, word in enumerate(words):
        if word in ("-isystem", "-I", "-D"):
            kept.append((word, words[index + 1]))
        elif word.startswith(KEPT):
            kept.append((word,))
    return kept


def flags_by_folder(root, compile_commands):
    """Folder -> flags of all its sources; under None those of the whole build, for folders that have no source."""
    folders = {None: {}}
    for entry in json.loads(pathlib.Path(compile_commands).read_text(encoding="utf-8")):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not path.is_relative_to(pathlib.Path(root).resolve()):
            continue
        folder = path.relative_to(pathlib.Path(root).resolve()).parts[0]
        for flag in flags_of(entry["command"]):
            folders.setdefault(folder, {})[flag] = None
            folders[None][flag] = None
    return {folder: [word for flag in flags for word in flag] for folder, flags in folders.items()}


FIRST_INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)


def included_first(root):
    """The headers that some source includes before anything else."""
    sources = [path for path in house.files(root) if path.suffix == ".cpp"]
    found = (FIRST_INCLUDE.search("\n".join(house.lines(root, path))) for path in sources)
    return {pathlib.Path(match.group(1)) for match in found if match}


def compile_alone(root, compiler, flags, path):
    """The compiler's complaint about a file that includes nothing but this header, or None."""
    source = f'#include "{path.as_posix()}"\n' * 2
    # The flags are those of the compiler that builds; the other one need not know all of its warnings.
    foreign = ["-Wno-unknown-warning-option"] if compiler.startswith("clang") else []
    command = [compiler, "-x", "c++", "-fsyntax-only", *flags, *foreign, "-I", str(root), "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True, cwd=root, check=False)
    return f"{path}: does not compile alone\n{result.stderr}" if result.returncode else None


def check_with(compiler, compile_commands):
    def check(root):
        flags = flags_by_folder(root, compile_commands)
        if not flags[None]:
            return [f"{compile_commands} names no source below {root}"]
        known = included_first(root)
        headers = [
            path
            for path in house.files(root)
            if path.suffix in (".hpp", ".h") and path not in known and path.parts[0] != "tests"
        ]
        at_once = min(AT_ONCE_MAX, len(os.sched_getaffinity(0)))
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            found = pool.map(
                lambda path: compile_alone(root, compiler, flags.get(path.parts[0], flags[None]), path), headers
            )
            return [problem for problem in found if problem]

    return check


def self_test(compiler):
    wrong = []
    planted = (
        ("ring/needs.hpp", "#pragma once\ninline std::string name() { return {}; }\n"),
        ("ring/twice.hpp", "struct Twice {};\n"),
        ("ring/warns.hpp", "#pragma once\ninline int f(long a) { return a; }\n"),
        ("model/defined.hpp", '#pragma once\n#ifndef KICKBENCH_PLANTED\n#error "flag of its folder lost"\n#endif\n'),
    )
    with house.Tree() as tree:
        command = "c++ -std=c++20 -O2 -Wall -Wconversion -Werror -DKICKBENCH_PLANTED -c"
        entries = [{"directory": str(tree.root), "file": "ring/a.cpp", "command": command + " ring/a.cpp"}]
        commands = tree.write("build/compile_commands.json", json.dumps(entries))
        check = check_with(compiler, commands)
        tree.write("ring/a.hpp", "#pragma once\n#include <string>\ninline std::string name() { return {}; }\n")
        tree.write("bench/b.hpp", '#pragma once\n#include "ring/a.hpp"\ninline auto other() { return name(); }\n')
        tree.write(*planted[3])
        # Proved by the build, so not compiled again.
        tree.write("ring/known.hpp", "#pragma once\n#error not looked at\n")
        tree.write("ring/known.cpp", '#include "ring/known.hpp"\n')
        wrong += house.expect(check, tree.root, [])
        for path, text in planted[:3]:
            tree.write(path, text)
        wrong += house.expect(check, tree.root, [path for path, _ in planted[:3]])
        commands.write_text("[]")
        wrong += house.expect(check, tree.root, ["names no source"])
    return wrong


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--self-test"]
    if len(arguments) != 3:
        sys.exit(__doc__)
    root, compiler, compile_commands = arguments
    if not shutil.which(compiler):
        print(f"{compiler} is not installed")
        sys.exit(house.SKIPPED)
    problems = self_test(compiler) if "--self-test" in sys.argv else check_with(compiler, compile_commands)(root)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
