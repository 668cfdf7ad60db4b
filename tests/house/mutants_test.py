"""scripts/mutants tells killed from surviving mutants, and builds none when one does not apply. In a path with a blank.

usage: mutants_test.py SCRIPT
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(sys.argv.pop())
HEADER = "inline int half(int a) { return a / 2; }\ninline int twice(int a) { return 2 * a; }\n"
TEST = '#include "ring/half.hpp"\n\nTEST(Half, Of_four) { EXPECT_EQ(half(4), 2); }\n'
HEADING = "in ring/half.hpp\nby tests/ring/half_test.cpp {}\n"
KILLED = "* half of half\n" + HEADING.format("*") + "- a / 2\n+ a / 4\n"
SURVIVING = "* thrice\n" + HEADING.format("*") + "- 2 * a\n+ 3 * a\n"


class Mutants(unittest.TestCase):
    def setUp(self):
        if not shutil.which("g++"):
            print("g++ is not installed")
            sys.exit(77)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name, "with a blank")
        self.write("ring/half.hpp", HEADER)
        self.write("tests/ring/half_test.cpp", TEST)
        (self.root / "scripts").mkdir()
        shutil.copy(SCRIPT, self.root / "scripts/mutants")

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def run_with(self, *mutants, arguments=()):
        self.write("scripts/mutants.list", "== mistakes\n" + "".join(mutants))
        command = [sys.executable, "-B", self.root / "scripts/mutants", *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr

    def test_killed_and_surviving(self):
        status, output = self.run_with(KILLED, SURVIVING)
        self.assertEqual(status, 1, output)
        self.assertIn("killed  half of half: Half.Of_four (fails)", output)
        self.assertIn("PROBLEM thrice: SURVIVES", output)
        self.assertIn("1 of 2 mutants killed", output)

    def test_one_that_does_not_apply_stops_all(self):
        for text, found in (("a / 3", 0), ("int a", 2)):
            other = "* other\n" + HEADING.format("*") + f"- {text}\n+ 0\n"
            for arguments in ((), ("--check",)):
                status, output = self.run_with(KILLED, other, arguments=arguments)
                self.assertEqual(status, 1, output)
                self.assertIn(f"'other' does not apply: its text is found {found} times in ring/half.hpp", output)
                self.assertNotIn("killed", output)
        status, output = self.run_with(KILLED, KILLED.replace("half_test", "third_test"), arguments=("--check",))
        self.assertIn("there is no tests/ring/third_test.cpp", output)
        self.assertEqual(status, 1, output)

    def test_check_builds_nothing(self):
        self.write("ring/half.hpp", HEADER + "#error\n")
        self.assertEqual(self.run_with(KILLED, SURVIVING, arguments=("--check",)), (0, "2 mutants apply\n"))

    def test_a_test_that_fails_by_itself_kills_nothing(self):
        self.write("tests/ring/half_test.cpp", TEST.replace("2)", "3)"))
        status, output = self.run_with(KILLED)
        self.assertEqual(status, 1, output)
        self.assertIn("fails without any mutant", output)


unittest.main()
