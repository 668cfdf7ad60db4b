"""--calibration: N and S from a file, in predict, simulate and run; whose file, which row, and what is refused."""

import json
import re

import harness

WORK = "--wp 2us --wc 1us --queue-size 64".split()
COSTS = {"to_consumer": (600, 5000), "to_producer": (100, 1000)}
WAKES = "eventfd, to_consumer, line mid"
IDLE_NS = (20_000, 1_000_000)


def rung(idle_ns, notify_ns, startup_ns):
    return {"idle_ns": idle_ns, "notify_ns": [notify_ns] * 2, "startup_ns": [startup_ns] * 2}


def calibration(fingerprint, notifiers=("eventfd", "futex")):
    """N and S are constant: futex costs ten times what eventfd does, a peer idle for 1 ms twice one idle for 20 us."""
    document = {
        "schema_version": 1,
        "tool": {"name": "kickbench", "version": "0", "command": "calibrate"},
        "fingerprint": fingerprint,
        "clock": {"source": "tsc", "invariant": True, "ticks_per_ns": 2.5, "read_cost_ns": 10, "step_ns": 10},
        "calibration_version": 2,
        "placement": {"name": "l3", "producer_cpu": 0, "consumer_cpu": 1, "reason": "made up"},
        "idle": "as-is",
        "rounds_count": 3,
        "wake_costs": [],
        "sleeps": [{"asked_ns": 100_000, "oversleeps_ns": [10_000]}],
        "gaps": {side: {"gaps_count": 0, "lost_ns": 0, "watched_ns": 1e9} for side in ("producer", "consumer")},
    }
    # Wherever this host has its line today, there are costs for it.
    for line_class in ("mid", "near", "far", "unknown", "moved"):
        for notifier in notifiers:
            for notification, (notify, startup) in COSTS.items():
                factor = 10 if notifier == "futex" else 1
                rungs = [rung(idle, notify * factor * n, startup * factor * n) for n, idle in enumerate(IDLE_NS, 1)]
                row = {"notifier": notifier, "notification": notification, "line_class": line_class}
                rest = {"needless_notify_ns": [10], "arming_ns": [], "asking_ns": []}
                document["wake_costs"].append(row | {"rungs": rungs} | rest)
    return document


class Calibration(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write(calibration("0000000000000000"))
        self.here = re.search("here it is ([0-9a-f]{16});", self.run_with("predict").stderr).group(1)
        self.write(calibration(self.here))

    def write(self, document):
        (self.folder / "c.json").write_text(json.dumps(document), encoding="utf-8")

    def run_with(self, command, *arguments):
        return harness.run(command, *WORK, "--calibration", "c.json", *arguments, "--json", "out.json")

    def document(self, command, *arguments):
        result = self.run_with(command, *arguments)
        self.assert_exit(result, 0)
        return harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def costs(self, *arguments):
        """(N_P, S_C, N_C, S_P) that predict reckons with."""
        parameters = self.document("predict", *arguments)["parameters"]
        producer, consumer = parameters["producer"], parameters["consumer"]
        return producer["notify_ns"], consumer["startup_ns"], consumer["notify_ns"], producer["startup_ns"]

    def refused(self, command, code, arguments, *fragments):
        result = self.run_with(command, *arguments)
        self.assert_exit(result, code)
        self.assert_says(result.stderr, *fragments)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), ["c.json"])

    # --- what is taken

    def test_predict_takes_medians(self):
        self.assertEqual(self.costs(), (600, 5000, 100, 1000))

    def test_notifier_and_idle_time_choose_the_row(self):
        self.assertEqual(self.costs("--notify", "futex"), (6000, 50000, 1000, 10000))
        self.assertEqual(self.costs("--idle-time", "800us"), (1200, 10000, 200, 2000))
        self.assertEqual(self.costs("--idle-time", "1us"), (600, 5000, 100, 1000))

    def test_what_is_given_stays(self):
        self.assertEqual(self.costs("--np", "7us", "--sc", "-50ns"), (7000, -50, 100, 1000))

    def test_what_is_varied_stays(self):
        document = self.document("predict", "--vary", "sc=1us:3us:3")
        self.assertEqual([row["sc_ns"] for row in document["rows"]], [1000, 2000, 3000])
        self.assertEqual([row["parameters"]["producer"]["notify_ns"] for row in document["rows"]], [600] * 3)
        self.assertNotIn("--sc is", " ".join(document["model_assumptions"]))

    def test_says_what_was_taken_from_where(self):
        result = self.run_with("predict", "--np", "1us", "--idle-time", "30us")
        taken = f"--sc is the median, 5000 ns, of 2 in c.json: {WAKES}, peer idle for 20 us"
        self.assert_says(result.stderr, taken)
        self.assertNotIn("--np is", result.stderr)
        document = harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
        told = " ".join(document["model_assumptions"])
        self.assert_says(told, "--sc is the median", "--nc is the median", "--sp is the median", "c.json")
        self.assertNotIn("taken as 0", told)

    def test_simulate_draws_n_and_s_for_the_idle_time(self):
        # Of constants: m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        self.assertAlmostEqual(self.document("simulate")["ns_per_item"], 2100, delta=0.1)
        # In FC the consumer is idle for less than W_P - W_C.
        dear = calibration(self.here)
        for row in dear["wake_costs"]:
            row["rungs"] = [rung(1000, 600, 5000), rung(20_000, 10**6, 5000)]
        self.write(dear)
        self.assertAlmostEqual(self.document("simulate")["ns_per_item"], 2100, delta=0.1)
        # At --idle-time it is as long as that.
        by_hand = self.document("simulate", "--idle-time", "20us")
        self.assertAlmostEqual(by_hand["ns_per_item"], 2000 + 10**6 / 6, delta=10)

    def test_simulate_draws_each_n_with_its_s(self):
        # A peer that looks early costs much, one that looks late nothing: FC with m = 1 half of the time, else m = 11.
        paired = calibration(self.here)
        for row in paired["wake_costs"]:
            row["rungs"] = [{"idle_ns": 1000, "notify_ns": [3000, 0], "startup_ns": [500, 10_500]}]
        self.write(paired)
        document = self.document("simulate", "--items", "200000")
        self.assertIs(document["exact"], False)
        self.assertAlmostEqual(document["ns_per_item"], 2000 + 3000 / 12, delta=20)

    def test_simulate_says_what_was_taken_from_where(self):
        result = self.run_with("simulate", "--np", "1us", "--idle-time", "30us")
        self.assert_says(result.stderr, f"--sc is drawn from c.json: {WAKES}, peer idle for 20 us")
        result = self.run_with("simulate")
        together = f"--np is drawn, N and S together, from c.json: {WAKES}, peer idle for as long as"
        self.assert_says(result.stderr, together)

    def test_simulate_draws_over_a_grid(self):
        rows = self.document("simulate", "--vary", "np=0ns:600ns:2")["rows"]
        for row, expected in zip(rows, (2000, 2100), strict=True):
            self.assertAlmostEqual(row["ns_per_item"], expected, delta=0.1)

    # --- whose it is

    def test_another_host_is_refused(self):
        self.write(calibration("0000000000000000"))
        for command in ("predict", "simulate"):
            self.refused(command, 4, [], "c.json", "another host", "0000000000000000", self.here, "--force")

    def test_another_host_is_refused_by_the_suite(self):
        self.write(calibration("0000000000000000"))
        result = harness.run("bench", "--calibration", "c.json", "--benchmark_list_tests", "--json", "out.json")
        self.assert_exit(result, 4)
        self.assert_says(result.stderr, "another host", "--force")
        self.assertEqual((result.stdout, self.files()), ("", ["c.json"]))

    def test_another_host_by_force(self):
        self.write(calibration("0000000000000000"))
        self.assertEqual(self.costs("--force"), (600, 5000, 100, 1000))
        self.assert_says(self.run_with("predict", "--force", "--quiet").stderr, "another host")

    def test_the_suite_tells_of_another_placement(self):
        self.needs_two_cpus()
        document = calibration(self.here)
        document["placement"]["consumer_cpu"] = 4095
        self.write(document | {"idle": "poll"})
        result = harness.run("bench", "--calibration", "c.json", "--benchmark_list_tests", "--quiet")
        self.assert_exit(result, 0)
        self.assert_says(result.stderr, "c.json: its placement is 0,4095", "its --idle is poll, and here it is as-is")

    # --- run: beside a measurement

    def measured(self, *arguments):
        self.needs_two_cpus()
        result = harness.run("run", *WORK, *harness.SHORT, "--calibration", "c.json", *arguments, "--json", "out.json")
        self.assert_exit(result, 0)
        return result, harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def test_run_sets_the_forecast_beside_the_measurement(self):
        result, document = self.measured("--kick-cost", "300ns")
        row = document["result"]
        # m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        self.assertEqual(row["regime_forecast"], "FC")
        self.assertAlmostEqual(row["forecast_ns_per_item"], 2150, delta=0.1)
        error_pct = 100 * (row["consumer_ns_per_item"] / row["forecast_ns_per_item"] - 1)
        self.assertAlmostEqual(row["forecast_error_pct"], error_pct)
        self.assert_says(row["forecast_costs"][0], "N_P and S_C of eventfd, to_consumer, line", "4 wakes of a peer")
        self.assert_says(result.stdout, "forecast from the calibration: FC, 2150 ns per item, measured is ")
        self.assert_says(result.stdout, "N_P and S_C")
        self.assertEqual(document["calibration"], "c.json")

    def test_run_tells_of_another_placement(self):
        document = calibration(self.here)
        document["placement"]["consumer_cpu"] = 4095
        self.write(document | {"idle": "poll"})
        result, _ = self.measured("--quiet")
        self.assert_says(result.stderr, "c.json: its placement is 0,4095", "its --idle is poll, and here it is as-is")

    def test_run_of_rings_side_by_side(self):
        result, document = self.measured("--ring", "split,spsc,null")
        for row in document["rings"][:2]:
            self.assertAlmostEqual(row["forecast_ns_per_item"], 2100, delta=0.1)
        self.assertIsNone(document["rings"][2]["forecast_ns_per_item"])
        self.assert_says(document["rings"][2]["absent"]["forecast_error_pct"], "without a ring")
        self.assert_says(result.stdout, "spsc, forecast: FC, 2100 ns per item", "null, forecast: nothing")

    def test_run_without_anyone_who_blocks_needs_no_wakes(self):
        _, document = self.measured("--notify", "none")
        self.assertAlmostEqual(document["result"]["forecast_ns_per_item"], 2000, delta=0.1)

    def test_run_has_no_forecast_of_a_place_that_was_not_calibrated(self):
        elsewhere = calibration(self.here)
        elsewhere["wake_costs"] = [row for row in elsewhere["wake_costs"] if row["line_class"] == "moved"]
        self.write(elsewhere)
        _, document = self.measured()
        if document["result"]["line_class"] == "moved":
            self.skipTest("the threads moved during every slice")
        self.assertIsNone(document["result"]["forecast_ns_per_item"])
        self.assert_says(document["result"]["absent"]["forecast_ns_per_item"], "did not meet the line", "but 'moved'")

    def test_run_refuses_what_the_calibration_does_not_know(self):
        self.write(calibration(self.here, ["eventfd"]))
        self.refused("run", 2, ["--interrupt", "futex"], "notifier 'futex' is unknown", "Known: eventfd", "c.json")

    def test_run_refuses_another_host(self):
        self.write(calibration("0000000000000000"))
        self.refused("run", 4, [], "c.json", "another host", "--force")
        _, document = self.measured("--force")
        self.assertAlmostEqual(document["result"]["forecast_ns_per_item"], 2100, delta=0.1)

    # --- bad input

    def test_bad_files(self):
        self.write(calibration(self.here) | {"extra": 1})
        self.refused("predict", 2, [], "--calibration c.json", "'extra' is unknown")
        broken = calibration(self.here)
        broken["wake_costs"][3]["rungs"][1]["notify_ns"][0] = "x"
        self.write(broken)
        self.refused("simulate", 2, [], "c.json: /wake_costs/3/rungs/1/notify_ns/0: must be a number")
        older = calibration(self.here)
        del older["calibration_version"]
        self.write(older)
        self.refused("predict", 2, [], "c.json", "older kickbench", "calibrate again with --out")
        (self.folder / "c.json").write_text("{", encoding="utf-8")
        self.refused("predict", 2, [], "c.json: is no JSON")

    def test_no_such_file(self):
        result = harness.run("predict", "--calibration", "none.json")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--calibration none.json", "No such file")

    def test_rows_that_are_not_there(self):
        self.refused("predict", 2, ["--notify", "eventdf"], "--notify 'eventdf'", "did you mean 'eventfd'?", "c.json")
        self.refused("predict", 2, ["--idle-time", "0ns"], "--idle-time 0ns")
        self.refused("predict", 2, ["--sync", "sleep"], "--calibration c.json has no effect", "--sync notification")

    def test_options_that_need_a_calibration(self):
        for option in (["--notify", "futex"], ["--idle-time", "1us"], ["--force"]):
            result = harness.run("predict", *option)
            self.assert_exit(result, 2)
            self.assert_says(result.stderr, option[0], "--calibration")

    def test_calibrate_writes_no_calibration_among_its_table(self):
        result = harness.run("calibrate", "--out", "-")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--out -", "name a file")


if __name__ == "__main__":
    harness.main()
