"""No two definitions of one name in a program: its parts are linked once more, merged in the compiler's own form.

Only that link sees the types of all sources at once (-Wodr). Nothing runs what it makes. The build must have kept the
form beside the code: KICKBENCH_ODR_CHECK.

usage: one_definition.py [--self-test] ROOT COMPILER BUILD_FOLDER PROGRAM
"""

import pathlib
import shlex
import subprocess
import sys
import tempfile

import house

KEEP_FORM = ("-flto", "-ffat-lto-objects")
MERGE = ("-r", "-nostdlib", "-flto", "-flinker-output=rel", "-Wodr", "-Wlto-type-mismatch", "-Werror")


def parts_of(build_folder, program):
    """The objects and own libraries that the build links a program from."""
    command = ["ninja", "-C", build_folder, "-t", "commands", "-s", program]
    link = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    own = [word for word in shlex.split(link) if word.endswith((".o", ".a")) and not word.startswith("/")]
    return [pathlib.Path(build_folder, word) for word in own]


def differences(compiler, parts):
    """What the compiler says of the merged parts, as a list of one text; empty if it is content."""
    with tempfile.TemporaryDirectory() as folder:
        command = [compiler, *MERGE, *map(str, parts), "-o", f"{folder}/merged.o"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    return [result.stderr] if result.returncode or result.stderr else []


def without_form(parts):
    """Objects that the build made without the compiler's own form: those would not be looked at."""
    objects = [part for part in parts if part.suffix == ".o"]
    return [f"{part}: was compiled without {' '.join(KEEP_FORM)}"
            for part in objects if b".gnu.lto_" not in part.read_bytes()]


def self_test(compiler):
    """Two structures with one name in two sources, an enumeration beside a structure, and two that are alike."""
    planted = (
        ("struct Row { int grid; };", "struct Row { double values; };", ["type ‘struct Row’ violates"]),
        ("enum class Row { quick };", "struct Row { int grid; };", ["violates the C++ One Definition Rule"]),
        ("struct Row { int grid; };", "struct Row { int grid; };", []),
        ("namespace { struct Row { int grid; }; }", "namespace { struct Row { double values; }; }", []),
    )
    wrong = []
    with house.Tree() as tree:
        for first, second, expected in planted:
            parts = []
            for name, text in (("a", first), ("b", second)):
                source = tree.write(f"{name}.cpp", f"{text}\nint {name}(const void* row) "
                                                   "{ Row copy = *static_cast<const Row*>(row); "
                                                   "return reinterpret_cast<const unsigned char&>(copy); }\n")
                parts.append(source.with_suffix(".o"))
                subprocess.run([compiler, "-O1", *KEEP_FORM, "-c", source, "-o", parts[-1]], check=True)
            wrong += house.expect(lambda _: differences(compiler, parts), tree.root, expected)
            wrong += without_form(parts)
        subprocess.run([compiler, "-c", tree.root / "a.cpp", "-o", tree.root / "a.o"], check=True)
        wrong += house.expect(lambda root: without_form([root / "a.o"]), tree.root, ["a.o: was compiled without"])
    return wrong


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--self-test"]
    if len(arguments) != 4:
        sys.exit(__doc__)
    _, compiler, build_folder, program = arguments
    if "--self-test" in sys.argv:
        problems = self_test(compiler)
    else:
        parts = parts_of(build_folder, program)
        problems = without_form(parts) + differences(compiler, parts)
        problems += [] if parts else [f"{program} is linked from nothing"]
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
