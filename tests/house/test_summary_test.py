"""scripts/test-summary: what it counts, what it shows, and when it fails.   usage: test_summary_test.py SCRIPT"""

import pathlib
import subprocess
import sys
import tempfile

PASSED = '<testcase name="{}" status="run"/>'
FAILED = '<testcase name="{}" status="fail"><failure message=""/></testcase>'
NOT_FOUND = '<testcase name="{}" status="notrun"><skipped message="Unable to find executable"/></testcase>'
SKIPPED = (
    '<testcase name="{}" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out>'
    "[ RUN      ] A.b\na.cpp:6: Skipped\nno io_uring here\n[  SKIPPED ] A.b (0 ms)\n</system-out></testcase>"
)


def run(*reports):
    """(exit code, lines written) of the script for reports that hold these test cases."""
    with tempfile.TemporaryDirectory() as directory:
        arguments = []
        for index, cases in enumerate(reports):
            path = pathlib.Path(directory, f"{index}.xml")
            if cases is not None:
                named = "".join(case.format(f"T{number}") for number, case in enumerate(cases))
                path.write_text(f"<testsuite>{named}</testsuite>", encoding="utf-8")
            arguments.append(f"p{index}={path}")
        command = [sys.executable, sys.argv[1], *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout.splitlines()


def expect(reports, code, *lines):
    got_code, got_lines = run(*reports)
    missing = [line for line in lines if line not in got_lines]
    closing = got_lines and got_lines[-1] == lines[-1]
    return [] if got_code == code and not missing and closing else [f"{reports}: exit {got_code}, wrote {got_lines}"]


problems = (
    expect([[PASSED, PASSED], [PASSED]], 0, "0 tests skipped", "100% tests passed, 0 tests failed out of 3")
    + expect([[PASSED, SKIPPED]], 0, "skipped  p0: T1: no io_uring here", "1 tests skipped",
             "100% tests passed, 0 tests failed out of 1")
    + expect([[PASSED], [FAILED, PASSED]], 1, "FAILED   p1: T0", "66% tests passed, 1 tests failed out of 3")
    + expect([[PASSED, NOT_FOUND]], 1, "FAILED   p0: T1", "50% tests passed, 1 tests failed out of 2")
    + expect([[SKIPPED]], 1, "FAILED   no test ran", "0% tests passed, 0 tests failed out of 0")
)  # fmt: skip
code, written = run([PASSED], None)
if code != 1 or not any(line.startswith("FAILED   p1: no report") for line in written):
    problems.append(f"missing report: exit {code}, wrote {written}")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
