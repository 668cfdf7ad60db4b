"""Producer and consumer in processes of their own: the result, and what happens when one of them is killed."""

import os
import pathlib
import random
import re
import signal
import subprocess
import threading
import time

import harness

LONG = ("--duration", "45ms", "--repetitions", "100000")
ROUNDS = 8
LONGEST_DELAY_S = 0.6


def processes_of(session, zombies=True):
    """{process id: parent} of what runs, or is a zombie, in a session (setsid)."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[3]) == session and (zombies or fields[0] != "Z"):
            found[int(stat.parent.name)] = int(fields[1])
    return found


def wait_until(condition, what):
    """Nothing here takes long: who does not come about hangs."""
    for _ in range(100 * harness.HANG_S):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"still not: {what}")


class Run:
    """`kickbench run --processes` in a session of its own, so that everything it starts can be found."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [harness.BINARY, "run", "--processes", *arguments],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.watchdog = threading.Timer(harness.HANG_S, self.kill_all)
        self.watchdog.start()
        self.head = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.watchdog.cancel()
        self.kill_all()
        self.process.communicate()

    def kill_all(self):
        for process in processes_of(self.process.pid):
            os.kill(process, signal.SIGKILL)

    def wait_for(self, fragment):
        """Until standard error says so."""
        for line in self.process.stderr:
            self.head += line
            if fragment in line:
                return

    def consumer(self):
        """The process id of the consumer, as soon as there is one; None if the run has ended."""
        while self.process.poll() is None:
            for process, parent in processes_of(self.process.pid).items():
                if parent == self.process.pid:
                    return process
        return None

    def end(self):
        """(exit code, standard error) of the run, once it has ended."""
        rest = self.process.communicate()[1]
        return self.process.returncode, self.head + rest


class Processes(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.needs_two_cpus()
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        self.random = random.Random(seed)

    def document(self):
        return harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def measure(self, *arguments):
        result = harness.run("run", *harness.SHORT, *arguments, "--json", "out.json", "--raw")
        self.assert_exit(result, 0)
        return self.document()

    def assert_kept(self, document, errors):
        """What was said to be complete is in the file."""
        said = len(re.findall(r"repetition \d+ of", errors))
        kept = document["raw"]["repetitions"]
        self.assertEqual(sum(repetition["complete"] for repetition in kept), said)
        self.assertEqual(document["result"] is not None, kept != [])
        self.assertIs(document["complete"], False)

    # --- results

    def test_two_address_spaces(self):
        document = self.measure("--processes")
        self.assertIs(document["scenario"]["processes"], True)
        self.assertTrue(document["scenario"]["name"].endswith("/processes"))
        addresses = document["queue_addresses"]
        self.assertNotEqual(addresses["producer"], addresses["consumer"])
        for address in addresses.values():
            self.assertGreater(int(address, 16), 0)

    def test_one_address_space(self):
        document = self.measure()
        self.assertIs(document["scenario"]["processes"], False)
        self.assertNotIn("processes", document["scenario"]["name"])
        addresses = document["queue_addresses"]
        self.assertEqual(addresses["producer"], addresses["consumer"])

    def test_addresses_differ_without_randomisation_too(self):
        probe = subprocess.run(["setarch", "-R", "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("addresses cannot be made predictable here: setarch -R fails")
        arguments = ("run", *harness.SHORT, "--processes", "--json", "out.json", "--raw")
        self.assert_exit(harness.run(*arguments, prefix=("setarch", "-R")), 0)
        addresses = self.document()["queue_addresses"]
        self.assertNotEqual(addresses["producer"], addresses["consumer"])

    def test_every_ring_and_notifier(self):
        for ring in harness.available("rings"):
            for notifier in harness.available("notifiers"):
                document = self.measure("--processes", "--ring", ring, "--notify", notifier)
                self.assertGreater(document["result"]["items_count"], 0, f"{ring}, {notifier}")

    def test_notification_one_way(self):
        for one_way in (("--kick", "futex", "--interrupt", "none"), ("--kick", "none", "--interrupt", "futex")):
            self.assertGreater(self.measure("--processes", *one_way)["result"]["items_count"], 0)

    def test_nothing_is_left_after_a_run(self):
        with Run(*harness.SHORT, "--json", "out.json", "--raw") as run:
            code, errors = run.end()
            self.assertEqual(code, 0, errors)
            self.assertEqual(processes_of(run.process.pid), {})

    def test_the_inner_command_is_not_for_users(self):
        self.assertNotIn("consumer-process", harness.run("--help").stdout)
        for arguments in (("consumer-process",), ("consumer-process", "0"), ("consumer-process", "x")):
            result = harness.run(*arguments)
            self.assert_exit(result, 2)
            self.assertEqual(result.stdout, "")
            self.assertIn("consumer-process", result.stderr)

    # --- killed

    def kill_consumer(self, delay_s, *arguments):
        with Run(*LONG, "--json", "out.json", "--raw", *arguments) as run:
            consumer = run.consumer()
            time.sleep(delay_s)
            os.kill(consumer, signal.SIGKILL)
            code, errors = run.end()
            self.assertEqual(code, 3, f"after {delay_s} s:\n{errors}")
            self.assertIn("the consumer's process is lost: it was killed by signal 9", errors)
            self.assertEqual(processes_of(run.process.pid), {}, "the consumer was reaped")
            document = self.document()
            self.assert_kept(document, errors)
            self.assertIn("killed by signal 9", document["error"])
            return document

    def test_consumer_killed_at_any_moment(self):
        for _ in range(ROUNDS):
            self.kill_consumer(self.random.uniform(0, LONGEST_DELAY_S))

    def test_consumer_killed_at_any_moment_while_both_poll(self):
        for _ in range(ROUNDS):
            self.kill_consumer(self.random.uniform(0, LONGEST_DELAY_S), "--notify", "none")

    def test_consumer_killed_at_any_moment_while_both_block_in_turn(self):
        for notifier in set(harness.available("notifiers")) - {"none"}:
            for _ in range(ROUNDS // 2):
                both = ("--notify", notifier, "--queue-size", "1", "--wp", "20ns", "--wc", "20ns")
                self.kill_consumer(self.random.uniform(0, LONGEST_DELAY_S), *both)

    def test_repetitions_before_the_end_are_kept(self):
        document = self.kill_consumer(1.5)
        self.assertGreater(len(document["raw"]["repetitions"]), 0)
        self.assertGreater(document["result"]["ns_per_item"], 0)

    def kill_producer(self, delay_s, *arguments):
        with Run(*LONG, "--json", "out.json", "--raw", *arguments) as run:
            time.sleep(delay_s)
            run.process.kill()
            run.process.wait()
            # A zombie is init's to reap from here on.
            wait_until(lambda: not processes_of(run.process.pid, zombies=False), "the consumer ended by itself")
        if (self.folder / "out.json").exists():
            self.document()

    def test_producer_killed_at_any_moment(self):
        for _ in range(ROUNDS):
            self.kill_producer(self.random.uniform(0, LONGEST_DELAY_S))

    def test_producer_killed_while_the_consumer_waits_for_it(self):
        for notifier in set(harness.available("notifiers")) - {"none"}:
            self.kill_producer(LONGEST_DELAY_S, "--notify", notifier, "--wp", "500ms")
        self.kill_producer(LONGEST_DELAY_S, "--notify", "none", "--wp", "500ms")

    # --- interrupted

    def interrupt(self, send):
        with Run(*LONG, "--json", "out.json", "--raw") as run:
            run.wait_for("repetition 1 of")
            time.sleep(self.random.uniform(0, 0.2))
            send(run)
            code, errors = run.end()
            self.assertEqual(code, 130, errors)
            self.assertEqual(processes_of(run.process.pid), {})
        document = self.document()
        self.assertIs(document["interrupted"], True)
        self.assert_kept(document, errors)

    def test_ctrl_c_reaches_both(self):
        self.interrupt(lambda run: os.killpg(run.process.pid, signal.SIGINT))

    def test_sigterm_reaches_both(self):
        self.interrupt(lambda run: os.killpg(run.process.pid, signal.SIGTERM))

    def test_sigint_reaches_the_measuring_process_alone(self):
        self.interrupt(lambda run: run.process.send_signal(signal.SIGINT))

    def test_consumer_that_does_not_run_is_ended_by_force(self):
        def stop_and_interrupt(run):
            os.kill(run.consumer(), signal.SIGSTOP)
            run.process.send_signal(signal.SIGINT)

        self.interrupt(stop_and_interrupt)

    def test_ctrl_c_while_it_starts(self):
        for _ in range(ROUNDS):
            with Run(*LONG, "--json", "out.json", "--raw") as run:
                run.wait_for("producer on CPU")
                time.sleep(self.random.uniform(0, 0.1))
                os.killpg(run.process.pid, signal.SIGINT)
                code, errors = run.end()
                self.assertEqual(code, 130, errors)
                self.assertEqual(processes_of(run.process.pid), {})


if __name__ == "__main__":
    harness.main()
