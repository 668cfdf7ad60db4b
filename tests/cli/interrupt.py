"""Ctrl-C and SIGTERM in every state of a run: it ends, with exit code 130 and valid JSON of what was complete."""

import signal

import harness

STARTED = "producer on CPU"
MEASURING = "repetition 1 of"
LONG = ("--duration", "45ms", "--repetitions", "100000")


class Interrupt(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.needs_two_cpus()

    def interrupt(self, when, *arguments, number=signal.SIGINT, pause_s=0.3):
        """Interrupts a run; returns the document that it kept."""
        code, _, errors = harness.interrupted(["run", "--json", "out.json", "--raw", *arguments], when, number, pause_s)
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertIn("interrupted", errors)
        self.assertEqual(self.files(), ["out.json"])
        document = harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
        self.assertIs(document["interrupted"], True)
        return document

    def interrupt_while_measuring(self, *arguments, number=signal.SIGINT):
        document = self.interrupt(MEASURING, *LONG, *arguments, number=number)
        self.assertGreaterEqual(len(document["raw"]["repetitions"]), 1)
        self.assertGreater(document["result"]["ns_per_item"], 0)

    def interrupt_before_anything_is_complete(self, *arguments):
        document = self.interrupt(STARTED, *arguments)
        self.assertEqual(document["raw"]["repetitions"], [])
        self.assertIsNone(document["result"])
        self.assertTrue(document["absent"]["result"])

    def test_both_sides_block_in_turn(self):
        self.interrupt_while_measuring("--wp", "20ns", "--wc", "20ns", "--kp", "256", "--kc", "256")

    def test_both_sides_block_on_a_tiny_queue(self):
        self.interrupt_while_measuring("--wp", "20ns", "--wc", "20ns", "--queue-size", "1")

    def test_every_notifier_blocked(self):
        work = ("--wp", "20ns", "--wc", "20ns", "--queue-size", "2")
        for notifier in set(harness.available("notifiers")) - {"none"}:
            self.interrupt_while_measuring("--notify", notifier, *work)

    def test_spin_then_block(self):
        waits = ("--producer-wait", "spin-block", "--consumer-wait", "spin-block")
        self.interrupt_while_measuring(*waits, "--wp", "50us")

    def test_polling(self):
        self.interrupt_while_measuring("--notify", "none")

    def test_short_sleeps(self):
        sleeps = ("--producer-wait", "sleep", "--yp", "50us", "--consumer-wait", "sleep", "--yc", "50us")
        self.interrupt_while_measuring(*sleeps)

    def test_both_threads_on_one_cpu(self):
        self.interrupt_while_measuring("--place", "same-core")

    def test_consumer_sleeps_long(self):
        self.interrupt_before_anything_is_complete("--consumer-wait", "sleep", "--yc", "1s", "--wp", "1s")

    def test_producer_works_long(self):
        self.interrupt_before_anything_is_complete("--wp", "1s")

    def test_consumer_works_long(self):
        self.interrupt_before_anything_is_complete("--wc", "1s")

    def test_kick_takes_long(self):
        self.interrupt_before_anything_is_complete("--kick-cost", "1s")

    def test_consumer_starts_up_long(self):
        self.interrupt_before_anything_is_complete("--consumer-startup", "1s")

    def test_endless_repetition_keeps_its_slices(self):
        document = self.interrupt(STARTED, "--items", "1000000000000000", pause_s=2)
        (repetition,) = document["raw"]["repetitions"]
        self.assertIs(repetition["complete"], False)
        self.assertGreaterEqual(len(repetition["slices"]), 1)
        row = document["result"]
        self.assertGreater(row["ns_per_item"], 0)
        self.assertEqual(row["slices_count"], len(repetition["slices"]))
        self.assertEqual(row["grade"], "spoiled")
        self.assertIn("not one repetition is complete", row["grade_reasons"])
        self.assertIs(document["complete"], False)

    def test_unfinished_repetition_is_beside_the_complete_ones(self):
        document = self.interrupt(MEASURING, "--duration", "1s", "--repetitions", "100", pause_s=0.7)
        *complete, last = document["raw"]["repetitions"]
        self.assertEqual({repetition["complete"] for repetition in complete}, {True})
        self.assertIs(last["complete"], False)
        self.assertEqual(document["result"]["slices_count"], sum(len(whole["slices"]) for whole in complete))

    def test_sigterm(self):
        self.interrupt_while_measuring(number=signal.SIGTERM)

    def test_json_on_standard_output(self):
        arguments = ["run", *LONG, "--json", "-"]
        code, output, errors = harness.interrupted(arguments, MEASURING)
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertIs(harness.strict_json(output)["interrupted"], True)

    def test_table_of_what_is_complete(self):
        code, output, errors = harness.interrupted(["run", *LONG], MEASURING)
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assert_says(output, "ns per item", "placement: CPUs")

    def test_calibration(self):
        code, _, errors = harness.interrupted(["calibrate", "--json", "out.json"], "notifications and sleeps")
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertEqual(self.files(), ["out.json"])
        document = harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
        self.assertIs(document["interrupted"], True)
        self.assertIs(document["complete"], False)
        taken = harness.run("predict", "--calibration", "out.json")
        self.assert_exit(taken, 2)
        self.assert_says(taken.stderr, "--calibration out.json: is of a run that was interrupted: calibrate again")


if __name__ == "__main__":
    harness.main()
