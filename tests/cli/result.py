"""What `run` says of a measurement: a table for people, strict JSON for programs."""

import re

import harness

# Keys of numbers that are no quantity, or whose unit is the key above them.
WITHOUT_UNIT = {
    "schema_version",
    "queue_size",
    "producer_cpu",
    "consumer_cpu",
    "count",
    "items",
    "before",
    "after",
    "cpu",
    "ns_per_item_undisturbed",
    "ns_per_item_lower",
    "ns_per_item_upper",
    "load_average",
    "hugepages_free",
    "io_uring_disabled",
    "realtime_priority_limit",
}
UNIT = re.compile(r"_(ns|us|pct|count|per_item|per_second|per_ns|ticks|bytes|kib|cpus|ratio)$")


# The options of `simulate`, and what a run calls what they take.
COSTS = {
    "wp": "producer_work",
    "wc": "consumer_work",
    "np": "producer_notify",
    "nc": "consumer_notify",
    "sp": "producer_startup",
    "sc": "consumer_startup",
    "producer-oversleep": "producer_oversleep",
    "consumer-oversleep": "consumer_oversleep",
}


def numeric_keys(value, key=""):
    """The keys of all numbers; those of a list have the list's."""
    if isinstance(value, dict):
        for inner, entry in value.items():
            yield from numeric_keys(entry, inner)
    elif isinstance(value, list):
        for entry in value:
            yield from numeric_keys(entry, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key


class RunResult(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.needs_two_cpus()

    def measure(self, *arguments):
        """(what it printed, the document)"""
        result = harness.run("run", *harness.SHORT, "--json", "out.json", "--raw", *arguments)
        self.assert_exit(result, 0)
        self.assertEqual(self.files(), ["out.json"])
        return result, harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def test_rings_side_by_side(self):
        rings = ("--ring", "split,packed+in_order,spsc")
        result, document = self.measure(*rings, "--notify", "none", "--wp", "0ns", "--wc", "0ns")
        self.assertIs(document["complete"], True)
        rows = document["rings"]
        self.assertEqual([row["scenario"]["ring"] for row in rows], ["split", "packed", "spsc"])
        self.assertEqual(rows[1]["scenario"]["features"], ["event_idx", "in_order"])
        for row in rows:
            self.assert_keys(row, "ns_per_item", "line_transfer_ns", "to_first_ratio", "paired_rounds_count", "raw")
        if rows[0]["to_first_ratio"] is not None:
            self.assertEqual(rows[0]["to_first_ratio"], 1)
        self.assertIn("packed+in_order", result.stdout)
        for key in set(numeric_keys(rows)) - WITHOUT_UNIT:
            self.assertRegex(key, UNIT)

    def test_the_device_produces(self):
        for ring in ("split", "packed"):
            _, document = self.measure("--ring", ring, "--direction", "rx", "--wp", "2us", "--wc", "500ns",
                                       "--kick-cost", "3us", "--interrupt-cost", "4us")
            scenario = document["scenario"]
            self.assertEqual(scenario["direction"], "rx")
            self.assertEqual(scenario["consumer"]["extra_notify_ns"], 3000)
            self.assertEqual(scenario["producer"]["extra_notify_ns"], 4000)
            self.assertIn("kick-cost:3000/interrupt-cost:4000", scenario["name"])
            row = document["result"]
            # The producer is the device, so what wakes the faster consumer is an interrupt.
            self.assertGreater(row["interrupts_per_item"], row["kicks_per_item"])

    def simulated_again(self, prefix, row, *arguments):
        """The run's own simulation, and one of the distributions that it wrote, must agree: both are of the same."""
        options = []
        for option, name in COSTS.items():
            if self.document["distributions"][prefix + name] is not None:
                options += ["--" + option, f"file:out.json#{prefix}{name}"]
        self.assertGreater(len(options), 4)
        result = harness.run("simulate", *arguments, *options, "--json", "-")
        self.assert_exit(result, 0)
        again = harness.strict_json(result.stdout)
        self.assertIs(again["exact"], False)
        interval = row["simulated_upper_ns_per_item"] - row["simulated_lower_ns_per_item"]
        simulated = row["simulated_ns_per_item"]
        self.assertAlmostEqual(again["ns_per_item"], simulated, delta=max(2 * interval, 0.01 * simulated))

    def test_simulate_takes_the_distributions_of_notifications(self):
        _, self.document = self.measure("--wp", "4us", "--wc", "2us")
        self.simulated_again("", self.document["result"])
        _, self.document = self.measure("--wp", "2us", "--wc", "4us", "--direction", "rx", "--queue-size", "8")
        self.simulated_again("", self.document["result"], "--queue-size", "8")

    def test_simulate_takes_the_distributions_of_sleeps(self):
        sleeps = ("--yp", "100us", "--yc", "100us", "--queue-size", "16")
        waits = ("--producer-wait", "sleep", "--consumer-wait", "sleep", "--notify", "none")
        _, self.document = self.measure("--wp", "4us", "--wc", "2us", *sleeps, *waits)
        self.assertIsNone(self.document["distributions"]["producer_notify"])
        self.simulated_again("", self.document["result"], "--sync", "sleep", *sleeps)

    def test_simulate_takes_the_distributions_of_rings_side_by_side(self):
        _, self.document = self.measure("--ring", "split,split+in_order", "--wp", "4us", "--wc", "2us")
        self.simulated_again("split+in_order/", self.document["rings"][1])

    def test_chains_and_features(self):
        for features in ("none", "event_idx", "event_idx,indirect", "event_idx,in_order,order_platform"):
            _, document = self.measure("--features", features, "--chain", "4", "--wp", "2us")
            slots = 256 if "indirect" in features else 64
            self.assertEqual(document["scenario"]["slots_count"], slots)

    def test_measured_beside_predicted(self):
        _, document = self.measure("--wp", "2us", "--wc", "1us")
        self.assertEqual(document["schema_version"], 1)
        self.assertIs(document["interrupted"], False)
        row = document["result"]
        self.assert_keys(
            row,
            *("ns_per_item", "predicted_ns_per_item", "model_error_pct", "items_per_second"),
            *("regime_observed", "regime_predicted", "line_transfer_ns"),
            *("interval_kind", "interference_pct", "ns_per_item_undisturbed", "spread_pct", "place_pct"),
            *("kicks_per_item", "interrupts_per_item", "sleeps_per_item", "spurious_wakeups_per_item"),
            *("producer_notify_ns", "consumer_startup_ns", "latency_own_p99_ns", "producer_cpu_ns_per_item"),
            *("latency_service_max_ns", "predicted_latency_service_max_ns", "simulated_latency_service_max_ns"),
            *("busy_ns_per_item", "predicted_busy_ns_per_item", "package_joules_per_item"),
        )
        self.assertGreater(row["ns_per_item"], 0)
        self.assertIn(row["regime_predicted"], ("FC", "SCS", "SS", "NL"))
        self.assertIn(row["grade"], ("quiet", "usable", "spoiled"))
        self.assertEqual(row["grade"] == "quiet", row["grade_reasons"] == [])
        self.assertEqual(row["interval_kind"], "within_run")
        self.assertEqual(len(document["raw"]["repetitions"]), 2)
        placement = document["placement"]
        self.assertEqual(
            [probe["cpu"] for probe in document["host_floor"]],
            sorted({placement["producer_cpu"], placement["consumer_cpu"]}),
        )

    def test_numeric_keys_end_in_their_unit(self):
        _, document = self.measure()
        wrong = {key for key in numeric_keys(document) if not UNIT.search(key)} - WITHOUT_UNIT
        self.assertEqual(wrong - {"online_cpus", "usable_cpus", "isolated_cpus"}, set())

    def test_scenario_is_recorded_as_it_ran(self):
        _, document = self.measure("--ring", "spsc", "--notify", "futex", "--kp", "3/4", "--queue-size", "8")
        scenario = document["scenario"]
        self.assertEqual((scenario["ring"], scenario["kick"], scenario["interrupt"]), ("spsc", "futex", "futex"))
        self.assertEqual(scenario["producer"]["notify_threshold_count"], 6)
        self.assertEqual(scenario["producer"]["work_ns"], 2000)

    def test_table_for_people_beside_the_file(self):
        result, _ = self.measure()
        self.assert_says(result.stdout, "measured", "predicted", "ns per item", "regime", "placement: CPUs", "grade: ")
        self.assertEqual(result.stdout.count("the host's floor: CPU "), 1)
        self.assert_says(result.stderr, "repetition 2 of 2")

    def test_json_alone_on_standard_output(self):
        result = harness.run("run", *harness.SHORT, "--json", "-")
        self.assert_exit(result, 0)
        self.assertIn("result", harness.strict_json(result.stdout))
        self.assert_says(result.stderr, "repetition 2 of 2")
        self.assertEqual(self.files(), [])

    def test_quiet_leaves_standard_error_empty(self):
        result = harness.run("run", *harness.SHORT, "--quiet")
        self.assert_exit(result, 0)
        self.assertEqual(result.stderr, "")
        self.assertNotEqual(result.stdout, "")

    def test_pipe_gets_one_document(self):
        result = harness.run("run", *harness.SHORT, "--quiet", "--json", "/dev/stderr")
        self.assert_exit(result, 0)
        self.assertIn("result", harness.strict_json(result.stderr))

    def test_earlier_result_is_replaced(self):
        (self.folder / "out.json").write_text("{" + "x" * 1_000_000, encoding="utf-8")
        _, document = self.measure()
        self.assertIn("result", document)

    def test_every_ring(self):
        for ring in harness.available("rings"):
            _, document = self.measure("--ring", ring)
            self.assertEqual(document["scenario"]["ring"], ring)
            self.assertGreater(document["result"]["items_count"], 0)

    def test_every_notifier(self):
        for notifier in harness.available("notifiers"):
            _, document = self.measure("--notify", notifier)
            self.assertEqual(document["scenario"]["kick"], notifier)
            self.assertGreater(document["result"]["items_count"], 0)

    def test_every_wait(self):
        for wait in harness.available("waits"):
            times = ("--yp", "20us", "--yc", "20us") if wait == "sleep" else ()
            _, document = self.measure("--producer-wait", wait, "--consumer-wait", wait, *times)
            self.assertEqual(document["scenario"]["producer"]["wait"], wait)
            self.assertGreater(document["result"]["items_count"], 0)

    def test_every_placement(self):
        for place in harness.available("placements"):
            if place == "P,C":
                place = ",".join(map(str, harness.cpus()[:2]))
            _, document = self.measure("--place", place)
            self.assertLessEqual(
                {document["placement"]["producer_cpu"], document["placement"]["consumer_cpu"]}, set(harness.cpus())
            )

    def test_idle_poll_says_whether_it_took_hold(self):
        result = harness.run("run", *harness.SHORT, "--idle", "poll", "--json", "-")
        if "cannot make idle CPUs poll" in result.stderr:
            self.skipTest(result.stderr.strip())
        self.assert_exit(result, 0)
        polling = harness.strict_json(result.stdout)["idle_polling"]
        self.assertIn(polling["cpu"], harness.cpus())
        said = {True: "took hold", False: "did not take hold", None: "is not known"}[polling["took_hold"]]
        self.assertIn(f"--idle poll {said}" if polling["took_hold"] is not None else said, result.stderr)
        self.assertIn(polling["evidence"], result.stderr)
        # Where no idle state of the kernel polls, the request cannot take hold, and the cause is the doctor's.
        environment = harness.strict_json(harness.run("doctor", "--json", "-").stdout)
        idle = next(finding for finding in environment["findings"] if finding["topic"] == "idle")
        if "cannot prevent it" in idle["fix"]:
            self.assertEqual((polling["took_hold"], polling["evidence"]), (False, idle["cause"]))

    def test_idle_as_is_asks_for_no_polling(self):
        self.assertNotIn("idle_polling", self.measure()[1])

    def test_two_cpus_are_enough(self):
        two = ",".join(map(str, harness.cpus()[:2]))
        result = harness.run("run", *harness.SHORT, "--json", "-", prefix=("taskset", "-c", two))
        self.assert_exit(result, 0)
        placement = harness.strict_json(result.stdout)["placement"]
        self.assertEqual(f"{placement['producer_cpu']},{placement['consumer_cpu']}", two)


if __name__ == "__main__":
    harness.main()
