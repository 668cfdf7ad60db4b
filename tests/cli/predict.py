"""What `predict` says beyond the figures: conditions, distances, critical lengths, and grids of predictions."""

import csv
import io
import re

import harness

KEYS = (
    *("sync", "regime", "ns_per_item", "items_per_notification", "kicks_per_item", "interrupts_per_item"),
    *("producer_sleeps_per_item", "consumer_sleeps_per_item", "busy_ns_per_item"),
    *("latency_service_max_ns", "latency_own_mean_ns"),
    *("critical_queue_size_consumer_count", "critical_queue_size_producer_count"),
    *("longest_hidden_sleep_ns", "hiding_queue_size_count"),
)
FAST_CONSUMER = "--wp 2us --wc 1us --np 1us --nc 500ns --sp 3us --sc 2500ns --queue-size 8".split()
HIDDEN_SLEEP = "--sync sleep --wp 2us --wc 1us --yp 1ms --yc 1004us --queue-size 510".split()
LOCKED = "--wp 1us --wc 3us --np 4us --sc -2500ns".split()
UNIT = re.compile(r"(_(ns|count|per_item|per_second|per_notification)|schema_version|queue_size)$")


def changed(arguments, *changes):
    """The same options with some replaced or added."""
    pairs = dict(zip(arguments[::2], arguments[1::2])) | dict(zip(changes[::2], changes[1::2]))
    return [text for pair in pairs.items() for text in pair]


def without(arguments, *names):
    """The same options, some left out."""
    pairs = zip(arguments[::2], arguments[1::2])
    return [text for pair in pairs if pair[0] not in names for text in pair]


def numbers(value, key=""):
    """(key, number) of all numbers below a value."""
    if isinstance(value, dict):
        for inner, entry in value.items():
            yield from numbers(entry, inner)
    elif isinstance(value, list):
        for entry in value:
            yield from numbers(entry, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key, value


class Predict(harness.CommandLineTest):
    def document(self, *arguments):
        result = harness.run("predict", *arguments, "--json", "-")
        self.assert_exit(result, 0)
        document = harness.strict_json(result.stdout)
        self.assertEqual(document["schema_version"], 1)
        self.assertEqual([key for key, _ in numbers(document) if not UNIT.search(key)], [])
        return document

    def single(self, *arguments):
        document = self.document(*arguments)
        self.assert_keys(document, *KEYS)
        return document

    def table(self, *arguments):
        result = harness.run("predict", *arguments)
        self.assert_exit(result, 0)
        return result.stdout

    def csv_rows(self, *arguments):
        result = harness.run("predict", *arguments, "--csv", "-")
        self.assert_exit(result, 0)
        return list(csv.DictReader(io.StringIO(result.stdout), strict=True))

    def refused(self, arguments, *fragments):
        result = harness.run("predict", *arguments, "--json", "out.json")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, *fragments)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    # --- distances

    def distance(self, document, parameter, direction):
        found = [d for d in document["distances"] if (d["parameter"], d["direction"]) == (parameter, direction)]
        self.assertEqual(len(found), 1, document["distances"])
        return found[0]

    def test_distances_of_a_fast_consumer(self):
        document = self.single(*FAST_CONSUMER)
        startup = self.distance(document, "sc", "up")
        self.assertEqual((startup["symbol"], startup["distance_ns"], startup["boundary_ns"]), ("S_C", 10500, 13000))
        self.assertEqual((startup["regime_at_boundary"], startup["regime_beyond"]), ("FC", "SCS"))
        work = self.distance(document, "wc", "up")
        self.assertEqual((work["distance_ns"], work["boundary_ns"]), (1000, 2000))
        self.assertEqual((work["regime_at_boundary"], work["regime_beyond"]), ("EQ", "FP"))
        queue_size = self.distance(document, "queue-size", "down")
        self.assertEqual((queue_size["distance_count"], queue_size["boundary_count"]), (-5, 3))
        self.assertEqual(queue_size["regime_beyond"], "SS")

    def test_distances_lead_to_the_regimes_they_name(self):
        for arguments in (FAST_CONSUMER, HIDDEN_SLEEP, LOCKED):
            present = self.single(*arguments)
            self.assertTrue(present["distances"])
            for entry in present["distances"]:
                unit, nudge, suffix = ("count", 1, "") if "distance_count" in entry else ("ns", 0.001, "ns")
                outwards = nudge if entry["direction"] == "up" else -nudge
                boundary = entry[f"boundary_{unit}"]
                # A count is the last of its regime itself.
                inside = boundary if unit == "count" else round(boundary - outwards, 6)
                outside = round(boundary + outwards, 6)
                for value, regime in ((inside, present["regime"]), (outside, entry["regime_beyond"])):
                    moved = changed(arguments, "--" + entry["parameter"], f"{value:.15g}{suffix}")
                    self.assertEqual(self.single(*moved)["regime"], regime, (entry, value))

    def test_distances_for_people(self):
        self.assert_says(
            self.table(*FAST_CONSUMER),
            "S_C    may grow by 10.5 us, to 13 us, before SCS",
            "W_C    may grow by 1 us, to 2 us, before EQ/FP",
            "L      may shrink by 5, to 3, before SS",
            "slow consumer start-up below 3, slow producer start-up below 6",
        )
        self.assert_says(self.table(*changed(FAST_CONSUMER, "--sc", "13us")), "S_C    is at the edge: any more is SCS")

    def test_cliff_of_the_sleep_length(self):
        document = self.single(*HIDDEN_SLEEP)
        self.assertEqual(document["regime"], "sFC")
        self.assertEqual(document["longest_hidden_sleep_ns"], 1_017_000)
        self.assertEqual(document["hiding_queue_size_count"], 504)
        self.assertEqual(self.distance(document, "yc", "up")["distance_ns"], 13_000)
        self.assertIsNone(document["critical_queue_size_consumer_count"])
        self.assert_says(
            self.table(*HIDDEN_SLEEP),
            "Y_C    may grow by 13 us, to 1.017 ms, before sLS (the cliff)",
            "yes: Y_C + W_C = 1.005 ms, not more than (L - 1) W_P = 1.018 ms",
            "1.017 ms, the cliff",
        )

    def test_conditions_are_those_that_decide(self):
        conditions = {entry["name"]: entry for entry in self.single(*FAST_CONSUMER)["conditions"]}
        self.assertEqual(set(conditions), {"faster_consumer", "slow_consumer", "slow_producer"})
        slow = conditions["slow_consumer"]
        self.assertIs(slow["holds"], False)
        self.assertEqual((slow["left_ns"], slow["relation"], slow["right_ns"]), (3500, ">", 14000))
        locked = self.single(*LOCKED)
        self.assertEqual(locked["regime"], "NL")
        self.assertIs({entry["name"]: entry for entry in locked["conditions"]}["early_consumer"]["holds"], True)
        long = self.single(*changed(HIDDEN_SLEEP, "--yc", "1024us"))
        self.assertEqual(long["regime"], "sLS")
        self.assertIs({e["name"]: e for e in long["conditions"]}["hidden_consumer_sleep"]["holds"], False)

    def test_busy_wait_has_no_distances(self):
        document = self.single("--sync", "busy-wait")
        self.assertEqual((document["regime"], document["distances"], document["conditions"]), ("BW", [], []))
        self.assertNotIn("as long as", self.table("--sync", "busy-wait"))

    # --- grids

    def test_grid_is_an_array_of_rows(self):
        document = self.document(*without(FAST_CONSUMER, "--wc"), "--vary", "wc=500ns:1500ns:3")
        self.assertEqual(document["varied"], ["wc_ns"])
        rows = document["rows"]
        self.assertEqual([row["wc_ns"] for row in rows], [500, 1000, 1500])
        self.assertEqual([row["items_per_notification"] for row in rows], [2, 3, 6])
        for row in rows:
            self.assert_keys(row, *KEYS)
            self.assertEqual(row["parameters"]["consumer"]["work_ns"], row["wc_ns"])
            alone = self.single(*changed(FAST_CONSUMER, "--wc", f"{row['wc_ns']}ns"))
            self.assertEqual({key: row[key] for key in KEYS}, {key: alone[key] for key in KEYS})

    def test_grid_over_two_parameters(self):
        rows = self.document("--vary", "wp=1us:2us:2", "--vary", "queue-size=4:6:3")["rows"]
        places = [(row["wp_ns"], row["queue_size"]) for row in rows]
        self.assertEqual(places, [(wp, size) for wp in (1000, 2000) for size in (4, 5, 6)])

    def test_grid_keeps_the_rows_beside_one_outside_the_domain(self):
        arguments = [*FAST_CONSUMER, "--vary", "kp=7:10:4"]
        rows = self.document(*arguments)["rows"]
        self.assertEqual([row["regime"] is None for row in rows], [False, False, True, True])
        for row in rows:
            self.assert_keys(row, *KEYS)
        self.assertEqual(list(rows[2]["absent"])[-1], "hiding_queue_size_count")
        self.assert_says(rows[2]["absent"]["ns_per_item"], "--kp is 9", "from 1 to queue-size, 8", "raise queue-size")
        self.assert_says(self.table(*arguments), "no prediction for kp = 9: --kp is 9")
        cells = self.csv_rows(*arguments)
        self.assertEqual([cell["regime"] == "" for cell in cells], [False, False, True, True])
        self.assertEqual(cells[2]["ns_per_item"], "")
        self.assert_says(cells[2]["reason"], "--kp is 9")

    def test_grid_far_outside_the_domain(self):
        rows = self.document("--vary", "wp=1us:1e90s:2")["rows"]
        self.assertEqual(rows[0]["regime"], "EQ")
        self.assert_says(rows[1]["absent"]["regime"], "--wp is 1e+99 ns", "at most 104 days")

    def test_grid_as_csv_reads_back_as_the_json(self):
        for arguments in (FAST_CONSUMER, HIDDEN_SLEEP):
            grid = [*without(arguments, "--wp"), "--vary", "wp=500ns:3us:7"]
            rows = self.document(*grid)["rows"]
            cells = self.csv_rows(*grid)
            self.assertEqual(len(cells), len(rows))
            for row, cell in zip(rows, cells):
                self.assertEqual((cell["sync"], cell["regime"]), (row["sync"], row["regime"]))
                self.assertEqual(float(cell["wp_ns"]), row["wp_ns"])
                for key in KEYS[2:]:
                    self.assertEqual(float(cell[key]) if cell[key] else None, row[key], key)

    def test_csv_has_columns_of_used_parameters_only(self):
        header = list(self.csv_rows(*HIDDEN_SLEEP)[0])
        self.assertEqual(header[:7], ["sync", "wp_ns", "wc_ns", "yp_ns", "yc_ns", "queue_size", "regime"])
        self.assertIn("sc_ns", self.csv_rows(*FAST_CONSUMER)[0])

    def test_files_beside_the_table(self):
        grid = [*without(FAST_CONSUMER, "--sc"), "--vary", "sc=1us:20us:3", "--json", "out.json", "--csv", "out.csv"]
        self.assert_says(self.table(*grid), "SCS", "10500", "--csv FILE")
        self.assertEqual(self.files(), ["out.csv", "out.json"])
        self.assertEqual(len((self.folder / "out.csv").read_text(encoding="utf-8").splitlines()), 4)

    def test_grid_of_negative_start_ups(self):
        rows = self.document(*without(FAST_CONSUMER, "--sc"), "--vary", "sc=-200ns:200ns:3")["rows"]
        self.assertEqual([row["sc_ns"] for row in rows], [-200, 0, 200])

    def test_grid_of_long_sleeps_has_bounds(self):
        grid = [*without(HIDDEN_SLEEP, "--yc"), "--vary", "yc=1016us:1018us:3"]
        rows = self.document(*grid)["rows"]
        self.assertEqual([row["regime"] for row in rows], ["sFC", "sFC", "sLS"])
        self.assertLess(rows[2]["lower_ns_per_item"], rows[2]["upper_ns_per_item"])
        self.assert_says(self.table(*grid), "P sleeps/item", " to ")

    # --- bad input

    def test_vary_without_a_range(self):
        self.refused(["--vary", "wp=4us"], "--vary wp=4us", "NAME=FROM:TO:COUNT")

    def test_vary_of_an_unknown_parameter(self):
        self.refused(["--vary", "wq=1us:2us:3"], "--vary 'wq'", "did you mean 'wp'?")

    def test_vary_over_nothing(self):
        self.refused(["--vary", "wp=1us:2us:0"], "--vary wp 0", "at least 1")

    def test_vary_of_a_parameter_that_has_no_effect(self):
        self.refused(["--vary", "yp=1us:2us:3"], "--vary yp has no effect", "only with --sync sleep")
        self.refused(["--sync", "sleep", "--vary", "np=1us:2us:3"], "--vary np", "--sync notification")

    def test_vary_outside_of_the_domain_altogether(self):
        self.refused(["--vary", "np=-2us:-1us:3"], "--np is -2000 ns", "0 ns or more")

    def test_grid_that_is_too_large(self):
        self.refused(["--vary", "wp=1us:2us:4000", "--vary", "wc=1us:2us:4000"], "16000000 points", "smaller COUNT")

    def test_json_and_csv_both_on_standard_output(self):
        result = harness.run("predict", "--json", "-", "--csv", "-")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--json - and --csv -", "name another file")
        self.assertEqual(result.stdout, "")

    def test_domain_error_names_the_option(self):
        self.refused(["--wp", "0ns"], "--wp is 0 ns", "greater than 0")


if __name__ == "__main__":
    harness.main()
