"""--calibration: N and S from a file, in predict, simulate and run; whose file, which row, and what is refused."""

import json
import re

import harness

WORK = "--wp 2us --wc 1us --queue-size 64".split()
ROW = {"to_consumer": (600, 5000), "to_producer": (100, 1000)}
KICK_ROW = "eventfd, to_consumer, line mid, peer idle for 20 us"


def spread(value):
    return {"count": 2, "median_ns": value, "mean_ns": value, "p99_ns": value}


def histogram(value):
    return {"count": 2, "bins": [{"from_ns": value, "to_ns": value, "count": 2}]}


def calibration(fingerprint, notifiers=("eventfd", "futex")):
    """N and S are constant: futex costs ten times what eventfd does, a peer idle for 1 ms twice one idle for 20 us."""
    document = {
        "schema_version": 1,
        "tool": {"name": "kickbench", "version": "0", "command": "calibrate"},
        "fingerprint": fingerprint,
        "clock": {"source": "tsc", "invariant": True, "ticks_per_ns": 2.5, "read_cost_ns": 10, "step_ns": 10},
        "placement": {"name": "l3", "producer_cpu": 0, "consumer_cpu": 1, "reason": "made up"},
        "idle": "as-is",
        "wake_costs": [],
        "distributions": {},
    }
    for notifier in notifiers:
        for notification, costs in ROW.items():
            for idle_ns in (20_000, 1_000_000):
                factor = (10 if notifier == "futex" else 1) * (2 if idle_ns > 20_000 else 1)
                notify, startup = (cost * factor for cost in costs)
                row = {"notifier": notifier, "notification": notification, "line_class": "mid", "idle_ns": idle_ns}
                document["wake_costs"].append(row | {"notify": spread(notify), "startup": spread(startup)})
                name = f"{notifier}/{notification}/mid/{idle_ns}ns"
                document["distributions"] |= {name + "/N": histogram(notify), name + "/S": histogram(startup)}
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
        row = "eventfd, to_consumer, line mid, peer idle for 20 us"
        taken = f"--sc is the median of 2 in c.json: {row} (median 5000 ns)"
        self.assert_says(result.stderr, taken)
        self.assertNotIn("--np is", result.stderr)
        document = harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
        told = " ".join(document["model_assumptions"])
        self.assert_says(told, "--sc is the median", "--nc is the median", "--sp is the median", "c.json")
        self.assertNotIn("taken as 0", told)

    def test_simulate_draws_from_the_histograms(self):
        # Of constants: m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        self.assertEqual(self.document("simulate")["ns_per_item"], 2100)
        wide = calibration(self.here)
        bins = [{"from_ns": 100, "to_ns": 100, "count": 1}, {"from_ns": 1100, "to_ns": 1100, "count": 1}]
        wide["distributions"]["eventfd/to_consumer/mid/20000ns/N"]["bins"] = bins
        self.write(wide)
        document = self.document("simulate", "--items", "20000")
        self.assertIs(document["exact"], False)
        self.assertAlmostEqual(document["ns_per_item"], 2100, delta=50)

    def test_simulate_draws_over_a_grid(self):
        rows = self.document("simulate", "--vary", "np=0ns:600ns:2")["rows"]
        self.assertEqual([row["ns_per_item"] for row in rows], [2000, 2100])

    def test_distributions_can_be_named_one_by_one(self):
        result = harness.run("simulate", *WORK, "--sc", "file:c.json#eventfd/to_consumer/mid/20000ns/S", "--json", "-")
        self.assert_exit(result, 0)
        self.assertEqual(harness.strict_json(result.stdout)["parameters"]["consumer"]["startup_mean_ns"], 5000)

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

    def test_run_sets_the_calibration_beside_the_measurement(self):
        result, document = self.measured("--kick-cost", "300ns")
        row = document["result"]
        # m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        self.assertEqual((row["regime_calibrated"], row["calibrated_ns_per_item"]), ("FC", 2150))
        self.assertAlmostEqual(row["calibrated_error_pct"], 100 * (row["ns_per_item"] / 2150 - 1))
        self.assertEqual(row["calibrated_costs"][0], "N_P 900.0 and S_C 5000 ns: " + KICK_ROW)
        self.assert_says(result.stdout, "from the calibration: FC, 2150 ns per item, measured is ", KICK_ROW)
        self.assertEqual(document["calibration"], "c.json")

    def test_run_tells_of_another_placement(self):
        document = calibration(self.here)
        document["placement"]["consumer_cpu"] = 4095
        self.write(document | {"idle": "poll"})
        result, _ = self.measured("--quiet")
        self.assert_says(result.stderr, "c.json: its placement is 0,4095", "its --idle is poll, and here it is as-is")

    def test_run_of_rings_side_by_side(self):
        result, document = self.measured("--ring", "split,spsc,null")
        told = [row["calibrated_ns_per_item"] for row in document["rings"]]
        self.assertEqual(told, [2100, 2100, None])
        self.assert_says(document["rings"][2]["calibrated_error_pct_reason"], "without a ring")
        self.assert_says(result.stdout, "spsc, from the calibration: FC, 2100", "null, from the calibration: nothing")

    def test_run_without_anyone_who_blocks(self):
        _, document = self.measured("--notify", "none")
        self.assertIsNone(document["result"]["calibrated_ns_per_item"])
        self.assert_says(document["result"]["calibrated_ns_per_item_reason"], "nobody blocks")

    def test_run_refuses_what_the_calibration_does_not_know(self):
        self.write(calibration(self.here, ["eventfd"]))
        self.refused("run", 2, ["--interrupt", "futex"], "notifier 'futex' is unknown", "Known: eventfd", "c.json")

    def test_run_refuses_another_host(self):
        self.write(calibration("0000000000000000"))
        self.refused("run", 4, [], "c.json", "another host", "--force")
        _, document = self.measured("--force")
        self.assertEqual(document["result"]["calibrated_ns_per_item"], 2100)

    # --- bad input

    def test_bad_files(self):
        self.write(calibration(self.here) | {"extra": 1})
        self.refused("predict", 2, [], "--calibration c.json", "'extra' is unknown")
        broken = calibration(self.here)
        broken["wake_costs"][3]["notify"]["median_ns"] = "x"
        self.write(broken)
        self.refused("simulate", 2, [], "c.json: /wake_costs/3/notify/median_ns: must be a number")
        (self.folder / "c.json").write_text("{", encoding="utf-8")
        self.refused("predict", 2, [], "c.json: is no JSON")

    def test_no_such_file(self):
        result = harness.run("predict", "--calibration", "none.json")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--calibration none.json", "No such file")

    def test_rows_that_are_not_there(self):
        self.refused("predict", 2, ["--notify", "eventdf"], "--notify 'eventdf'", "did you mean 'eventfd'?", "c.json")
        self.refused("predict", 2, ["--idle-time", "0ns"], "--idle-time 0ns")
        self.refused("predict", 2, ["--sync", "sleep"], "--calibration c.json", "--sync sleep")

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
