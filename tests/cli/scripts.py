"""The scripts: what they refuse, what they do in which order, and their exit codes. With stand-ins for what builds."""

import os
import pathlib
import shutil
import subprocess

import harness

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


class Scripts(harness.CommandLineTest):
    def stand_in(self, path, body):
        """A program that logs its arguments and does no more than `body`."""
        program = self.folder / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{program.name} $*" >>"{self.folder}/log"\n{body}\n', encoding="utf-8")
        program.chmod(0o755)

    def run_script(self, name, *arguments, **environment):
        """A copy of the script, where programs of ours are all that it finds first."""
        (self.folder / "scripts").mkdir(exist_ok=True)
        shutil.copy(SCRIPTS / name, self.folder / "scripts" / name)
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        command = [self.folder / "scripts" / name, *arguments]
        return subprocess.run(command, env=os.environ | {"PATH": path} | environment, capture_output=True, text=True,
                              timeout=harness.HANG_S, check=False)  # fmt: skip

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()

    def test_arguments_that_are_not_understood_start_nothing(self):
        for tool in ("cmake", "ctest"):
            self.stand_in(f"bin/{tool}", "")
        self.stand_in("scripts/setup", "")
        wrong = {"quickstart": ["--help"], "test": ["nope"], "fuzz": ["0"], "soak": ["many"]}
        for name, arguments in wrong.items():
            for extra in (arguments, ["1", "2"]):
                with self.subTest(script=name, arguments=extra):
                    result = self.run_script(name, *extra)
                    self.assert_exit(result, 2)
                    self.assert_says(result.stderr, f"{name}: ", f"usage: scripts/{name}")
        self.assertFalse((self.folder / "log").exists())

    def quickstart(self, code_of_calibrate):
        (self.folder / "log").unlink(missing_ok=True)
        self.stand_in("scripts/setup", "")
        self.stand_in("bin/cmake", "")
        self.stand_in("build/release/kickbench", f'[ "$1" != calibrate ] || exit {code_of_calibrate}')
        return self.run_script("quickstart")

    def test_quickstart_builds_looks_calibrates_and_measures(self):
        build = ["setup --build-only", "cmake --preset release -DBUILD_TESTING=OFF"]
        for code, last in ((0, "bench"), (3, "bench"), (77, "calibrate")):
            with self.subTest(code=code):
                self.assert_exit(self.quickstart(code), code)
                log = self.log()
                self.assertEqual(log[:2], build)
                self.assertEqual(log[3], "kickbench doctor")
                self.assert_says(log[-1], f"kickbench {last} ", f"--json out/{last}.json")

    def test_the_test_script_fails_with_a_failing_test_and_without_any(self):
        self.stand_in("scripts/setup", "")
        self.stand_in("scripts/test-summary", "")
        self.stand_in("bin/cmake", "")
        for code in (0, 8):
            self.stand_in("bin/ctest", f"exit {code}")
            self.assert_exit(self.run_script("test", "release"), min(code, 1))
        self.assert_says(next(line for line in self.log() if line.startswith("ctest")), "--no-tests=error")

    def test_fuzz_is_skipped_without_a_compiler_for_it(self):
        self.stand_in("bin/cmake", "echo all: phony")
        result = self.run_script("fuzz", "1")
        self.assert_exit(result, harness.SKIPPED)
        self.assert_says(result.stderr, "libFuzzer", "scripts/setup")

    def test_soak_goes_over_every_ring_and_notifier(self):
        self.stand_in("kickbench", "[ $5 != futex ] || exit 77")
        result = self.run_script("soak", "1000", KICKBENCH=str(self.folder / "kickbench"))
        self.assert_exit(result, 0)
        rings = [ring for ring in harness.available("rings") if ring != "null"]
        listed = harness.strict_json(harness.run("list", "--json", "-").stdout)["notifiers"]
        notifiers = [notifier["name"] for notifier in listed if notifier["name"] != "none"]
        for ring in rings:
            for notifier in notifiers:
                self.assert_says(result.stdout, f"== {ring} + {notifier}, ")
        self.assertEqual(len(self.log()), len(rings) * len(notifiers))
        self.assert_says(result.stdout, f"in {len(rings) * (len(notifiers) - 1)} combinations")
        self.stand_in("kickbench", "exit 3")
        self.assert_exit(self.run_script("soak", "1000", KICKBENCH=str(self.folder / "kickbench")), 3)

    def test_a_short_soak(self):
        self.needs_two_cpus()
        result = self.run_script("soak", "20000", KICKBENCH=harness.BINARY)
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "no wake-up and no item was lost")


if __name__ == "__main__":
    harness.main()
