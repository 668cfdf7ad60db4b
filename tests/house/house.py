"""What the house checks share: which files are the project's, how a check is run, and how it is shown to bite.

Every check is a script of its own:   <check>.py ROOT   or   <check>.py --self-test ROOT
A check is a function from a tree to a list of problems. Its self-test plants violations, in made-up trees or in a
temporary copy of ROOT, and fails when one of them goes unseen or when something harmless is reported.
"""

import pathlib
import re
import shutil
import sys
import tempfile

FOLDERS = ("ring", "notify", "producer", "consumer", "model", "bench", "tests", "scripts", "docs")
CPP = (".hpp", ".cpp", ".h", ".c")
SKIPPED = 77


def files(root, folders=FOLDERS):
    """The project's files as sorted paths relative to root: those at its top and all in its folders."""
    root = pathlib.Path(root)
    found = [path for path in root.iterdir() if path.is_file()] if folders is FOLDERS else []
    for folder in folders:
        found += [path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(path.relative_to(root) for path in found)


def lines(root, path):
    return (pathlib.Path(root) / path).read_text(encoding="utf-8").splitlines()


def is_script(root, path):
    """True for a file that starts with a shebang."""
    with open(pathlib.Path(root) / path, "rb") as file:
        return file.read(2) == b"#!"


def split_comment(line):
    """(code, comment) of a C++ line. A // inside a string literal does not start a comment."""
    match = re.match(r'((?:[^"/]|"(?:[^"\\]|\\.)*"|/(?!/))*)(//.*)?$', line)
    return (match.group(1), match.group(2) or "") if match else (line, "")


class Tree:
    """A temporary tree to plant violations in; optionally a copy of the project's files below root."""

    def __init__(self, copy_of=None):
        self._directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self._directory.name)
        for path in files(copy_of) if copy_of else ():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(pathlib.Path(copy_of) / path, self.root / path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._directory.cleanup()

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target


def expect(check, tree, expected):
    """Runs check on a tree; expected lists one fragment per problem, in any order. Returns what went otherwise."""
    unmatched = list(check(tree))
    wrong = []
    for fragment in expected:
        match = next((problem for problem in unmatched if fragment in problem), None)
        if match is None:
            wrong.append(f"planted, not reported: {fragment}")
        else:
            unmatched.remove(match)
    return wrong + [f"reported without cause: {problem}" for problem in unmatched]


def expect_in_copy(check, root, path, text, fragment):
    """Plants one file in a copy of the project; the check must report it, and nothing else that it did not before."""
    with Tree(copy_of=root) as tree:
        before = list(check(tree.root))
        tree.write(path, text)
        return expect(lambda top: [problem for problem in check(top) if problem not in before], tree.root, [fragment])


def main(check, self_test):
    """Runs the check or its self-test, prints problems one per line, and ends the program."""
    arguments = sys.argv[1:]
    if len(arguments) == 2 and arguments[0] == "--self-test":
        problems = self_test(arguments[1])
    elif len(arguments) == 1:
        problems = check(arguments[0])
    else:
        sys.exit(f"usage: {sys.argv[0]} [--self-test] ROOT")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
