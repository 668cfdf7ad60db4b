"""The benchmark suite and the calibration: Google Benchmark's flags, the contract's keys."""

import csv
import os
import pathlib
import statistics
import subprocess

import harness

ONE = ("--benchmark_filter=notification/FC/futex/split/wp:2000/wc:1000/", "--benchmark_repetitions=2")

# What tools that read Google Benchmark's JSON look for.
OF_GOOGLE_BENCHMARK = ("name", "run_name", "run_type", "iterations", "real_time", "cpu_time", "time_unit")
OF_THE_CONTRACT = (
    *("regime_predicted", "regime_observed", "grade", "grade_reasons", "line_transfer_ns"),
    *("interference_pct", "spread_pct", "place_pct", "ns_per_item_undisturbed", "interval_kind"),
    *("ns_per_item", "predicted_ns_per_item", "model_error_pct", "items_per_second"),
    *("regime_forecast", "forecast_ns_per_item", "forecast_error_pct"),
    *("kicks_per_item", "interrupts_per_item", "sleeps_per_item", "spurious_wakeups_per_item"),
    *("producer_notify_ns", "consumer_startup_ns", "latency_own_p99_ns", "producer_cpu_ns_per_item"),
)


def bench(*arguments, **options):
    """`kickbench bench` with the costs that were calibrated once for all tests."""
    return harness.run("bench", "--calibration", os.environ["CALIBRATION"], *arguments, **options)


class Suite(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.needs_two_cpus()

    def document(self):
        return harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def refused(self, arguments, *fragments):
        result = harness.run(*arguments)
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, *fragments)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    def assert_superset_of_google_benchmark(self, document):
        self.assertEqual(document["schema_version"], 1)
        rows = document["benchmarks"]
        self.assertEqual([row["run_type"] for row in rows if row["run_type"] == "iteration"], ["iteration"] * 2)
        self.assertIn("median", [row.get("aggregate_name") for row in rows])
        self.assertGreater(document["context"]["num_cpus"], 0)
        for row in rows:
            self.assert_keys(row, *OF_GOOGLE_BENCHMARK)
            if row["run_type"] == "iteration":
                self.assert_keys(row, "ns_per_item", "line_class")
                self.assertNotIn("producer_notify_ns", row)
            elif row["aggregate_name"] == "median":
                self.assert_keys(row, *OF_THE_CONTRACT)
                self.assertGreater(row["ns_per_item"], 0)
                if row["forecast_ns_per_item"] is None:  # a virtual CPU may have moved since it was calibrated
                    self.assertIn("did not meet the line", row["absent"]["forecast_ns_per_item"])
                else:
                    self.assertGreater(row["forecast_ns_per_item"], 2000)
                self.assertGreater(row["items_count"], 0)
                self.assertEqual(row["grade"] == "quiet", row["grade_reasons"] == [])
                self.assertAlmostEqual(row["cpu_time"], row["busy_ns_per_item"])
                self.assertEqual(row["scenario"]["producer"]["work_ns"], 2000)

    def test_json_is_a_superset_of_google_benchmarks(self):
        result = harness.run("bench", "--preset", "quick", *ONE, "--json", "out.json")
        self.assert_exit(result, 0)
        self.assertEqual(self.files(), ["out.json"])
        self.assert_superset_of_google_benchmark(self.document())
        self.assert_says(result.stdout, "notification/FC/futex/split", "ns/item", "regime")

    def test_benchmark_out_is_json_too(self):
        result = bench(*ONE, "--benchmark_out=out.json", "--benchmark_out_format=json")
        self.assert_exit(result, 0)
        self.assert_superset_of_google_benchmark(self.document())

    def test_json_alone_on_standard_output(self):
        result = bench(*ONE, "--json", "-")
        self.assert_exit(result, 0)
        self.assert_superset_of_google_benchmark(harness.strict_json(result.stdout))

    def test_repetitions_of_all_cells_are_interleaved(self):
        three = "--benchmark_filter=^busy-wait/.*(split|spsc)/"
        short = ("--benchmark_repetitions=3", "--benchmark_min_time=0.02")
        result = bench(three, *short, "--raw", "--json", "out.json")
        self.assert_exit(result, 0)
        document = self.document()
        self.assertEqual(len(document["raw"]), 3)
        for cell in document["raw"]:
            self.assertEqual([len(repetition["slices"]) for repetition in cell["repetitions"]], [1] * 3)
        self.assert_says(result.stderr, "round 3 of 3: busy-wait/")
        rounds = [line.split("round ")[1][0] for line in result.stderr.splitlines() if "round " in line]
        self.assertEqual(rounds, sorted("123" * 3))
        iterations = {}
        for row in document["benchmarks"]:
            if row["run_type"] == "iteration":
                iterations.setdefault(row["name"], set()).add(row["iterations"])
        self.assertEqual([len(numbers) for numbers in iterations.values()], [1] * 3)

    def test_compare_py_of_google_benchmark_reads_all_rows(self):
        compare = pathlib.Path("/usr/share/benchmark/compare.py")
        if not compare.exists():
            self.skipTest("no compare.py: scripts/setup installs it (libbenchmark-tools)")
        python = "/usr/bin/python3"  # whose scipy is Debian's, as compare.py is
        probe = subprocess.run([python, "-c", "import scipy"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("compare.py needs scipy: scripts/setup installs it (python3-scipy)")
        both = "--benchmark_filter=busy-wait/none/spsc/wp:0|notification/FC/futex/split/wp:2000/wc:1000/"
        for name in ("a.json", "b.json"):
            short = ("--benchmark_repetitions=3", "--benchmark_min_time=0.05", "--json", name)
            self.assert_exit(bench(both, *short), 0)
        command = [python, "-B", compare, "benchmarks", "a.json", "b.json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "busy-wait/none/spsc", "notification/FC/futex", "_median", "OVERALL_GEOMEAN")

    def test_csv(self):
        out = ("--benchmark_out=out.csv", "--benchmark_out_format=csv", "--json", "out.json")
        result = bench(*ONE, *out)
        self.assert_exit(result, 0)
        with open("out.csv", encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        rows = self.document()["benchmarks"]
        self.assertEqual([line["name"] for line in table], [row["name"] for row in rows])
        for line, row in zip(table, rows):
            exact = float(line["cpu_time"])
            self.assertAlmostEqual(row["cpu_time"], exact, delta=1e-6 * exact)
            self.assertEqual(line["grade"], row.get("grade", line["grade"]))

    def test_csv_has_every_row_whatever_its_counters_are(self):
        both = "--benchmark_filter=busy-wait/none/spsc/wp:0|notification/FC/futex/split/wp:2000/wc:1000/"
        short = ("--benchmark_repetitions=1", "--benchmark_min_time=0.1", "--benchmark_context=commit=1a2b")
        result = bench(both, *short, "--benchmark_format=csv", "--json", "out.json")
        self.assert_exit(result, 0)
        table = list(csv.DictReader(result.stdout.splitlines()))
        self.assertEqual([line["name"] for line in table], [row["name"] for row in self.document()["benchmarks"]])
        self.assertEqual({line["name"].split("/")[0] for line in table}, {"busy-wait", "notification"})
        self.assertEqual({line["context_commit"] for line in table}, {"1a2b"})
        self.assertEqual(self.document()["context"]["commit"], "1a2b")

    def test_table_to_a_file(self):
        result = bench(*ONE, "--benchmark_out=out.txt", "--benchmark_out_format=console")
        self.assert_exit(result, 0)
        table = (self.folder / "out.txt").read_text(encoding="utf-8")
        self.assert_says(table, "notification/FC/futex/split", "undisturbed", "grade")
        self.assertIn(table, result.stdout)
        self.assertEqual(result.stdout.count("the host's floor: CPU "), 1)

    def test_wrong_values_of_benchmark_flags(self):
        for flag in (
            *("--benchmark_min_time=1s", "--benchmark_min_time=nan", "--benchmark_min_warmup_time=-1"),
            *("--benchmark_out_format=xml", "--benchmark_time_unit=minutes", "--benchmark_repetitions=0"),
            *("--benchmark_filter=(", "--benchmark_perf_counters=CYCLES"),
        ):
            self.refused(["bench", flag, "--json", "out.json"], flag, "must be")

    def test_two_formats_in_one_place(self):
        both = ["bench", "--benchmark_format=csv", "--json", "-"]
        self.refused(both, "--json and --benchmark_format", "json and csv")

    def test_environment_of_google_benchmark(self):
        listing = ("--benchmark_list_tests",)
        result = bench(*listing, env=os.environ | {"BENCHMARK_FILTER": "/SCS/", "BENCHMARK_OUT": "out.json"})
        self.assert_exit(result, 0)
        names = result.stdout.splitlines()
        self.assertEqual({name.split("/")[1] for name in names}, {"SCS"})
        self.assertEqual([row["name"] for row in self.document()["benchmarks"]], names)
        result = bench(*listing, env=os.environ | {"BENCHMARK_TIME_UNIT": "minutes"})
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "environment variable BENCHMARK_TIME_UNIT=minutes", "ns, us, ms or s")

    def test_a_name_from_the_json_is_a_filter(self):
        result = bench("--benchmark_list_tests", "--benchmark_filter=/FC/", "--json", "out.json")
        self.assert_exit(result, 0)
        name = self.document()["benchmarks"][0]["name"]
        result = bench("--benchmark_list_tests", f"--benchmark_filter=^{name}$")
        self.assert_exit(result, 0)
        self.assertEqual(result.stdout, name + "\n")

    def test_each_flag_is_in_the_docs(self):
        docs = (pathlib.Path(__file__).parents[2] / "docs/measuring.md").read_text(encoding="utf-8")
        for flag in (
            *("list_tests", "filter", "min_time", "min_warmup_time", "repetitions", "enable_random_interleaving"),
            *("report_aggregates_only", "display_aggregates_only", "format", "out", "out_format", "color"),
            *("counters_tabular", "perf_counters", "context", "time_unit"),
        ):
            self.assertIn(f"`{flag}`", docs)

    def test_list_has_a_family_for_every_regime(self):
        result = bench("--benchmark_list_tests")
        self.assert_exit(result, 0)
        names = result.stdout.splitlines()
        families = {tuple(name.split("/")[:2]) for name in names}
        for regime in ("FC", "FP", "EQ", "SCS", "SPS", "SS"):
            self.assertIn(("notification", regime), families)
        for regime in ("sFC", "sFP", "sLS"):
            self.assertIn(("sleep", regime), families)
        self.assertIn(("busy-wait", "BW"), families)
        self.assertEqual(len(names), len(set(names)))

    def test_list_as_json_is_alone_on_standard_output(self):
        only = "--benchmark_filter=notification/(FC|SCS)/eventfd/"
        for where in (["--json", "-"], ["--benchmark_format=json"]):
            result = bench("--benchmark_list_tests", only, *where)
            self.assert_exit(result, 0)
            rows = harness.strict_json(result.stdout)["benchmarks"]
            self.assertEqual({row["name"].split("/")[1] for row in rows}, {"FC", "SCS"})
            for row in rows:
                self.assertIn(f"/wp:{row['scenario']['producer']['work_ns']:.0f}/", row["name"])

    def test_list_beside_a_file(self):
        result = bench("--benchmark_list_tests", "--benchmark_filter=/FC/", "--json", "out.json")
        self.assert_exit(result, 0)
        names = [row["name"] for row in self.document()["benchmarks"]]
        self.assertEqual(result.stdout.splitlines(), names)

    def test_names_are_the_same_in_every_run(self):
        listings = [harness.run("bench", "--preset", "quick", "--benchmark_list_tests") for _ in range(2)]
        for listing in listings:
            self.assert_exit(listing, 0)
        self.assertEqual(listings[0].stdout, listings[1].stdout)

    def test_unknown_preset(self):
        self.refused(["bench", "--preset", "ful", "--json", "out.json"], "--preset 'ful'", "did you mean 'full'?")
        self.refused(["bench", "--preset", "fast"], "--preset 'fast' is unknown. Known: quick, ")

    def test_unknown_benchmark_flag(self):
        self.refused(["bench", "--benchmark_fliter=FC"], "--benchmark_fliter", "'--benchmark_filter'?")

    def test_unknown_option(self):
        self.refused(["bench", "--presett=full"], "--presett")

    def test_filter_that_matches_nothing(self):
        self.refused(["bench", "--benchmark_filter=nowhere", "--json", "out.json"], "filter", "--benchmark_list_tests")

    def test_interrupt_keeps_what_is_complete(self):
        arguments = ["bench", "--benchmark_filter=notification/F", "--json", "out.json"]
        code, _, errors = harness.interrupted(arguments, "notification/FC/eventfd")
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertEqual(self.files(), ["out.json"])
        document = self.document()
        self.assertIs(document["interrupted"], True)
        self.assertTrue(document["benchmarks"])
        for row in document["benchmarks"]:
            self.assertNotIn("error_occurred", row)

    def test_interrupt_while_calibrating(self):
        code, output, errors = harness.interrupted(["bench"], "calibrating", pause_s=0.1)
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertEqual(output, "")

    def test_calibration_has_costs_of_every_notifier(self):
        result = harness.run("calibrate", "--rounds", "2", "--json", "out.json")
        self.assert_exit(result, 0)
        document = self.document()
        self.assertEqual(document["rounds_count"], 2)
        self.assertEqual(document["schema_version"], 1)
        self.assertIs(document["interrupted"], False)
        for notifier in set(harness.available("notifiers")) - {"none"}:
            self.assertIn(notifier, result.stdout)
            self.assertIn(f'"{notifier}"', (self.folder / "out.json").read_text(encoding="utf-8"))

    def test_calibration_is_read_back(self):
        result = harness.run("calibrate", "--notify", "eventfd", "--rounds", "2", "--out", "c.json", "--json", "-")
        self.assert_exit(result, 0)
        self.assertEqual((self.folder / "c.json").read_text(encoding="utf-8"), result.stdout)
        calibration = harness.strict_json((self.folder / "c.json").read_text(encoding="utf-8"))
        rungs = [rung for row in calibration["wake_costs"] for rung in row["rungs"] if rung["idle_ns"] == 20_000]
        medians = {round(statistics.median(rung["notify_ns"]), 1) for rung in rungs}
        result = harness.run("predict", "--calibration", "c.json", "--json", "-")
        self.assert_exit(result, 0)
        predicted = harness.strict_json(result.stdout)["parameters"]["producer"]["notify_ns"]
        self.assertTrue(any(abs(predicted - median) < 0.11 for median in medians), (predicted, medians))
        self.assert_exit(harness.run("simulate", "--calibration", "c.json", "--items", "10000"), 0)
        listed = harness.run("bench", "--calibration", "c.json", "--benchmark_list_tests", "--json", "out.json")
        self.assert_exit(listed, 0)
        self.assert_says(listed.stdout, "FC/eventfd")
        self.assertNotIn("futex", listed.stdout)
        self.assert_says(listed.stderr, "derived from the costs in c.json", "it is not in the calibration")
        self.assertNotIn("calibrating", listed.stderr)
        self.assertEqual(self.document()["calibration"], "c.json")

    def test_calibration_of_an_unknown_notifier(self):
        self.refused(["calibrate", "--notify", "none"], "--notify none", "name a notifier")
        self.refused(["calibrate", "--notify", "futx"], "--notify 'futx'", "did you mean 'futex'?")


if __name__ == "__main__":
    harness.main()
