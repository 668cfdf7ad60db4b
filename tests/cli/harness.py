"""What the black-box tests share: they run the built kickbench as a user would, and see streams, files and exit codes.

A test script is run with the name of one test method. What this host lacks is a skip: exit code 77, with the reason.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

BINARY = os.environ["KICKBENCH"]
SKIPPED = 77
# A page on which no text is folded.
os.environ["COLUMNS"] = "400"
# Nothing here takes as long: who reaches it hangs.
HANG_S = 60

# The fewest slices that make a result.
SHORT = ("--duration", "45ms", "--repetitions", "2")


def cpus():
    """The CPUs that this test may use."""
    return sorted(os.sched_getaffinity(0))


def reject_constant(name):
    raise ValueError(f"{name} is not JSON")


def schema():
    """The validator of docs/schema.json; None where this python3 has none."""
    try:
        import jsonschema
    except ImportError:
        return None
    path = pathlib.Path(__file__).parents[2] / "docs/schema.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


SCHEMA = schema()


def strict_json(text):
    """The document; NaN, Infinity or anything around it is an error, and so is what the schema does not allow."""
    document = json.loads(text, parse_constant=reject_constant)
    if SCHEMA is not None and isinstance(document, dict) and "tool" in document:
        errors = [f"{list(error.absolute_path)}: {error.message}" for error in SCHEMA.iter_errors(document)]
        if errors:
            raise AssertionError("not as docs/schema.json says: " + "; ".join(errors[:3])[:2000])
    return document


def run(*arguments, prefix=(), **options):
    """One run of the binary, to its end. Text of both streams in the result."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
    return subprocess.run([*prefix, BINARY, *arguments], text=True, timeout=4 * HANG_S, check=False, **options)


def available(section):
    """Names of a section of `kickbench list` that work on this host."""
    entries = strict_json(run("list", "--json", "-").stdout)[section]
    return [entry["name"] for entry in entries if entry["available"]]


def interrupted(arguments, when, number=signal.SIGINT, pause_s=0.3):
    """Starts the binary, waits for `when` on standard error and `pause_s` longer, sends the signal.

    Returns (exit code, standard output, standard error). Whoever does not end is killed, which shows in the exit code.
    """
    with subprocess.Popen([BINARY, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        watchdog = threading.Timer(HANG_S, process.kill)
        watchdog.start()
        head = ""
        for line in process.stderr:
            head += line
            if when in line:
                break
        threading.Event().wait(pause_s)
        process.send_signal(number)
        output, rest = process.communicate()
        watchdog.cancel()
        return process.returncode, output, head + rest


class CommandLineTest(unittest.TestCase):
    """A test in an empty folder of its own, which is its working directory."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def needs_two_cpus(self):
        if len(cpus()) < 2:
            self.skipTest(f"two usable CPUs are needed, and there is {cpus()}")

    def assert_exit(self, result, code):
        self.assertEqual(result.returncode, code, f"standard error:\n{result.stderr}")

    def assert_says(self, text, *fragments):
        for fragment in fragments:
            self.assertIn(fragment, text)

    def assert_keys(self, document, *keys):
        """Every key is there, as a value or as null with its reason."""
        for key in keys:
            self.assertIn(key, document)
            if document[key] is None:
                self.assertTrue(document.get("absent", {}).get(key), f"{key} is null without a reason")


def main():
    """Runs the test that is named; with a skip, its reason and exit code 77."""
    program = unittest.main(exit=False, verbosity=0)
    if not program.result.wasSuccessful() or program.result.testsRun == 0:
        sys.exit(1)
    if len(program.result.skipped) == program.result.testsRun:
        for _, reason in program.result.skipped:
            print(f"skipped: {reason}")
        sys.exit(SKIPPED)
