"""What measures nothing or little: help, list, predict, doctor."""

import harness

PREDICTED = (
    "ns_per_item",
    "items_per_second",
    "lower_ns_per_item",
    "upper_ns_per_item",
    "items_per_notification",
    "kicks_per_item",
    "interrupts_per_item",
    "producer_sleeps_per_item",
    "consumer_sleeps_per_item",
    "busy_ns_per_item",
    "latency_idle_ns",
    "latency_service_max_ns",
    "latency_own_mean_ns",
)


class Describe(harness.CommandLineTest):
    def document(self, *arguments):
        """What the command writes to standard output with --json -."""
        result = harness.run(*arguments, "--json", "-")
        self.assert_exit(result, 0)
        return harness.strict_json(result.stdout)

    def predict(self, *arguments):
        document = self.document("predict", *arguments)
        self.assertEqual(document["schema_version"], 1)
        self.assert_keys(document, "sync", "regime", "parameters", *PREDICTED)
        return document

    # --- help

    def test_help_is_a_result(self):
        result = harness.run("--help")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "doctor", "calibrate", "predict", "run", "bench", "list")
        self.assertEqual(result.stderr, "")

    def test_run_help_shows_units_and_defaults(self):
        result = harness.run("run", "--help")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "--wp TIME=2us", "--queue-size COUNT=256", "--duration TIME=500ms", "1500ns")

    def test_version(self):
        result = harness.run("--version")
        self.assert_exit(result, 0)
        self.assertRegex(result.stdout, r"^kickbench \d+\.\d+\.\d+, revision ([0-9a-f]{12}|unknown)\n$")

    # --- list

    def test_list_has_the_keys_of_the_contract(self):
        document = self.document("list")
        self.assertEqual(list(document), ["rings", "notifiers", "waits", "placements", "regimes"])
        for section, entries in document.items():
            for entry in entries:
                self.assertLessEqual({"name", "available", "reason"}, set(entry), section)
                self.assertEqual(entry["available"], entry["reason"] == "", entry)

    def test_list_names_what_the_options_take(self):
        names = {section: [entry["name"] for entry in entries] for section, entries in self.document("list").items()}
        self.assertLessEqual({"split", "spsc", "null"}, set(names["rings"]))
        self.assertLessEqual({"none", "eventfd", "futex", "eventfd-uring"}, set(names["notifiers"]))
        self.assertEqual(set(names["waits"]), {"poll", "sleep", "block", "spin-block"})
        self.assertLessEqual({"auto", "same-core", "smt", "l2", "l3", "numa", "socket"}, set(names["placements"]))
        self.assertLessEqual({"BW", "SS", "FC", "SCS", "FP", "SPS", "sFC", "sFP", "sLS"}, set(names["regimes"]))

    def test_list_placements_name_usable_cpus(self):
        self.needs_two_cpus()
        placements = {entry["name"]: entry for entry in self.document("list")["placements"]}
        self.assertTrue(placements["auto"]["available"])
        example = placements["auto"]["example"]
        self.assertLessEqual({example["producer_cpu"], example["consumer_cpu"]}, set(harness.cpus()))

    def test_list_for_people_fits_a_page(self):
        result = harness.run("list")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "eventfd-uring", "spin-block", "same-core", "SPS")
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)

    def test_result_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = harness.run("list", stdout=full)
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "could not be written", "standard output")

    def test_json_on_standard_output_is_appended(self):
        with open("both", "a", encoding="utf-8") as both:
            both.write("# header\n")
            both.flush()
            self.assert_exit(harness.run("list", "--json", "-", stdout=both), 0)
        header, _, document = (self.folder / "both").read_text(encoding="utf-8").partition("\n")
        self.assertEqual(header, "# header")
        self.assertIn("rings", harness.strict_json(document))

    def test_json_on_standard_output_by_another_name_is_alone(self):
        for name in ("/dev/stdout", "/dev/fd/1"):
            result = harness.run("list", "--json", name)
            self.assert_exit(result, 0)
            self.assertIn("rings", harness.strict_json(result.stdout))

    # --- predict

    def test_predict_fast_consumer(self):
        # m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        costs = "--wp 2us --wc 1us --np 600ns --nc 100ns --sp 1us --sc 5us".split()
        document = self.predict(*costs)
        self.assertEqual(document["regime"], "FC")
        self.assertEqual(document["items_per_notification"], 6)
        self.assertAlmostEqual(document["ns_per_item"], 2100)
        self.assertAlmostEqual(document["kicks_per_item"], 1 / 6)
        self.assertIs(document["slow_consumer"], False)
        self.assertEqual(document["model_assumptions"], [])

    def test_predict_takes_a_negative_start_up(self):
        for spelled in (["--sc", "-200ns"], ["--sc=-200ns"]):
            document = self.predict("--np", "600ns", *spelled)
            self.assertEqual(document["parameters"]["consumer"]["startup_ns"], -200)

    def test_predict_takes_fractions_of_a_nanosecond(self):
        document = self.predict("--sync", "busy-wait", "--wp", "0.25ns", "--wc", "0.125ns")
        self.assertEqual(document["ns_per_item"], 0.25)

    def test_predict_says_what_it_took_for_granted(self):
        document = self.predict("--np", "600ns", "--sc", "1us")
        assumed = " ".join(document["model_assumptions"])
        self.assert_says(assumed, "--nc", "--sp")
        self.assertNotIn("--np", assumed)

    def test_predict_gives_bounds_for_long_sleeps(self):
        document = self.predict("--sync", "sleep", "--yp", "1ms", "--yc", "1024us", "--queue-size", "510")
        self.assertEqual(document["regime"], "sLS")
        self.assertIsNone(document["ns_per_item"])
        self.assertLess(document["lower_ns_per_item"], document["upper_ns_per_item"])

    def test_predict_threshold_as_a_fraction(self):
        document = self.predict("--kp", "3/4", "--queue-size", "8")
        self.assertEqual(document["parameters"]["producer"]["notify_threshold_count"], 6)

    def test_predict_for_people(self):
        result = harness.run("predict", "--np", "600ns", "--sc", "5us", "--nc", "0ns", "--sp", "-1us")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "FC, fast consumer", "S_C + W_C", "not more than", "(exact)")

    # --- doctor

    def test_doctor_for_people_fits_a_page(self):
        self.needs_two_cpus()
        result = harness.run("doctor")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "CPU", "kernel", "hypervisor", "idle", "io_uring", "perf", "preemption probe")
        self.assert_says(result.stdout, "counters", "give or take")
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)

    def test_doctor_for_programs(self):
        self.needs_two_cpus()
        document = self.document("doctor")
        self.assertEqual(document["schema_version"], 1)
        self.assert_keys(document["environment"], "cpu_model", "kernel_release", "hypervisor", "io_uring", "perf")
        self.assertGreater(document["preemption_probe"]["watched_ns"], 0)
        self.assertIn(document["preemption_probe"]["cpu"], harness.cpus())
        # No message arrives before it was sent, so the offset is known within one way.
        self.assertGreaterEqual(document["counter_offset_uncertainty_ns"], 0)
        self.assertLess(document["counter_offset_uncertainty_ns"], 1e6)
        self.assertIn("counter_offset_ns", document)
        for finding in document["findings"]:
            self.assertIn(finding["level"], ("ok", "note", "warning"))
            if finding["level"] != "ok":
                self.assertTrue(finding["cause"] and finding["effect"] and finding["fix"], finding)

    def test_doctor_with_one_cpu_tells_all_and_skips(self):
        alone = ("taskset", "-c", str(harness.cpus()[0]))
        result = harness.run("doctor", "--json", "out.json", prefix=alone)
        self.assert_exit(result, harness.SKIPPED)
        self.assert_says(result.stdout, "kernel", "preemption probe", "usable-cpus")
        self.assert_says(result.stderr, "two usable CPUs are needed", "taskset")
        harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    harness.main()
