"""Each folder of bench/ has a namespace of its own, so that two things of one name in one program stay two things."""

import re

import house

NAMESPACE = re.compile(r"^namespace ([\w:]+) \{$")
# What the harness knows of its machine is older than the rule.
OTHERS = {"bench/host": "kickbench::host"}


def wanted_for(path):
    folder = "/".join(path.parts[:2])
    return OTHERS.get(folder, f"kickbench::bench::{path.parts[1]}")


def check(root):
    problems = []
    for path in house.files(root, ("bench",)):
        if path.suffix not in (".hpp", ".cpp") or len(path.parts) < 3:
            continue
        wanted = wanted_for(path)
        for number, line in enumerate(house.lines(root, path), 1):
            match = NAMESPACE.match(line)
            if match and not (match.group(1) == wanted or match.group(1).startswith(wanted + "::")):
                # Inside of the wanted one, a nested namespace has no prefix.
                if match.group(1).startswith("kickbench"):
                    problems.append(f"{path}:{number}: namespace {match.group(1)}, and its folder's is {wanted}")
    return problems


def self_test(root):
    planted = "namespace kickbench::bench {\n}  // namespace kickbench::bench\n"
    wrong = house.expect_in_copy(check, root, "bench/measure/planted.hpp", planted, "its folder's is")
    with house.Tree() as tree:
        tree.write("bench/stats/a.hpp", "namespace kickbench::bench::stats {\nnamespace {\n}\n}\n")
        tree.write("bench/host/a.hpp", "namespace kickbench::host::doctor {\n}\n")
        tree.write("bench/main.cpp", "int main() {}\n")
        wrong += house.expect(check, tree.root, [])
    return wrong


house.main(check, self_test)
