"""Nothing on a terminal is wider than the terminal; colours only where they are wanted."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

import harness

COMMANDS = ("doctor", "calibrate", "predict", "simulate", "run", "bench", "validate", "list")
COSTS = "--wp 2us --wc 1us --np 1us --nc 500ns --sp 3us --sc 2500ns".split()


def on_terminal(arguments, columns, **options):
    """Runs it with standard output and standard error on a terminal so wide. Returns what is on the screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [harness.BINARY, *arguments],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment | {"TERM": "xterm"} | options,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the terminal is gone: so is the process
                break
            if not part:
                break
            shown += part
        process.wait()
    os.close(ours)
    return shown.decode("utf-8").replace("\r\n", "\n")


class Widths(harness.CommandLineTest):
    def assert_fits(self, *arguments, widths=(80, 60, 132)):
        for columns in widths:
            result = harness.run(*arguments, env=os.environ | {"COLUMNS": str(columns)})
            self.assert_exit(result, 0)
            self.assertTrue(result.stdout)
            for line in result.stdout.splitlines():
                self.assertLessEqual(len(line), columns, f"{arguments}: {line}")

    def test_help(self):
        self.assert_fits("--help")
        for command in COMMANDS:
            self.assert_fits(command, "--help")

    def test_predict(self):
        self.assert_fits("predict", *COSTS)
        self.assert_fits("predict", "--sync", "sleep", "--yp", "1ms", "--yc", "1ms")
        self.assert_fits("predict", *COSTS[2:], "--vary", "wp=1us:4us:5")

    def test_simulate(self):
        self.assert_fits("simulate", *COSTS, "--timeline", "9")
        self.assert_fits("simulate", *COSTS[2:], "--vary", "wp=1us:4us:5")

    def test_list_and_doctor(self):
        self.assert_fits("list")
        self.assert_fits("doctor")

    def test_run(self):
        self.needs_two_cpus()
        self.assert_fits("run", *harness.SHORT, widths=(80,))
        self.assert_fits("run", "--ring", "all", *harness.SHORT, widths=(80,))

    def test_suite(self):
        self.needs_two_cpus()
        short = ("--benchmark_filter=/FC/|BW", "--benchmark_repetitions=2", "--benchmark_min_time=0.05")
        self.assert_fits("bench", "--calibration", os.environ["CALIBRATION"], *short, widths=(80,))

    def test_calibrate(self):
        self.needs_two_cpus()
        self.assert_fits("calibrate", "--rounds", "2", widths=(80,))

    def test_validate(self):
        self.needs_two_cpus()
        short = ("--only", "BW,FC", "--duration", "45ms", "--repetitions", "1")
        self.assert_fits("validate", "--calibration", os.environ["CALIBRATION"], *short, widths=(80,))

    def test_a_terminal_says_how_wide_it_is(self):
        for columns in (80, 50):
            for line in on_terminal(("list",), columns).splitlines():
                self.assertLessEqual(len(line), columns, line)

    def test_messages_fit_too(self):
        shown = on_terminal(("run", "--calibration", "a-file-that-is-not-there-in-this-folder.json"), 50, NO_COLOR="1")
        self.assertIn("error", shown)
        for line in shown.splitlines():
            self.assertLessEqual(len(line), 50, line)

    def test_colours_where_they_are_wanted(self):
        wrong = ("run", "--wp", "fast")
        self.assertIn("\x1b[", on_terminal(wrong, 80))
        self.assertNotIn("\x1b[", on_terminal(wrong, 80, NO_COLOR="1"))
        self.assertIn("\x1b[", on_terminal(wrong, 80, NO_COLOR=""))
        self.assertNotIn("\x1b[", on_terminal((*wrong, "--no-color"), 80))


if __name__ == "__main__":
    harness.main()
