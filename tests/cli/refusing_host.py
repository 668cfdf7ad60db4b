"""Hosts that refuse something: too few CPUs, io_uring, a full disk, a folder that is read-only."""

import os
import resource
import shutil
import subprocess

import harness

NOBODY = "65534"
# Nobody is this user: none of its processes count against a limit.
UNUSED_ID = 61_803


class RefusingHost(harness.CommandLineTest):
    # --- one CPU

    def skips_with_one_cpu(self, *command):
        """Nothing can be measured: exit code 77, the reason, no output and no file."""
        alone = ("taskset", "-c", str(harness.cpus()[0]))
        result = harness.run(*command, "--json", "out.json", prefix=alone)
        self.assert_exit(result, harness.SKIPPED)
        self.assert_says(result.stderr, "two usable CPUs are needed", f"only CPU {harness.cpus()[0]}", "taskset")
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    def test_one_cpu_run(self):
        self.skips_with_one_cpu("run")

    def test_one_cpu_calibrate(self):
        self.skips_with_one_cpu("calibrate")

    def test_one_cpu_bench(self):
        self.skips_with_one_cpu("bench")

    def test_one_cpu_list_says_why_there_is_no_placement(self):
        alone = ("taskset", "-c", str(harness.cpus()[0]))
        result = harness.run("list", "--json", "-", prefix=alone)
        self.assert_exit(result, 0)
        for placement in harness.strict_json(result.stdout)["placements"]:
            self.assertIs(placement["available"], False)
            self.assertIn("two usable CPUs are needed", placement["reason"])

    # --- placements

    def skips_placement(self, place, *fragments):
        """The host lacks the placement: exit code 77 whatever measures, the reason, no output and no file."""
        for command in ("run", "calibrate", "bench"):
            result = harness.run(command, "--place", place, "--json", "out.json")
            self.assert_exit(result, harness.SKIPPED)
            self.assert_says(result.stderr, f"'{place}'", "usable CPUs", *fragments)
            self.assertEqual(result.stdout, "")
            self.assertEqual(self.files(), [])

    def test_placement_that_is_not_here(self):
        self.needs_two_cpus()
        places = harness.strict_json(harness.run("list", "--json", "-").stdout)["placements"]
        lacking = [place for place in places if not place["available"]]
        if not lacking:
            self.skipTest("this host has every placement")
        for place in lacking:
            self.skips_placement(place["name"], place["reason"])

    def test_cpu_outside_the_cpuset(self):
        self.needs_two_cpus()
        self.skips_placement(f"{harness.cpus()[0]},4096", "CPU 4096", "taskset")

    # --- system calls

    def without(self, call, *arguments):
        """A run where one system call fails: see refuse.c."""
        prefix = (os.environ["REFUSE"], call)
        probe = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
        if probe.returncode == harness.SKIPPED:
            self.skipTest(probe.stderr.strip())
        return harness.run(*arguments, prefix=prefix)

    def without_io_uring(self, *arguments):
        return self.without("io_uring_setup", *arguments)

    def test_without_memfd_the_ring_lies_in_another_file_without_a_name(self):
        self.needs_two_cpus()
        for sides in ((), ("--processes",)):
            result = self.without("memfd_create", "run", *harness.SHORT, *sides)
            self.assert_exit(result, 0)
        self.assert_says(self.without("memfd_create", "doctor").stdout, "note: memfd", "memfd_create")

    def test_without_proc_what_is_there_is_listed(self):
        if shutil.which("unshare") is None or os.geteuid() != 0:
            self.skipTest("hiding /proc needs root and unshare")
        shell = f"mount -t tmpfs none /proc && exec {harness.BINARY} list"
        result = subprocess.run(["unshare", "-m", "sh", "-c", shell], capture_output=True, text=True, check=False)
        if "unshare:" in result.stderr or "mount:" in result.stderr:
            self.skipTest(f"mounting is refused: {result.stderr.strip()}")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "eventfd", "split")

    def test_refused_io_uring_is_listed_with_its_reason(self):
        result = self.without_io_uring("list", "--json", "-")
        self.assert_exit(result, 0)
        notifiers = {entry["name"]: entry for entry in harness.strict_json(result.stdout)["notifiers"]}
        self.assertIs(notifiers["eventfd-uring"]["available"], False)
        self.assert_says(notifiers["eventfd-uring"]["reason"], "io_uring", "Operation not permitted")
        self.assertIs(notifiers["eventfd"]["available"], True)

    def test_refused_io_uring_skips_what_needs_it(self):
        result = self.without_io_uring("run", "--notify", "eventfd-uring", "--json", "out.json")
        self.assert_exit(result, harness.SKIPPED)
        self.assert_says(result.stderr, "'eventfd-uring'", "Operation not permitted")
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    def test_refused_io_uring_spares_the_rest(self):
        self.needs_two_cpus()
        result = self.without_io_uring("run", *harness.SHORT, "--notify", "eventfd", "--json", "-")
        self.assert_exit(result, 0)
        self.assertIn("result", harness.strict_json(result.stdout))

    def test_refused_io_uring_is_a_finding_of_the_doctor(self):
        self.needs_two_cpus()
        result = self.without_io_uring("doctor", "--json", "-")
        self.assert_exit(result, 0)
        document = harness.strict_json(result.stdout)
        self.assertIs(document["environment"]["io_uring"], False)
        finding = next(entry for entry in document["findings"] if entry["topic"] == "io_uring")
        self.assertEqual(finding["level"], "note")
        self.assertIn("Operation not permitted", finding["cause"])

    def test_io_uring_that_can_be_made_and_not_used_is_no_notifier(self):
        reason = "a signal or a wait failed: Operation not permitted"
        listed = self.without("io_uring_enter", "list", "--json", "-")
        self.assert_exit(listed, 0)
        notifiers = {entry["name"]: entry for entry in harness.strict_json(listed.stdout)["notifiers"]}
        if "io_uring_setup" not in harness.run("list").stdout:
            self.assertIs(notifiers["eventfd-uring"]["available"], False)
            self.assert_says(notifiers["eventfd-uring"]["reason"], reason)
        result = self.without("io_uring_enter", "run", "--notify", "eventfd-uring", "--json", "out.json")
        self.assert_exit(result, harness.SKIPPED)
        self.assert_says(result.stderr, "'eventfd-uring'", reason)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    # --- threads and processes

    def run_with_threads(self, limit, *arguments):
        """A run of a user who may have so many threads, in all processes together."""
        if os.geteuid() != 0:
            self.skipTest("only root can become a user without other processes")

        def become_limited():
            os.setgroups([])
            os.setgid(UNUSED_ID)
            os.setuid(UNUSED_ID)
            resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))

        # The look for leaks at the end is a process of its own.
        environment = os.environ | {"ASAN_OPTIONS": "detect_leaks=0"}
        try:
            return harness.run("run", *harness.SHORT, *arguments, preexec_fn=become_limited, env=environment)
        except PermissionError as error:
            self.skipTest(f"another user cannot start the binary: {error}")

    def test_refused_threads_are_an_error_and_no_hang(self):
        self.needs_two_cpus()
        for limit in (1, 2):
            result = self.run_with_threads(limit)
            self.assert_exit(result, 3)
            self.assert_says(result.stderr, "cannot start a measuring thread", "temporarily unavailable")
        self.assert_exit(self.run_with_threads(3), 0)

    def test_refused_processes_are_an_error_and_no_hang(self):
        self.needs_two_cpus()
        refused = ("cannot start a second process", "the consumer's process: cannot start a measuring thread",
                   "error: cannot start a measuring thread")  # fmt: skip
        for limit, message in enumerate(refused, 1):
            result = self.run_with_threads(limit, "--processes")
            self.assert_exit(result, 3)
            self.assert_says(result.stderr, message, "temporarily unavailable")
        self.assert_exit(self.run_with_threads(4, "--processes"), 0)

    # --- disks

    def as_nobody(self):
        """What runs a command as a user whom files can refuse: nothing, unless this is root."""
        if os.geteuid() != 0:
            return ()
        if shutil.which("setpriv") is None:
            self.skipTest("runs as root, and there is no setpriv to become somebody else")
        prefix = ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")
        probe = subprocess.run([*prefix, harness.BINARY, "--version"], capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            self.skipTest(f"runs as root, and nobody cannot start the binary: {probe.stderr.strip()}")
        return prefix

    def test_full_disk_costs_the_file_and_not_the_table(self):
        self.needs_two_cpus()
        # Not as root, who could replace the device by a file, which no failing test may do to the machine.
        result = harness.run("run", *harness.SHORT, "--json", "/dev/full", prefix=self.as_nobody())
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "--json /dev/full", "No space left", "make room")
        self.assert_says(result.stdout, "ns per item", "placement: CPUs")

    def test_full_disk_is_reported_for_each_output_of_each_command(self):
        self.needs_two_cpus()
        model = ("--wp", "500ns", "--wc", "300ns", "--np", "1us", "--nc", "1us", "--sp", "2us", "--sc", "2us",
                 "--queue-size", "64", "--sync", "notification")  # fmt: skip
        bench = ("bench", "--benchmark_filter=BW", "--benchmark_repetitions=1", "--benchmark_min_time=0.05")
        commands = (
            ("list", "--json"), ("doctor", "--json"), ("predict", *model, "--json"), ("simulate", *model, "--json"),
            ("calibrate", "--notify", "futex", "--rounds", "1", "--out"), (*bench, "--benchmark_out"),
            ("validate", "--only", "BW", "--duration", "45ms", "--repetitions", "2", "--json"),
        )  # fmt: skip
        prefix = self.as_nobody()
        for *command, option in commands:
            with self.subTest(command=command[0], option=option):
                result = harness.run(*command, f"{option}=/dev/full", prefix=prefix)
                self.assert_exit(result, 3)
                self.assert_says(result.stderr, f"{option} /dev/full", "No space left", "make room")
                self.assertTrue(result.stdout, "what could be said is said")

    def test_full_disk_leaves_the_earlier_result(self):
        self.needs_two_cpus()
        (self.folder / "out.json").write_text("earlier", encoding="utf-8")

        def small_files_only():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        # No ring: its memory counts as a file.
        arguments = ("run", *harness.SHORT, "--ring", "null", "--notify", "none", "--json", "out.json")
        result = harness.run(*arguments, preexec_fn=small_files_only)
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "--json out.json", "File too large")
        self.assert_says(result.stdout, "ns per item")
        self.assertEqual(self.files(), ["out.json"])
        self.assertEqual((self.folder / "out.json").read_text(encoding="utf-8"), "earlier")

    def refused_before_measuring(self):
        result = harness.run("run", "--json", str(self.folder / "out.json"), prefix=self.as_nobody())
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--json", "out.json", "Permission denied", "writable")
        self.assertNotIn("info:", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_read_only_folder(self):
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        self.refused_before_measuring()
        self.assertEqual(self.files(), [])

    def test_read_only_file(self):
        self.folder.chmod(0o777)
        (self.folder / "out.json").write_text("earlier", encoding="utf-8")
        (self.folder / "out.json").chmod(0o444)
        self.refused_before_measuring()
        self.assertEqual(self.files(), ["out.json"])
        self.assertEqual((self.folder / "out.json").read_text(encoding="utf-8"), "earlier")


if __name__ == "__main__":
    harness.main()
