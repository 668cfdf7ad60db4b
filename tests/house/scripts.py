"""Scripts are executable, and shell scripts pass bash -n."""

import os
import pathlib
import subprocess

import house


def check(root):
    problems = []
    for path in house.files(root):
        if not house.is_script(root, path):
            continue
        if path.parts[0] == "scripts" and not os.access(pathlib.Path(root) / path, os.X_OK):
            problems.append(f"{path}: is not executable")
        interpreter = house.lines(root, path)[0]
        if interpreter.split("/")[-1].split(" ")[-1] in ("sh", "bash"):
            result = subprocess.run(["bash", "-n", path], cwd=root, capture_output=True, text=True, check=False)
            if result.returncode:
                problems.append(f"{path}: {result.stderr.strip()}")
    return problems


def self_test(root):
    with house.Tree() as tree:
        tree.write("scripts/good", "#!/usr/bin/env bash\nif true; then echo; fi\n").chmod(0o755)
        tree.write("scripts/summary", "#!/usr/bin/env python3\nif True: print()\n").chmod(0o755)
        wrong = house.expect(check, tree.root, [])
        tree.write("scripts/bash", "#!/usr/bin/env bash\nif true; then echo\n").chmod(0o755)
        tree.write("scripts/sh", "#!/bin/sh\necho $(\n").chmod(0o755)
        tree.write("tests/cli/run.sh", "#!/bin/sh\nfi\n")
        tree.write("scripts/plain", "#!/bin/sh\n")
        expected = ["scripts/bash: ", "scripts/sh: ", "tests/cli/run.sh: ", "scripts/plain: is not executable"]
        wrong += house.expect(check, tree.root, expected)
    return wrong


house.main(check, self_test)
